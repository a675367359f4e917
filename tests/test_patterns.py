"""Regular expressions that mean the same with every Python from 3.11.0 on."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "nexusgen"
NAMES = sorted(
    ".".join(("nexusgen", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if path.name not in ("__main__.py", "__init__.py")
)
parser = import_module("re._parser")

MATCHES_AHEAD = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"}
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", *MATCHES_AHEAD}


def patterns_of(name):
    """Return the expressions that a module holds, by the name of what holds them."""
    for key, value in vars(import_module(name)).items():
        held = value.values() if isinstance(value, dict) else value
        for one in held if isinstance(held, (tuple, list, type({}.values()))) else (held,):
            if isinstance(one, re.Pattern):
                yield key, one


def items_of(parsed):
    """Return each construct within a parsed expression: its name and what it holds."""
    if isinstance(parsed, tuple) and len(parsed) == 2 and str(parsed[0]).isupper():
        yield str(parsed[0]), parsed[1]
    if isinstance(parsed, parser.SubPattern | tuple | list):
        for part in parsed:
            yield from items_of(part)


def misread(pattern):
    """Return whether a Python before 3.11.5 loses its place in `pattern` (python/cpython#106052).

    It does where what a possessive repeat repeats fails after a repeat or a look-ahead in it.
    """
    return any(
        name == "POSSESSIVE_REPEAT" and any(inner in REPEATS for inner, _ in items_of(held))
        for name, held in items_of(parser.parse(pattern.pattern, pattern.flags))
    )


@pytest.mark.parametrize("written", [r"(?:(?!-->).)*+-->", r"(?:a(?:=b)?+)*+", r"(?:a*b){3,}+"])
def test_what_old_pythons_misread_is_known(written):
    assert misread(re.compile(written))


@pytest.mark.parametrize("written", [r"(?>(?:a(?:=b)?)*)", r"[^>]*+>", r"(?:[^|\\]|\\.)*+"])
def test_what_every_python_reads_is_let_through(written):
    assert not misread(re.compile(written))


@pytest.mark.parametrize("name", NAMES)
def test_no_expression_is_misread_by_an_old_python(name):
    assert [key for key, pattern in patterns_of(name) if misread(pattern)] == []
