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
from itertools import islice, pairwise
from typing import Any

import jinja2
from jinja2 import compiler, nodes, runtime
from jinja2.bccache import Bucket
from jinja2.utils import missing
from markupsafe import Markup, escape

from nexusgen.core.urls import href
from nexusgen.incremental.digests import digest
from nexusgen.pages.sandbox import CALL, MAX_TRUSTED, Counted, Sandbox, count_steps, start_page
from nexusgen.pages.words import filters_of

MAX_DEPTH = 50
"""Templates, macros and loops within each other; a page of the theme needs fewer than ten."""

RTL_LANGUAGES = (
    "ar", "arc", "arz", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi",
)  # fmt: skip
RTL_SCRIPTS = ("adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa")
"""What is written from right to left: languages by their codes (BCP 47), and scripts (ISO 15924)."""


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


_LEADS = re.compile(r"""(?<![\w-])(?:href|src|poster)=["']([^"'<>#.][^"'<>]*)["']""")
_BELOW_ROOT = re.compile(r"""([^"'<>]+)["']""")
_ITEM = "any item"
"""Stands for what a loop goes through one by one."""

_MOST = 100
"""Values of a name that are looked at: names of names could have any number."""


class _Literals:
    """Knows what the expressions of a template may be, as far as the template writes it itself."""

    def __init__(self, tree: nodes.Template) -> None:
        self._bound: dict[str, list[nodes.Node]] = {}
        self._known: dict[str, list[nodes.Node]] = {}
        for one in tree.find_all(nodes.Assign):
            self._bind(one.target, one.node)
        for loop in tree.find_all(nodes.For):
            self._bind(loop.target, nodes.Getitem(loop.iter, nodes.Const(_ITEM), "load"))
        macros = {one.name: one.args for one in tree.find_all(nodes.Macro)}
        for call in tree.find_all(nodes.Call):
            named = {one.key: one.value for one in call.kwargs}
            for place, name in enumerate(macros.get(getattr(call.node, "name", ""), ())):
                given = [*call.args, None][min(place, len(call.args))] or named.get(name.name)
                self._bind(name, given or nodes.Const(None))

    def _bind(self, target: nodes.Node, value: nodes.Node) -> None:
        if isinstance(target, nodes.Name):
            self._bound.setdefault(target.name, []).append(value)
        for place, part in enumerate(getattr(target, "items", ())):
            self._bind(part, nodes.Getitem(value, nodes.Const(place), "load"))

    def of(self, node: nodes.Node | None) -> list[nodes.Node]:
        """Return what an expression may be."""
        match node:
            case nodes.Name(name=name):
                if name not in self._known:
                    self._known[name] = []  # it may name itself
                    found = (it for one in self._bound.get(name, ()) for it in self.of(one))
                    self._known[name] = [*dict.fromkeys(islice(found, _MOST))]
                return self._known[name]
            case nodes.CondExpr():
                return self.of(node.expr1) + self.of(node.expr2)
            case nodes.Or():
                return self.of(node.left) + self.of(node.right)
            case nodes.Getattr():
                return self._in(node.node, node.attr)
            case nodes.Getitem(arg=nodes.Const(value=key)):
                return self._in(node.node, key)
        return [node] if node else []

    def _in(self, node: nodes.Node, key: object) -> list[nodes.Node]:
        """Return what may be at a place of a collection."""
        found: list[nodes.Node] = []
        for held in self.of(node):
            if isinstance(held, nodes.Dict):
                found += (
                    pair.value for pair in held.items if getattr(pair.key, "value", None) == key
                )
            elif isinstance(held, nodes.List | nodes.Tuple):
                found += (
                    held.items
                    if key == _ITEM
                    else held.items[key : key + 1]
                    if isinstance(key, int)
                    else ()
                )
        return [it for one in found for it in self.of(one)]


def find_addresses(tree: nodes.Template) -> Iterator[tuple[str, int, bool]]:
    """Yield where a template leads by what it says itself, with the line, and whether in any case.

    That is what it gives to `href`, writes below `root` or into a link as it is. What stands in an
    `if` may be meant for pages where it is there.
    """
    literals = _Literals(tree)
    optional = {id(it) for one in tree.find_all(nodes.If) for it in one.find_all(nodes.Expr)}
    for node in tree.find_all(nodes.Filter):
        for one in literals.of(node.node) if node.name == "href" else ():
            if isinstance(one, nodes.Const) and isinstance(one.value, str):
                yield one.value, one.lineno, id(node) not in optional
    for output in tree.find_all(nodes.Output):
        for before, one in pairwise((nodes.Const(""), *output.nodes)):
            data = one.data if isinstance(one, nodes.TemplateData) else ""
            below = isinstance(before, nodes.Name) and before.name == "root"
            first = _BELOW_ROOT.match(data) if below else None
            for found in (*filter(None, [first]), *_LEADS.finditer(data)):
                line = one.lineno + data.count("\n", 0, found.start())
                yield found[1], line, id(one) not in optional


def direction(language: str) -> str:
    """Return the direction in which a language is written: `rtl` or `ltr`, by its code of BCP 47."""
    first, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
    if script:
        return "rtl" if script in RTL_SCRIPTS else "ltr"
    return "rtl" if first in RTL_LANGUAGES else "ltr"


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
