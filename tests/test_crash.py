"""Whatever ends a build, each page is the old one or the new one, and the next build is right.

`NEXUSGEN_CRASHES=all` tries a fault at every call and a thousand kills; else a sample.
"""

import errno
import os
import random
import shutil
import signal
import sys
import time

import pytest

from nexusgen.core.problems import NexusgenError
from nexusgen.disk.hub import Request, build_hub
from nexusgen.site.graph import link_hub
from tests.conftest import SiteTest
from tests.test_equality import render_all

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ALL = os.environ.get("NEXUSGEN_CRASHES") == "all"
TOUCHING = ("open", "os.", "shutil.", "sqlite3.connect")
FAULTS = ("kill", errno.ENOSPC, errno.EIO, errno.EACCES)


@pytest.fixture
def hub(tmp_path):
    """Return a hub that was built, and then changed so that pages change, come and go."""
    site = SiteTest(tmp_path / "hub").settings("base_url: https://example.org/\n")
    site.note("technologies/django.md", "Text.", title="Django", tags="[web]")
    site.note("notes/old.md", "Goes away.", title="Old")
    site.note("challenges/slow.md", "[[Django]]", title="Slow", problem="Slow", solution="Cache")
    site.write("content/notes/file.txt", "one")
    site.build()
    old = site.tree()
    site.note("technologies/django.md", "New text.", title="Django 5", tags="[web, new]")
    site.note("challenges/slow.md", "[[Django 5]]", title="Slow", problem="Slow", solution="Cache")
    site.note("notes/deep/new.md", "Is new.", title="New").remove("content/notes/old.md")
    site.write("content/notes/file.txt", "two")
    _, new, problems, _ = render_all(site.pure_build())
    assert not problems
    return site, old, new


def in_child(work):
    """Do the work in a process of its own and return how that ended."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        try:
            work()
        except (NexusgenError, OSError):
            os._exit(3)
        except BaseException:  # noqa: BLE001  the child only tells how it ended
            sys.excepthook(*sys.exc_info())
            os._exit(4)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def with_fault(work, number, fault):
    """Do the work, with a fault at its file-system call of that number."""
    seen = 0

    def hook(event, arguments):
        nonlocal seen
        if not event.startswith(TOUCHING) or event in ("os.fork", "os.putenv"):
            return
        if event == "open" and str(arguments[0]).endswith((".py", ".pyc", ".so")):
            return
        seen += 1
        if seen == number:
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(fault, os.strerror(fault), str(arguments[0]) if arguments else None)

    sys.addaudithook(hook)
    work()
    if seen < number:
        os._exit(9)


def restore(site, saved):
    shutil.rmtree(site.root)
    shutil.copytree(saved, site.root, copy_function=shutil.copy2)


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_at_any_call_leaves_whole_pages(hub, fault, tmp_path):
    site, old, new = hub
    shutil.copytree(site.root, tmp_path / "saved", copy_function=shutil.copy2)
    step = 1 if ALL else 31
    number = random.Random(str(fault)).randint(1, step)
    while True:
        restore(site, tmp_path / "saved")
        status = in_child(
            lambda n=number: with_fault(lambda: build_hub(Request(site.root)), n, fault)
        )
        assert_whole(site.tree(), old, new)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (0, 3, 9), number
        site.build()
        assert site.tree() == new, f"after call {number}"
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 9:
            break
        number += step


def test_kill_at_any_time_leaves_whole_pages(hub, tmp_path):
    site, old, new = hub
    shutil.copytree(site.root, tmp_path / "saved", copy_function=shutil.copy2)
    started = time.monotonic()
    assert in_child(lambda: build_hub(Request(site.root, jobs=2))) == 0
    duration = time.monotonic() - started
    moments = random.Random(7)
    for _ in range(1000 if ALL else 20):
        restore(site, tmp_path / "saved")
        kill_after(moments.uniform(0, duration), site)

        assert_whole(site.tree(), old, new)
        site.build()
        assert site.tree() == new


def kill_after(seconds, site):
    pid = os.fork()
    if pid == 0:
        os.setsid()
        build_hub(Request(site.root, jobs=2))
        os._exit(0)
    time.sleep(seconds)
    os.killpg(pid, signal.SIGKILL) if os.getpgid(pid) == pid else os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def assert_whole(found, old, new):
    for path, data in found.items():
        assert data in (old.get(path), new.get(path)), f"{path} is neither old nor new"


def test_two_builds_at_once_give_one_site(hub):
    site, _, new = hub
    children = []
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            build_hub(Request(site.root))
            os._exit(0)
        children.append(pid)
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0

    assert site.tree() == new


def test_lock_of_a_running_build_is_respected(hub, monkeypatch):
    from nexusgen.disk import state

    site, _, _ = hub
    monkeypatch.setattr(state, "LOCK_TIMEOUT", 0.1)
    refused = pytest.raises(NexusgenError, match=f"process {os.getpid()}")
    with state.locked(site.root / ".nexusgen"), refused as caught:
        site.build()

    assert caught.value.exit_code == 3


def test_read_only_state_costs_a_notice(hub, monkeypatch):
    site, _, new = hub
    shutil.rmtree(site.root / ".nexusgen")
    (site.root / ".nexusgen").write_text("in the way")

    site.build(force=True)

    assert site.tree() == new
    assert "every build is a full one" in site.outcome.notices[0]


def test_source_that_changes_during_a_build_is_read_again(hub, monkeypatch):
    site, _, _ = hub
    changed: list[bool] = []

    def change_meanwhile(*arguments, **options):
        if not changed:
            site.note("technologies/django.md", "Changed meanwhile.", title="Django 5")
            site.note("challenges/slow.md", "", title="S", problem="Slow", solution="Cache")
            changed.append(True)
        return link_hub(*arguments, **options)

    monkeypatch.setattr("nexusgen.build.link_hub", change_meanwhile)
    site.build()
    site.build()

    assert site.tree() == render_all(site.pure_build()).files
