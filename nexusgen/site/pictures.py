"""Find how large the published images of a hub are, what is wrong with them, and their copies.

Films and sounds are only cleaned.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote

from msgspec.msgpack import Decoder
from msgspec.structs import replace

from nexusgen.core.builds import Output, Snapshot, file_output
from nexusgen.core.model import Shown, Site, Target, Value
from nexusgen.core.paths import HTML, POINTER, hub_path
from nexusgen.core.problems import Problem, Severity
from nexusgen.images.clean import HOLDS, fault_of, is_image_name, may_tell, parse_image, published
from nexusgen.images.picture import DamagedError, Picture, UncleanError
from nexusgen.images.variants import copy_widths, encoder, is_large, make_copy
from nexusgen.incremental.derive import Tables, Tracked
from nexusgen.incremental.digests import digest_value
from nexusgen.incremental.memo import Call, Memo, Result, Stage

FOLDER = "assets/images/"
"""Where the smaller copies of images lie: named by what they are made of, whatever it is called."""

IMAGES = "pictures"
"""The table of the published images, whose rows are results of the memo."""

UNCLEAN, LARGE, BROKEN = "image.metadata", "image.large", "image.broken"


class Seen(Value, frozen=True, array_like=True, gc=False):
    """What was read of an image, and why nobody can tell what of it is shown, if so.

    `length` counts the bytes that are published. `fault` says what is wrong with the file.
    """

    picture: Picture = Picture()
    unclean: str = ""
    length: int = 0
    fault: str = ""


class Pictures(NamedTuple):
    """The published images by their path from the content root.

    `shown` says how pages show each, `cleaned` are they themselves; `None` stands for one that must
    not be published. `copies` are the smaller ones.
    """

    shown: Tracked[Shown]
    cleaned: Mapping[str, Output | None]
    copies: tuple[Output, ...]
    problems: tuple[Problem, ...]


def find_pictures(
    tables: Tables, snapshot: Snapshot, site: Site, memo: Memo, assets: Mapping[str, object]
) -> Pictures:
    """Return the images, films and sounds among the published files, `assets`, read where they changed."""
    base = hub_path("", site.content)
    found = {name: snapshot.files[base + name] for name in assets if may_tell(name)}
    files = tables.source("image files", found, bytes)

    def call(name: str) -> Call:
        keep = kept_facts(name, site)
        inputs = _ending(name).encode(), files[name], digest_value(keep)
        return Call(inputs, lambda: (_ending(name), snapshot.read(base + name), keep))

    rows = tables.derive(IMAGES, files, call, Result[Seen], partial(memo.map, IMAGE))
    shown = tables.derive(
        "images shown",
        rows,
        lambda name: _shown(name, rows[name].facts, files[name], site),
        Shown,
    )
    wrong = tables.group(
        "image problems",
        rows,
        lambda name, row: (("", one) for one in _problems(base, name, row.facts, site.lenient)),
        Problem,
        source=lambda _, problem: problem.path.removeprefix(base),
    )
    refused = site.checks.get(UNCLEAN, "error") == "error"
    cleaned: dict[str, Output | None] = {}
    for name, row in rows.rows.items():
        make = partial(_cleaned, snapshot.read, base + name, kept_facts(name, site))
        cleaned[name] = None if refused and row.facts.unclean else file_output(name, row.key, make)
    return Pictures(
        shown,
        cleaned,
        tuple(_copies(lambda name: _cleaned(snapshot.read, base + name, ()), site, shown.rows)),
        wrong.rows.get("", ()),
    )


def with_images(targets: tuple[Target, ...], images: Mapping[str, Shown]) -> tuple[Target, ...]:
    """Return targets with how a page shows those that are images."""
    if all(target.state != "asset" for target in targets):
        return targets
    return tuple(
        replace(target, image=images.get(unquote(target.url.partition("#")[0])))
        if target.state == "asset"
        else target
        for target in targets
    )


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def kept_facts(name: str, site: Site) -> tuple[str, ...] | None:
    """Return the facts that an image may tell; None where it stays as it is."""
    paths = [one.rstrip("/") for one in site.keep_metadata if "/" in one or "." in one]
    if any(name == path or name.startswith(f"{path}/") for path in paths):
        return None
    return tuple(one for one in site.keep_metadata if "/" not in one and "." not in one)


def _shown(name: str, seen: Seen, digest: bytes, site: Site) -> Shown | None:
    if not is_image_name(name):
        return None
    picture = seen.picture
    copies = tuple(
        (width, f"{FOLDER}{_name(digest, site)}-{width}.webp") for width in _widths(picture, site)
    )
    reach = max(site.widths, default=0)
    whole = bool(copies) and copies[-1][0] < reach
    return Shown(picture.width, picture.height, copies, whole, seen.length)


def _widths(picture: Picture, site: Site) -> tuple[int, ...]:
    if not site.images or not picture.still or not encoder():
        return ()
    return copy_widths(picture, site.widths)


def _name(digest: bytes, site: Site) -> str:
    """Return the name of the copies of an image: all that shapes them."""
    return digest_value((digest, site.widths, site.quality, encoder())).hex()[:20]


def _copies(
    read: Callable[[str], bytes], site: Site, shown: Mapping[str, Shown]
) -> Iterator[Output]:
    """Yield the copies of images; `read` gives the bytes of an image by its name."""
    for name, image in shown.items():
        widths = tuple(width for width, _ in image.copies)
        for width, url in image.copies:
            key = url.rpartition("-")[0]
            make = partial(make_copy, key, partial(read, name), widths, width, site.quality)
            yield file_output(url, url.encode(), make)  # it names all that shapes it


def _cleaned(read: Callable[[str], bytes], path: str, keep: tuple[str, ...] | None) -> bytes:
    """Return the bytes of an image as they are published."""
    return read(path) if keep is None else published(path, read(path), frozenset(keep))


def _problems(base: str, name: str, seen: Seen, lenient: bool) -> Iterator[Problem]:
    path = base + name
    what = "image" if is_image_name(name) else "film or sound"
    if seen.fault:
        form = seen.fault.removeprefix(HOLDS)
        hint = "run git lfs pull" if form == POINTER else "save or fetch it anew"
        hint = f"call it .{form.lower()}" if form.isupper() and form != HTML else hint
        message = f"the {what} {seen.fault}"
        severity: Severity = "error" if seen.unclean and not lenient else "warning"
        yield Problem(path, 0, 0, BROKEN, message, hint, severity)
    elif seen.unclean:
        hint = "save it as PNG, JPEG or WebP" if what == "image" else "export it anew"
        message = (
            f"the {what} is not published, because what it tells cannot be removed: {seen.unclean}"
        )
        hint += ", or name it in `keep_metadata` to publish it as it is"
        yield Problem(path, 0, 0, UNCLEAN, message, hint)
    if is_large(seen.picture):
        size = f"{seen.picture.width} x {seen.picture.height}"
        message = f"the image has {size} pixels: it is published as it is, without smaller copies"
        yield Problem(path, 0, 0, LARGE, message, "make it smaller", "warning")


def _read(ending: str, data: bytes, keep: tuple[str, ...] | None) -> tuple[Seen, None]:
    try:
        picture, pieces = parse_image(ending, data, frozenset(keep or ()))
        length = len(data) if keep is None else sum(map(len, pieces))
        fault = fault_of(ending, data) or ("" if picture.whole else "is cut off")
        return Seen(picture, length=length, fault=fault), None
    except UncleanError as error:
        fault = str(error).removeprefix("it ") if isinstance(error, DamagedError) else ""
        return Seen(unclean="" if keep is None else str(error), length=len(data), fault=fault), None


def _lost(reason: str, *_: Any) -> tuple[Seen, None]:
    return Seen(unclean=reason), None


IMAGE = Stage("image", partial(partial, _read), Decoder(Seen), Decoder(None), _lost)
