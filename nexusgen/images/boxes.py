"""Read AVIF and HEIF: boxes whose items are found by their offset, so they are emptied in place.

The box `meta` lists items (ISO/IEC 14496-12, 8.11): pictures, their thumbnails, Exif, XMP. All data
that is not of a picture becomes zeros, and the item of it one of a type that no program reads. The
box `moov` lists the tracks of what moves, a film or a sequence of pictures.
"""

import struct
from bisect import bisect
from collections.abc import Iterator
from typing import NamedTuple

from nexusgen.images.picture import (
    Cleaned,
    DamagedError,
    Keep,
    UncleanError,
    refuse_overlaps,
    shown,
)

_PICTURES = frozenset(
    b"av01 av02 hvc1 hev1 lhv1 avc1 vvc1 evc1 jpeg j2k1 grid iovl iden tmap unci".split()
)
"""Types of items that are pictures, or are made of pictures."""

_AT_TOP = frozenset((b"ftyp", b"meta", b"mdat", b"moov"))
_IN_META = frozenset(b"hdlr pitm iinf iref iprp iloc idat dinf grpl".split())
_IN_MOVIE = frozenset(
    b"mvhd iods pssh trak tkhd tapt clip matt load edts elst tref mdia mdhd elng hdlr minf vmhd smhd nmhd "
    b"sthd hmhd gmhd dinf stbl mvex".split()
)
_NESTED = frozenset(b"trak mdia minf".split())
_DATED = frozenset(b"mvhd tkhd mdhd".split())
_PLAYED = frozenset(b"vide soun auxv pict sbtl subt text clcp tmcd hint".split())
"""Handlers of tracks that are seen or heard; others are the places of a camera, second by second."""

_TOLD = frozenset(b"udes crtt mdft altt".split())
"""Properties of an item that are no property of a picture."""

Box = tuple[bytes, int, int]
"""A box: its type, and where its content begins and ends."""


class Extent(NamedTuple):
    """A piece of an item: whether it is in `idat`, and where it begins and ends there."""

    inside: bool
    start: int
    end: int


def clean_boxes(data: bytes, keep: Keep) -> Cleaned:  # noqa: ARG001  nothing can stay in place
    """Return the size of an AVIF or HEIF, and the file with all but its pictures emptied."""
    made = bytearray(data)
    top = list(boxes(data, 0, len(data)))
    empty_all(made, top, _AT_TOP)
    meta = next((box for box in top if box[0] == b"meta"), None)
    movie = next((box for box in top if box[0] == b"moov"), None)
    if meta is None and movie is None:
        raise DamagedError("it holds no picture")
    if movie is not None:
        clean_movie(made, movie, moves=False)
    width, height = 0, 0
    if meta is not None:
        width, height = _clean_meta(made, top, (meta[0], meta[1] + 4, meta[2]))
    return shown(width, height), [bytes(made)]


