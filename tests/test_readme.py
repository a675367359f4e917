"""The README is compared with the program: its tables are made here, its examples are run."""

import ast
import inspect
import re
import shlex
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from nexusgen import cli
from nexusgen.cli import main
from nexusgen.content.cv import CV_SECTIONS, parse_cv
from nexusgen.content.entries import EntryOptions, parse_entries
from nexusgen.content.kinds import (
    AUTHOR_FIELDS,
    FIELD_FIELDS,
    KIND_FIELDS,
    KINDS,
    SHARED_FIELDS,
    SITE_FIELDS,
)
from nexusgen.core.model import Field, Site
from nexusgen.core.problems import CODES
from nexusgen.incremental.derive import Tables
from nexusgen.pages.theme import Theme
from nexusgen.pages.views import EntryView
from nexusgen.site.settings import parse_site
from tests.conftest import ROOT

PACKAGE = ROOT / "nexusgen"
README = ROOT / "README.md"
COMMON = {"directory", "form", "quiet", "verbose", "color", "traceback"}


COMMANDS = {
    name: command
    for name in cli.COMMANDS
    if (command := main.get_command(click.Context(main), name)) is not None
}


def table(head: str, rows: Sequence[str]) -> str:
    columns = head.count("|") - 1
    return "\n".join([head, "|" + " --- |" * columns, *rows])


def options_of(command: click.Command) -> Iterator[click.Option]:
    for each in command.params:
        if isinstance(each, click.Option):
            yield each


def option_row(option: click.Option) -> str:
    value = "" if option.is_flag or option.flag_value is True else option.metavar or ""
    if isinstance(option.type, click.Choice) and not option.is_flag:
        value = "\\|".join(option.type.choices)
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    return f"| {names}{f' `{value}`' if value else ''} | {option.help} |"


def usage(name: str, command: click.Command) -> str:
    arguments = [
        each.human_readable_name for each in command.params if isinstance(each, click.Argument)
    ]
    return " ".join(["nexusgen", name, *arguments])


def commands() -> str:
    parts = []
    common: dict[str, click.Option] = {}
    for name, command in COMMANDS.items():
        own = [option for option in options_of(command) if option.name not in COMMON]
        common |= {"".join(o.opts): o for o in options_of(command) if o.name in COMMON}
        parts.append(f"**`{usage(name, command)}`**: {command.get_short_help_str(200)}")
        if own:
            parts.append(table("| option | |", [option_row(option) for option in own]))
    parts.append("Options that most commands share:")
    parts.append(table("| option | |", [option_row(option) for option in common.values()]))
    return "\n\n".join(parts)


DEFAULTS = {field.name: field.default for field in msgspec.structs.fields(Site)}
VALUES = {
    "flag": "`true` or `false`",
    "integer": "number",
    "references": "list of entries",
    "links": "list of links",
    "markdown": "Markdown",
    "kinds": "mapping",
    "duration": "span of time",
    "any": "anything",
}


def settings() -> str:
    rows = [
        f"| `{field.name}` | {value_of(field)} | {default_of(field)} | {escaped(field.description)} |"
        for field in SITE_FIELDS
    ]
    heads = "| Name | Value | Without it | What it is for |"
    parts = (
        f"### Settings\n\nWhat may stand in `content/site.yml`.\n\n{table(heads, rows)}",
        fields_table("Author", "What may stand under `author:`.", AUTHOR_FIELDS),
        fields_table("Kinds of your own", "What may stand under a name in `kinds:`.", KIND_FIELDS),
        fields_table("Their fields", "What may stand under a name in `fields:`.", FIELD_FIELDS),
    )
    return "\n\n".join(parts)


def fields() -> str:
    rows = [
        f"| `{kind.name}` | {f'`{kind.folder}/`' if kind.folder else 'the root'} | {kind.mark} |"
        for kind in KINDS
    ]
    text = "The folder tells the kind; a folder of any other name holds notes."
    parts = [
        fields_table("Front matter", "What every entry may say of itself.", SHARED_FIELDS),
        f"### Kinds\n\n{text}\n\n{table('| Kind | Folder | Mark |', rows)}",
    ]
    for kind in KINDS:
        if kind.fields:
            text = f"Further fields of what lies in `{kind.folder}/`."
            parts.append(fields_table(f"Fields of a {kind.label.lower()}", text, kind.fields))
    return "\n\n".join(parts)


