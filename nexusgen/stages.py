"""The stages worth remembering: what runs, the types of both halves of its result."""

from typing import Any

from msgspec.json import Decoder
from msgspec.structs import replace

from nexusgen.cache.memo import Stage
from nexusgen.digests import digest_value
from nexusgen.markup import render_markdown
from nexusgen.model import Document, Parsed, Text
from nexusgen.pages.theme import TemplateFacts, load_jinja, parse_template
from nexusgen.problems import Problem
from nexusgen.sources.entries import EntryOptions, parse_entries

Texts = tuple[Text, ...]


def parse_source(path: str, data: bytes, options: EntryOptions) -> tuple[Parsed, tuple[Texts, ...]]:
    """Return the entries of a source file, with a digest of the texts of each, and the texts."""
    parsed, texts = parse_entries(path, data, options)
    return replace(parsed, texts=tuple(map(digest_value, texts))), texts


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


PARSE = Stage("parse", parse_source, Decoder(Parsed), Decoder(tuple[Texts, ...]), _lost_source)
RENDER = Stage(
    "render", render_markdown, Decoder(Document), Decoder(dict[str, str]), _lost_document
)
TEMPLATE = Stage(
    "template", parse_template, Decoder(TemplateFacts), Decoder(None), _lost_template, load_jinja
)
