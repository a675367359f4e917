"""Draws the pictures in the README: home, skills, an entry and the search of this repository's hub.

Run it with `python -m tests.browser.screenshot` after a change of the theme or of the content.
"""

import base64
import re
import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import sync_playwright

from nexusgen.cli import main as nexusgen
from nexusgen.disk.hub import Request, build_hub
from tests.browser.conftest import BASE, Visit
from tests.conftest import CHROMIUM, ROOT, read_tree

FOLDER = Path(__file__).parent
PAGES = {
    "screenshot.png": ("", {"width": 1280, "height": 760}, "light"),
    "skills.png": ("skills/", {"width": 1280, "height": 760}, "light"),
    "entry.png": (
        "challenges/deploying-django-with-celery-redis/",
        {"width": 1280, "height": 760},
        "dark",
    ),
}
SEARCH = FOLDER / "search.png"
IMPORTED = FOLDER / "imported.png"
BESIDE = """
<style>
body { display: grid; grid-template-columns: 500px 1fr; gap: 28px; margin: 0; padding: 28px; background: #e8e8e4; }
pre, img { box-sizing: border-box; width: 100%; height: 700px; margin: 0; border-radius: 8px; background: white; }
pre { padding: 28px; font: 15px/1.5 monospace; white-space: pre-wrap; }
img { object-fit: cover; object-position: top; }
</style>
<pre></pre><img alt="">
"""
LIMIT = 150_000


def main():
    """Build the hub aside, open its pages and its search, and keep what the screen shows."""
    with tempfile.TemporaryDirectory() as folder:
        build_hub(Request(ROOT, output=Path(folder) / "output", base_url=BASE))
        tree = read_tree(Path(folder) / "output")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (url, viewport, scheme) in PAGES.items():
            visit = Visit(browser, tree, url, {"viewport": viewport, "color_scheme": scheme})
            visit.page.screenshot(path=FOLDER / name)
        screen = {"width": 1280, "height": 480}
        visit = Visit(browser, tree, "", {"viewport": screen, "color_scheme": "light"})
        visit.page.keyboard.press("/")
        visit.page.fill("#Find-field", "redis")
        visit.page.wait_for_selector("#Find-hits[data-for=redis]")
        visit.page.screenshot(path=SEARCH)
        _draw_import(browser)
        browser.close()
    pictures = (*map(FOLDER.joinpath, PAGES), SEARCH, IMPORTED)
    sizes = {path: path.stat().st_size for path in pictures}
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    return 0 if max(sizes.values()) < LIMIT else 1


def _draw_import(browser):
    """Show the README that the README imports beside the hub that comes of it."""
    section = (ROOT / "README.md").read_text("utf-8").partition("## From a README to a hub")[2]
    before, *_ = re.findall(r"^```md\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        source, hub = Path(folder) / "README.md", Path(folder) / "my-hub"
        source.write_text(before, encoding="utf-8")
        assert CliRunner().invoke(nexusgen, ["import", str(source), "-C", str(hub)]).exit_code == 0
        build_hub(Request(hub, base_url=BASE))
        tree = read_tree(hub / "output")
    screen = {"width": 1000, "height": 1000}
    visit = Visit(browser, tree, "", {"viewport": screen, "color_scheme": "light"})
    shown = base64.b64encode(visit.page.screenshot()).decode()
    page = browser.new_page(viewport={"width": 1280, "height": 756})
    page.set_content(BESIDE)
    page.eval_on_selector("pre", "(pre, text) => { pre.textContent = text }", before)
    page.eval_on_selector(
        "img", "(img, data) => { img.src = 'data:image/png;base64,' + data }", shown
    )
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth")
    page.screenshot(path=IMPORTED)


if __name__ == "__main__":
    sys.exit(main())
