"""The hubs that the benchmark builds are always the same, and nothing is wrong with them."""

from pathlib import Path

import pytest

from nexusgen.build import build_site
from nexusgen.disk.snapshot import read_snapshot
from nexusgen.incremental.memo import Memo
from tests.bench.hub import plan_notes, write_hub


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_a_size_and_a_seed_give_the_same_hub_each_time(tmp_path: Path) -> None:
    for name, seed in (("first", 1), ("second", 1), ("other", 2)):
        write_hub(tmp_path / name, plan_notes(20, seed))

    assert files_of(tmp_path / "first") == files_of(tmp_path / "second")
    assert files_of(tmp_path / "first") != files_of(tmp_path / "other")


def test_a_larger_hub_begins_with_the_titles_of_a_smaller_one() -> None:
    assert plan_notes(100)[:20] == plan_notes(20)


@pytest.mark.parametrize("code", [True, False])
def test_a_generated_hub_has_no_problems(tmp_path: Path, code: bool) -> None:
    write_hub(tmp_path, plan_notes(60), code=code)

    build = build_site(read_snapshot(tmp_path), Memo())

    assert build.problems == ()
    assert build.entries == 60
