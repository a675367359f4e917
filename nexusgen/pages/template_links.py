"""Find where a template leads by what it says itself, whatever page it is rendered for."""

import re
from collections.abc import Iterator
from itertools import dropwhile, islice, pairwise

from jinja2 import nodes

_LEADS = re.compile(r"""(?<![\w-])(?:href|src|poster)=["']([^"'<>#.][^"'<>]*)["']""")
_BELOW_ROOT = re.compile(r"""([^"'<>]+)["']""")
_ITEM = "any item"
"""Stands for what a loop goes through one by one."""

_MOST = 100
"""Values of a name that are looked at: names of names could have any number."""


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


def find_loose(tree: nodes.Template) -> int:
    """Return the line of what a template that extends another writes outside of its blocks, else 0."""
    below = dropwhile(lambda it: not isinstance(it, nodes.Extends), tree.body)
    for part in (one for node in below if isinstance(node, nodes.Output) for one in node.nodes):
        text = part.data if isinstance(part, nodes.TemplateData) else "{{"
        if not text.isspace():
            return part.lineno + text[: len(text) - len(text.lstrip())].count("\n")
    return 0
