"""Prints how Markdown is read: `python -m tests.markup.report`, a minute and a half.

Conformance, agreement with cmark-gfm, hostile input, and the cost beside plain Python-Markdown.
"""

import statistics
import time

from nexusgen.core.model import Text
from nexusgen.markdown import MarkupOptions
from nexusgen.markdown.code import code_figure
from nexusgen.markdown.render import render_markdown
from tests.markup import fuzz
from tests.markup.compare import (
    examples,
    rendered,
    same_html,
    showing_comments,
    skeleton,
    whole_page,
)
from tests.markup.hostile import GENERATORS
from tests.markup.reference import agreement, github, notes
from tests.test_markup_conformance import BLOCK_SECTIONS, EXCEPTIONS

PLAIN = (
    "tables fenced_code footnotes def_list attr_list abbr codehilite toc sane_lists admonition "
    "pymdownx.tasklist pymdownx.tilde pymdownx.magiclink pymdownx.mark"
)


def conformance(name):
    """Print how many examples of a specification come out as it says."""
    found = examples(name) or []
    blocks = [each for each in found if each["section"] in BLOCK_SECTIONS]
    structure = sum(skeleton(rendered(e["markdown"])) == skeleton(e["html"]) for e in blocks)
    wrong = [str(e["example"]) for e in found if not same_html(rendered(e["markdown"]), e["html"])]
    exact = len(found) - len(wrong)
    print(f"{name}: block structure {structure} of {len(blocks)}, exact {exact} of {len(found)}")
    for number in wrong:
        print(f"  {number}: {EXCEPTIONS[name].get(number, 'no reason known')}")


def collections():
    """Print how many real notes come out as on GitHub."""
    for name in ("til-jbranchaud", "vault-kepano"):
        texts = notes(name)
        structure, page, _ = agreement(texts)
        print(f"{name}: structure {structure}, whole page {page} of {len(texts)}")


def random_documents(count=20_000):
    """Print how many random documents differ, and the smallest of them."""
    different = [text for text in fuzz.documents(1, count) if fuzz.differs(text, github)]
    print(f"random documents: {len(different)} of {count} differ")
    for text in sorted({fuzz.shrunk(text, github) for text in different}, key=len):
        print(f"  {text!r}")


def random_sentences(count=10_000):
    """Print how many random paragraphs differ."""
    texts = fuzz.sentences(1, count)
    different = sum(whole_page(rendered(text)) != whole_page(github(text)) for text in texts)
    print(f"random sentences: {different} of {count} differ")


def seconds(work):
    """Return the seconds of processor time that `work` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def hostile(size=100_000):
    """Print the hostile inputs that take longest."""
    texts = {name: Text("body", make(size)) for name, make in GENERATORS.items()}
    times = {
        name: seconds(lambda text=text: render_markdown((text,), "a.md", MarkupOptions()))
        for name, text in texts.items()
    }
    print(f"{len(times)} hostile inputs of {size} characters; the slowest:")
    for name in sorted(times, key=times.__getitem__)[:-11:-1]:
        print(f"  {times[name]:5.2f} s  {name}")


def cost(rounds=5):
    """Print the time of our reading beside that of plain Python-Markdown with the same features."""
    import markdown

    options = {"codehilite": {"guess_lang": False}}
    plain = markdown.Markdown(extensions=PLAIN.split(), extension_configs=options)
    texts = list(notes("til-jbranchaud").values())[::4]

    def read_plain():
        for text in texts:
            plain.reset()
            plain.convert(text)

    def read_ours():
        code_figure.cache_clear()
        for text in texts:
            render_markdown((Text("body", text),), "a.md", MarkupOptions())

    ratios = [seconds(read_ours) / seconds(read_plain) for _ in range(rounds)]
    print(
        f"cost beside plain Python-Markdown: {statistics.median(ratios):.2f} (median of {rounds})"
    )


if __name__ == "__main__":
    with showing_comments():
        conformance("commonmark")
        conformance("gfm")
        collections()
        random_documents()
        random_sentences()
    hostile()
    cost()
