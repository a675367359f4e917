"""Render pages with the templates of a hub, and find what the templates of a page can reach.

Content never is a template. Where a hub has templates other than the default theme's, all of them
run in a sandbox, since they call each other, unless the user trusts them. A name resolves to the
hub's own template first and to the default theme's second; `theme/base.html` always names the
default one, so that a template can extend the very template it overrides.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, cached_property, partial
from itertools import chain
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.msgpack import Decoder
from msgspec.structs import replace

from nexusgen.core.builds import Page, Snapshot
from nexusgen.core.model import Site, Value
from nexusgen.core.problems import RENDERING, Problem, did_you_mean
from nexusgen.incremental.digests import digest, digest_value, made
from nexusgen.incremental.errors import SourceChangedError
from nexusgen.incremental.memo import Call, Memo, Stage
from nexusgen.pages.assets import DEFAULT, OWN
from nexusgen.site.sources import lost_problem

if TYPE_CHECKING:
    import jinja2

    from nexusgen.pages.environment import MissingError


_LOST_FILTER = re.compile(r"[Nn]o (filter|test) named '([^']+)'")
_LOST_MACRO = re.compile(r"template '(?P<of>[^']+)'.* requested name '(?P<name>[^']+)'")
"""What Jinja2 says of a filter, a test or a macro that is not there."""

MOST_NAMES = 30
"""Names to tell of what a value has, where another was asked for."""


class TemplateFacts(Value, frozen=True, array_like=True):
    """What a template says of itself: templates it names, variables it names, its faults.

    `dynamic` is true where a template is named by an expression, which may be any of them. `parent`
    is the template that it extends, `?` where only an expression says which. `blocks` are the lines
    of its blocks by name, `inner` those of them that lie in others. `links` are the addresses to
    which it leads by what it says itself, each with its line and whether it does so in any case,
    `loose` is the first line that is not shown since it stands outside of the blocks.
    """

    references: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    dynamic: bool = False
    problems: tuple[Problem, ...] = ()
    parent: str = ""
    blocks: Mapping[str, int] = {}
    inner: tuple[str, ...] = ()
    links: tuple[tuple[str, int, bool], ...] = ()
    loose: int = 0


class TemplateSource(msgspec.Struct, frozen=True):
    """A template: the path to name in problems, its digest, how to get it, and what it says of itself."""

    path: str
    digest: bytes
    read: Callable[[], bytes]
    facts: TemplateFacts


class Closure(msgspec.Struct, frozen=True):
    """Everything a page's template can reach: one digest, and the variables it may name.

    `templates` are their names; where one is named by an expression, that may be any of them.
    `problems` are those that keep a template among them from being parsed.
    """

    templates: frozenset[str]
    digest: bytes
    names: frozenset[str]
    problems: tuple[Problem, ...] = ()


class RenderError(Exception):
    """A page could not be rendered; `problem` says where its template went wrong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parse_template(path: str, data: bytes) -> tuple[TemplateFacts, None]:
    """Return what a template can reach, or the problem that keeps it from being parsed."""
    import jinja2
    from jinja2 import meta, nodes

    from nexusgen.pages.environment import new_environment
    from nexusgen.pages.sandbox import Sandbox
    from nexusgen.pages.template_links import find_addresses, find_loose

    environment = new_environment(None, kind=Sandbox)  # what is constant is computed here
    try:
        tree = environment.parse(data.decode())
        names = meta.find_undeclared_variables(tree)
        links = tuple(find_addresses(tree))
    except UnicodeDecodeError:
        problem = Problem(path, 0, 0, "template.syntax", "not UTF-8", "re-save the file as UTF-8")
        return TemplateFacts(problems=(problem,)), None
    except RecursionError:
        message, hint = "what it holds is nested too deeply", "say it in shorter expressions"
        problem = Problem(path, 0, 0, "template.syntax", message, hint)
        return TemplateFacts(problems=(problem,)), None
    except jinja2.TemplateSyntaxError as error:
        line = (data.decode().splitlines()[error.lineno - 1 :] or [""])[0]
        problem = _at_filter(_syntax_problem(path, error), line, error, environment)
        return TemplateFacts(problems=(problem,)), None
    references = set(meta.find_referenced_templates(tree))
    blocks = list(tree.find_all(nodes.Block))
    parents = [
        (getattr(it.template, "value", "?"), it.lineno) for it in tree.find_all(nodes.Extends)
    ]
    facts = TemplateFacts(
        references=tuple(sorted(name for name in references if name)),
        names=tuple(sorted(names)),
        dynamic=None in references,
        problems=tuple(
            _extended_itself(path, *parent) for parent in parents if path == OWN + parent[0]
        ),
        parent="?" if parents[1:] else parents[0][0] if parents else "",
        blocks={block.name: block.lineno for block in blocks},
        inner=tuple(one.name for block in blocks for one in block.find_all(nodes.Block)),
        links=links,
        loose=find_loose(tree),
    )
    return facts, None


