"""The settings of a site in; Python-Markdown with our extension and those of the site out.

Only extensions that are installed are loaded: the settings of a cloned hub cannot name a function
of the standard library, or a module that lies in the hub, to have it run.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points, packages_distributions
from typing import Any

import msgspec
from markdown import Markdown
from markdown.extensions import Extension

from nexusgen.core.problems import Problem, Severity
from nexusgen.markdown.extension import NexusgenExtension
from nexusgen.markdown.options import MarkupOptions
from nexusgen.markdown.sanitise import can_sanitise

KNOWN_PACKAGES = ("markdown", "pymdownx")
NATIVE = """
tables fenced_code footnotes def_list sane_lists attr_list abbr codehilite pymdownx.tasklist
pymdownx.highlight pymdownx.betterem pymdownx.saneheaders
""".split()  # noqa: SIM905 (a list of words reads better)
"""Extensions whose work is done without them."""

REPLACED = ("pymdownx.fancylists", "pymdownx.quotes")
"""Extensions that have no effect: they replace the library's reading of lists and quotes."""

BARE = ("pymdownx.magiclink", "pymdownx.superfences")
"""Extensions whose work is done without them, unless they are given options."""

BUNDLES = {"extra": ("md_in_html",), "pymdownx.extra": ("md_in_html",)}


def load(options: MarkupOptions) -> tuple[Markdown, NexusgenExtension, list[Problem]]:
    """Return Python-Markdown with all extensions that can be loaded, and problems with the others."""
    problems = []
    if options.raw_html == "sanitise" and not can_sanitise():
        options = msgspec.structs.replace(options, raw_html="escape")
        problems.append(no_sanitiser(options))
    own = NexusgenExtension(options)
    md = Markdown(extensions=[own], output_format="html")
    for name, configuration in wanted(options):
        if name in REPLACED:
            problems.append(no_effect(options, name))
            continue
        try:
            md.registerExtensions([extension(name, configuration)], {})
        except Exception as error:  # noqa: BLE001  (an extension may raise anything)
            problems.append(extension_problem(options, name, error))
    own.collect()
    return md, own, problems


def wanted(options: MarkupOptions) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the extensions that have work to do, with their options."""
    for name, configuration in options.extensions.items():
        name = name.removeprefix("markdown.extensions.")
        for each in BUNDLES.get(name, (name,)):
            if each not in NATIVE and not (each in BARE and not configuration):
                yield each, dict(configuration or {}) if each == name else {}


def extension(name: str, configuration: Mapping[str, Any]) -> Extension:
    """Return the installed extension of this name: an entry point, `module` or `module:Class`.

    Raises ImportError where nothing of that name is installed, TypeError where it is no extension.
    """
    for point in entry_points(group="markdown.extensions", name=name):
        return checked(name, point.load()(**configuration))
    module_name, _, class_name = name.partition(":")
    package = module_name.partition(".")[0]
    if package not in KNOWN_PACKAGES and package not in packages_distributions():
        raise ImportError("no such extension is installed")
    module = import_module(module_name)
    if not class_name:
        return checked(name, module.makeExtension(**configuration))
    found = getattr(module, class_name)
    if not (isinstance(found, type) and issubclass(found, Extension)):
        raise TypeError(f"{name} is not a Markdown extension")
    return found(**configuration)


def checked(name: str, made: Any) -> Extension:
    """Return what an extension's maker made, if it is an extension."""
    if not isinstance(made, Extension):
        raise TypeError(f"{name} is not a Markdown extension")
    return made


def no_effect(options: MarkupOptions, name: str) -> Problem:
    """Return the problem of an extension that cannot do anything here."""
    message = f'Markdown extension "{name}" has no effect: lists and quotes are read as on GitHub'
    hint = "take it out of markdown_extensions"
    return Problem(options.settings, 0, 0, "markdown.extension", message, hint, "warning")


def extension_problem(options: MarkupOptions, name: str, error: Exception) -> Problem:
    """Return the problem of an extension that cannot be loaded."""
    message = f'Markdown extension "{name}" cannot be loaded: {one_line(error)}'
    hint = "install it, or mend its options under markdown_extensions"
    severity: Severity = "warning" if options.lenient else "error"
    return Problem(options.settings, 0, 0, "markdown.extension", message, hint, severity)


def no_sanitiser(options: MarkupOptions) -> Problem:
    """Return the problem of a hub that wants raw HTML sanitised without the library for it."""
    message = "raw HTML cannot be sanitised without nh3, so it is shown as text"
    return Problem(options.settings, 0, 0, "markdown.sanitise", message, "install nh3", "warning")


def one_line(error: Exception) -> str:
    """Return the message of an exception on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
