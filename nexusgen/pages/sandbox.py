"""Keep templates of a hub from all but their variables, and from work, numbers and texts without end.

What a template does is counted in steps, not in seconds: the same template then fails on every
machine or on none, in a thread of the preview as in a build. A round of a loop, a call, a template
that is included and each item of a list that something goes through are steps, and so are some signs
of a text. Templates that the user trusts may do all that a program may, but they have an end, too.
"""

import re
import threading
from collections import deque
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Sized, ValuesView
from contextlib import suppress
from functools import wraps
from typing import Any

import msgspec
from jinja2 import Environment, nodes, pass_context, sandbox
from jinja2.exceptions import SecurityError
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer

MAX_SIZE = 1_000_000
"""Signs of a text or items of a list that a template may multiply to."""

MAX_BITS = 20_000
"""Bits of a number that a template may multiply to: more digits than Python prints."""

MAX_TEXT = 50_000_000
"""Signs that a template may put together, and those of a page."""

MAX_STEPS = 10_000_000
"""Steps of a page: one of the theme that lists ten thousand entries needs a twentieth."""

MAX_TRUSTED = 10 * MAX_STEPS
"""Steps of a page whose templates the user trusts."""

_SIGNS = 16
"""Signs of a text that are one step of what goes through all of them."""

CALL = 20
"""Steps of a call or of a template that is included: these take as long as that many rounds."""

_NESTED = (list, tuple, dict, set, deque, KeysView, ValuesView, ItemsView)

_WIDTH = re.compile(r"\d{1,9}")
_SIZED = frozenset((
    "batch", "center", "expandtabs", "format", "format_map", "indent", "ljust", "rjust", "round",
    "slice", "to_bytes", "tojson", "truncate", "wordwrap", "zfill",
))  # fmt: skip
"""Filters and methods whose numbers say how large their result is."""
_PARTS = {"indent": "\n", "expandtabs": "\t", "format": "{*", "format_map": "{"}
"""Of some of these, before which signs of a text such a number counts each time."""

_DEEP = 1_000
"""How deep what `tojson` writes can lie in each other, about."""

_CHEAP = frozenset((
    "count", "d", "default", "direction", "e", "escape", "grouped", "host", "href", "length",
    "long_date", "rfc822", "safe", "short_date", "t",
))  # fmt: skip
"""Filters that cost no more than to name their value, and are called most of all."""

_COSTLY = frozenset(("striptags", "sum", "urlize", "wordwrap"))
"""Filters that go through much of their value again for each part of it."""

_COMPARING = (
    "==", "!=", "<", "<=", ">", ">=", "eq", "equalto", "ne", "lt", "lessthan", "le", "gt",
    "greaterthan", "ge", "in", "lower", "upper",
)  # fmt: skip
"""Tests that go through their value."""


_OWN = "-"
"""How the names of filters begin that no template can write."""


class _Steps(threading.local):
    """How many steps the page of a thread has left."""

    left = most = MAX_STEPS
    text = MAX_TEXT


_steps = _Steps()


def start_page(steps: int) -> None:
    """Let this thread begin a page: its steps and signs are counted from here."""
    _steps.left = _steps.most = steps
    _steps.text = MAX_TEXT


def count_steps(number: int) -> None:
    """Count steps of a page; raise `SecurityError` where these are too many."""
    _steps.left -= number
    if _steps.left < 0:
        raise SecurityError(f"a page takes more than {_steps.most:,} steps of loops and calls")