def _extended_itself(path: str, name: str, line: int) -> Problem:
    hint = f'extend the original, "{DEFAULT}{name}"'
    return Problem(path, line, 1, "template.recursion", "a template cannot extend itself", hint)


_Sources = Mapping[str, TemplateSource]

_environments: "dict[bytes, tuple[jinja2.Environment, list[_Sources]]]" = {}
"""Compiled templates, with the sources of the latest build that has these: where they now lie."""


def _load(latest: list[_Sources], name: str) -> tuple[str, str, Callable[[], bool]] | None:
    """Return a template that is not compiled yet, for its environment."""
    source = latest[0].get(name)
    return (source.read().decode(), source.path, lambda: True) if source else None


class Theme:
    """The templates of one build, by name.

    What the default theme's become once compiled is kept in `codes`, if there is such a place.
    """

    def __init__(
        self,
        sources: Mapping[str, TemplateSource],
        *,
        trusted: bool = False,
        language: str = "en",
        strings: Mapping[str, str] | None = None,
        codes: dict[str, bytes] | None = None,
    ) -> None:
        self.sources = sources
        self._digests = {name: source.digest for name, source in sources.items()}
        self._facts = {name: source.facts for name, source in sources.items()}
        self._closures: dict[str, Closure] = {}
        theme = {self._digests[name] for name in sources if name.startswith(DEFAULT)}
        is_own = theme.issuperset(self._digests.values())
        self._sandboxed = not (trusted or is_own)
        self._trust = ("trusted",) if trusted and not is_own else ()
        self._language, self._strings = language, strings or {}
        self._codes = codes
        self._speaks = (language, strings) if strings or not language.startswith("en") else ()

    def closure(self, template: str) -> Closure:
        """Return what `template` can reach, itself included."""
        if template in self._closures:
            return self._closures[template]
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
                waiting += self.sources
        reached = [self._facts[name] for name in sorted(found) if name in self._facts]
        named = ((name, self._digests.get(name)) for name in sorted(found))
        self._closures[template] = closure = Closure(
            frozenset(found),
            digest_value([*self._trust, *self._speaks, *named]),
            frozenset(chain(*(facts.names for facts in reached))),
            tuple(chain(*(facts.problems for facts in reached))),
        )
        return closure

    @property
    def closures(self) -> dict[str, bytes]:
        """The digest of what each template can reach that a page may be rendered with."""
        names = (name for name in self.sources if not name.startswith(DEFAULT))
        return {name: self.closure(name).digest for name in names}

    def page_reads(self, page: Page) -> dict[str, bytes]:
        """Return all that the bytes of a page depend on, by name: the parts of its key."""
        templates = digest(page.template.encode(), self.closure(page.template).digest)
        values = {name: digest_value(page.variables[name]) for name in self._reached(page)}
        return {"its templates": templates, **values}

    def render(self, page: Page) -> bytes:
        """Return the bytes of a page; raise `RenderError` where a template goes wrong."""
        for problem in self.closure(page.template).problems:
            raise RenderError(problem)
        context = {name: made(page.variables[name]) for name in self._reached(page)}
        try:
            text = self._environment.get_template(page.template).render(context)
        except SourceChangedError:  # no template's fault: the snapshot is old
            raise
        except Exception as error:  # a template may raise anything that Python can
            raise RenderError(self._render_problem(error, page)) from error
        if page.template.endswith(".html") and (not text or text.isspace()):
            raise RenderError(self._blank_problem(page))
        return text.encode()

    @cached_property
    def portable(self) -> "Theme":
        """The same theme, its templates read: as it can be sent to another process."""
        sources = {
            name: replace(source, read=partial(bytes, source.read()))
            for name, source in self.sources.items()
        }
        return Theme(
            sources,
            trusted=bool(self._trust),
            language=self._language,
            strings=self._strings,
            codes=self._codes,
        )

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
        return sorted(page.variables.keys() & self.closure(page.template).names)

    @cached_property
    def _environment(self) -> "jinja2.Environment":
        """Compiled templates outlive the build: they are the same for the same sources."""
        identity = digest_value((self._sandboxed, self._trust, self._speaks, self._digests))
        if identity not in _environments:
            import jinja2

            from nexusgen.pages.environment import KeptCode, new_environment
            from nexusgen.pages.sandbox import Counted, Sandbox

            kind = Sandbox if self._sandboxed else Counted if self._trust else jinja2.Environment
            _environments.clear()
            recursive = frozenset(filter(self._reaches_itself, self.sources))
            latest = [self.sources]
            loader = jinja2.FunctionLoader(partial(_load, latest))
            environment = new_environment(loader, recursive, kind)
            _environments[identity] = environment, latest
            if self._codes is not None:
                theme = (it.path for name, it in self.sources.items() if name.startswith(DEFAULT))
                speaks = digest_value((self._sandboxed, self._trust, self._speaks))
                kept = KeptCode(self._codes, frozenset(theme), speaks)
                environment.bytecode_cache = kept
            if self._speaks:
                from nexusgen.pages.words import filters_of

                filters = filters_of(self._language, self._strings)
                environment.filters.update(filters)
        environment, latest = _environments[identity]
        latest[0] = self.sources
        return environment

    def _reaches_itself(self, template: str) -> bool:
        facts = self._facts.get(template, TemplateFacts())
        reached = (self.closure(name).templates for name in facts.references)
        return facts.dynamic or any(template in templates for templates in reached)

    def _render_problem(self, error: Exception, page: Page) -> Problem:
        import jinja2
        from jinja2.exceptions import SecurityError

        from nexusgen.pages.environment import MAX_DEPTH, MissingError, TooDeepError

        if isinstance(error, jinja2.TemplateSyntaxError):
            return self._named(_syntax_problem(error.filename or page.template, error), error)
        path, line = self._position(error, page)
        where = f"{RENDERING}{page.source or page.url or 'the home page'}"
        if isinstance(error, MissingError):
            found = _what_is_missing(error, page, self._line(path, line))
            return replace(found, path=path, line=line, message=found.message + where)
        code, hint = "template.error", "fix the expression"
        message = f"{type(error).__name__}: {error}"
        if isinstance(error, jinja2.TemplateNotFound):
            code, hint = "template.missing", "check the name"
            message = f'template "{error.name}" is not there'
        elif isinstance(error, TooDeepError | RecursionError):
            code, hint = "template.recursion", "end what calls itself, or remove it"
            message = f"templates include or call each other more than {MAX_DEPTH} deep"
        elif isinstance(error, SecurityError):
            code, hint = "template.error", "let it go through less, or write less"
            if self._sandboxed:
                code = "template.unsafe"
                hint = "only --trust-templates allows that, for your own hub"
            message = str(error)
        elif isinstance(error, jinja2.UndefinedError):
            code, hint = "template.undefined", "see the variables of this page in the README"
            message = str(error.message)
        return self._named(Problem(path, line, 1, code, message + where, hint), error)

    def _named(self, problem: Problem, error: Exception) -> Problem:
        """Return a problem at the name that nothing has, with the one that was probably meant."""
        import jinja2

        line = self._line(problem.path, problem.line)
        if isinstance(error, jinja2.TemplateNotFound):
            return _at_name(problem, line, str(error.name), self.sources)
        if found := _LOST_MACRO.search(str(error)):
            known: Iterable[str] = ()
            with suppress(Exception):
                known = vars(self._environment.get_template(found["of"]).module)
            return _at_name(problem, line, found["name"], known)
        return _at_filter(problem, line, error, self._environment)

    def _blank_problem(self, page: Page) -> Problem:
        """Return that a page is empty; the shortest template of the hub's own is to blame."""
        reached = self.sources.keys() & self.closure(page.template).templates
        found = (self.sources[name] for name in sorted(reached))
        path = min(found, key=lambda it: (not it.path.startswith(OWN), len(it.read()))).path
        where = f"{RENDERING}{page.source or page.url or 'the home page'}"
        hint = "write what it shows, or delete it to have that of the theme"
        return Problem(
            path, 1, 1, "template.error", "the template leaves the page empty" + where, hint
        )

    def _line(self, path: str, number: int) -> str:
        """Return a line of a template, by its path."""
        read = next((one.read for one in self.sources.values() if one.path == path), bytes)
        return (["", *read().decode().splitlines()][number:] or [""])[0]

    def _position(self, error: Exception, page: Page) -> tuple[str, int]:
        """Return the template and line at which an error arose: Jinja2 puts them on the stack.

        The hub's own are to blame first, also where they call what is of the theme. How deep
        Python got before it gave up says nothing: then it is where the page began.
        """
        paths = {source.path for source in self.sources.values()}
        theme = {one.path for name, one in self.sources.items() if name.startswith(DEFAULT)}
        places = [
            (frame.f_code.co_filename, line)
            for frame, line in walk_tb(error.__traceback__)
            if frame.f_code.co_filename in paths
        ]
        if not places:
            known = self.sources.get(page.template)
            return known.path if known else page.source, 0
        if isinstance(error, RecursionError):
            return places[0]
        own = [place for place in places if place[0] not in theme]
        return (own or places)[-1]


