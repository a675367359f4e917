"""What a hub keeps counts only where this machine put it there: its key, and what bears its seal."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.disk import keys, snapshot
from nexusgen.disk.keys import VARIABLE, machine_key, state_home
from nexusgen.disk.manifest import Manifest, manifest_path
from nexusgen.disk.snapshot import Dates, Stat, snapshot_digest
from nexusgen.disk.state import KeptCodes, load, save
from nexusgen.incremental.digests import seal
from nexusgen.incremental.store import SqliteStore
from nexusgen.pages import theme
from tests.conftest import PARSE_TEMPLATE, SiteTest

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs links, pipes and modes of POSIX")
ELSEWHERE = "was not put there by this machine"


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Return what makes this process one on another machine, by name."""

    def become(name):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / name))

    become("first")
    return become


@pytest.fixture
def hub(site, machine, monkeypatch):
    """Return a hub with a history that was built here, long after it was written."""
    monkeypatch.setattr("nexusgen.disk.snapshot.RACY", -(10**15))
    site.settings().note("notes/a.md", "Words.", title="A").note("notes/b.md", "[A](a.md)")
    git(site, "init", "-q")
    git(site, "add", "content")
    git(site, "commit", "-qm", "first")
    return site.build()


def git(site, *arguments):
    someone = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/none")
    subprocess.run(["git", *someone, *arguments], cwd=site.root, check=True, capture_output=True)


def home():
    """Return the folder of the key."""
    found = state_home()
    assert found is not None
    return found


def clean(site):
    """Return the files of a build that knows nothing."""
    return {path: output.render() for path, output in site.pure_build(kept=False).outputs.items()}


def said(site, *more):
    result = CliRunner().invoke(main, ["build", "-C", str(site.root), *more])
    assert result.exit_code == 0, result.output
    return result.stderr


# State that somebody forged on a machine of theirs


def forge_manifest(site):
    site.remove("output")
    manifest = Manifest(inputs=snapshot_digest(site.snapshot()))
    save(manifest_path(site.root, site.root / "output"), manifest)


def forge_results(site):
    key = machine_key(site.root).value
    with sqlite3.connect(site.root / ".nexusgen/memo") as database:
        for name, value in database.execute("select key, value from rest").fetchall():
            data = value[16:].replace(b"Words.", b"Spam!!")
            sealed = seal(key, b"rest" + name, data) + data
            database.execute("update rest set value = ? where key = ?", (sealed, name))
    database.close()
    forget_output(site)


def forge_tables(site):
    store = SqliteStore(site.root / ".nexusgen/memo", machine_key(site.root).value)
    assert store.settle_chunks(store.head()[:-1], store.digests())
    store.close()
    forget_output(site)


def forget_output(site):
    site.remove("output")
    manifest_path(site.root, site.root / "output").unlink()


def forge_digests(site):
    status = (site.root / "content/notes/a.md").stat()
    times = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    save(site.root / ".nexusgen/files", {"content/notes/a.md": Stat(*times, b"x" * 16)})


def forge_dates(site):
    kept = load(site.root / ".nexusgen/dates", tuple[bytes, Dates])
    assert kept is not None
    save(site.root / ".nexusgen/dates", (kept[0], {"content/notes/a.md": ("1999-01-01",) * 2}))


FORGERIES = [forge_manifest, forge_results, forge_tables, forge_digests, forge_dates]


@pytest.mark.parametrize("forge", FORGERIES)
@pytest.mark.parametrize(
    "key", ["another key", "a key in the environment", "no key", "damaged key"]
)
def test_state_of_another_machine_counts_for_nothing(hub, machine, forge, key, monkeypatch):
    forge(hub)
    copied = SiteTest(hub.root.with_name("copied"))
    shutil.copytree(hub.root, copied.root, dirs_exist_ok=True, symlinks=True)

    if key == "another key":
        machine("second")
    elif key == "a key in the environment":
        monkeypatch.setenv(VARIABLE, "what only this machine knows")
    elif key == "no key":
        (home() / "key").unlink()
    else:
        (home() / "key").write_text("0" * 63)

    for site in (copied, hub):
        assert site.build().tree() == clean(site)
        assert site.outcome.notices == ()
    assert hub.build().written == ()


@pytest.mark.parametrize("forge", FORGERIES)
def test_each_forgery_would_work_for_who_knows_the_key(hub, forge):
    forge(hub)

    try:
        hub.build()
        unharmed = hub.tree() == clean(hub) and not hub.outcome.notices
    except (NexusgenError, FileNotFoundError):
        unharmed = False

    assert not unharmed


