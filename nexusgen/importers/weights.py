"""Number the entries of a folder so that an entry that comes between others changes none of them."""

import posixpath
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

STEP = 10
"""What lies between two weights at first."""

_WEIGHT = re.compile(rb"^weight: (-?\d+)\n", re.MULTILINE)


def list_of(path: str) -> str:
    """Return the folder among whose entries a file is numbered: a folder's page stands for all of its own."""
    folder, name = posixpath.split(path)
    return posixpath.dirname(folder) if name == "index.md" else folder


def weight_of(data: bytes) -> int | None:
    """Return the weight in the front matter of a file, if any."""
    found = _WEIGHT.search(_divided(data)[0])
    return int(found[1]) if found else None


def with_weight(data: bytes, weight: int | None) -> bytes:
    """Return a file with another weight, or with none; its lines end as those of all that is imported."""
    head, rest = _divided(data)
    line = b"" if weight is None else b"weight: %d\n" % weight
    at = _WEIGHT.search(head)
    start, end = at.span() if at else (len(head), len(head))
    return head[:start] + line * bool(head) + head[end:] + rest


def unweighted(data: bytes) -> str:
    """Return the text of a file without its weight, which is its place among others."""
    return with_weight(data, None).decode("utf-8", "replace")


def _divided(data: bytes) -> tuple[bytes, bytes]:
    """Return the front matter of a file, without the line that ends it, and the rest."""
    data = data.replace(b"\r\n", b"\n") if data.startswith(b"---\r\n") else data
    end = data.find(b"\n---") + 1 if data.startswith(b"---\n") else 0
    return data[:end], data[end:]


def number(names: Sequence[str], held: Mapping[str, int]) -> dict[str, int]:
    """Return a rising weight for each name; as many as can keep the one that they are `held` with.

    Zero is none: it is what an entry without a weight has.
    """
    stay = _longest_rise([name for name in names if name in held], held)
    weights: dict[str, int] = {}
    new: list[str] = []
    for name in names:
        low = next(reversed(weights.values()), None)
        room = _between(low, held[name], len(new)) if name in stay else []
        new.append(name)
        if len(room) == len(new) - 1 and name in stay:
            weights |= zip(new, [*room, held[name]], strict=True)
            new = []
    low = next(reversed(weights.values()), 0)
    return weights | dict(zip(new, _steps(low, STEP, len(new)), strict=True))


def _between(low: int | None, high: int, count: int) -> list[int]:
    """Return so many weights below one, and above another if any, or fewer where there is no room."""
    if low is None:
        return _steps(high, -STEP, count)[::-1]
    free = [it for it in range(low + 1, high) if it]
    return [
        free[len(free) * (2 * at + 1) // (2 * count)]
        for at in range(count if len(free) >= count else 0)
    ]


def _steps(start: int, step: int, count: int) -> list[int]:
    return [it for it in range(start + step, start + step * (count + 2), step) if it][:count]


def _longest_rise(names: Sequence[str], held: Mapping[str, int]) -> set[str]:
    """Return as many of the names as can be, such that what they are held with rises."""
    ends: list[int] = []
    lasts: list[str] = []
    before: dict[str, str] = {}
    for name in names:
        at = bisect_left(ends, held[name])
        before[name] = lasts[at - 1] if at else ""
        ends[at : at + 1], lasts[at : at + 1] = [held[name]], [name]
    stay, last = set(), lasts[-1] if lasts else ""
    while last:
        stay.add(last)
        last = before[last]
    return stay
