"""Helpers of the tests of import: a README in, what the hub holds of each kind out."""

from collections import Counter

import yaml

from nexusgen.importers.normal import Import, strings, words
from nexusgen.importers.planning import plan_import
from nexusgen.importers.readme.reading import read_readme
from nexusgen.importers.readme.unwrapping import read_text

KINDS = {
    "technologies": "technology",
    "concepts": "concept",
    "challenges": "challenge",
    "practices": "practice",
    "projects": "project",
}


def plan_of(text, name="README.md", place=""):
    """Return the plan for a README that lies at a place."""
    data = text if isinstance(text, bytes) else text.encode()
    return plan_import(read_readme(data, name), name, place)


def front_matter(file):
    """Return the fields and the body of a file of a plan."""
    text = file.data.decode()
    if not text.startswith("---\n"):
        return yaml.safe_load(text), ""
    head, _, body = text[4:].partition("\n---\n")
    return yaml.safe_load(head), body


def entries_of(plan):
    """Return the fields of the entries by kind, in order; pages of sections are left out."""
    found = {kind: [] for kind in KINDS.values()}
    for file in plan.files:
        folder, _, name = file.path.partition("/")
        if folder in KINDS and name != "index.md":
            fields, body = front_matter(file)
            found[KINDS[folder]].append({**fields, "body": body})
    return found


def titles_of(plan):
    """Return the titles of the entries by kind; kinds without any are left out."""
    found = {kind: [it["title"] for it in items] for kind, items in entries_of(plan).items()}
    return {kind: titles for kind, titles in found.items() if titles}


def pages_of(plan):
    """Return the bodies of the pages at the root by path."""
    files = [it for it in plan.files if "/" not in it.path and it.path.endswith(".md")]
    return {file.path: front_matter(file)[1] for file in files}


def lost_words(text):
    """Return the words of a text that stand in no file of its plan and are not told.

    The weights that an import gives its entries stand for no number of the text.
    """
    plan = plan_of(text)
    have = Counter()
    for file in plan.files:
        fields, body = front_matter(file)
        own = fields.pop("weight", None)
        assert own is None or isinstance(own, int)
        have += words(strings(fields)) + words([body])
    told = words(left.text for left in plan.left)
    return words([read_text(text.encode(), Import("readme"))]) - have - told
