"""Draws `screenshot.png`, the picture in the README: the hub of this repository, first screen.

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
SCREEN = {"width": 1280, "height": 1000}
LIMIT = 150_000


def main():
    """Build the hub aside, open its home page and keep what the first screen shows."""
    with tempfile.TemporaryDirectory() as folder:
        build_hub(Request(ROOT, output=Path(folder) / "output", base_url=BASE))
        tree = read_tree(Path(folder) / "output")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        visit = Visit(browser, tree, "", {"viewport": SCREEN, "color_scheme": "light"})
        visit.page.screenshot(path=PICTURE)
        browser.close()
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size:,} bytes")
    return 0 if size < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
