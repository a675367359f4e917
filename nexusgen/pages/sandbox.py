"""Keep templates of a hub from all but their variables, and from work, numbers and texts without end.

What a template does is counted in steps, not in seconds: the same template then fails on every
machine or on none, in a thread of the preview as in a build. A round of a loop, a call and each item
of a list that a filter is given are steps.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import suppress
from functools import wraps
from typing import Any

import msgspec
from jinja2 import nodes, sandbox
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

MAX_SIZE = 1_000_000
"""Signs of a text, items of a list or bits of a number that a template may multiply to."""

MAX_TEXT = 50_000_000
"""Signs of a text that a template may put together."""

MAX_STEPS = 10_000_000
"""Steps of a page: one of the theme that lists ten thousand entries needs a twentieth."""

_SIGNS = 64
"""Signs of a text that are one step of what goes through all of them."""

_WIDTH = re.compile(r"\d{7}")
_SIZED = frozenset(
    [
        "batch",
        "center",
        "expandtabs",
        "format",
        "format_map",
        "indent",
        "ljust",
        "rjust",
        "round",
        "slice",
        "truncate",
        "wordwrap",
        "zfill",
    ]
)
"""Filters and methods whose numbers say how large their result is."""
_CHEAP = frozenset((
    "count", "d", "default", "direction", "e", "escape", "grouped", "host", "href", "length",
    "long_date", "rfc822", "safe", "short_date", "t",
))  # fmt: skip
"""Filters that cost no more than to name their value, and are called most of all."""


class _Steps(threading.local):
    """How many steps the page of a thread has left."""

    left = MAX_STEPS


_steps = _Steps()


def start_page() -> None:
    """Let this thread begin a page: its steps are counted from here."""
    _steps.left = MAX_STEPS


def count_steps(number: int) -> None:
    """Count steps of a page; raise `SecurityError` where these are too many."""
    _steps.left -= number
    if _steps.left < 0:
        raise SecurityError(f"a page takes more than {MAX_STEPS:,} steps of loops and calls")


class Sandbox(sandbox.SandboxedEnvironment):
    """The Jinja2 of templates that nobody has to trust."""

    intercepted_binops = frozenset(("*", "**", "+", "%"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.globals["range"] = _range

    def guard_filters(self) -> None:
        """Count what the filters that there are by now go through, and what their results hold."""
        loose = {name: made for name, made in self.filters.items() if name not in _CHEAP}
        self.filters.update({name: _guarded(name, made) for name, made in loose.items()})
        self.filters[_EACH] = _each
        self.filters[_WHOLE] = _whole

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what `obj.attribute` is in a template; of our own values without a detour."""
        if isinstance(obj, msgspec.Struct) and attribute in obj.__struct_fields__:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(__self, __context: Any, __obj: Any, *given: Any, **named: Any) -> Any:  # noqa: N805  as Jinja2 has it
        """Call what a template calls, unless that is a way to much work."""
        count_steps(1)
        name = getattr(__obj, "__name__", "")
        inner = getattr(__obj, "__wrapped__", __obj)  # the sandbox's own `format`
        owner = getattr(inner, "__self__", None)
        if isinstance(owner, str | list | dict | set):
            _weigh(name, owner, (*given, *named.values()))
        return super().call(__context, __obj, *given, **named)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values, unless that is too large."""
        if operator == "%" and isinstance(left, str):
            _weigh("format", left, right if isinstance(right, tuple) else (right,))
        elif _size(operator, left, right) > (MAX_TEXT if operator == "+" else MAX_SIZE):
            raise SecurityError(f"the result of {operator} is too large")
        return super().call_binop(context, operator, left, right)

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        return super()._generate(_Counting().visit(source), *given, **named)


def _size(operator: str, left: Any, right: Any) -> int:
    """Return how large the result of an operator is: signs, items or bits; 0 where it is small."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length()
        return {"**": bits * right, "*": bits + right.bit_length()}.get(operator, 0)
    number, other = (left, right) if isinstance(left, int) else (right, left)
    if operator == "*" and isinstance(number, int) and isinstance(other, Sized):
        return len(other) * number
    if operator == "+" and isinstance(left, Sized) and isinstance(right, Sized):
        count_steps(_steps_through(left) + _steps_through(right))
        return len(left) + len(right)
    return 0


_EACH, _WHOLE = "each item", "a whole text"
"""Names of filters that no template can write."""


class _Counting(NodeTransformer):
    """Lets loops count their rounds, and texts that are put together their signs."""

    def visit_For(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _EACH)
        return node

    def visit_Concat(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        return _filtered(node, _WHOLE)


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _each(items: Any) -> Any:
    if not isinstance(items, Sized):
        return _counted(items)
    count_steps(len(items))
    return items


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        count_steps(1)
        yield item


def _whole(text: Any) -> Any:
    count_steps(_steps_through(text))
    if len(text) > MAX_TEXT:
        raise SecurityError("a text is too long")
    return text


def _range(*given: int) -> range:
    with suppress(OverflowError):  # longer than Python can tell
        if len(range(*given)) <= sandbox.MAX_RANGE:
            return range(*given)
    raise SecurityError(f"a range may have {sandbox.MAX_RANGE:,} numbers at most")


def _guarded(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that is weighed before it runs."""
    place = 1 if hasattr(made, "jinja_pass_arg") else 0

    @wraps(made)
    def guarded(*given: Any, **named: Any) -> Any:
        if len(given) > place:
            _weigh(name, given[place], (*given[place + 1 :], *named.values()))
        return made(*given, **named)

    return guarded


def _weigh(name: str, value: Any, given: tuple[Any, ...]) -> None:
    """Count what a filter or a method goes through; raise `SecurityError` where it may grow too far.

    `value` is what it is asked of, `given` are its arguments.
    """
    count_steps(_steps_through(value) + sum(map(_steps_through, given)))
    if name == "join":
        for items in (value, *given):
            if isinstance(items, list | tuple):
                count_steps(sum(map(_steps_through, items)))
    size = len(value) if isinstance(value, Sized) else 1
    is_sized = name in _SIZED
    is_format = name.startswith("format") and isinstance(value, str)
    is_wide = is_format and _WIDTH.search(value) is not None
    for one in given:
        if isinstance(one, str) or (name == "join" and isinstance(one, Sized)):
            is_wide = is_wide or size * len(one) > MAX_TEXT
        elif isinstance(one, int):
            is_wide = is_wide or (is_sized and abs(one) > MAX_SIZE)
    if is_wide:
        raise SecurityError(f"the result of {name} is too large")


def _steps_through(value: Any) -> int:
    """Return in how many steps one goes through a value once."""
    if isinstance(value, str):
        return len(value) // _SIGNS
    return len(value) if isinstance(value, list | tuple | dict | set | range) else 0
