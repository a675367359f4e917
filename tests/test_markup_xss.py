"""No text of an author runs code on the page, whatever `raw_html` says."""

from html.parser import HTMLParser

import pytest

from nexusgen.core.model import Text
from nexusgen.core.urls import is_dangerous
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.html import FILTERED, URL_ATTRIBUTES
from nexusgen.markdown.render import render_markdown
from tests.markup.compare import rendered
from tests.markup.payloads import PAYLOADS
from tests.reading import problems_of

SHOW = """
async (documents) => {
  const frames = documents.map((html) => {
    const frame = document.createElement("iframe");
    frame.srcdoc = html;
    return frame;
  });
  await Promise.all(frames.map((frame) => new Promise((loaded) => {
    frame.onload = loaded;
    document.body.append(frame);
  })));
  for (const frame of frames) {
    const inside = frame.contentDocument;
    inside.addEventListener("submit", (event) => event.preventDefault(), true);
    inside.addEventListener("click", (event) => {
      const link = event.target.closest?.("a, area");
      const url = link?.href?.baseVal ?? link?.href ?? "";
      if (!/^javascript:/i.test(url)) event.preventDefault();
    }, true);
    for (const element of inside.querySelectorAll("*")) {
      element.click?.();
      element.focus?.();
      element.dispatchEvent(new Event("mouseover"));
    }
  }
  await new Promise((done) => setTimeout(done, 500));
  return frames.map((frame) => Boolean(frame.contentWindow.hacked) || Boolean(window.hacked));
}
"""
"""Shows each document in a frame of its own, clicks on everything, and tells which ran code."""

MODES = ("allow", "sanitise", "escape")


class Dangers(HTMLParser):
    """Collects the tags and attributes that could run code."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in FILTERED:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "srcdoc":
                self.found.append((tag, name))
            if name in URL_ATTRIBUTES and is_dangerous(value or ""):
                self.found.append((tag, name, value))

    handle_startendtag = handle_starttag


def dangers(html):
    parser = Dangers()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_leaves_nothing_that_could_run(payload, mode):
    html = rendered(payload, MarkupOptions({}, mode))

    assert dangers(html) == []


@pytest.mark.parametrize("mode", MODES)
def test_payload_of_a_field_leaves_nothing_that_could_run(mode):
    texts = tuple(Text(f"field{index}", text) for index, text in enumerate(PAYLOADS))
    _, html = render_markdown(texts, "a.md", MarkupOptions({}, mode))

    assert {name: found for name, text in html.items() if (found := dangers(text))} == {}


@pytest.mark.parametrize("mode", MODES)
def test_harmless_html_stays_where_it_is_wanted(mode):
    html = rendered("<details><summary>S</summary>\n\n*x*\n\n</details>", MarkupOptions({}, mode))

    assert ("<details>" in html) == (mode != "escape")
    assert "<em>x</em>" in html


def test_unsafe_link_is_a_problem_with_its_place():
    document, _ = render_markdown(
        (Text("body", "a [x](javascript:y)", 3),), "a.md", MarkupOptions()
    )
    (problem,) = problems_of(document)

    assert (problem.code, problem.line, problem.column, problem.length) == ("link.unsafe", 1, 3, 17)


@pytest.mark.parametrize(
    "tag", ['<a href="javascript:x()">a</a>', '<img alt="" src="data:image/svg+xml,x">']
)
def test_address_that_is_left_out_of_raw_html_is_told(tag):
    (problem,) = problems_of(
        render_markdown((Text("body", f"Text {tag}"),), "a.md", MarkupOptions())[0]
    )

    assert (problem.code, problem.line, problem.column) == ("link.unsafe", 1, 6)


@pytest.mark.parametrize(
    ("url", "hint"),
    [("htps://x.org", 'did you mean "https:"?'), ("ttp://x.org", 'did you mean "http:"?'), ("", "write between"),
     ("https://", "write it as https:"), ("https:/x.org", "write it as https:"), ("HTTP:x.org", "write it as http:"),
     ("https://https://x.org", "write it as"), ("http://http//x.org", "write it as"), ("mailto:", "write it as mailto:"),
     ("mailto:ada", "write it as mailto:"), ("C:\\a.md", "put the file"), ("d:/a.md", "put the file"),
     ("localhost:8000/x", "begin it with"), ("example.org:80", "begin it with")],
)  # fmt: skip
def test_link_that_can_lead_nowhere_is_told(url, hint):
    for sign in ("", "!"):
        document, _ = render_markdown(
            (Text("body", f"a {sign}[x]({url})"),), "a.md", MarkupOptions()
        )
        (problem,) = problems_of(document)
        assert (problem.code, problem.severity, problem.column) == ("link.broken", "error", 3)
        assert problem.hint.startswith(hint)


def test_address_that_may_lead_somewhere_is_no_problem():
    urls = ("https://x.org", "HTTP://[::1]:80/", "//x.org", "mailto:a@x.org", "mailto:a%40x.org", "mailto:?to=a",
            "tel:+1", "ftp://x.org", "obsidian://open?vault=v", "git+ssh://x", "https://a.org/https://b.org",
            "https://httpbin.org", "https://https.org", "urn:isbn:1", "#", "d.md", "d", "com.app:x")  # fmt: skip
    text = " ".join(f"[x]({url})" for url in urls)

    assert problems_of(render_markdown((Text("body", text),), "a.md", MarkupOptions())[0]) == []


@pytest.fixture(scope="module")
def browser_page(chromium):
    page = chromium.new_page()
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("mode", MODES)
def test_no_payload_runs_in_a_browser_without_a_policy(mode, browser_page):
    documents = [f"<!doctype html>{rendered(each, MarkupOptions({}, mode))}" for each in PAYLOADS]
    browser_page.set_content("<!doctype html><body>")

    ran = browser_page.evaluate(SHOW, documents)

    assert [text for text, hacked in zip(PAYLOADS, ran, strict=True) if hacked] == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "html",
    [
        "<img src=x: onerror=window.hacked=1>",
        "<a href=javascript:window.hacked=1>x</a>",
        "<x onmouseover=window.hacked=1>x</x>",
        "<script>window.hacked=1</script>",
    ],
)
def test_code_does_run_where_nothing_is_done_about_it(html, browser_page):
    browser_page.set_content("<!doctype html><body>")

    assert browser_page.evaluate(SHOW, [f"<!doctype html>{html}"]) == [True]


def test_what_is_not_known_to_be_harmless_is_sanitised():
    options = MarkupOptions({}, "sanitise")

    assert rendered("<p style=x><x>a</x><input type=text>", options) == "<p>a<input></p>"
    assert rendered("$x$ <math><mi>y</mi></math>", options).count("<math") == 1
