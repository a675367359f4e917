"""The package is built, installed beside the checkout, and used: nothing of it may be missing."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from nexusgen import __version__
from tests.conftest import ROOT


def python(*arguments: str | Path, **environ: str) -> str:
    """Run Python with the given arguments in a folder without sources, and return what it says."""
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, **environ}
    return subprocess.check_output(command, text=True, env=environment, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """Return a folder with the source distribution, and the wheel that was built from it."""
    folder: Path = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


def test_wheel_carries_the_program_its_theme_and_the_starter_hub_alone(dist):
    (wheel,) = dist.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    assert wheel.name == f"nexusgen-{__version__}-py3-none-any.whl"
    assert {
        "nexusgen/cli/__init__.py",
        "nexusgen/templates/base.html",
        "nexusgen/templates/assets/site.css",
        "nexusgen/tools/starter/content/site.yml",
    } <= names
    assert {name.partition("/")[0] for name in names} == {
        "nexusgen",
        f"nexusgen-{__version__}.dist-info",
    }


def test_source_distribution_carries_what_tests_and_builds_need(dist):
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = {name.partition("/")[2] for name in files.getnames()}

    assert {
        "pyproject.toml", "README.md", "LICENSE", "Makefile", "requirements.txt",
        "templates/base.html", "tests/conftest.py", "content/site.yml",
    } <= names  # fmt: skip


def test_installed_wheel_starts_and_builds_a_hub(dist, tmp_path, monkeypatch):
    (wheel,) = dist.glob("*.whl")
    installed = tmp_path / "installed"
    python("-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", installed, wheel)
    monkeypatch.chdir(tmp_path)

    place = python("-c", "import nexusgen; print(nexusgen.__file__)", PYTHONPATH=str(installed))
    python("-m", "nexusgen", "init", "hub", PYTHONPATH=str(installed))
    told = python("-m", "nexusgen", "build", "-C", "hub", PYTHONPATH=str(installed))

    assert Path(place).is_relative_to(installed)
    assert told.startswith("Built ")
    assert (tmp_path / "hub/output/index.html").is_file()