def cv() -> str:
    rows = [
        f"| `{name}` | {', '.join(f'`{field.name}`' for field in fields)} |"
        for name, fields in CV_SECTIONS.items()
    ]
    text = (
        "The sections of `content/cv.yml`; each is a list. Dates are `2024`, `2024-05` or "
        "`2024-05-31`; `highlights` and `courses` are lists."
    )
    return f"### CV\n\n{text}\n\n{table('| Section | What an item may say |', rows)}"


def codes() -> str:
    rows = [f"| `{code}` | {escaped(text)} |" for code, text in sorted(CODES.items())]
    return f"### Problems\n\n{table('| Code | What it says |', rows)}"


def fields_table(title: str, text: str, fields: Iterable[Field]) -> str:
    rows = [f"| `{it.name}` | {value_of(it)} | {escaped(it.description)} |" for it in fields]
    return f"### {title}\n\n{text}\n\n{table('| Name | Value | What it is for |', rows)}"


def value_of(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    return VALUES.get(field.type, field.type)


def default_of(field: Field) -> str:
    default = DEFAULTS[field.name]
    return f"`{default}`" if default and isinstance(default, str | int) else ""


def escaped(text: str) -> str:
    return text.replace("|", "\\|")


BLOCKS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "settings": settings,
    "fields": fields,
    "cv": cv,
    "codes": codes,
}


def packages() -> str:
    folders = sorted(path.parent for path in PACKAGE.rglob("*/__init__.py"))
    rows = [
        f"| `{it.relative_to(PACKAGE).as_posix()}/` | {sentence(it / '__init__.py')} |"
        for it in folders
    ]
    return table("| package | |", rows)


