"""Graph, rail, index and previews in a browser: by the keyboard, in every theme, without a script."""

import pytest

from nexusgen.disk.hub import Request, build_hub
from tests.browser.conftest import Visit
from tests.browser.test_theme import SIDEWAYS, SMALL, violations
from tests.browser.test_theme import axe as axe
from tests.conftest import read_tree

FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
PREVIEW = "document.getElementById('Preview').checkVisibility()"


def test_every_node_is_reached_by_the_keyboard_and_dims_what_is_far(visit):
    page = visit("graph/").page
    names = page.eval_on_selector_all(
        ".graph a", "all => all.map(a => a.getAttribute('aria-label'))"
    )
    page.focus(".graph a >> nth=0")

    assert page.query_selector(".graph [data-dim]")
    reached = [page.evaluate(FOCUSED)]
    for _ in names[1:]:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))

    assert reached == names
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/graph/"))


def test_the_graph_works_without_a_script(visit):
    page = visit("graph/", java_script_enabled=False).page

    page.click(".graph a >> nth=0")
    assert not page.url.endswith("/graph/")


def test_a_preview_comes_with_the_focus_and_goes_with_escape(visit):
    visited = visit("technologies/celery/")
    page = visited.page
    page.focus("main a[data-kind]")
    page.wait_for_selector("#Preview")

    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "Preview"
    assert page.inner_text("#Preview strong")
    page.keyboard.press("Escape")
    assert not page.evaluate(PREVIEW)
    assert visited.complaints == []


def test_a_preview_comes_with_the_pointer_and_stays_while_it_is_read(visit):
    page = visit("technologies/celery/").page
    page.hover("main a[data-kind]")
    page.wait_for_selector("#Preview")

    page.hover("#Preview")
    page.wait_for_timeout(400)
    assert page.evaluate(PREVIEW)
    page.mouse.move(2, 2)
    page.wait_for_selector("#Preview", state="hidden")


@pytest.fixture(scope="session")
def garden(tmp_path_factory):
    """Return every file of a hub of many notes in a few folders, by path."""
    root = tmp_path_factory.mktemp("garden")
    for folder in ("git", "postgres", "vim"):
        (root / folder).mkdir()
        for number in range(70 if folder == "git" else 3):
            title = f"{chr(65 + number % 26)} thing about {folder} {number} Élan"
            (root / folder / f"n{number}.md").write_text(f"# {title}\n\nText [[n1]].\n")
    build_hub(Request(root))
    return read_tree(root / "output")


@pytest.fixture
def roam(chromium, garden):
    visits = []

    def open_page(url, **options):
        visits.append(Visit(chromium, garden, url, options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.context.close()


@pytest.mark.parametrize("url", ["git/", "git/n5/", "map/", "vim/"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (320, "light")])
def test_pages_among_many_notes_are_accessible_and_quiet(roam, axe, url, width, scheme):
    visited = roam(url, viewport={"width": width, "height": 900}, color_scheme=scheme)

    assert violations(visited.page, axe) == []
    assert visited.page.evaluate(SIDEWAYS) == 0
    assert visited.page.evaluate(SMALL) == []
    assert visited.complaints == []


@pytest.mark.parametrize("url", ["git/", "git/n5/"])
def test_the_sections_stay_in_view(roam, url):
    page = roam(url, viewport={"width": 1280, "height": 480}).page
    page.evaluate("document.querySelector('main').lastElementChild.style.minHeight = '300vh'")
    page.evaluate("scrollTo(0, 600)")

    box = page.locator("nav.sections").bounding_box()
    assert 0 <= box["y"] < 120


def test_a_filter_leaves_the_titles_that_hold_every_word(roam):
    page = roam("git/").page
    shown = ".titles li:not([hidden])"
    assert len(page.query_selector_all(shown)) == 70

    page.fill("[data-filter]", "elan 33")
    assert [one.inner_text() for one in page.query_selector_all(shown)] == [
        "H thing about git 33 Élan"
    ]
    assert page.inner_text("output") == "1 of 70"
    assert len([one for one in page.query_selector_all(".letter") if one.is_visible()]) == 1
    page.press("[data-filter]", "Escape")
    assert len(page.query_selector_all(shown)) == 70


def test_without_a_script_no_dead_field_is_shown_and_every_title_is_there(roam):
    page = roam("git/", java_script_enabled=False).page

    assert not page.is_visible("[data-filter]")
    assert len(page.query_selector_all(".titles a")) == 70
    page.click(".jumps a >> text=Z")
    assert page.url.endswith("#Letter-z")
