"""Markdown is read as CommonMark and GitHub Flavored Markdown say, measured on their examples."""

import json
from pathlib import Path

import pytest

from tests.markup import fuzz
from tests.markup.compare import (
    examples,
    rendered,
    same_html,
    showing_comments,
    skeleton,
    whole_page,
)
from tests.markup.reference import agreement, github, notes

EXCEPTIONS = json.loads((Path(__file__).parent / "markup" / "exceptions.json").read_text("utf-8"))
BLOCK_SECTIONS = {
    "Tabs", "Precedence", "Thematic breaks", "ATX headings", "Setext headings",
    "Indented code blocks", "Fenced code blocks", "HTML blocks", "Link reference definitions",
    "Paragraphs", "Blank lines", "Block quotes", "List items", "Lists", "Tables (extension)",
    "Task list items (extension)",
}  # fmt: skip


@pytest.fixture
def comments_shown():
    """Let comments of HTML through as the specifications do, where we leave them out."""
    with showing_comments():
        yield


def of(name):
    found = examples(name)
    if found is None:
        pytest.skip("the examples of the specifications are not here (../shared/data)")
    return found


@pytest.mark.parametrize(("name", "count"), [("commonmark", 298), ("gfm", 306)])
def test_block_structure_of_every_example_is_that_of_the_specification(name, count):
    blocks = [each for each in of(name) if each["section"] in BLOCK_SECTIONS]
    wrong = [
        each["example"]
        for each in blocks
        if skeleton(rendered(each["markdown"])) != skeleton(each["html"])
    ]

    assert (len(blocks), wrong) == (count, [])


@pytest.mark.usefixtures("comments_shown")
@pytest.mark.parametrize("name", ["commonmark", "gfm"])
def test_html_of_every_example_is_that_of_the_specification_but_for_known_exceptions(name):
    found = of(name)
    wrong = {
        str(each["example"])
        for each in found
        if not same_html(rendered(each["markdown"]), each["html"])
    }

    assert wrong - EXCEPTIONS[name].keys() == set()
    assert len(wrong) <= 0.03 * len(found)


def test_html_of_every_example_of_github_s_extensions_is_the_same():
    wrong = [
        each["example"]
        for each in of("gfm")
        if "(extension)" in each["section"]
        and not same_html(rendered(each["markdown"]), each["html"])
    ]

    assert wrong == []


@pytest.mark.parametrize("name", ["til-jbranchaud", "vault-kepano"])
def test_real_notes_come_out_as_on_github(name):
    pytest.importorskip("cmarkgfm")
    texts = notes(name)
    if not texts:
        pytest.skip("the real notes are not here (../shared/data)")
    some = dict(list(texts.items())[:: max(1, len(texts) // 300)])

    structure, page, others = agreement(some)

    assert structure >= 0.999 * len(some), others
    assert page >= 0.98 * len(some)


def test_random_sentences_are_those_of_github():
    pytest.importorskip("cmarkgfm")
    texts = list(fuzz.sentences(seed=1, count=500))
    different = [text for text in texts if whole_page(rendered(text)) != whole_page(github(text))]

    assert len(different) <= 0.02 * len(texts), different


@pytest.mark.usefixtures("comments_shown")
def test_random_documents_have_the_blocks_of_github():
    pytest.importorskip("cmarkgfm")
    documents = list(fuzz.documents(seed=1, count=1000))
    different = [text for text in documents if fuzz.differs(text, github)]

    assert len(different) <= 0.002 * len(documents) + 1, different
