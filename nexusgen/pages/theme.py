"""Template sources in; what a page can reach, the digest of that, and rendered pages out.

Templates are trusted code of the hub's owner; content never is a template. A name resolves to the
hub's own template first and to the default theme's second; `theme/base.html` always names the
default one, so that a template can extend the very template it overrides.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.json import Decoder

from nexusgen.core.model import Page, Value
from nexusgen.core.problems import Problem
from nexusgen.incremental.digests import digest, digest_value, made
from nexusgen.incremental.errors import SourceChangedError
from nexusgen.incremental.memo import Stage
from nexusgen.site.sources import lost_problem

if TYPE_CHECKING:
    import jinja2


DEFAULT = "theme/"
"""Prefix that names the default theme's version of a template."""


class TemplateFacts(Value, frozen=True, array_like=True):
    """What a template says of itself: templates it names, variables it names, its faults.

    `dynamic` is true where a template is named by an expression, which may be any of them.
    """

    references: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    dynamic: bool = False
    problems: tuple[Problem, ...] = ()


class TemplateSource(msgspec.Struct, frozen=True):
    """A template: the path to name in problems, the digest of its text, and how to get it."""

    path: str
    digest: bytes
    read: Callable[[], bytes]


class Closure(msgspec.Struct, frozen=True):
    """Everything a page's template can reach: one digest, and the variables it may name.

    `templates` are their names. `names` is None where a dynamic reference could name any variable.
    `problems` are those that keep a template among them from being parsed.
    """

    templates: frozenset[str]
    digest: bytes
    names: frozenset[str] | None
    problems: tuple[Problem, ...] = ()