def sentence(path: Path) -> str:
    """Return the sentence with which a module opens."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].replace("|", "\\|")


def examples(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", BLOCKS)
def test_reference_is_what_the_program_says(name, request):
    text = README.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    expected = pattern.sub(lambda found: found[1] + BLOCKS[name]() + "\n" + found[2], text)

    if request.config.getoption("--update-golden"):
        README.write_text(expected, encoding="utf-8", newline="\n")

    assert pattern.search(text)
    assert README.read_text(encoding="utf-8") == expected


def test_reference_names_every_setting_field_kind_and_code():
    text = "\n".join((settings(), fields(), codes()))

    own = (field for kind in KINDS for field in kind.fields)
    names = (field.name for field in (*SHARED_FIELDS, *SITE_FIELDS, *own))
    for name in (*CODES, *names, *(kind.name for kind in KINDS)):
        assert f"| `{name}` |" in text


def test_every_package_is_listed_with_the_sentence_that_it_opens_with(request):
    path = PACKAGE / "README.md"
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(r"(<!-- packages -->\n).*?(<!-- end -->)", re.DOTALL)
    expected = pattern.sub(lambda found: f"{found[1]}{packages()}\n{found[2]}", text)

    if request.config.getoption("--update-golden"):
        path.write_text(expected, encoding="utf-8", newline="\n")

    assert pattern.search(text)
    assert path.read_text(encoding="utf-8") == expected


def test_the_inside_view_names_only_what_is_there():
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    spans = re.findall(r"`([^`\n]+)`", text)
    paths = [span for span in spans if "/" in span and re.fullmatch(r"[\w./*-]+", span)]
    names = re.findall(r"\b(?!test_)(?:[A-Za-z]+_[A-Za-z_]*[A-Za-z]|\w+Error)\b", text)
    example = text.partition("One edit, as an example")[2].partition("A build from nothing")[0]
    tables = [span for span in re.findall(r"`(\w+)`", example) if span != "write_site"]

    assert len(paths) > 25
    assert len(names) > 15
    assert len(tables) >= 4
    assert [path for path in paths if not any(glob_of(path))] == []
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
    assert [name for name in tables if f'"{name}"' not in source] == []
    for name, parameters in re.findall(r"`(\w+)\((name, [\w, ]+)\)`", text):
        signature = inspect.signature(getattr(Tables, name))
        assert ", ".join([*signature.parameters][1:]).startswith(parameters)


def glob_of(path: str) -> Iterator[Path]:
    for folder in (PACKAGE, ROOT):
        yield from folder.glob(path.rstrip("/"))


def test_who_catches_an_error_is_told_as_it_is():
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    tree = text.partition("## Errors")[2].partition("```\n")[2].partition("```")[0]
    catchers: list[str] = []
    found = []
    for line in tree.splitlines():
        if re.match("[a-z]", line):
            catchers = re.findall(r"[a-z_]+(?:\.[a-z_]+)?", line.partition(":")[0])
        elif named := re.match(r"[├└]── (\w+Error)", line):
            found += [(catcher, named[1]) for catcher in catchers]

    assert len(found) >= 6
    for catcher, error in found:
        path = PACKAGE / catcher.replace(".", "/")
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        pattern = rf"except Exception|(except \(?|isinstance\(.*)[\w, |]*\b{error}\b"
        assert re.search(pattern, path.read_text()), (catcher, error)


def test_every_command_of_an_example_exists_and_takes_its_arguments():
    lines = [line for block in examples("sh") for line in block.splitlines()]
    calls = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("nexusgen")]

    assert calls
    for name, *arguments in calls:
        COMMANDS[name].make_parser(click.Context(COMMANDS[name])).parse_args(arguments)


def test_every_make_target_of_an_example_exists():
    targets = re.findall(
        r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    documents = [README, ROOT / ".github/CONTRIBUTING.md", ROOT / "nexusgen/README.md"]
    text = "".join(path.read_text(encoding="utf-8") for path in documents)

    asked = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))

    assert {"build", "test", "serve"} <= asked <= set(targets)


def test_first_steps_lead_to_a_site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    steps = next(block for block in examples("sh") if "nexusgen init" in block).splitlines()
    calls = [shlex.split(step) for step in steps]
    assert [call[1] for call in calls if call[0] == "nexusgen"][:1] == ["init"]

    for program, *arguments in calls:
        if program == "cd":
            monkeypatch.chdir(arguments[0])
        elif program == "nexusgen" and arguments[0] != "serve":
            assert CliRunner().invoke(main, arguments).exit_code == 0

    assert (tmp_path / "my-hub/output/index.html").is_file()


def test_examples_of_settings_are_valid():
    for example in examples("yaml"):
        if example.startswith("work:"):
            assert parse_cv(example.encode(), "content/cv.yml")[1] == ()
            continue
        site, problems = parse_site(example.encode(), "content/site.yml", "content", "hub")

        assert problems == ()
        assert site.title


def test_examples_of_entries_are_valid():
    site, _ = parse_site(b"title: Hub", "content/site.yml", "content", "hub")
    found = examples("markdown")

    assert found
    for example in found:
        parsed, _ = parse_entries(
            "content/challenges/a.md",
            example.encode(),
            EntryOptions(site.kinds, site.content, site.lenient),
        )
        assert parsed.problems == ()
        assert parsed.entries[0].title


def test_examples_of_templates_render(site):
    technology, base, section = examples("jinja")
    site.settings().note("technologies/django.md", "Made in Kansas.", title="Django")

    site.write("templates/technology.html", technology).write("templates/section.html", section)
    site.write("templates/base.html", base).build()

    assert site.problems == ()
    assert "Want to talk about Django?" in site.output("technologies/django/index.html")
    listed = '<li><a href="../technologies/django/">Django</a> Made in Kansas.</li>'
    assert listed in site.output("technologies/index.html")
    assert "script-src https://stats.example.org 'self';" in site.output("index.html")


def test_every_property_of_the_sheets_is_described():
    sheet = (ROOT / "templates/assets/site.css").read_text(encoding="utf-8")
    properties = set(re.findall(r"^ +(--[\w-]+):", sheet, re.MULTILINE))

    assert "--accent" in properties
    text = README.read_text(encoding="utf-8")
    assert [name for name in sorted(properties) if f"`{name}`" not in text] == []


def test_every_variable_of_a_template_is_described(site, monkeypatch):
    named = set()

    def look(self, page):
        named.update(page.variables)
        return page_reads(self, page)

    page_reads = Theme.page_reads
    monkeypatch.setattr(Theme, "page_reads", look)
    shutil.copytree(ROOT / "content", site.root / "content")
    site.build()
    text = README.read_text(encoding="utf-8")
    looks = text.partition("## Looks")[2].partition("## Publishing")[0]

    assert {"site", "page", "entry", "skills"} <= named
    assert [name for name in sorted(named) if f"`{name}`" not in looks] == []
    assert [name for name in EntryView.__struct_fields__ if f"`{name}`" not in looks] == []


def test_links_of_the_documents_lead_to_files_of_the_project():
    for path in (README, ROOT / ".github/CONTRIBUTING.md", ROOT / "nexusgen/README.md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
        assert [link for link in links if not (path.parent / link).exists()] == []
