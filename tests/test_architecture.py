"""The layers of nexusgen: imports go downward, stages touch nothing, modules stay small."""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "nexusgen"
MODULES = sorted(PACKAGE.rglob("*.py"))

LAYERS = (
    {"incremental"},
    {"core"},
    {"content", "images", "markdown", "reports"},
    {"site"},
    {"pages"},
    {"build"},
    {"disk"},
    {"importers", "preview"},
    {"tools"},
    {"cli"},
    {"__main__"},
)
"""From the bottom to the top: a part imports from the layers below its own, and from itself."""

LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names}
PURE = {"core", "content", "images", "markdown", "site", "pages", "build"}
WORLD = {
    "os",
    "time",
    "random",
    "logging",
    "socket",
    "subprocess",
    "tempfile",
    "click",
    "shutil",
    "sqlite3",
}
WORLDLY = ("read_", "write_", "watch_", "serve_", "publish_")
"""How functions are called that touch the world."""

LONGEST = 500
MOST = 160
"""Modules of what nexusgen does beside importing."""


def part_of(path):
    """Return the part of the package that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports_of(path):
    """Return the names of the modules that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def parts_imported(path):
    """Return the parts of the package that a module imports from."""
    own = {name.split(".")[1] for name in imports_of(path) if name.startswith("nexusgen.")}
    return {name for name in own if name in LEVELS}


def importers_using(name):
    """Return the packages and modules of the importers that import from one of them."""
    root = PACKAGE / "importers"
    own = f"nexusgen.importers.{name}"
    return {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if any(f"{found}.".startswith(f"{own}.") for found in imports_of(path))
    }


def compiled():
    """Return the modules that a wheel may hold compiled."""
    builder = (PACKAGE.parent / "hatch_build.py").read_text()
    names = {
        ast.unparse(node.targets[0]): node.value
        for node in ast.parse(builder).body
        if isinstance(node, ast.Assign)
    }
    plain = ast.literal_eval(names["PLAIN"])
    folder = PACKAGE.parent / ast.literal_eval(names["FOLDER"])
    return [path for path in sorted(folder.glob("*.py")) if path.stem not in plain]


def test_every_part_has_its_floor():
    assert {part_of(path) for path in MODULES} - {"__init__"} == LEVELS.keys()


@pytest.mark.parametrize("own", ["readme", "sites"])
def test_importers_of_one_form_know_nothing_of_others_and_serve_the_entry_alone(own):
    assert importers_using(own) == {own, "sources.py"}


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "importers").glob("*.py")), ids=lambda it: it.stem
)
def test_what_importers_of_one_form_alone_need_stands_in_their_package(path):
    assert importers_using(path.stem) not in ({"readme"}, {"sites"})


def test_there_are_not_too_many_modules():
    assert sum(part_of(path) != "importers" for path in MODULES) <= MOST


def test_no_module_imports_one_that_imports_it():
    """Imports within functions and for types alone count, too."""
    modules = {name_of(path): path for path in MODULES}
    imports = {
        name: {found for found in imports_of(path) if found in modules} | owners(path, modules)
        for name, path in modules.items()
    }
    left = dict(imports)
    while leaves := [name for name, found in left.items() if not found & left.keys() - {name}]:
        for name in leaves:
            del left[name]

    assert not left


def name_of(path):
    """Return the name by which a module is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def owners(path, modules):
    """Return the modules from which one imports a name."""
    names = {found.rpartition(".")[0] for found in imports_of(path) if found not in modules}
    return {name for name in names if name in modules and name != "nexusgen"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_downward(path):
    part = part_of(path)
    if part == "__init__":
        assert not parts_imported(path)
        return

    above = {name for name in parts_imported(path) if name != part and LEVELS[name] >= LEVELS[part]}

    assert not above


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if part_of(path) in PURE],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_stages_have_no_way_to_the_world(path):
    assert not {name.split(".")[0] for name in imports_of(path)} & WORLD
    functions = [it.name for it in ast.parse(path.read_text()).body if hasattr(it, "name")]
    assert not [name for name in functions if name.startswith(WORLDLY)]


def test_only_the_command_line_knows_click():
    users = {
        part_of(path) for path in MODULES if any(n.startswith("click") for n in imports_of(path))
    }

    assert users == {"cli"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_module_is_short_and_says_what_it_is_for(path):
    source = path.read_text()

    assert len(source.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", compiled(), ids=lambda path: path.name)
def test_what_is_compiled_holds_nothing_that_a_compiler_reads_otherwise(path):
    """A native class has no keywords, no cache of a property, and no base of text or numbers."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base) for base in node.bases}
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            decorators = {ast.unparse(one) for method in methods for one in method.decorator_list}

            assert not node.keywords
            assert not bases & {"Value", "msgspec.Struct", "str", "int", "AtomicString"}
            assert "cached_property" not in decorators
