"""Draws the pictures in the README: home, skills, an entry and the search of this repository's hub.

Run it with `python -m tests.browser.screenshot` after a change of the theme or of the content.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from nexusgen.disk.hub import Request, build_hub
from tests.browser.conftest import BASE, CHROMIUM, Visit
from tests.conftest import ROOT, read_tree

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
        visit.page.fill("#find-field", "redis")
        visit.page.wait_for_selector("#find-hits[data-for=redis]")
        visit.page.screenshot(path=SEARCH)
        browser.close()
    sizes = {path: path.stat().st_size for path in (*map(FOLDER.joinpath, PAGES), SEARCH)}
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    return 0 if max(sizes.values()) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
