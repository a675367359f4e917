"""Set up the Jinja2 that templates are written for: strict, escaping, with our filters, without chance.

Templates of a hub run in Jinja2's sandbox: they reach no attribute with an underscore in front, none
of a function, a class or a frame, and nothing that grows or goes on beyond all measure.

Templates may call each other `MAX_DEPTH` deep. Python's own limit depends on how deep the program
stands when it renders a page, so that the same template would fail here and not there.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import compiler, runtime
from jinja2.bccache import Bucket
from jinja2.utils import missing
from markupsafe import Markup, escape

from nexusgen.core.urls import href
from nexusgen.incremental.digests import digest
from nexusgen.pages.sandbox import CALL, MAX_TRUSTED, Counted, Sandbox, count_steps, start_page
from nexusgen.pages.words import direction, filters_of

MAX_DEPTH = 50
"""Templates, macros and loops within each other; a page of the theme needs fewer than ten."""


class TooDeepError(jinja2.TemplateRuntimeError):
    """Templates, macros or loops of them call each other too deep."""


class MissingError(jinja2.UndefinedError):
    """A template named what is not there: the `name`, and the `holder` that was to have it, if any."""

    def __init__(self, message: str, holder: Any, name: str) -> None:
        super().__init__(message)
        self.holder, self.name = None if holder is missing else holder, name


class _Missing(jinja2.StrictUndefined):
    """Stands for what is not there, and fails once it is used."""

    @property
    def _undefined_message(self) -> str:
        message = super()._undefined_message
        if self._undefined_hint or self._undefined_exception is not jinja2.UndefinedError:
            return message
        raise MissingError(message, self._undefined_obj, str(self._undefined_name))


class _Depth(threading.local):
    """How many templates and calls of them a thread stands in."""

    now = 0


_depth = _Depth()


class _Context(runtime.Context):
    """Counts calls: of macros, of blocks and of recursive loops."""

    def call(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Call what a template calls."""
        _enter()
        count_steps(CALL)
        try:
            return super().call(function, *arguments, **named)
        finally:
            _depth.now -= 1


class _OwnContext(runtime.Context):
    """Calls the macros of the default theme alone: they end, and draw the same of the same texts."""

    def call(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Call what a template calls."""
        if type(function) is not runtime.Macro:
            return super().call(function, *arguments, **named)
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        if self.eval_ctx.autoescape and not named and {*map(type, arguments)} == {str}:
            return _drawn(function, arguments)
        return function(self.eval_ctx, *arguments, **named)


@lru_cache(maxsize=512)
def _drawn(macro: runtime.Macro, texts: tuple[str, ...]) -> Any:
    return macro(*texts)


class _Generator(compiler.CodeGenerator):
    """Lets pages write values by `escaped`."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write(f"environment.escaped({finalize.src or ''}")
        else:
            super()._output_child_pre(node, frame, finalize)


_ADDRESS = re.compile(r" at 0x[0-9a-f]+&gt;")
"""Ends what Python calls a function or a generator by: where that lies in memory, by chance."""

_may_be_markup = re.compile("[&<>'\"]").search


def escaped(value: Any) -> str:
    """Return what stands for a value in HTML, as it is where it may: `escape` would copy it twice."""
    kind = type(value)
    if kind is Markup or (kind is str and not _may_be_markup(value)):
        return value  # type: ignore[no-any-return]
    text = escape(value)
    if kind is not str and _ADDRESS.search(text):
        raise TypeError(f"a page cannot show a {kind.__name__}: call it, or join what it gives")
    return text


class _Template(jinja2.Template):
    """Counts templates that extend, include or import each other, where they can reach themselves."""

    def render(self, *given: Any, **named: Any) -> str:
        """Return a page."""
        start_page(self.environment.max_steps)  # type: ignore[attr-defined]
        return super().render(*given, **named)

    @classmethod
    def from_code(cls, environment: jinja2.Environment, *given: Any) -> jinja2.Template:
        """Return a template; one that can reach itself is counted while it is rendered."""
        template = super().from_code(environment, *given)
        root = template.root_render_func

        def counted(context: runtime.Context) -> Iterator[str]:
            _enter()
            try:
                yield from root(context)
            finally:
                _depth.now -= 1

        if template.name in environment.recursive:  # type: ignore[attr-defined]
            template.root_render_func = counted
        return template


class KeptCode(jinja2.BytecodeCache):
    """Keeps templates compiled in `codes`: those of the paths `kept`, as an `identity` compiles them."""

    def __init__(self, codes: dict[str, bytes], kept: frozenset[str], identity: bytes) -> None:
        self._codes, self._kept, self._identity = codes, kept, identity

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the name under which a template is kept, none where it is not kept."""
        return digest(self._identity, name.encode()).hex() if filename in self._kept else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if that is what this Python made of this text."""
        if bucket.key:
            with suppress(KeyError):
                bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.key:
            self._codes[bucket.key] = bucket.bytecode_to_string()


def _enter() -> None:
    if _depth.now >= MAX_DEPTH:
        raise TooDeepError("too deep")
    _depth.now += 1


def new_environment(
    loader: jinja2.BaseLoader | None,
    recursive: frozenset[str] = frozenset(),
    kind: type[jinja2.Environment] = jinja2.Environment,
) -> jinja2.Environment:
    """Return the Jinja2 that templates are written for; `recursive` are those that reach themselves.

    Its `kind` says what they may do: `Sandbox` for those of strangers, `Counted` for trusted ones.
    """
    environment = kind(
        loader=loader,
        undefined=_Missing,
        autoescape=jinja2.select_autoescape(("html", "xml", "svg")),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,  # all of them
    )
    environment.code_generator_class, environment.template_class = _Generator, _Template
    environment.context_class = _OwnContext if kind is jinja2.Environment else _Context
    environment.escaped = escaped  # type: ignore[attr-defined]
    environment.recursive = recursive  # type: ignore[attr-defined]
    if not isinstance(environment, Counted):
        environment.max_steps = MAX_TRUSTED  # type: ignore[attr-defined]
    environment.filters.pop("random")
    environment.globals.pop("lipsum")
    environment.filters.update(
        direction=direction,
        grouped=grouped,
        host=host,
        href=href,
        rfc822=rfc822,
        **filters_of("en", {}),
    )
    if isinstance(environment, Sandbox):
        environment.guard_filters()
    return environment


def host(url: str) -> str:
    """Return what a reader recognises of an address: `github.com/django/django`."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or url


def rfc822(time: str) -> str:
    """Return an RFC 3339 time as RSS writes it: `Wed, 01 May 2024 00:00:00 +0000`."""
    from email.utils import format_datetime

    return format_datetime(datetime.fromisoformat(time))


def grouped(number: int) -> str:
    """Return 1873 as `1,873`."""
    return f"{number:,}"