def _what_is_missing(error: "MissingError", page: Page, line: str) -> Problem:
    """Return what is wrong with a line that names what is not there, and where in it."""
    name, holder = error.name, error.holder
    held, hint = tuple(page.variables), "see the variables of this page in the README"
    if holder is not None:
        is_plain = not isinstance(holder, Mapping | msgspec.Struct)
        keys = holder if isinstance(holder, Mapping) else () if is_plain else dir(holder)
        held = tuple(str(key) for key in keys if not str(key).startswith("_"))
        has = ", ".join(held[:MOST_NAMES]) or "nothing"
        hint = "it is a text, a number or a list" if is_plain else f"it has {has}"
    ending = rf"{re.escape(name)}(?!\w)"
    found = (
        re.search(rf"(?<![\w.])([\w.]+)(?:\.|\[[\"']){ending}", line)
        if holder is not None
        else None
    )
    found = found or re.search(rf"()(?<!\w){ending}", line)
    whole = (found and found[1]) or ("this page" if holder is None else "a value")
    column, length = (found.end() - len(name) + 1, len(name)) if found else (1, 1)
    if name in getattr(holder, "fields", ()):
        hint = f"a field of its kind is {whole}.fields.{name}"
    hint = did_you_mean(name, held) or hint
    message = f'{whole} has no "{name}"'
    return Problem("", 0, column, "template.undefined", message, hint, length=length)