def test_a_key_in_the_environment_is_that_of_all_machines_that_have_it(hub, machine, monkeypatch):
    monkeypatch.setenv(VARIABLE, "a secret of the repository")
    hub.build()
    machine("second")

    assert hub.build().outcome.report.decisions == {}
    assert ELSEWHERE not in said(hub, "-v")


def test_a_full_build_is_told_once_and_only_to_who_wants_to_hear(hub, machine):
    machine("second")
    shutil.copytree(hub.root, hub.root.with_name("copied"))

    assert ELSEWHERE not in said(SiteTest(hub.root.with_name("copied")))
    assert said(hub, "-v").count(ELSEWHERE) == 1
    hub.note("notes/c.md", "More.")
    assert ELSEWHERE not in said(hub, "-v")


def test_a_hub_may_move_with_its_state(hub, tmp_path):
    hub.root.rename(tmp_path / "hub2")
    moved = SiteTest(tmp_path / "hub2")

    assert "memo" in {path.name for path in (moved.root / ".nexusgen").iterdir()}
    assert ELSEWHERE not in said(moved, "-v")


@pytest.mark.parametrize("name", ["files", "dates", "memo", "output"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied", "doubled"])
def test_damaged_state_costs_a_build_and_nothing_else(hub, name, damage):
    (path,) = (hub.root / ".nexusgen").glob(f"{name}*")
    whole = path.read_bytes()
    places = range(0, len(whole), 1 + len(whole) // 6)
    for place in places if damage in ("flipped", "cut") else (0,):
        spoilt = {
            "flipped": whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
            "cut": whole[:place],
            "emptied": b"",
            "doubled": whole * 2,
        }
        path.write_bytes(spoilt[damage])
        hub.note("notes/c.md", f"At {place}.")

        assert hub.build().tree() == clean(hub)


def test_a_store_that_would_run_what_its_maker_wrote_is_not_read(hub):
    with sqlite3.connect(hub.root / ".nexusgen/memo") as database:
        database.execute("alter table facts rename to f")
        endless = (
            "with recursive n(i) as (select 1 union all select i + 1 from n) select i, i from n"
        )
        database.execute(f"create view facts(key, value) as {endless}")
    database.close()
    hub.note("notes/c.md", "More.")

    assert hub.build().tree() == clean(hub)


# The key


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path, machine):
    key = machine_key(tmp_path / "hub")

    assert (len(key.value), key.reason) == (32, "")
    assert machine_key(tmp_path / "another hub") == key
    path = home() / "key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name == "nt"
    assert {each.name for each in home().iterdir()} == {"key", "key.lock"}
    machine("second")
    assert machine_key(tmp_path / "hub") != key


def nothing(path, _):
    path.write_bytes(b"")


def text(path, _):
    path.write_text("this is no key")


def endless(path, _):
    path.write_text("0" * 100_000)


def known_to_others(path, _):
    path.write_text("ab" * 32)
    path.chmod(0o644)


def link(path, victim):
    path.symlink_to(victim)


def dangling(path, victim):
    path.symlink_to(victim.with_name("nowhere"))


def circle(path, _):
    path.symlink_to(path)


def pipe(path, _):
    os.mkfifo(path)


SPOILT = [nothing, text, endless, known_to_others, link, dangling, circle, pipe]


@POSIX
@pytest.mark.parametrize("spoil", SPOILT)
def test_what_is_no_key_of_ours_gives_way_to_one(tmp_path, machine, spoil):
    path = home() / "key"
    path.parent.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("cd" * 32)
    victim.chmod(0o600)
    spoil(path, victim)

    key = machine_key(tmp_path / "hub")

    assert key.reason == ""
    assert key.value not in (bytes.fromhex("ab" * 32), bytes.fromhex("cd" * 32))
    assert machine_key(tmp_path / "hub") == key
    assert stat.S_ISREG(path.lstat().st_mode)
    assert stat.S_IMODE(path.lstat().st_mode) == 0o600
    assert victim.read_text() == "cd" * 32
    assert not victim.with_name("nowhere").exists()


@POSIX
@pytest.mark.parametrize("spoil", [link, dangling, circle])
def test_the_lock_of_the_key_leads_nowhere(tmp_path, machine, spoil):
    lock = home() / "key.lock"
    lock.parent.mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    spoil(lock, victim)

    assert machine_key(tmp_path / "hub").reason == ""
    assert victim.read_text() == "precious"
    assert not lock.is_symlink()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs two users")
def test_the_key_of_another_user_is_neither_used_nor_replaced(tmp_path, machine):
    path = home() / "key"
    path.parent.mkdir(parents=True)
    path.write_text("ab" * 32)
    path.chmod(0o600)
    os.chown(path, 12345, -1)

    key = machine_key(tmp_path / "hub")

    assert key.value != bytes.fromhex("ab" * 32)
    assert "another user" in key.reason
    assert path.stat().st_uid == 12345


def test_processes_that_begin_at_once_have_one_key(tmp_path, machine):
    code = (
        "from pathlib import Path; from nexusgen.disk.keys import machine_key; "
        "input(); print(machine_key(Path('hub')).value.hex())"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=tmp_path,
        )
        for _ in range(6)
    ]
    for run in runs:
        run.stdin.write(b"\n")
        run.stdin.flush()
    found = {run.communicate()[0] for run in runs}

    assert found == {machine_key(tmp_path / "hub").value.hex().encode() + b"\n"}


@pytest.mark.parametrize("place", ["a file", "in the hub", "key is a folder"])
def test_a_build_without_a_key_is_a_full_one_and_says_so_to_who_asks(
    site, monkeypatch, tmp_path, place
):
    home = tmp_path / "state"
    if place == "a file":
        home.write_text("")
    elif place == "in the hub":
        home = site.root / "state"
    else:
        (home / "nexusgen/key/full").mkdir(parents=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    site.settings().note("notes/a.md", title="A")

    assert "no key of this machine can be kept" not in said(site)
    keys._passing.cache_clear()  # as in another process
    assert said(site, "-v").count("no key of this machine can be kept") == 1
    assert site.tree() == clean(site)
    assert not (site.root / "state/nexusgen/key").exists()
    told = CliRunner().invoke(main, ["doctor", "-C", str(site.root)]).output
    assert "no key of this machine can be kept" in told


def test_a_folder_for_state_that_is_no_place_gives_no_key(monkeypatch, tmp_path):
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, "relative")

    assert machine_key(tmp_path).reason == "there is no folder for it"


def test_compiled_templates_lie_in_the_folder_of_the_user_alone(site, machine, monkeypatch):
    monkeypatch.setattr(theme, "_environments", {})
    site.settings().note("notes/a.md", "Words.").build()
    folder = home() / "templates"

    assert [*folder.iterdir()]
    assert os.name == "nt" or stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not [*site.root.rglob("templates")]


def test_templates_of_the_theme_are_read_once_on_a_machine_and_others_in_each_hub(
    tmp_path, machine, monkeypatch
):
    parsed = []

    def load():
        return lambda path, data: (parsed.append(path), PARSE_TEMPLATE(path, data))[1]

    monkeypatch.setattr(theme, "TEMPLATE", replace(theme.TEMPLATE, load=load))
    other_theme = shutil.copytree(snapshot.DEFAULT_THEME, tmp_path / "theme")
    (other_theme / "note.html").write_text("{{ nowhere }}")
    first = SiteTest(tmp_path / "one").settings().note("notes/a.md", title="A").build()
    assert len(parsed) > 20

    parsed.clear()
    SiteTest(tmp_path / "two").settings().write("templates/note.html", "{{ entry.title }}").build()
    assert parsed == ["templates/note.html"]

    monkeypatch.setattr(snapshot, "DEFAULT_THEME", other_theme)
    assert "template.undefined" in first.build().codes


def test_what_was_compiled_counts_for_one_engine_and_only_under_the_seal(tmp_path):
    KeptCodes(tmp_path / "codes", b"first", b"key")["name"] = b"code"
    (file,) = (tmp_path / "codes").iterdir()

    assert KeptCodes(tmp_path / "codes", b"first", b"key")["name"] == b"code"
    for engine, key in ((b"second", b"key"), (b"first", b"other key")):
        with pytest.raises(KeyError):
            KeptCodes(tmp_path / "codes", engine, key)["name"]
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(KeyError):
        KeptCodes(tmp_path / "codes", b"first", b"key")["name"]
    KeptCodes(tmp_path / "codes", b"second", b"key")["name"] = b"new"
    assert [*(tmp_path / "codes").iterdir()] == [file]


def test_where_no_code_can_be_kept_it_is_kept_for_this_process(tmp_path):
    (tmp_path / "file").touch()
    codes = KeptCodes(tmp_path / "file" / "codes", b"", b"key")
    codes["name"] = b"code"

    assert codes["name"] == b"code"
