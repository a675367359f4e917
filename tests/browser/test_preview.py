"""The preview in Chromium: edits appear in place, problems are told, and foreign pages get nothing."""

import os
import statistics
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.previewing import served, until

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"Paragraph {number} of many." for number in range(60))
NOTE = """\
---
title: {title}
tags: [{tag}]
---
{opening}

<details><summary>More</summary><p id="deep">Deep words.</p></details>

{long}
"""


def note(opening="First words.", title="One", tag="alpha"):
    return NOTE.format(opening=opening, title=title, tag=tag, long=LONG)


@pytest.fixture
def preview(site):
    """Return a served hub with one long note, and one that links to it."""
    site.settings("base_url: https://example.org/hub/\n").note("index.md", "Home.", title="Home")
    site.write("content/notes/one.md", note()).note("notes/two.md", "See [[One]].", title="Two")
    with served(site.root) as running:
        running.hub = site
        yield running


@pytest.fixture
def tab(chromium, preview):
    """Return a function that opens a page of the preview in a browser of its own."""
    tabs = []

    def open_tab(path, **options):
        tabs.append(Tab(chromium.new_context(**options), preview, path))
        return tabs[-1]

    yield open_tab
    for one in tabs:
        one.context.close()


class Tab:
    """An open page, scrolled down, with open details, typed text and the focus in it."""

    def __init__(self, context, preview, path):
        self.context = context
        self.preview = preview
        self.loads = []
        self.complaints = []
        self.page = context.new_page()
        self.page.on("load", lambda _: self.loads.append(1))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self.note(message))
        self.page.goto(f"http://127.0.0.1:{preview.port}/hub/{path}")
        self.page.wait_for_timeout(300)

    def note(self, message):
        if message.type == "error" and "404" not in message.text:
            self.complaints.append(message.text)

    def settle(self):
        """Read: scroll, open the details, set the focus; remember all that."""
        self.page.evaluate("document.querySelector('details').open = true")
        self.page.evaluate("document.querySelector('summary').focus({preventScroll: true})")
        self.page.evaluate("window.scrollTo(0, 700)")
        self.page.wait_for_timeout(50)
        return self.reading()

    def reading(self):
        script = "[scrollY, document.querySelector('details').open, document.activeElement.tagName]"
        return self.page.evaluate(script)

    def until(self, script):
        until(lambda: self.holds(script))

    def holds(self, script):
        try:
            return self.page.evaluate(script)
        except Exception as error:
            if "context was destroyed" not in str(error):
                raise
            return False  # the page is being loaded again

    def shows(self, text):
        self.until(f"!!document.body?.innerText.includes({text!r})")

    def problems(self):
        return self.page.evaluate(
            "document.querySelector('nexusgen-problems')?.shadowRoot.textContent || ''"
        )


def edit_body(hub):
    hub.write("content/notes/one.md", note("Edited words."))
    return "document.body.innerText.includes('Edited words.')"


def edit_title(hub):
    hub.write("content/notes/one.md", note(title="Another"))
    return "document.title.startsWith('Another') && document.querySelector('h1').innerText == 'Another'"


def edit_tag(hub):
    hub.write("content/notes/one.md", note(tag="beta"))
    return "!!document.querySelector('main a[href*=\"tags/beta\"]')"


def edit_css(hub):
    hub.write("templates/assets/site.css", "main { color: rgb(1, 2, 3); }")
    return "getComputedStyle(document.querySelector('main')).color == 'rgb(1, 2, 3)'"


def edit_settings(hub):
    hub.settings("base_url: https://example.org/hub/\ntagline: Quite new\nauthor: Somebody New\n")
    return "document.querySelector('footer').innerText.includes('Somebody New')"


@pytest.mark.parametrize("edit", [edit_body, edit_title, edit_tag, edit_settings, edit_css])
def test_an_edit_appears_in_place_and_the_reader_stays_where_he_is(preview, tab, edit):
    one = tab("notes/one/")
    reading = one.settle()

    one.until(edit(preview.hub))

    if edit is not edit_css:  # another style sheet moves everything
        assert one.reading() == reading
    else:
        assert one.reading()[1:] == reading[1:]
    assert len(one.loads) == 1
    assert one.complaints == []


def test_an_edit_of_a_template_appears_in_place(preview, tab):
    one = tab("notes/one/")
    reading = one.settle()

    preview.hub.write("templates/base.html", base_with("<p id='mine'>From the template.</p>"))

    one.until("!!document.getElementById('mine')")
    assert one.reading()[1:] == reading[1:]
    assert len(one.loads) == 1


