"""What the tests of the readers share: a source in, its entries and problems out."""

from itertools import chain
from textwrap import dedent

from nexusgen.content.entries import EntryOptions, parse_entries
from nexusgen.content.kinds import KINDS
from nexusgen.content.naming import find_folder, folder_url, place_entry, spots_of
from nexusgen.content.source_text import Problems
from nexusgen.content.yaml_tree import parse_yaml
from nexusgen.site.settings import parse_site

STRICT = EntryOptions(KINDS, "content", False)
LENIENT = EntryOptions(KINDS, "", True)
TECHNOLOGY = "content/technologies/x.md"
NOTE = "content/notes/x.md"
LIST = "content/practices/all.yml"


def as_bytes(text):
    return text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode()


def read(text, path=TECHNOLOGY, options=STRICT):
    """Return what a source file holds."""
    return parse_entries(path, as_bytes(text), options)[0]


def settle(entries):
    """Return entries as what they are in their folders."""
    spots, by_url = {}, {}
    for path, spot in chain.from_iterable(map(spots_of, entries)):
        spots.setdefault(path, []).append(spot)
    folders = {path: find_folder(found, {"": ""}) for path, found in spots.items()}
    for path in sorted(folders):
        by_url.setdefault(folder_url(path), []).append(path)
    return [place_entry(entry, folders, by_url) for entry in entries]


def read_one(text, path=TECHNOLOGY, options=STRICT):
    """Return the one entry of a source that has no problem."""
    parsed = read(text, path, options)
    assert parsed.problems == ()
    assert len(parsed.entries) == 1
    return parsed.entries[0]


def problems_of(document):
    """Return the problems of all texts of an entry."""
    return [problem for problems in document.problems.values() for problem in problems]


def texts(text, path=TECHNOLOGY):
    """Return the texts of the first entry by name."""
    found = parse_entries(path, as_bytes(text), STRICT)[1]
    return {one.name: one for one in found[0]}


def fields(text):
    """Return a Markdown source with these lines of front matter."""
    return f"---\n{dedent(text).strip()}\n---\nText.\n"


def problem_of(text, path=TECHNOLOGY, options=STRICT):
    """Return the only problem of a source."""
    (problem,) = read(text, path, options).problems
    return problem


def settings(text):
    """Return the settings and problems of a `site.yml`."""
    return parse_site(as_bytes(text), "content/site.yml", "content", "Folder")


def place(problem):
    return (problem.line, problem.column, problem.length)


def new_problems():
    return Problems("x.md", [])


def node_of(text, first_line=1):
    """Return the tree of YAML that has no problem."""
    found = new_problems()
    node = parse_yaml(text, found, first_line)
    assert found.noted == []
    return node
