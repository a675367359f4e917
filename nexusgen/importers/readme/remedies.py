"""Find the solutions of challenges that no label tells: in what was done, or in a list of their own."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from nexusgen.importers.lines import RULE, Line, item_text, numbers_of, text_of
from nexusgen.importers.normal import Import, Item
from nexusgen.importers.readme.entries import items_in
from nexusgen.importers.vocabulary import SOLVED

_NO_TROUBLE = (
    r"(?!(?:caused|corrupted|crashed|delayed|deprecated|discovered|duplicated|encountered|experienced|faced|failed|familiari[sz]ed|increased|learned|limited|misconfigured|mismatched|missed"
    r"|needed|nested|noticed|outdated|repeated|required|struggled|tried|undefined|unexpected|unhandled|used to|wanted|worked(?! through\b))\b)"
)
_FIXED = (
    r"(?:added|addressed|changed|checked|configured|created|debugged|disabled|enabled|fixed|handled|implemented|improved|introduced|isolated|limited"
    r"|optimi[sz]ed|overcame|rebuilt|reduced|refactored|replaced|resolved|restructured|rewrote|simplified|solved|tackled|updated|upgraded|used)"
)
_DONE = re.compile(
    r"(?:by|through|using) [^.!?]*? (?:helped|(?:i|we) (?!had|was|were|could)\w+)\b|(?:it )?(?:needed|required|took) [^.!?]{0,80}?\b(?:practi[cs]e|practi[cs]ing|reading|research|studying|trial and error)\b|"
    + _NO_TROUBLE
    + r"(?:\w+ed|broke|built|overcame|overcome"
    r"|(?:this|these|it|they|the (?:issue|problem|error)s?) (?:was|were) (?:addressed|fixed|handled|mitigated|overcome|resolved|solved)"
    r"|(?:(?!\b(?:not|never|cannot)\b|n't)[^.!?]){3,120}? (?:(?:was|were) (?:adopted|added|implemented|introduced) to|(?<!was )(?<!were )resolved)\b"
    rf"|after \w+ing\b[^.!?]*? (?:worked|(?:i|we) {_FIXED})|rewrote|set up|spent (?:extra |more )?time|split|wrote|(?:i|we) {_FIXED})\b",
    re.IGNORECASE,
)
"""What was done, as the first word of a text: a verb in the past that tells of no trouble."""
_ACTS = re.compile(
    r"(?i)(?:i|we) (?:also |then |\w+ly )?(?!(?:asked|assumed|believed|discovered|encountered|expected|experienced|faced|failed|hoped|lacked|learned|missed"
    r"|needed|noticed|reali[sz]ed|relied|started|stayed|struggled|tried|used to|wanted|wondered|worried)\b)"
    r"(?:\w+ed|broke|built|chose|cut|kept|made|put|ran|set|split|took|wrote)\b"
)
"""What someone did, as a sentence begins: a verb in the past that tells of no trouble."""
_TOLD = re.compile(
    r"(?is)(.{8,}?)(?:[;,.]|\s(?:→|⇒|[=-]>))?\s+(?=(?:(?:(?:which )?(?:i|we)|(?:(?:this|that|these|they|which|it|the \w+) )?(?:was|were|is)) )?(?:solved|resolved|fixed|addressed|mitigated|overcome|overcame|handled|simplified|streamlined|tackled) (?:it |this |that )?(?:by|with|using|through)\b)"
)
"""What stands before the words that tell how something was solved."""
_SAYS = re.compile(
    r"(?i)(?:^|(?<=[.!?;])\s+|\n\s*(?:[-*+]\s+)?)(?=to (?:achieve|resolve|solve|fix|overcome|address|handle|work around) (?:this|it|that|these)\b"
    r"|(?:i|we) (?:eventually |finally |then )?(?:addressed|dealt with|fixed|got around|handled|overcame|resolved|solved|tackled|worked around) (?:this|it|that|the|these)\b"
    r"|(?:(?:i|we) )?ended up \w+ing\b|once (?:i|we) (?:[^.!?\n]|\.(?=\S)){3,80}, (?:everything|it|the \w+) (?:compiled|passed|ran|worked)\b"
    r"|\w+ing (?:[^.!?\n]|\.(?=\S)){3,120} (?:fixed|resolved|solved) (?:it|this|that|the \w+)\b"
    r"|(?:the|my|our) (?:fix|solution|workaround)(?: was\b| is\b|:)|(?:(?:this|that|it|these|they) (?:was|were) )?(?:addressed|fixed|overcome|resolved|solved) (?:by|with|using|through)\b"
    r"|(?:ultimately|eventually|finally), [^.!?\n]{3,100} (?:emerged|proved|turned out)\b"
    r"|after \w+ing [^.!?\n]{3,120}, (?:i|we|it|the \w+) [^.!?\n]{0,60}\b(?:successfully|could|was able to|worked)\b|what (?:i|we) (?:decided to do|did) was\b"
    r"|[^.!?\n]{3,100} helped (?:me |us )?(?:to )?(?:resolve|solve|fix|overcome)\b"
    r"|(?:[^.!?\n]{0,200}, )?(?:i|we) (?:ultimately|eventually|finally) (?:(?:decided|chose|switched|moved) to|found|got|managed|settled)\b)"
)
"""What stands before a sentence that tells how something was solved."""
_DECIDED = re.compile(
    r"(?i)(?:\n\s*(?:[-*+]\s+)?|(?<=[.!?,])\s+)(?=so,? (?:in order to\b[^.!?\n]*, )?(?:i|we) (?:had to|decided to|switched|moved|made|used|added|built|wrote)\b"
    r"|[^.!?\n]*\b(?:and|so) (?:i|we) decided to\b)"
)
"""What stands before a sentence that tells what was decided, where a solution is promised."""
_AIMED = re.compile(
    r"(?i)(?:(?:finally|also|then|next|lastly),? )?(?:in order )?to [a-z]+ [^.!?]*?,\s+(?=(?:i|we) (?!had|was|were|could)\w+)"
    r"|(?:faced|encountered|had) [^.!?]*?\s(?=by \w+ing\b)"
    r"|to [a-z]+ [^.!?]*?,\s+(?=the [^.!?,]+ (?:was|were) used to\b)"
)
"""What stands before the words that tell what was done for an aim, where a solution is promised."""
_ACTED = re.compile(
    rf"(?is)(?!\s*[-*+]\s+(?:i|we)\b).+\n\s*[-*+]\s+(?=(?:i|we) {_NO_TROUBLE}\w+ed\b.*$)"
)
"""What stands before the last of some bullets, that tells what was done about the others."""
_NEXT = re.compile(r"(?<=[.!?;])\s+|(?<=[a-z]) (?=[A-Z][a-z]+ed )")
"""Where a sentence begins, or the second cell of a row that lost its bars."""
_GIVES = re.compile(r"(?i)\b(?:fixes|how|solutions?)\b")
"""What a title says below which the solutions stand, as opposed to `Challenges I overcame`."""
_BULLET = re.compile(r"\s*[-*+]\s+")


def take_remedies(items: Sequence[Item], title: str) -> None:
    """Take the text of challenges for their solution from where it says that it solved them.

    Where the title above promises solutions, or most of the challenges tell one, a sentence that
    says what was done is one, too.
    """
    promised, firm = bool(SOLVED.search(title)), bool(_GIVES.search(title))
    unsolved = [it for it in items if it.kind == "challenge" and "solution" not in it.fields]
    texts = [_text(it) for it in unsolved]
    told = [
        solution_at(text, promised=True) >= 0 and text != it.title
        for it, text in zip(unsolved, texts, strict=True)
    ]
    promised = promised or 2 * sum(told) > max(len(told), 2)
    for item, text in zip(unsolved, texts, strict=True):
        is_open = "problem" not in item.fields
        begin = solution_at(text, promised=promised and is_open, firm=firm and is_open)
        if 0 < begin < len(item.title) and text.startswith(item.title.rstrip("…")):
            item.title = text[:begin].rstrip(" .,;:–—-")
        if begin >= 0 and text[begin:] != item.title:
            _part(item, text, begin)


def _text(item: Item) -> str:
    """Return what a challenge tells of itself; without a text its title."""
    parts = (*map(item.fields.get, ("problem", "summary")), item.body)
    return "\n\n".join(part for part in parts if part) or item.title


def solution_at(text: str, *, promised: bool, firm: bool = False) -> int:
    """Return where the words begin that tell what solved a problem; without any, -1.

    Where it is `promised`, what was surely done for it counts; where that is `firm`, whatever someone did.
    """
    decided = _DECIDED.search(text) if promised else None
    if says := _SAYS.search(text) or decided or _ACTED.match(text):
        return says.end()
    if promised and all(_DONE.match(_BULLET.sub("", it)) for it in text.split("\n") if it.strip()):
        return 0
    if "\n\n" in text:
        return -1
    if before := _TOLD.match(text) or (_AIMED.match(text) if promised else None):
        return before.end()
    starts = [it.end() for it in _NEXT.finditer(text)] if promised else []
    acts = (at for at in starts if firm and _ACTS.match(text, at))
    return next((at for at in starts if _DONE.match(text, at)), next(acts, -1))


def _part(item: Item, text: str, begin: int) -> None:
    """Part a text into problem and solution; the first of them may be the title already."""
    problem = re.sub(r"\n\s*[-*+]\s*$", "", text[:begin]).strip()
    item.fields["solution"] = text[begin:].strip()
    if problem and problem.rstrip(" .,;:–—-") != item.title:
        item.fields["problem"] = problem
    item.fields.pop("summary", None)
    item.body = ""


def pair_solutions(items: Sequence[Item], lines: Sequence[Line], found: Import) -> bool:
    """Give each of the challenges its solution where there are as many; return whether.

    They are in one order, unless their words say otherwise. A challenge alone gets all of them.
    """
    if len(items) == 1 and (text := text_of(lines)):
        items[0].fields["solution"] = text
        items[0].lines += numbers_of(lines)
        return True
    parts = items_in(lines)
    bare = [line for line in lines if not line.blank and not RULE.match(line.text)]
    parts = parts or [[line] for line in bare]
    if len(parts) < 2 or len(parts) != len(items):
        return False
    order = _order([f"{it.title} {_text(it)}" for it in items], [text_of(it) for it in parts])
    if sorted(order) != list(range(len(items))):
        return False
    for item, at in zip(items, order, strict=True):
        first, *more = parts[at]
        item.fields["solution"] = f"{item_text(first.text)}\n\n{text_of(more)}".strip()
        item.lines += numbers_of((first, *more))
    way = "in their order" if order == sorted(order) else "by the words they share"
    found.note(lines[0].number, f"solutions were given to the challenges before them {way}")
    return True


def _order(problems: Sequence[str], solutions: Sequence[str]) -> list[int]:
    """Return which of the solutions belongs to each problem, -1 where that cannot be told.

    A word that one problem and one solution alone have says that they belong together.
    """
    said = [_words_of(it) for it in (*problems, *solutions)]
    alone = {word for word, count in Counter(chain(*said)).items() if count == 2}
    pairs = [
        (at, place)
        for at, words in enumerate(said[: len(problems)])
        for place, others in enumerate(said[len(problems) :])
        for _ in words & others & alone
    ]
    if not pairs or 2 * sum(at == place for at, place in pairs) > len(pairs):
        return [*range(len(problems))]
    votes = Counter(pairs)
    places = range(len(solutions))
    best = [max(places, key=lambda place: votes[at, place]) for at in range(len(problems))]
    return [place if votes[at, place] else -1 for at, place in enumerate(best)]


def _words_of(text: str) -> set[str]:
    """Return the longer words of a text, each by its beginning: `categories` are `categorical`."""
    return set(re.findall(r"\b(?!(?:from|that|them|this|when|with)\b)\w{4,7}", text.casefold()))
