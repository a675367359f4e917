"""Code and a lexer of Pygments in; its tokens out, with only the rules tried that can match.

A lexer of Pygments tries the rules of its state one after the other at each token. Most rules can
only match at a few first characters, which their patterns tell. So the rules worth trying are
looked up by the next character: the tokens are those that Pygments would give, in a third of the
time.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from pygments.lexer import RegexLexer
from pygments.token import Error, Whitespace, _TokenType

from nexusgen.markup.firsts import FOREIGN, first_characters

Rule = tuple[Callable[[str, int], Any], Any, Any]
Rows = Sequence[Sequence[Rule]]

ROOT = -(10**9)
"""Leaves all states but the first: what a lexer does at the end of a line it cannot read."""


def tokens_of(lexer: Any, code: str) -> Iterator[tuple[Any, str]]:
    """Yield the tokens of `code` that are not empty, as the lexer's own `get_tokens` does."""
    kind: Any = type(lexer)
    own = (kind.get_tokens, kind.get_tokens_unprocessed)
    if own != (RegexLexer.get_tokens, RegexLexer.get_tokens_unprocessed) or lexer.filters:
        return ((token, text) for token, text in lexer.get_tokens(code) if text)
    return (pair for pair in _tokens(lexer, lexer._preprocess_lexer_input(code)) if pair[1])


@cache
def _rows(lexer: Any, state: str) -> Rows:
    """Return the rules of a state for each first character."""
    rules = lexer._tokens[state]
    firsts = [first_characters(rule[0].__self__.pattern, rule[0].__self__.flags) for rule in rules]
    return [
        [rule for rule, first in zip(rules, firsts, strict=True) if code in first]
        for code in range(FOREIGN + 1)
    ]


def _tokens(lexer: Any, text: str) -> Iterator[tuple[Any, str]]:
    """Follow `RegexLexer.get_tokens_unprocessed`, but for the rows."""
    states, rows = ["root"], _rows(lexer, "root")
    place, end = 0, len(text)
    while place < end:
        match, action, move = _first_match(rows[min(ord(text[place]), FOREIGN)], text, place)
        if match is None:
            if text[place] == "\n":
                action, move = Whitespace, ROOT
            yield action, text[place]
            place += 1
        else:
            if type(action) is _TokenType:
                yield action, match.group()
            elif action is not None:
                for _, token, value in action(lexer, match):
                    yield token, value
            place = match.end()
        if move is not None:
            _move(states, move)
            rows = _rows(lexer, states[-1])


def _first_match(rules: Sequence[Rule], text: str, place: int) -> tuple[Any, Any, Any]:
    """Return the first match with what its rule does, or no match and what that means."""
    for match_at, action, move in rules:
        match = match_at(text, place)
        if match:
            return match, action, move
    return None, Error, None


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