def base_with(text):
    """Return the default base template with some HTML at the end of its body."""
    from nexusgen.disk.snapshot import DEFAULT_THEME

    source = (DEFAULT_THEME / "base.html").read_text()
    return source.replace("</body>", f"{text}</body>")


def test_a_script_that_changed_is_run_by_loading_the_page_again(preview, tab):
    one = tab("notes/one/")

    preview.hub.write("templates/assets/site.js", "document.documentElement.dataset.new = 'yes'")

    one.until("document.documentElement.dataset.new == 'yes'")
    one.page.wait_for_timeout(500)
    assert len(one.loads) == 2


def test_only_pages_whose_bytes_changed_react(preview, tab):
    one, home = tab("notes/one/"), tab("")
    one.page.evaluate("document.addEventListener('nexusgen:update', () => { window.updated = 1 })")
    home.page.evaluate("document.addEventListener('nexusgen:update', () => { window.updated = 1 })")

    preview.hub.write("content/notes/one.md", note() + "\nAn end.\n")
    one.shows("An end.")
    home.page.wait_for_timeout(200)

    assert one.page.evaluate("window.updated") == 1
    assert home.page.evaluate("window.updated") is None


def test_a_broken_page_stays_with_the_problem_over_it_until_it_is_mended(preview, tab):
    one = tab("notes/one/")
    reading = one.settle()

    preview.hub.write("content/notes/one.md", "---\ntitle: '<b>open\n---\nBroken words.\n")
    one.until("!!document.querySelector('nexusgen-problems')")
    told = one.problems()
    still = one.page.evaluate("document.querySelector('main').innerText")
    preview.hub.write("content/notes/one.md", note("Mended words."))
    one.until("!document.querySelector('nexusgen-problems')")

    assert "content/notes/one.md:2:8" in told
    assert "title: '<b>open" in told
    assert "First words." in still
    one.shows("Mended words.")
    assert one.reading() == reading
    assert len(one.loads) == 1


def test_escape_closes_the_problem_and_it_does_not_come_back(preview, tab):
    one = tab("notes/one/")
    preview.hub.write("content/notes/one.md", "---\ntitle: 'open\n---\n")
    one.until("!!document.querySelector('nexusgen-problems')")

    one.page.keyboard.press("Escape")
    one.until("!document.querySelector('nexusgen-problems')")
    preview.hub.note("notes/three.md")
    one.page.wait_for_timeout(500)

    assert one.problems() == ""


def test_the_page_of_a_draft_is_marked_until_it_is_none(site, chromium):
    site.settings("base_url: https://example.org/hub/\n").note("notes/one.md", draft="true")
    with served(site.root, drafts=True) as running:
        one = Tab(chromium.new_context(), running, "notes/one/")
        mark = "document.querySelector('nexusgen-mark')"
        one.until(f"{mark}?.shadowRoot.textContent.startsWith('Draft')")
        site.note("notes/one.md")
        one.until(f"!{mark}")
        one.context.close()

    assert one.complaints == []


def test_a_hostile_file_name_is_shown_as_text(preview, tab):
    one = tab("notes/one/")
    name = '<img src=x onerror="window.pwned=1">");alert(1)//.md'

    (preview.hub.root / "content" / "notes" / name.replace("/", "_")).write_text(
        "---\na: 'b\n---\n"
    )
    one.until("!!document.querySelector('nexusgen-problems')")

    assert "<img src=x" in one.problems()
    assert one.page.evaluate("window.pwned") is None


def test_a_page_that_is_renamed_or_removed_while_open_shows_so_and_comes_back(preview, tab):
    one = tab("notes/one/")
    source = preview.hub.root / "content" / "notes" / "one.md"
    preview.hub.note("notes/two.md", "No link.", title="Two")

    source.rename(source.with_name("other.md"))
    one.until("document.title.startsWith('Page not found')")
    source.with_name("other.md").rename(source)
    one.shows("First words.")
    source.unlink()
    one.until("document.title.startsWith('Page not found')")
    source.write_text(note("Back again."))
    one.shows("Back again.")


def test_a_page_that_goes_and_comes_back_is_read_on_where_it_was(preview, tab):
    one = tab("notes/one/")
    one.page.evaluate("window.scrollTo(0, 700)")
    source = preview.hub.root / "content" / "notes" / "one.md"

    text = source.read_text()
    source.unlink()
    one.until("document.title.startsWith('Page not found')")
    source.write_text(text)
    one.shows("First words.")

    one.until("scrollY === 700")


