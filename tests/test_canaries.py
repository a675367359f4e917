"""Plant a word in every hidden place of a hub, in any spelling: no byte of the site holds it."""

from html import unescape
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import SiteTest
from tests.previewing import served
from tests.test_hidden import COMMENTS, FORMS, HIDING

WORD = "CANARY"

IN_ENTRY = {
    "body": "---\n{hide}\n---\nCANARY\n",
    "title": "---\ntitle: CANARY\n{hide}\n---\n",
    "heading": "---\n{hide}\n---\n# CANARY\n\n## CANARY\n",
    "summary": "---\nsummary: CANARY\n{hide}\n---\n",
    "tags": "---\ntags: [CANARY, CANARY/deep]\n{hide}\n---\n",
    "aliases": "---\naliases: [CANARY]\n{hide}\n---\n",
    "slug": "---\nslug: canary\n{hide}\n---\n",
    "old address": "---\nredirect_from: [old/canary/]\n{hide}\n---\n",
    "links": "---\nlinks: [{{title: CANARY, url: https://canary.org}}]\n{hide}\n---\n",
    "uses": "---\nuses: [Open]\n{hide}\n---\nCANARY [[Open]] CANARY\n",
    "context": "---\n{hide}\n---\nThe CANARY is [open](open.md) to all.\n",
    "image": "---\nimage: canary.png\n{hide}\n---\n",
    "date": "---\ndate: 2024-01-01\nextra: CANARY\n{hide}\n---\n",
    "code": "---\n{hide}\n---\n```\nCANARY\n```\n\n`CANARY`\n",
    "footnote": "---\n{hide}\n---\nA[^1]\n\n[^1]: CANARY\n",
    "block": "---\n{hide}\n---\nCANARY text ^canary\n",
    "embedded": "---\n{hide}\n---\n![[Open]] CANARY\n",
}
HIDES = (
    "draft: true",
    "private: true",
    "draft:",
    "hidden: true",
    "publish: false",
    "date: 2999-01-01",
)
LINKS = ("", "See [[Secret]].", "![[Secret]]", "[s](secret.md)", "See [[Secret#part|it]].")

PLACES = {
    **{f"entry: {name}": ("notes/secret.md", text) for name, text in IN_ENTRY.items()},
    **{f"folder of drafts: {name}": ("_drafts/secret.md", text.replace("{hide}", "kind: note"))
       for name, text in IN_ENTRY.items() if name != "date"},
    **{f"spelling: {name}": ("notes/secret.md", text.replace("{", "{{").replace("}", "}}") + "CANARY\n")
       for name, text in HIDING.items()},
    **{f"comment: {name}": ("notes/shown.md", text.replace("{", "{{").replace("}", "}}"))
       for name, text in COMMENTS.items()},
    **{f"file: {name}": ("notes/secret.md", "---\n{hide}\n---\n" + text.format("canary.x"))
       for name, text in FORMS.items()},
    "file that nothing shows": ("notes/secret.png", "CANARY"),
    "page that nothing shows": ("notes/secret.html", "<p>CANARY"),
    "file without a name": ("notes/.secret", "CANARY"),
    "item of a list": ("notes/list.yml", "- {{title: Shown}}\n- {{title: CANARY, body: CANARY, {flow}}}\n"),
    "mapping": ("challenges/secret.yml", "title: CANARY\nproblem: CANARY\n{hide}\n"),
    "foreign folder": ("node_modules/x/readme.md", "# CANARY"),
}  # fmt: skip


def plant(site, places, hide, link, *, apart=False):
    """Write a hub with the word in these places, and entries that everybody may see.

    Many places are in a file of one name: those that are to be `apart` have a folder each.
    """
    site.settings("base_url: https://e.org/hub/\nauthor: {name: A}\n")
    site.note("notes/open.md", f"Open text. {link}", title="Open", date="2024-01-01", tags="[a]")
    site.note("notes/other.md", "More of [[Open]].", title="Other", date="2024-01-02", tags="[a]")
    site.write("content/notes/canary.x", WORD).write("content/_drafts/canary.x", WORD)
    flow = hide if not hide.endswith(":") else f"{hide} ~"
    for number, name in enumerate(places):
        path, text = PLACES[name]
        if apart:
            folder, _, base = path.rpartition("/")
            path = f"{folder}/{number}/{base}"
            site.write(f"content/{folder}/{number}/canary.x", WORD)
        site.write(f"content/{path}", text.format(hide=hide, flow=flow).encode())
    return site


def readings(tree):
    """Yield each file of a site as a reader may decode it, and its path."""
    for path, data in tree.items():
        text = f"{path}\n{data.decode(errors='replace')}"
        for read in (text, unescape(text), unquote(text), text.replace("\\u00", "%")):
            yield path, read.casefold()


def found(tree):
    return sorted({path for path, text in readings(tree) if WORD.casefold() in text})


def test_there_are_many_places():
    assert len(PLACES) >= 60


@pytest.mark.parametrize("place", PLACES)
def test_a_word_that_only_a_hidden_place_holds_is_in_no_byte_of_the_site(site, place):
    plant(site, [place], "draft: true", "").build(keep_going=True)

    assert "notes/open/index.html" in site.tree()
    assert found(site.tree()) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.sampled_from(sorted(PLACES)), min_size=1, max_size=8, unique=True),
    hide=st.sampled_from(HIDES),
    link=st.sampled_from(LINKS),
    drafts_before=st.booleans(),
)
def test_no_mixture_of_hidden_places_gets_out_also_after_drafts(
    tmp_path_factory, places, hide, link, drafts_before
):
    site = plant(SiteTest(tmp_path_factory.mktemp("hub")), places, hide, link)
    if drafts_before:
        site.build(drafts=True, future=True, keep_going=True)
    site.build(keep_going=True)

    assert "notes/open/index.html" in site.tree()
    assert found(site.tree()) == []


def test_the_preview_shows_none_of_it(site):
    plant(site, PLACES, "draft: true", "", apart=True)
    site.build(keep_going=True, drafts=True, future=True)
    paths = list(site.tree())
    site.build(keep_going=True)
    paths += [*site.tree(), "notes/0/secret/", "notes/0/canary.x", "_drafts/0/secret/"]
    with served(site.root) as preview:
        answers = {path: preview.ask(f"/hub/{path}")[2] for path in dict.fromkeys(paths)}

    # the page of what is not found repeats the address that was asked for
    asked = {path for path in paths if "canary" in path.casefold()}
    assert b"Open text" in answers["notes/open/index.html"]
    assert found({path: data for path, data in answers.items() if path not in asked}) == []
    assert all(WORD.encode() not in answers[path] for path in asked)