def boxes(data: bytes | bytearray, at: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places."""
    while at + 8 <= end:
        size, name, body = int.from_bytes(data[at : at + 4]), bytes(data[at + 4 : at + 8]), at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16]), at + 16
        stop = at + size if size else end
        if stop < body or stop > end:
            raise DamagedError("it is cut off")
        yield name, body, stop
        at = stop
    if at < end:
        raise DamagedError("it is damaged")


def empty(made: bytearray, start: int, end: int) -> None:
    """Make all bytes between two places zero."""
    made[start:end] = bytes(end - start)


def empty_all(made: bytearray, found: list[Box], kept: frozenset[bytes]) -> None:
    """Turn the boxes that are not shown into empty space."""
    for name, start, end in found:
        if name not in kept:
            place = made.rindex(name, 0, start)
            made[place : place + 4] = b"free"
            empty(made, start, end)


def clean_movie(made: bytearray, outer: Box, moves: bool) -> None:
    """Empty what does not play, and set the days on which it was made to none."""
    inner = list(boxes(made, outer[1], outer[2]))
    hidden = {box for box in inner if box[0] == b"trak" and not _is_played(made, box)}
    if hidden and moves:
        raise UncleanError("what its camera measured is spread over all of it")
    for box in hidden:
        for start, end in _samples(made, box):
            empty(made, start, end)
    empty_all(made, [box for box in inner if box in hidden], frozenset())
    empty_all(made, [box for box in inner if box not in hidden], _IN_MOVIE)
    for name, start, end in inner:
        if name in _DATED:
            empty(made, start + 4, start + (20 if made[start] else 12))
        elif name in _NESTED and (name, start, end) not in hidden:
            clean_movie(made, (name, start, end), moves)


def _inside(made: bytearray, box: Box, *names: bytes) -> Box:
    """Return the box that is found below another one by these names."""
    for name in names:
        found = next((one for one in boxes(made, box[1], box[2]) if one[0] == name), None)
        if found is None:
            raise UncleanError("a track of it is not complete")
        box = found
    return box


def _is_played(made: bytearray, track: Box) -> bool:
    _, start, _ = _inside(made, track, b"mdia", b"hdlr")
    return bytes(made[start + 8 : start + 12]) in _PLAYED


def _samples(made: bytearray, track: Box) -> Iterator[tuple[int, int]]:
    """Yield where the data of a track begins and ends (ISO/IEC 14496-12, 8.7)."""
    table = _inside(made, track, b"mdia", b"minf", b"stbl")
    found = {name: start for name, start, _ in boxes(made, table[1], table[2])}
    places, wide = (found[b"co64"], 8) if b"co64" in found else (found.get(b"stco", 0), 4)
    if not places or not {b"stsz", b"stsc"} <= found.keys():
        raise UncleanError("a track of it is not complete")
    one_size, count = struct.unpack_from(">II", made, found[b"stsz"] + 4)
    sizes = iter(
        [one_size] * min(count, len(made))
        if one_size
        else struct.unpack_from(f">{count}I", made, found[b"stsz"] + 12)
    )
    runs = _runs(made, found[b"stsc"])
    chunks = int.from_bytes(made[places + 4 : places + 8])
    starts = struct.unpack_from(f">{chunks}{'Q' if wide == 8 else 'I'}", made, places + 8)
    for chunk, start in enumerate(starts, 1):
        end = start
        for _, size in zip(range(_run_of(runs, chunk)), sizes, strict=False):
            end += size
        if end > len(made):
            raise DamagedError("it is cut off")
        yield start, end


def _runs(made: bytearray, start: int) -> list[tuple[int, int]]:
    """Return from which chunk on how many samples are in each."""
    count = int.from_bytes(made[start + 4 : start + 8])
    numbers = struct.unpack_from(f">{3 * count}I", made, start + 8)
    return list(zip(numbers[::3], numbers[1::3], strict=True))


def _run_of(runs: list[tuple[int, int]], chunk: int) -> int:
    place = bisect(runs, chunk, key=lambda run: run[0])
    return runs[place - 1][1] if place else 0


def _clean_meta(made: bytearray, top: list[Box], meta: Box) -> tuple[int, int]:
    """Empty what is no picture, and return the size of the first one."""
    inner = list(boxes(made, meta[1], meta[2]))
    empty_all(made, inner, _IN_META)
    found = {name: (start, end) for name, start, end in inner}
    if not {b"iinf", b"iloc", b"pitm"} <= found.keys():
        raise UncleanError("it does not list its pictures")
    small = _thumbnails(made, found)
    extents = _extents(made, *found[b"iloc"])
    shown_items = {
        item
        for item, place in _items(made, *found[b"iinf"])
        if _is_picture(made, item, place, small)
    }
    stays = [one for item, ones in extents.items() if item in shown_items for one in ones]
    goes = [one for item, ones in extents.items() if item not in shown_items for one in ones]
    idat = found.get(b"idat", (0, 0))
    _keep_only(made, stays, goes, idat, [box for box in top if box[0] == b"mdat"])
    (start, _), version = found[b"pitm"], made[found[b"pitm"][0]]
    primary = int.from_bytes(made[start + 4 : start + (8 if version else 6)])
    return _size(made, found.get(b"iprp"), primary)


def _items(made: bytearray, start: int, end: int) -> Iterator[tuple[int, Box]]:
    """Yield each item's number, and its entry: where its type stands and where it ends."""
    for name, at, stop in boxes(made, start + (8 if made[start] else 6), end):
        version = made[at]
        if name != b"infe" or version not in (2, 3):
            raise UncleanError("it lists its items in a way that is not known")
        long = version == 3
        yield (
            int.from_bytes(made[at + 4 : at + (8 if long else 6)]),
            (name, at + 8 + 2 * long, stop),
        )


def _is_picture(made: bytearray, item: int, entry: Box, small: set[int]) -> bool:
    """Return whether an item is a picture; the entry of any other loses its type, all their names."""
    _, at, end = entry
    empty(made, at + 4, end)
    if bytes(made[at : at + 4]) in _PICTURES and item not in small:
        return True
    made[at : at + 4] = b"free"
    return False


def _thumbnails(made: bytearray, found: dict[bytes, tuple[int, int]]) -> set[int]:
    """Return the items that are smaller copies of others."""
    if b"iref" not in found:
        return set()
    start, end = found[b"iref"]
    size = 4 if made[start] else 2
    inner = boxes(made, start + 4, end)
    return {int.from_bytes(made[at : at + size]) for name, at, _ in inner if name == b"thmb"}


def _extents(made: bytearray, start: int, end: int) -> dict[int, list[Extent]]:
    """Return where the data of each item is (ISO/IEC 14496-12, 8.11.3)."""
    version, at = made[start], start + 4
    offset_size, length_size = made[at] >> 4, made[at] & 15
    base_size, index_size = made[at + 1] >> 4, (made[at + 1] & 15) * (version > 0)
    at += 2

    def read(size: int) -> int:
        nonlocal at
        at += size
        if at > end:
            raise UncleanError("its list of places is cut off")
        return int.from_bytes(made[at - size : at])

    wide = 4 if version == 2 else 2
    places: dict[int, list[Extent]] = {}
    for _ in range(read(wide)):
        item, method = read(wide), read(2) & 15 if version else 0
        outside, base = read(2), read(base_size)
        if method > 1 or outside:
            raise UncleanError("it keeps data in a way that is not known")
        for _ in range(read(2)):
            read(index_size)
            first, length = base + read(offset_size), read(length_size)
            last = first + length if length else len(made)
            places.setdefault(item, []).append(Extent(method == 1, first, last))
    return places


def _keep_only(
    made: bytearray,
    stays: list[Extent],
    goes: list[Extent],
    idat: tuple[int, int],
    media: list[Box],
) -> None:
    """Empty all data of items that go, and all that is of no item at all.

    A sequence keeps frames beside its items, so there only what goes is emptied.
    """
    regions = [(start, end) for _, start, end in media] + [idat]
    spans = [_span(one, idat) for one in stays]
    refuse_overlaps(sum(end - start for start, end in spans), made)
    saved = [(start, bytes(made[start:end])) for start, end in spans]
    moves = any(name == b"moov" for name, _, _ in boxes(made, 0, len(made)))
    for start, end in [_span(one, idat) for one in goes] if moves else regions:
        if not any(low <= start and end <= high for low, high in regions):
            raise UncleanError("it keeps data where none is")
        empty(made, start, end)
    for start, data in saved:
        made[start : start + len(data)] = data


def _span(extent: Extent, idat: tuple[int, int]) -> tuple[int, int]:
    base = idat[0] if extent.inside else 0
    return base + extent.start, base + extent.end


def _size(made: bytearray, iprp: tuple[int, int] | None, item: int) -> tuple[int, int]:
    """Return the size of an item as it is shown; empty the properties that tell of something else."""
    if iprp is None:
        return 0, 0
    inner = list(boxes(made, *iprp))
    properties = [one for name, at, end in inner if name == b"ipco" for one in boxes(made, at, end)]
    for name, at, end in properties:
        if name in _TOLD:
            empty(made, at + 4, end)
    width, height, turn = 0, 0, 1
    for number in _associated(made, inner, item):
        name, at, _ = properties[number - 1] if 0 < number <= len(properties) else (b"", 0, 0)
        if name == b"ispe":
            width, height = struct.unpack_from(">II", made, at + 4)
        elif name == b"clap":
            across, parts, down, pieces = struct.unpack_from(">IIII", made, at)
            width, height = across // max(parts, 1), down // max(pieces, 1)
        elif name == b"irot" and made[at] & 1:
            turn = 6
    return (height, width) if turn > 1 else (width, height)


def _associated(made: bytearray, inner: list[Box], item: int) -> Iterator[int]:
    """Yield the numbers of the properties of an item, from 1."""
    for name, start, _ in inner:
        if name != b"ipma":
            continue
        wide, long, at = 4 if made[start] else 2, bool(made[start + 3] & 1), start + 8
        for _ in range(int.from_bytes(made[start + 4 : start + 8])):
            one, count = int.from_bytes(made[at : at + wide]), made[at + wide]
            at += wide + 1
            for _ in range(count):
                number = int.from_bytes(made[at : at + 1 + long])
                at += 1 + long
                if one == item:
                    yield number & (0x7FFF if long else 0x7F)
