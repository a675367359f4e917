"""What every test may use: a hub on a real disk, written, built and looked at in a line each."""

import gc
import os
import shutil
import signal
import tempfile
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, settings
from msgspec.structs import replace

from nexusgen.core.builds import Build, Snapshot
from nexusgen.core.problems import Problem
from nexusgen.disk.hub import Outcome, Request, build_hub, check_hub
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.pages import assets, theme

# Most tests build with the same default theme: what its templates reach is found out once.
PARSE_TEMPLATE = cache(theme.TEMPLATE.load())


def _load_parser():
    return PARSE_TEMPLATE


theme.TEMPLATE = replace(theme.TEMPLATE, load=_load_parser)

# So is what its style sheets and scripts are without white space: a sixth of a small build.
assets.lean_css, assets.lean_script = cache(assets.lean_css), cache(assets.lean_script)


def _folder_in_memory(place: str = "/dev/shm") -> str:
    """Return a folder that costs no disk, where this system has one with room for all tests."""
    try:
        system = os.statvfs(place)
    except (AttributeError, OSError):
        return ""
    has_room = system.f_bavail * system.f_frsize > 4 << 30
    return place if has_room and not system.f_flag & os.ST_NOEXEC else ""


if "TMPDIR" not in os.environ and (folder := _folder_in_memory()):
    os.environ["TMPDIR"] = tempfile.tempdir = folder

# What is started in the background of a shell ignores Ctrl+C, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is slow: how long a random example takes says nothing of what it shows.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ROOT = Path(__file__).parent.parent
PIXEL = b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
"""A picture for where any will do."""

SHARED = ROOT.parent / "shared"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the files of tests/golden"
    )


def pytest_collection_finish():
    """Take the tests themselves for lasting: to look through them for garbage takes long."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _own_state(tmp_path_factory):
    """Keep what a machine remembers of output folders out of the home of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):  # each command would compile itself anew
            patch.delenv("PYTHONDONTWRITEBYTECODE")
            kept = tmp_path_factory.getbasetemp().parent / "compiled"
            patch.setenv("PYTHONPYCACHEPREFIX", str(kept))
        yield


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in (
        "NEXUSGEN_BASE_URL",
        "NEXUSGEN_DEBUG",
        "NEXUSGEN_STATE_KEY",
        "GITHUB_ACTIONS",
        "FORCE_COLOR",
        "NO_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def shared():
    """Return the folder of conformance data and note collections; skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder ../shared, which is not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def chromium():
    """Return the one browser of this process; skip where it or its driver is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    if not CHROMIUM:
        pytest.skip("needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path):
    """Return an empty hub in a folder of its own."""
    return SiteTest(tmp_path / "hub")


class SiteTest:
    """A hub on disk. What writes returns the hub itself, so that calls can be chained."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)
        self.outcome: Outcome | None = None

    def write(self, path: str, text: str | bytes) -> "SiteTest":
        """Write a file; text is dedented, so that a test can indent it."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode()
        target.write_bytes(data)
        return self

    def settings(self, more: str = "") -> "SiteTest":
        """Write settings, so that the hub is strict."""
        return self.write("content/site.yml", "title: Hub\n" + dedent(more))

    def note(self, path: str, body: str = "Text.", **fields: object) -> "SiteTest":
        """Write a Markdown entry under `content/` with front matter."""
        front = "".join(f"{name}: {value}\n" for name, value in fields.items())
        return self.write(f"content/{path}", f"---\n{front}---\n{dedent(body)}\n")

    def remove(self, path: str) -> "SiteTest":
        target = self.root / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        return self

    def build(self, **request: object) -> "SiteTest":
        """Build the hub into its output folder and keep the outcome."""
        self.outcome = build_hub(Request(self.root, **request))  # type: ignore[arg-type]  # keywords of Request
        return self

    def check(self, **request: object) -> "SiteTest":
        self.outcome = check_hub(Request(self.root, **request))  # type: ignore[arg-type]  # keywords of Request
        return self

    def snapshot(self, **options: object) -> Snapshot:
        return read_snapshot(self.root, SnapshotOptions(**options))  # type: ignore[arg-type]  # keywords of SnapshotOptions

    def pure_build(self, **options: object) -> Build:
        """Return a build from nothing, in memory."""
        from nexusgen.build import build_site
        from nexusgen.incremental.memo import Memo

        return build_site(self.snapshot(**options), Memo())

    @property
    def problems(self) -> tuple[Problem, ...]:
        assert self.outcome is not None
        return self.outcome.problems

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]

    @property
    def written(self) -> tuple[str, ...]:
        assert self.outcome is not None
        return self.outcome.report.written

    def output(self, path: str) -> str:
        """Return a file of the site as text."""
        return (self.root / "output" / path).read_text()

    def tree(self) -> dict[str, bytes]:
        """Return every file of the output folder by path."""
        return read_tree(self.root / "output")


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
