"""The hub in `tests/browser/hub`, built once and shown to Chromium without a server."""

import mimetypes
import shutil
from pathlib import Path

import pytest

from nexusgen.disk.hub import Request, build_hub
from tests.conftest import read_tree

HUB = Path(__file__).parent / "hub"
BASE = "https://example.org/hub/"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return every file of the built hub by path."""
    root = tmp_path_factory.mktemp("browser") / "hub"
    shutil.copytree(HUB, root)
    outcome = build_hub(Request(root))
    assert outcome.report.written, outcome.problems
    return read_tree(root / "output")


@pytest.fixture
def visit(chromium, built):
    """Return a function that opens a page of the hub in a fresh context."""
    visits = []

    def open_page(url="", **options):
        visits.append(Visit(chromium, built, url, options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()


class Visit:
    """A page of the hub in a browser; `complaints` gathers what its console and network said."""

    def __init__(self, browser, tree, url, options):
        self.tree = tree
        self.complaints = []
        self.context = browser.new_context(**options)
        self.context.route("**/*", self.answer)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complain("error", str(error)))
        self.open(url)

    def open(self, url):
        self.page.goto(BASE + url)
        return self

    def complain(self, kind, text):
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def answer(self, route):
        """Answer from the built site, as a static host does; any other host is a complaint."""
        url = route.request.url.partition("#")[0].partition("?")[0]
        if not url.startswith(BASE):
            self.complaints.append(f"a request to {url}")
            route.abort()
            return
        path = url.removeprefix(BASE)
        path += "index.html" if path.endswith("/") or not path else ""
        found = path in self.tree
        kind = mimetypes.guess_type(path)[0] if found else "text/html"
        route.fulfill(
            status=200 if found else 404,
            body=self.tree[path if found else "404.html"],
            content_type=f"{kind}; charset=utf-8",
        )