def test_two_dozen_tabs_of_one_browser_load_and_follow(preview, tab):
    first = tab("notes/one/")
    pages = [first.page]
    for _ in range(24):
        page = first.context.new_page()
        page.goto(f"http://127.0.0.1:{preview.port}/hub/notes/one/")
        pages.append(page)
    edit_body(preview.hub)

    for page in pages:
        until(lambda page=page: page.evaluate("document.body.innerText.includes('Edited words.')"))


def test_a_restarted_server_is_found_again_and_a_page_that_is_the_same_stays(chromium, site):
    site.settings().write("content/notes/one.md", note())
    from nexusgen.preview import server

    with server.listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    context = chromium.new_context()
    page = context.new_page()
    with served(site.root, port=port):
        page.goto(f"http://127.0.0.1:{port}/notes/one/")
        page.wait_for_timeout(300)
        page.evaluate("window.mark = 1")
    told = "document.querySelector('nexusgen-mark')?.shadowRoot.textContent"
    until(lambda: "has ended" in (page.evaluate(told) or ""))
    with served(site.root, port=port):
        until(lambda: page.evaluate(told) is None)
        site.write("content/notes/one.md", note("After the restart."))
        until(lambda: page.evaluate("document.body.innerText.includes('After the restart.')"))
        marked = page.evaluate("window.mark")
    context.close()

    assert marked == 1


FOREIGN = """<!doctype html><title>evil</title><script>
const target = "http://{host}:{port}";
const results = {{}};
const tries = {{
  page: () => fetch(target + "/hub/").then(r => r.text()),
  opaque: () => fetch(target + "/hub/", {{mode: "no-cors"}}).then(r => r.text()).then(t => {{ if (!t) throw 0; }}),
  script: () => fetch(target + "/__nexusgen__/livereload.js").then(r => r.text()),
  events: () => new Promise((yes, no) => {{
    const s = new EventSource(target + "/__nexusgen__/events?token={token}");
    s.onmessage = yes; s.onerror = no; }}),
  tag: () => new Promise((yes, no) => {{
    const s = document.createElement("script"); s.src = target + "/__nexusgen__/patch.js";
    s.onload = yes; s.onerror = no; document.head.append(s); }}),
  image: () => new Promise((yes, no) => {{
    const i = new Image(); i.src = target + "/hub/picture.svg"; i.onload = yes; i.onerror = no; }}),
  frame: () => new Promise((yes, no) => {{
    const f = document.createElement("iframe"); f.src = target + "/hub/";
    f.onload = () => {{ try {{ f.contentDocument.body.innerText ? yes() : no(); }} catch {{ no(); }} }};
    document.documentElement.append(f); }}),
  sandboxed: () => new Promise((yes, no) => {{
    const f = document.createElement("iframe"); f.sandbox = "allow-scripts";
    f.srcdoc = `<script>fetch("${{target}}/hub/").then(r => r.text()).then(t => parent.postMessage("got", "*"),
      () => parent.postMessage("none", "*"))<` + `/script>`;
    onmessage = (e) => e.data == "got" ? yes() : no();
    document.documentElement.append(f); }}),
}};
(async () => {{
  for (const name in tries) results[name] = await tries[name]().then(() => "leaked", () => "none");
  window.done = results;
}})();
</script>"""


@contextmanager
def foreign_site(text):
    """Serve one page, as another site would, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.localhost"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_site_learns_nothing(preview, chromium, name, host):
    preview.hub.write("content/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    preview.hub.write("content/notes/picture.md", note("![It](../picture.svg)"))
    until(lambda: "picture.svg" in preview.state.shown.build.outputs)
    text = FOREIGN.format(host=host, port=preview.port, token=preview.token)
    context = chromium.new_context()
    page = context.new_page()
    with foreign_site(text) as port:
        page.goto(f"http://{name}:{port}/")
        until(lambda: page.evaluate("window.done"))
        learned = page.evaluate("window.done")
    context.close()

    assert set(learned.values()) == {"none"}, learned


def test_every_edit_comes_to_the_page_soon(preview, tab):
    one, times = tab("notes/one/"), []
    is_timed = "NEXUSGEN_TIMES" in os.environ  # a busy machine tells nothing of delays
    for number in range(20 if is_timed else 3):
        one.page.wait_for_timeout(100)
        started = time.monotonic()
        preview.hub.write("content/notes/one.md", note(f"Turn {number} ends."))
        one.shows(f"Turn {number} ends.")
        times.append(time.monotonic() - started)

    assert statistics.median(times) < 0.2 or not is_timed, times