def _count_text(signs: int) -> None:
    """Count signs of a page, and the steps that they are."""
    _steps.text -= signs
    if _steps.text < 0:
        raise SecurityError(f"a page has more than {MAX_TEXT:,} signs")
    count_steps(signs // _SIGNS)


class Counted(Environment):
    """The Jinja2 of templates that the user trusts: what they go through and write is counted."""

    max_steps = MAX_TRUSTED

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        counting = (_each, _whole, _weighed, _written, _text, _included)
        self.filters.update({_OWN + made.__name__: made for made in counting})

    def _generate(self, source: nodes.Template, *given: Any, **named: Any) -> str:
        return super()._generate(_Counting().visit(source), *given, **named)


class Sandbox(Counted, sandbox.SandboxedEnvironment):
    """The Jinja2 of templates that nobody has to trust."""

    intercepted_binops = frozenset(("*", "**", "+", "%", "//"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.max_steps = MAX_STEPS
        self.globals["range"] = _range
        made: Any = self.tests
        made.update({name: _guarded(name, made[name]) for name in _COMPARING})

    def guard_filters(self) -> None:
        """Count what the filters that there are by now go through, and what their results hold."""
        for name, made in self.filters.items():
            if name not in _CHEAP and not name.startswith(_OWN):
                self.filters[name] = _guarded(name, made)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what `obj.attribute` is in a template; of our own values without a detour."""
        if isinstance(obj, msgspec.Struct) and attribute in obj.__struct_fields__:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(__self, __context: Any, __obj: Any, *given: Any, **named: Any) -> Any:  # noqa: N805  as Jinja2 has it
        """Call what a template calls, unless that is a way to much work."""
        name = getattr(__obj, "__name__", "")
        inner = getattr(__obj, "__wrapped__", __obj)  # the sandbox's own `format`
        owner = getattr(inner, "__self__", None)
        if isinstance(owner, str | bytes | int | list | dict | set):
            _weigh(name, owner, (*given, *named.values()))
        elif not isinstance(__obj, Macro):
            count_steps(sum(map(_weight, (*given, *named.values()))))
        return _counted_result(super().call(__context, __obj, *given, **named))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values, unless that is too large."""
        if operator == "%" and isinstance(left, str):
            _weigh("format", left, right if isinstance(right, tuple) else (right,))
        elif isinstance(left, int) and isinstance(right, int):
            _weigh_numbers(operator, left, right)
        elif _size(operator, left, right) > (MAX_TEXT if operator == "+" else MAX_SIZE):
            raise SecurityError(f"the result of {operator} is too large")
        return _counted_result(super().call_binop(context, operator, left, right))


def _weigh_numbers(operator: str, left: int, right: int) -> None:
    """Count how long two numbers take to be multiplied or divided, which small ones do not."""
    bits, others = left.bit_length(), right.bit_length()
    made = {"**": bits * abs(right), "*": bits + others, "+": max(bits, others)}.get(operator, 0)
    if made > MAX_BITS:
        raise SecurityError(f"the result of {operator} is too large")
    count_steps(bits * others >> 16)


def _size(operator: str, left: Any, right: Any) -> int:
    """Return how large the result of an operator is: signs or items; 0 where it is small."""
    number, other = (left, right) if isinstance(left, int) else (right, left)
    if operator == "*" and isinstance(number, int) and isinstance(other, Sized):
        return len(other) * number
    if operator == "+" and isinstance(left, Sized) and isinstance(right, Sized):
        return len(left) + len(right)
    return 0


class _Counting(NodeTransformer):
    """Lets templates count what they do: rounds, signs, and what is compared or cut out of."""

    def visit_Template(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        """Let what can be called or goes round count its own text, each time."""
        name = "_included" if isinstance(node, nodes.Template) else "_text"
        size = sum(len(one.data) for one in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        counted = _through(nodes.Const(size, lineno=node.lineno), name)
        node.body.insert(0, nodes.ExprStmt(counted, lineno=node.lineno))
        return node

    visit_Block = visit_Macro = visit_CallBlock = visit_Template  # noqa: N815

    def visit_For(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.visit_Template(node)
        node.iter = _filtered(node.iter, "_each")
        return node

    def visit_Concat(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        node.nodes = [_filtered(one, "_weighed") for one in node.nodes]
        return _filtered(node, "_whole")

    def visit_Output(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        node.nodes = [_filtered(one, "_written") for one in node.nodes]
        return node

    def visit_Compare(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        node.expr = _filtered(node.expr, "_weighed")
        for one in node.ops:
            one.expr = _filtered(one.expr, "_weighed")
        return node

    def visit_Getitem(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _filtered(node.node, "_weighed")
        else:
            node.arg = _filtered(node.arg, "_weighed")
        return node

    def visit_Pair(self, node: Any) -> Any:  # noqa: N802  as Jinja2 has it
        self.generic_visit(node)
        node.key = _filtered(node.key, "_weighed")
        return node


def _filtered(node: nodes.Expr, name: str) -> nodes.Expr:
    """Return an expression that goes through a filter of ours, but for what the template says itself."""
    is_plain = isinstance(node, nodes.TemplateData | nodes.Const)
    return node if is_plain else _through(node, name)


def _through(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, _OWN + name, [], [], None, None, lineno=node.lineno)


# What is counted goes through these; `pass_context` keeps Jinja2 from asking them only once.


@pass_context
def _each(_: Any, items: Any) -> Any:
    if not isinstance(items, Sized):
        return _counted(items)
    with suppress(OverflowError):  # longer than Python can tell
        count_steps(len(items))
        return items
    raise SecurityError("a loop has no end")


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        count_steps(1)
        yield item


@pass_context
def _whole(_: Any, text: Any) -> Any:
    count_steps(_weight(text))
    if len(text) > MAX_TEXT:
        raise SecurityError("a text is too long")
    return text


@pass_context
def _weighed(_: Any, value: Any) -> Any:
    count_steps(_weight(value))
    return value


@pass_context
def _written(_: Any, value: Any) -> Any:
    if isinstance(value, str):
        _count_text(len(value))
    elif isinstance(value, _NESTED):
        count_steps(_weight(value))
        value = str(value)
        _count_text(len(value))
    return value


@pass_context
def _included(_: Any, signs: int) -> None:
    count_steps(CALL)
    _count_text(signs)


@pass_context
def _text(_: Any, signs: int) -> None:
    count_steps(1)
    _count_text(signs)


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
        return _counted_result(made(*given, **named))

    return guarded


def _counted_result(value: Any) -> Any:
    if isinstance(value, str):
        count_steps(len(value) // _SIGNS)
    return value


def _weigh(name: str, value: Any, given: tuple[Any, ...]) -> None:
    """Count what a filter or a method goes through; raise `SecurityError` where it may grow too far.

    `value` is what it is asked of, `given` are its arguments.
    """
    weight = _weight(value)
    count_steps(weight + sum(map(_weight, given)))
    if name in _COSTLY:
        count_steps(weight * weight // _SIGNS)
    size = len(value) if isinstance(value, Sized) else 1
    is_format = name.startswith("format") and isinstance(value, str)
    is_wide = is_format and sum(map(int, _WIDTH.findall(value))) > MAX_SIZE
    for one in given:
        if isinstance(one, str | bytes) or (name == "join" and isinstance(one, Sized)):
            is_wide = is_wide or size * len(one) > MAX_TEXT
        elif isinstance(one, dict):  # of `translate` and `format_map`
            is_wide = is_wide or size * _weight(one) * _SIGNS > MAX_TEXT
        elif isinstance(one, int) and name in _SIZED:
            is_wide = is_wide or abs(one) > MAX_SIZE or abs(one) * _parts(name, value) > MAX_TEXT
    if is_wide:
        raise SecurityError(f"the result of {name} is too large")


def _parts(name: str, value: Any) -> int:
    """Return how many parts of a result can be as wide as a number says."""
    if name == "tojson":
        return (_weight(value) + 1) * min(_weight(value) + 1, _DEEP)
    return 1 + sum(map(value.count, _PARTS.get(name, ""))) if isinstance(value, str) else 1


def _weight(value: Any) -> int:
    """Return in how many steps one goes through a value once, and through all that it holds."""
    if isinstance(value, str):
        return len(value) // _SIGNS
    if isinstance(value, range):
        return abs(value.stop - value.start)
    return _weight_of_all(value, {}) if isinstance(value, _NESTED) else 0


def _weight_of_all(values: Any, known: dict[int, int]) -> int:
    """Return the weight of a collection; `known` are those of others, which may stand in it often."""
    if id(values) not in known:
        known[id(values)] = 0  # it may hold itself
        total = len(values)
        for value in (*values, *values.values()) if isinstance(values, dict) else values:
            if isinstance(value, str):
                total += len(value) // _SIGNS
            elif isinstance(value, _NESTED):
                total += _weight_of_all(value, known)
        known[id(values)] = total
    return known[id(values)]
