"""The stages worth remembering: what runs, the types of both halves of its result."""

from collections.abc import Sequence
from typing import Any

from msgspec.json import Decoder

from nexusgen.cache.memo import Stage
from nexusgen.digests import digest_value
from nexusgen.links.related import Linked, find_related
from nexusgen.markup import render_markdown
from nexusgen.model import Document, Entry, Parsed, Related, Tag, Text
from nexusgen.pages.theme import TemplateFacts, parse_template
from nexusgen.problems import Problem
from nexusgen.sources.entries import EntryOptions, parse_entries

Texts = tuple[Text, ...]


def parse_source(path: str, data: bytes, options: EntryOptions) -> tuple[Parsed, tuple[Texts, ...]]:
    """Return the entries of a source file, each with a digest of its texts, and the texts."""
    from msgspec.structs import replace

    parsed, texts = parse_entries(path, data, options)
    entries = tuple(
        replace(entry, digest=digest_value(of_entry).hex())
        for entry, of_entry in zip(parsed.entries, texts, strict=True)
    )
    return replace(parsed, entries=entries), texts


def _lost_source(reason: str, path: str, *_: Any) -> tuple[Parsed, tuple[Texts, ...]]:
    return Parsed(problems=(_lost(path, reason),)), ()


def _lost_document(
    reason: str, texts: Texts, path: str, *_: Any
) -> tuple[Document, dict[str, str]]:
    problem = _lost(path, reason, texts[0].line if texts else 0)
    return Document(problems=(problem,)), {text.name: "" for text in texts}


def _lost_template(reason: str, path: str, *_: Any) -> tuple[TemplateFacts, None]:
    return TemplateFacts(problems=(_lost(path, reason),)), None


def _lost(path: str, reason: str, line: int = 0) -> Problem:
    hint = "make it smaller, or report it as a bug"
    return Problem(path, line, 1 if line else 0, "entry.lost", reason, hint)


def relate(
    entries: Sequence[Entry], linked: Linked, tags: Sequence[Tag]
) -> tuple[dict[str, tuple[Related, ...]], None]:
    """Return the related entries of each entry."""
    return find_related(entries, linked, tags), None


def _lost_relations(*_: Any) -> tuple[dict[str, tuple[Related, ...]], None]:
    return {}, None


RELATE = Stage(
    "relate", relate, Decoder(dict[str, tuple[Related, ...]]), Decoder(None), _lost_relations
)
PARSE = Stage("parse", parse_source, Decoder(Parsed), Decoder(tuple[Texts, ...]), _lost_source)
RENDER = Stage(
    "render", render_markdown, Decoder(Document), Decoder(dict[str, str]), _lost_document
)
TEMPLATE = Stage("template", parse_template, Decoder(TemplateFacts), Decoder(None), _lost_template)
