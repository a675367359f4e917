"""Hostile archives are refused before anything is written."""

import io
import random
import tarfile
import zipfile

import pytest

from nexusgen.core.problems import NexusgenError
from nexusgen.importers import archives
from nexusgen.importers.archives import read_tree
from nexusgen.importers.sources import read_source

NAMES = [
    "/etc/passwd", "../up.md", "a/../../up.md", "..", "C:/windows.md", "C:\\windows.md", "\\\\host\\share.md", "a\\..\\..\\b.md",
    "//host/a.md", "a/..", "./../b.md", "x" * 1001,
]  # fmt: skip


def zip_of(files, mode=0):
    """Return a zip archive of files by name."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return data.getvalue()


def tar_of(members, mode="w:gz"):
    """Return a tar archive of members."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def member(name, kind=tarfile.REGTYPE):
    """Return a member of a tar archive of some kind."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = "/etc/passwd"
    return info


def nested(depth):
    """Return an archive in an archive, so many times."""
    data = zip_of({"a.md": b"words"})
    for _ in range(depth):
        data = zip_of({"b.zip": data})
    return data


HOSTILE = {
    **{f"zip {name[:20]}": zip_of({name: b"words"}) for name in NAMES},
    **{f"tar {name[:20]}": tar_of([(member(name), b"words")]) for name in NAMES},
    "link": zip_of({"a.md": b"/etc/passwd"}, 0o120777),
    "symlink": tar_of([(member("a.md", tarfile.SYMTYPE), b"")]),
    "hard link": tar_of([(member("a.md", tarfile.LNKTYPE), b"")]),
    "device": tar_of([(member("a.md", tarfile.CHRTYPE), b"")]),
    "pipe": tar_of([(member("a.md", tarfile.FIFOTYPE), b"")]),
    "bomb": zip_of({"a.md": b"a" * 3_000_000}),
    "tar bomb": tar_of([(member("a.md"), b"a" * 30_000_000)]),
    "many": zip_of({f"{n}.md": b"" for n in range(10_001)}),
    "many in tar": tar_of([(member(f"{n}.md"), b"") for n in range(10_001)], "w"),
    "nested": nested(5),
    "cut": zip_of({"a.md": b"words" * 100})[:60] + b"PK\x05\x06" + bytes(18),
    "cut tar": tar_of([(member("a.md"), b"words")])[:40],
    "not an archive": b"PK\x03\x04 words",
    "directory outside": zip_of({"../out/": b""}),
    "nested outside": zip_of({"b.zip": zip_of({"../a.md": b"words"})}),
    "many small bombs": zip_of({f"{n}.md": b"a" * 1_000_000 for n in range(20)}),
    "nested small bombs": zip_of({f"{n}.zip": zip_of({f"{n}.md": b"a" * 900_000}) for n in range(20)}),
    "line in a name": zip_of({"a\nb.md": b"words"}),
    "byte in a name": tar_of([(member("a\x01.md"), b"words")]),
    "two of one name": zip_of({"a.zip": zip_of({"a.md": b"words"}), "a.md": b"others"}),
    "two in tar": tar_of([(member("a.md"), b"words"), (member("a.md"), b"others")]),
    "nested bomb": zip_of({"b.zip": zip_of({"a.md": b"a" * 3_000_000})}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused(name, tmp_path):
    path = tmp_path / "source.zip"
    path.write_bytes(HOSTILE[name])

    with pytest.raises(NexusgenError):
        read_tree(path)

    assert list(tmp_path.iterdir()) == [path]


def test_there_are_forty_of_them():
    assert len(HOSTILE) >= 40


def test_more_bytes_than_the_limit_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    for name, data in {
        "zip": zip_of({"a": b"ab" * 400, "b": b"cd" * 400}),
        "tar": tar_of([(member("a"), b"ab" * 600)]),
    }.items():
        (tmp_path / name).write_bytes(data)

        with pytest.raises(NexusgenError):
            read_tree(tmp_path / name)


def test_a_plain_archive_is_a_tree_without_its_top_folder(tmp_path):
    inner = zip_of({"top/c.md": b"C"})
    for name, data in {
        "a.zip": zip_of(
            {"top/a.md": b"A", "top/b/b.md": b"B", "__MACOSX/x": b"", "part.zip": inner}
        ),
        "a.tgz": tar_of(
            [(member("top/a.md"), b"A"), (member("top/b/b.md"), b"B"), (member("top/c.md"), b"C")]
        ),
    }.items():
        (tmp_path / name).write_bytes(data)

        assert read_tree(tmp_path / name) == {"a.md": b"A", "b/b.md": b"B", "c.md": b"C"}


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz", "w:"])
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_an_archive_that_is_cut_off_is_told(tmp_path, mode, part):
    data = tar_of(
        [(member(f"{each}.md"), random.Random(each).randbytes(9000)) for each in range(9)], mode
    )
    (tmp_path / "notes.tgz").write_bytes(data[: int(part * len(data))])

    with pytest.raises(NexusgenError, match=r"damaged|no text|not known"):
        read_source(tmp_path / "notes.tgz", "", ())


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "a.zip").write_bytes(zip_of({"q": b"a", "q/r/x.md": b"b"}))

    with pytest.raises(NexusgenError, match=r"in the place of a folder of 'q/r/x\.md'"):
        read_tree(tmp_path / "a.zip")


def test_a_folder_is_read_without_links_and_what_tools_make(tmp_path):
    for name in ("a.md", "👩\u200d💻\xa0b.md", "node_modules/b.md", ".git/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"A")
    (tmp_path / "link.md").symlink_to("/etc/passwd")

    assert read_tree(tmp_path) == {"a.md": b"A", "👩\u200d💻\xa0b.md": b"A"}


def test_links_of_the_file_system_are_told(tmp_path):
    (tmp_path / "notes/.git").mkdir(parents=True)
    (tmp_path / "notes/.obsidian").mkdir()
    (tmp_path / "notes/a.md").write_bytes(b"A")
    (tmp_path / "notes/more").symlink_to(tmp_path)
    (tmp_path / "notes/b.md").symlink_to(tmp_path / "notes/a.md")
    (tmp_path / "notes/.git/c.md").symlink_to(tmp_path / "notes/a.md")

    found, _ = read_source(tmp_path / "notes", "", ())

    assert [it.source for it in found.items] == ["a.md"]
    assert "links of the file system are left out: 2, such as b.md" in str(found.notes)


def test_a_folder_with_a_name_that_is_no_text_is_told(tmp_path):
    try:
        (tmp_path / "a\udcff.md").write_bytes(b"A")
    except (OSError, UnicodeError):
        pytest.skip("this system holds no such name")

    with pytest.raises(NexusgenError, match="no text"):
        read_tree(tmp_path)


def test_an_archive_that_is_too_large_is_not_even_read(tmp_path, monkeypatch):
    (tmp_path / "a.zip").write_bytes(zip_of({"a": b"a"}))
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    monkeypatch.setattr("pathlib.Path.read_bytes", None)

    with pytest.raises(NexusgenError, match="larger"):
        read_tree(tmp_path / "a.zip")
