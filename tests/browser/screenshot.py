"""Draws `screenshot.png` and `search.png`, the pictures in the README: the hub of this repository.

Run it with `python -m tests.browser.screenshot` after a change of the theme or of the content.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from nexusgen.disk.hub import Request, build_hub
from tests.browser.conftest import BASE, CHROMIUM, Visit
from tests.conftest import ROOT, read_tree

PICTURE = Path(__file__).parent / "screenshot.png"
SEARCH = Path(__file__).parent / "search.png"
SCREEN = {"width": 1280, "height": 1000}
LIMIT = 150_000


def main():
    """Build the hub aside, open its home page, then its search, and keep what the screen shows."""
    with tempfile.TemporaryDirectory() as folder:
        build_hub(Request(ROOT, output=Path(folder) / "output", base_url=BASE))
        tree = read_tree(Path(folder) / "output")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        visit = Visit(browser, tree, "", {"viewport": SCREEN, "color_scheme": "light"})
        visit.page.screenshot(path=PICTURE)
        visit.page.set_viewport_size({"width": 1280, "height": 480})
        visit.page.keyboard.press("/")
        visit.page.fill("#find-field", "redis")
        visit.page.wait_for_selector("#find-hits[data-for=redis]")
        visit.page.screenshot(path=SEARCH)
        browser.close()
    sizes = {path: path.stat().st_size for path in (PICTURE, SEARCH)}
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    return 0 if max(sizes.values()) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
