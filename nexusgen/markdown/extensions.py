"""Load the Python-Markdown extensions that a hub names, and decide which of them have work to do.

Only extensions that are installed are loaded: the settings of a cloned hub cannot name a function
of the standard library, or a module that lies in the hub, to have it run.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from nexusgen.core.problems import Problem, Severity, closest, suggest
from nexusgen.markdown import MarkupOptions

KNOWN_PACKAGES = ("markdown", "pymdownx")
NATIVE = """
tables fenced_code footnotes def_list sane_lists attr_list abbr codehilite pymdownx.tasklist
pymdownx.highlight pymdownx.betterem pymdownx.saneheaders
""".split()  # noqa: SIM905 (a list of words reads better)
"""Extensions whose work is done without them."""

WITHOUT_EFFECT = {
    "pymdownx.b64": "pictures stay files",
    "pymdownx.fancylists": "lists are read as on GitHub",
    "pymdownx.pathconverter": "links are relative to each page as it is",
    "pymdownx.quotes": "quotes are read as on GitHub",
}
"""Extensions whose work would be undone, and why."""

BARE = ("pymdownx.magiclink", "pymdownx.superfences")
"""Extensions whose work is done without them, unless they are given options."""

BUNDLES = {"extra": ("md_in_html",), "pymdownx.extra": ("md_in_html",)}


def load_extensions(md: Markdown, options: MarkupOptions) -> Iterator[tuple[str, tuple[Problem]]]:
    """Register the extensions that have work to do; yield the settings of those that cannot, and why."""
    for name, configuration in _wanted(options):
        if name in WITHOUT_EFFECT:
            hint = "take it out of markdown_extensions"
            message = f"has no effect: {WITHOUT_EFFECT[name]}"
            yield _problem(options, name, message, hint, "warning")
            continue
        try:
            made = _find_maker(name)(**configuration)
            if not isinstance(made, Extension):
                raise TypeError(f"{name} is not a Markdown extension")  # noqa: TRY301
            md.registerExtensions([made], {})
        except Exception as error:  # noqa: BLE001  (an extension may raise anything)
            yield _refused(options, name, configuration, error)


def _wanted(options: MarkupOptions) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, configuration in options.extensions.items():
        name = name.removeprefix("markdown.extensions.")
        for each in BUNDLES.get(name, (name,)):
            if each not in NATIVE and not (each in BARE and not configuration):
                yield each, dict(configuration or {}) if each == name else {}


def _find_maker(name: str) -> Callable[..., Any]:
    """Return what makes the installed extension of this name: `entry-point`, `module[:Class]`.

    Raises ImportError where nothing of that name is installed, TypeError where it is no extension.
    """
    from importlib.metadata import entry_points, packages_distributions

    for point in entry_points(group="markdown.extensions", name=name):
        return point.load()  # type: ignore[no-any-return]
    module_name, _, class_name = name.partition(":")
    package = module_name.partition(".")[0]
    if package not in KNOWN_PACKAGES and package not in packages_distributions():
        raise ImportError("no such extension is installed")
    found: Any = getattr(import_module(module_name), class_name or "makeExtension")
    if class_name and not (isinstance(found, type) and issubclass(found, Extension)):
        raise TypeError(f"{name} is not a Markdown extension")
    return found  # type: ignore[no-any-return]


def extension_packages(names: Iterable[str]) -> list[str]:
    """Return the packages, as a registry calls them, that bring extensions beside those we need."""
    from importlib.metadata import entry_points, packages_distributions

    found: set[str] = set()
    for name in names:
        points = entry_points(group="markdown.extensions", name=name)
        top = name.partition(":")[0].partition(".")[0]
        known = [point.dist.name for point in points if point.dist]
        found.update(known[:1] or packages_distributions().get(top, ())[:1])
    return sorted(name for name in found if name.lower() not in ("markdown", "pymdown-extensions"))


def _refused(
    options: MarkupOptions, name: str, given: dict[str, Any], error: Exception
) -> tuple[str, tuple[Problem]]:
    """Return why an extension cannot be loaded; one that does not know an option raises its name."""
    option = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
    if option in given:
        with suppress(Exception):
            hint = suggest(option, tuple(_find_maker(name)().config))
            message = f'has no option "{option}"'
            return _problem(options, f"{name}/{option}", message, hint, options.severity)
    option = next((key for key in given if not _takes(name, key, given[key])), "")
    hint = "fix its options under markdown_extensions"
    message = f"cannot be loaded: {one_line(error)}"
    if isinstance(error, ImportError):
        hint = _meant(name) or "install it, or fix its name under markdown_extensions"
    elif option:
        message, hint = (
            f'cannot have "{option}": {one_line(error)}',
            "correct it under markdown_extensions",
        )
    return _problem(options, f"{name}/{option}".rstrip("/"), message, hint, options.severity)


def _takes(name: str, option: str, value: Any) -> bool:
    """Tell whether an extension can be loaded with this option alone."""
    try:
        Markdown(extensions=[_find_maker(name)(**{option: value})])
    except Exception:  # noqa: BLE001  (an extension may raise anything)
        return False
    return True


def _meant(name: str) -> str:
    """Return the hint that names the extension, of those installed, that was probably meant, if any."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec
    from pkgutil import iter_modules

    found = find_spec("pymdownx")
    more = iter_modules(found.submodule_search_locations if found else ())
    brought = (it.name for it in entry_points(group="markdown.extensions"))
    known = [*(f"pymdownx.{it.name}" for it in more), *NATIVE, *brought]
    bare = name.lower().removeprefix("pymdownx")
    forms = {it.rpartition(".")[2]: it for it in (known if bare == name.lower() else known[::-1])}
    meant = closest(bare.strip("-._"), forms)
    return f'did you mean "{forms[meant]}"?' if meant else ""


def _problem(
    options: MarkupOptions, name: str, what: str, hint: str, severity: Severity
) -> tuple[str, tuple[Problem]]:
    message = f'Markdown extension "{name.partition("/")[0]}" {what}'
    problem = Problem(options.settings, 0, 0, "markdown.extension", message, hint, severity)
    return f"markdown_extensions/{name}", (problem,)


def one_line(error: Exception) -> str:
    """Return the message of an exception on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
