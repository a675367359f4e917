"""Images on a page in a browser: nothing jumps, and little is loaded."""

import re
from io import BytesIO

import pytest

from nexusgen.disk.hub import Request, build_hub
from tests.browser.conftest import Visit
from tests.conftest import read_tree

pytestmark = pytest.mark.browser

SHIFTS = """
window.shifts = 0
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifts += entry.value
}).observe({type: "layout-shift", buffered: true})
"""


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Return the files of a hub whose pages show three large photos, and their originals by path."""
    image = pytest.importorskip("PIL.Image")
    root = tmp_path_factory.mktemp("photos") / "hub"
    (root / "content/notes").mkdir(parents=True)
    (root / "content/site.yml").write_text("title: Hub\n")
    for name in "abc":
        noise = image.effect_noise((3000, 2000), 60)
        made = BytesIO()
        image.merge("RGB", (noise, noise.rotate(180), noise)).save(made, "JPEG", quality=92)
        (root / f"content/notes/{name}.jpg").write_bytes(made.getvalue())
    text = '---\nimage: a.jpg\n---\nText.\n\n![B](b.jpg "A caption")\n\nText.\n\n![C](c.jpg)\n\nText.\n'
    (root / "content/notes/one.md").write_text(text)
    outcome = build_hub(Request(root))
    assert outcome.report.written, outcome.problems
    return read_tree(root / "output")


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_jumps_and_little_is_loaded(chromium, photos, width):
    visit = Visit(chromium, photos, "", {"viewport": {"width": width, "height": 800}})
    loaded = []
    visit.page.on("request", lambda request: loaded.append(request.url.partition("/hub/")[2]))
    visit.page.add_init_script(SHIFTS)
    visit.open("notes/one/")
    for _ in range(6):
        visit.page.mouse.wheel(0, 700)
        visit.page.wait_for_timeout(100)
    visit.page.wait_for_function("[...document.images].every(image => image.complete)")

    copies = {path for path in loaded if path.startswith("assets/images/")}
    originals = sum(len(photos[f"notes/{name}.jpg"]) for name in "abc")
    assert visit.page.evaluate("window.shifts") == 0
    assert len(copies) == 3
    assert sum(len(photos[path]) for path in copies) <= 0.15 * originals
    assert not any(path.endswith(".jpg") for path in loaded)
    assert not visit.complaints
    visit.context.close()


def test_a_click_on_a_figure_opens_the_original(chromium, photos):
    visit = Visit(chromium, photos, "notes/one/", {})
    link = visit.page.locator("figure a")

    assert re.search(r"notes/b\.jpg$", link.get_attribute("href"))
    assert link.locator("img").get_attribute("alt") == "B"
    visit.context.close()


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("chosen", ["", "light", "dark"])
def test_a_picture_for_one_theme_is_shown_in_it_alone(chromium, tmp_path, system, chosen):
    (tmp_path / "content").mkdir()
    (tmp_path / "content/site.yml").write_text("title: Hub\n")
    (tmp_path / "content/a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    names = ("gh-light-mode-only", "only-light", "gh-dark-mode-only", "only-dark")
    text = "\n\n".join(f"![x](a.svg#{name})" for name in names)
    (tmp_path / "content/a.md").write_text(f"# A\n\n{text}\n")
    build_hub(Request(tmp_path))
    visit = Visit(chromium, read_tree(tmp_path / "output"), "", {"color_scheme": system})
    visit.page.add_init_script(f"localStorage.theme = '{chosen or 'system'}'")
    visit.open("a/")

    shown = visit.page.evaluate("[...document.images].map(it => it.checkVisibility())")
    assert shown == [(chosen or system) == "light"] * 2 + [(chosen or system) == "dark"] * 2