class RenderError(Exception):
    """A page could not be rendered; `problem` says where its template went wrong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_template(path: str, data: bytes) -> tuple[TemplateFacts, None]:
    """Return what a template can reach, or the problem that keeps it from being parsed."""
    import jinja2
    from jinja2 import meta

    environment = new_environment(None)
    try:
        tree = environment.parse(data.decode())
        names = meta.find_undeclared_variables(tree)
    except UnicodeDecodeError:
        problem = Problem(path, 0, 0, "template.syntax", "not UTF-8", "re-save the file as UTF-8")
        return TemplateFacts(problems=(problem,)), None
    except jinja2.TemplateSyntaxError as error:
        return TemplateFacts(problems=(_syntax_problem(path, error),)), None
    references = set(meta.find_referenced_templates(tree))
    facts = TemplateFacts(
        references=tuple(sorted(name for name in references if name)),
        names=tuple(sorted(names)),
        dynamic=None in references,
    )
    return facts, None


def load_jinja() -> None:
    """Import what parses templates."""
    new_environment(None)


def new_environment(loader: "jinja2.BaseLoader | None") -> "jinja2.Environment":
    """Return the Jinja2 that templates are written for: strict, escaping, and without chance."""
    import jinja2

    from nexusgen.pages.filters import FILTERS

    environment = jinja2.Environment(
        loader=loader,
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html", "xml", "svg")),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.pop("random")
    environment.globals.pop("lipsum")
    environment.filters.update(FILTERS)
    return environment


_environments: "dict[bytes, jinja2.Environment]" = {}


class Theme:
    """The templates of one build, by name, with what each says of itself."""

    def __init__(
        self, sources: Mapping[str, TemplateSource], facts: Mapping[str, TemplateFacts]
    ) -> None:
        self._sources = sources
        self._facts = facts
        self._closures: dict[str, Closure] = {}

    def closure(self, template: str) -> Closure:
        """Return what `template` can reach, itself included."""
        if template not in self._closures:
            self._closures[template] = self._find_closure(template)
        return self._closures[template]

    @property
    def closures(self) -> dict[str, bytes]:
        """The digest of what each template can reach that a page may be rendered with."""
        names = (name for name in self._sources if not name.startswith(DEFAULT))
        return {name: self.closure(name).digest for name in names}

    def page_key(self, page: Page) -> bytes:
        """Return a digest of all that the bytes of a page depend on."""
        closure = self.closure(page.template)
        parts = [page.url.encode(), page.template.encode(), closure.digest]
        for name in self._reached(page):
            parts += name.encode(), digest_value(page.variables[name])
        return digest(*parts)

    def page_reads(self, page: Page) -> dict[str, bytes]:
        """Return the parts of a page's key by name, to explain why it was rendered again."""
        reads = {"its templates": self.closure(page.template).digest}
        return reads | {name: digest_value(page.variables[name]) for name in self._reached(page)}

    def render(self, page: Page) -> bytes:
        """Return the bytes of a page; raise `RenderError` where a template goes wrong."""
        for problem in self.closure(page.template).problems:
            raise RenderError(problem)
        context = {name: made(page.variables[name]) for name in self._reached(page)}
        try:
            return self._environment.get_template(page.template).render(context).encode()
        except SourceChangedError:  # no template's fault: the snapshot is old
            raise
        except Exception as error:  # a template may raise anything that Python can
            raise RenderError(self._render_problem(error, page)) from error

    def load(self, templates: Iterable[str]) -> None:
        """Compile templates and what they reach; what cannot be is told by `render`."""
        for name in {one for template in templates for one in self.closure(template).templates}:
            try:
                self._environment.get_template(name)
            except SourceChangedError:
                raise
            except Exception:  # noqa: BLE001  told of each page that shows it
                continue

    def _reached(self, page: Page) -> list[str]:
        names = self.closure(page.template).names
        return sorted(name for name in page.variables if names is None or name in names)

    def _find_closure(self, template: str) -> Closure:
        found: set[str] = set()
        waiting = [template]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            facts = self._facts.get(name, TemplateFacts())
            waiting += facts.references
            if facts.dynamic:
                waiting += self._sources
        reached = [self._facts[name] for name in found if name in self._facts]
        names = frozenset(name for facts in reached for name in facts.names)
        return Closure(
            frozenset(found),
            digest(*(part for name in sorted(found) for part in self._identity(name))),
            None if any(facts.dynamic for facts in reached) else names,
            tuple(problem for facts in reached for problem in facts.problems),
        )

    def _identity(self, name: str) -> tuple[bytes, bytes]:
        """Return name and digest; a template that is not there yet counts with an empty digest."""
        source = self._sources.get(name)
        return name.encode(), source.digest if source else b""

    @cached_property
    def _environment(self) -> "jinja2.Environment":
        """Compiled templates outlive the build: they are the same for the same sources."""
        identity = digest(*(part for name in self._sources for part in self._identity(name)))
        if identity not in _environments:
            import jinja2

            _environments.clear()
            _environments[identity] = new_environment(jinja2.FunctionLoader(self._load))
        return _environments[identity]

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        source = self._sources.get(name)
        if source is None:
            return None
        return source.read().decode(), source.path, lambda: True

    def _render_problem(self, error: Exception, page: Page) -> Problem:
        import jinja2

        while_rendering = f"while rendering {page.source or page.url or 'the home page'}"
        if isinstance(error, jinja2.TemplateSyntaxError):
            path = error.filename or page.template
            return _syntax_problem(path, error)
        path, line = self._position(error, page)
        if isinstance(error, jinja2.TemplateNotFound):
            message = f'template "{error.name}" is not there, {while_rendering}'
            return Problem(path, line, 1, "template.missing", message, "check the name")
        if isinstance(error, RecursionError):
            message = f"templates include each other without end, {while_rendering}"
            return Problem(path, line, 1, "template.recursion", message, "remove the include")
        if isinstance(error, jinja2.UndefinedError):
            message = f"{error.message}, {while_rendering}"
            hint = "see the variables of this page in the README"
            return Problem(path, line, 1, "template.undefined", message, hint)
        message = f"{type(error).__name__}: {error}, {while_rendering}"
        return Problem(path, line, 1, "template.error", message, "mend the expression")

    def _position(self, error: Exception, page: Page) -> tuple[str, int]:
        """Return the template and line at which an error arose: Jinja2 puts them on the stack."""
        paths = {source.path for source in self._sources.values()}
        place = (self._sources[page.template].path if page.template in self._sources else "", 0)
        trace = error.__traceback__
        while trace is not None:
            filename = trace.tb_frame.f_code.co_filename
            if filename in paths:
                place = (filename, trace.tb_lineno)
            trace = trace.tb_next
        return place


def _syntax_problem(path: str, error: "jinja2.TemplateSyntaxError") -> Problem:
    message = (error.message or "syntax error").rstrip(".")
    return Problem(
        path, error.lineno, 1, "template.syntax", message[:1].lower() + message[1:],
        "mend the template; the Jinja2 documentation describes its syntax",
    )  # fmt: skip


def _lost_template(reason: str, path: str, *_: Any) -> tuple[TemplateFacts, None]:
    return TemplateFacts(problems=(lost_problem(path, reason),)), None


TEMPLATE = Stage(
    "template", parse_template, Decoder(TemplateFacts), Decoder(None), _lost_template, load_jinja
)