def _at_name(problem: Problem, line: str, name: str, known: Iterable[str]) -> Problem:
    """Return a problem where a line names what is not there, with what was probably meant."""
    column = line.find(name) + 1
    hint = did_you_mean(name, tuple(known)) or problem.hint
    return replace(problem, column=column or 1, length=len(name) if column else 1, hint=hint)


def _at_filter(
    problem: Problem, line: str, error: Exception, environment: "jinja2.Environment"
) -> Problem:
    """Return a problem at the filter or the test that Jinja2 has not, if it is of one."""
    found = _LOST_FILTER.search(str(error))
    return (
        _at_name(problem, line, found[2], getattr(environment, f"{found[1]}s"))
        if found
        else problem
    )


def _syntax_problem(path: str, error: "jinja2.TemplateSyntaxError") -> Problem:
    message = (error.message or "syntax error").rstrip(".")
    return Problem(
        path, error.lineno, 1, "template.syntax", message[:1].lower() + message[1:],
        "fix the template; the Jinja2 documentation describes its syntax",
    )  # fmt: skip


def _lost_template(reason: str, path: str, *_: Any) -> tuple[TemplateFacts, None]:
    return TemplateFacts(problems=(lost_problem(path, reason),)), None


@cache
def _load_parser() -> Callable[..., tuple[TemplateFacts, None]]:
    from nexusgen.pages.environment import new_environment

    new_environment(None)  # imports what parses
    return parse_template


KEPT_FACTS = Decoder(tuple[dict[str, bytes], dict[str, TemplateFacts]])
"""Reads what is kept of templates: the digests of their files by path, and what they say."""

TEMPLATE = Stage("template", _load_parser, Decoder(TemplateFacts), Decoder(None), _lost_template)


def find_theme(snapshot: Snapshot, site: Site, memo: Memo) -> tuple[Theme, list[Problem]]:
    """Return the templates of the hub in its language, and what keeps any of them from being used.

    What those of the default theme say of themselves is kept where their compiled code is.
    """
    files = {
        name: file
        for name, file in snapshot.templates.items()
        if not name.removeprefix(DEFAULT).startswith(("assets/", "words/"))
    }
    default = {file.path: file.digest for name, file in files.items() if name.startswith(DEFAULT)}
    facts: dict[str, TemplateFacts] = {}
    with suppress(KeyError, msgspec.DecodeError):
        known, kept = KEPT_FACTS.decode(memo.codes["facts"])
        facts = kept if known == default else {}
    unknown = {file.path: file.digest for file in files.values() if file.path not in facts}
    calls = [
        Call((path.encode(), digest), partial(_arguments, snapshot, path))
        for path, digest in unknown.items()
    ]
    for path, result in zip(unknown, memo.map(TEMPLATE, calls), strict=True):
        facts[path] = result.facts
    if unknown.keys() & default and not any(facts[path].problems for path in default):
        of_default = {path: facts[path] for path in default}
        memo.codes["facts"] = msgspec.msgpack.encode((default, of_default))
    sources = {
        name: TemplateSource(
            file.path, file.digest, partial(snapshot.read, file.path), facts[file.path]
        )
        for name, file in files.items()
    }
    theme = Theme(
        sources,
        trusted=snapshot.trusted,
        language=site.language,
        strings=site.strings,
        codes=memo.codes,
    )
    own = (source for source in sources.values() if source.path.startswith(OWN))
    return theme, [problem for source in own for problem in source.facts.problems]


def _arguments(snapshot: Snapshot, path: str) -> tuple[Any, ...]:
    return path, snapshot.read(path)
