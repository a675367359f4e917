"""Maps and previews in a browser: with the keyboard alone, in every theme, without a script."""

import pytest

from tests.browser.test_theme import SIDEWAYS, SMALL, violations
from tests.browser.test_theme import axe as axe

FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
PREVIEW = "document.getElementById('preview').checkVisibility()"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph_is_accessible_and_quiet(visit, axe, width, scheme):
    visited = visit("graph/", viewport={"width": width, "height": 900}, color_scheme=scheme)

    assert violations(visited.page, axe) == []
    assert visited.page.evaluate(SIDEWAYS) == 0
    assert visited.page.evaluate(SMALL) == []
    assert visited.complaints == []


def test_every_node_is_reached_by_the_keyboard_and_dims_what_is_far(visit):
    page = visit("graph/").page
    names = page.eval_on_selector_all(".map a", "all => all.map(a => a.getAttribute('aria-label'))")
    page.focus(".map")

    reached = []
    for _ in names:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))

    assert reached == names
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/graph/"))


def test_the_graph_works_without_a_script(visit):
    page = visit("graph/", java_script_enabled=False).page

    page.click(".map a >> nth=0")
    assert not page.url.endswith("/graph/")


def test_a_preview_comes_with_the_focus_and_goes_with_escape(visit):
    visited = visit("technologies/celery/")
    page = visited.page
    page.focus("main a[data-kind]")
    page.wait_for_selector("#preview")

    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "preview"
    assert page.inner_text("#preview strong")
    page.keyboard.press("Escape")
    assert not page.evaluate(PREVIEW)
    assert visited.complaints == []


def test_a_preview_comes_with_the_pointer_and_stays_while_it_is_read(visit):
    page = visit("technologies/celery/").page
    page.hover("main a[data-kind]")
    page.wait_for_selector("#preview")

    page.hover("#preview")
    page.wait_for_timeout(400)
    assert page.evaluate(PREVIEW)
    page.mouse.move(2, 2)
    page.wait_for_selector("#preview", state="hidden")
