"""Code and a lexer of Pygments in; its tokens out, with only the rules tried that can match.

A lexer of Pygments tries the rules of its state one after the other at each token. Most rules can
only match at a few first characters, which their patterns tell. So the rules worth trying are
looked up by the next character: the tokens are those that Pygments would give, in a third of the
time.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pygments.lexer import RegexLexer
from pygments.token import Error, Whitespace, _TokenType

from nexusgen.markdown.firsts import FOREIGN, first_characters

Rule = tuple[Callable[[str, int], Any], Any, Any]

ROOT = -(10**9)
"""Leaves all states but the first: what a lexer does at the end of a line it cannot read."""

UNREAD: Rule = re.compile(r"[^\n]").match, Error, None
UNREAD_END: Rule = re.compile(r"\n").match, Whitespace, ROOT
"""What a lexer does with a character that no rule of its state can read."""


def tokens_of(lexer: Any, code: str) -> Iterator[tuple[Any, str]]:
    """Yield the tokens of `code` that are not empty, as the lexer's own `get_tokens` does."""
    kind: Any = type(lexer)
    own = (kind.get_tokens, kind.get_tokens_unprocessed)
    if own != (RegexLexer.get_tokens, RegexLexer.get_tokens_unprocessed) or lexer.filters:
        return ((token, text) for token, text in lexer.get_tokens(code) if text)
    return _tokens(lexer, lexer._preprocess_lexer_input(code))


class _State(dict[str, list[Rule]]):
    """The rules of a state that can match at a character; the last of them always does."""

    def __init__(self, rules: list[Rule]) -> None:
        patterns = [rule[0].__self__ for rule in rules]  # type: ignore[attr-defined]
        self._firsts = [first_characters(each.pattern, each.flags) for each in patterns]
        self._rules = rules

    def __missing__(self, character: str) -> list[Rule]:
        if ord(character) > FOREIGN:
            return self[chr(FOREIGN)]
        pairs = zip(self._rules, self._firsts, strict=True)
        possible = [rule for rule, first in pairs if ord(character) in first]
        self[character] = [*possible, UNREAD, UNREAD_END]
        return self[character]


@cache
def _state(lexer: Any, name: str) -> _State:
    return _State(lexer._tokens[name])


def _tokens(lexer: Any, text: str) -> Iterator[tuple[Any, str]]:
    """Follow `RegexLexer.get_tokens_unprocessed`, but for the rules that cannot match."""
    states, state = ["root"], _state(lexer, "root")
    place, end = 0, len(text)
    match: Any = None
    while place < end:
        for match_at, action, move in state[text[place]]:  # noqa: B007  the last that is tried
            if match := match_at(text, place):
                break
        if type(action) is _TokenType:
            if value := match[0]:
                yield action, value
        elif action is not None:
            yield from [(token, value) for _, token, value in action(lexer, match) if value]
        place = match.end()
        if move is not None:
            _move(states, move)
            state = _state(lexer, states[-1])


def _move(states: list[str], move: Any) -> None:
    """Enter and leave states; the first is never left."""
    if isinstance(move, int):
        del states[max(1, len(states) + move) :]
        return
    for state in move if isinstance(move, tuple) else (move,):
        if state == "#pop":
            del states[max(1, len(states) - 1) :]
        elif state == "#push":
            states.append(states[-1])
        else:
            states.append(state)
