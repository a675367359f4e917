"""Placeholders in HTML and what fills them, form by form."""

import pytest

from nexusgen.core.model import LinkUse, Span, Target
from nexusgen.site.placeholders import CLOSE, OPEN, fill_html

HERE = Span(1, 1)
ENTRY = Target("entry", "n/größe/#a", "A & B", "note", "content/n/größe.md")


def use(form="markdown", target="x", **more):
    return LinkUse(form, target, more.pop("fragment", ""), HERE, **more)


def fill(marks, link, target):
    html = "".join(f"{OPEN}{mark}0{CLOSE}" for mark in marks)
    return fill_html(html, (link,), (target,), "../")


@pytest.mark.parametrize(
    ("marks", "link", "target", "html"),
    [
        ("az", use(), ENTRY, '<a href="../n/gr%C3%B6%C3%9Fe/#a" data-kind="note"></a>'),
        ("atz", use(), ENTRY, '<a href="../n/gr%C3%B6%C3%9Fe/#a" data-kind="note">A &amp; B</a>'),
        ("az", use(title='"'), Target("page", ""), '<a href="../" title="&quot;"></a>'),
        ("az", use(), Target("asset", "a%20b.pdf#x"), '<a href="../a%20b.pdf#x"></a>'),
        ("az", use(), Target("external", "https://x.y/?a&b"), '<a href="https://x.y/?a&amp;b"></a>'),
        ("atz", use(target="No", fragment="x"), Target("missing"),
         '<span class="broken" title="this is no part of the site">No › x</span>'),
        ("az", use(), Target("hidden"), '<span class="broken" title="this page is not published"></span>'),
        ("i", use("image", text='"<'), Target("asset", "p.png"),
         '<img src="../p.png" alt="&quot;&lt;" loading="lazy" decoding="async">'),
        ("i", use("image", size="300x200", title="T"), Target("asset", "p.png"),
         '<img src="../p.png" alt="" title="T" width="300" height="200" loading="lazy" decoding="async">'),
        ("i", use("image", target="p.png", text="Pic"), Target("missing"),
         '<span class="broken" title="this is no part of the site">Pic</span>'),
        ("i", use("image", text="Talk"), Target("asset", "t.webm", "t.webm"),
         '<video controls preload="metadata" src="../t.webm" title="Talk"></video>'),
        ("i", use("image"), Target("asset", "t.OGG", "t.OGG"),
         '<audio controls preload="none" src="../t.OGG" title="t.OGG"></audio>'),
        ("i", use("image", text="Paper"), Target("asset", "t.pdf#page=2", "t.pdf"),
         '<a href="../t.pdf#page=2">Paper</a>'),
        ("e", use("embed"), Target("asset", "p.png", "p.png"),
         '<p><img src="../p.png" alt="" loading="lazy" decoding="async"></p>'),
        ("e", use("embed"), Target("asset", "s.mp3", "s.mp3"),
         '<p><audio controls preload="none" src="../s.mp3" title="s.mp3"></audio></p>'),
        ("e", use("embed"), Target("asset", "s.mp4", "s.mp4"),
         '<p><video controls preload="metadata" src="../s.mp4" title="s.mp4"></video></p>'),
        ("e", use("embed"), Target("asset", "s.pdf", "s.pdf"), '<p><a href="../s.pdf">s.pdf</a></p>'),
        ("e", use("embed"), Target("page", "n/", "Notes"), '<p><a href="../n/">Notes</a></p>'),
        ("e", use("embed", target="<b>"), Target("missing"),
         '<p><span class="broken" title="this page does not exist yet">&lt;b&gt;</span></p>'),
    ],
)  # fmt: skip
def test_a_hole_is_filled_by_what_the_link_leads_to(marks, link, target, html):
    assert fill(marks, link, target) == html


def test_an_embedded_entry_is_asked_for_and_linked_to_where_there_is_none():
    html = f"{OPEN}e0{CLOSE}"

    def shown(one, target):
        return f"<div>{one.target} {target.title}</div>"

    assert fill_html(html, (use("embed"),), (ENTRY,), "./", shown) == "<div>x A & B</div>"
    assert fill("e", use("embed"), ENTRY).startswith('<p><a href="../n/gr')


def test_text_without_html_stays():
    assert fill_html("<p>é</p>", (), (), "") == "<p>é</p>"
