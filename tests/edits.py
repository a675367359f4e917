"""What can happen to a hub between two builds, on a real disk.

An edit is the name of a method of `Hub` with its arguments, as plain data: `("field",
"content/notes/alpha.md", "title", "Beta")`. One that cannot be done does nothing, so that any part
of a sequence of edits can be played alone.
"""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

Edit = tuple[Any, ...]
"""The name of a method of `Hub`, and what it is given."""

OUTPUTS = ("output", "public")
STATE = ".nexusgen"
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")


class Hub:
    """A hub, and an edit for each thing that an author, git, an accident or another program does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder  # the repository, where there is one
        self.root = folder / "hub"
        self.strays: set[Path] = set()  # what others put among our pages: it stays
        self.tampered: set[Path] = set()
        self.doubtful: set[Path] = set()  # ours, or not any more: it may stay
        self.root.mkdir(parents=True)

    @property
    def content(self) -> str:
        """What paths of entries begin with."""
        return "content/" if (self.root / "content").is_dir() else ""

    def sources(self) -> dict[str, bytes | Path]:
        """Return all files by path that are neither state nor output; of links, the target."""
        kept = (STATE, *OUTPUTS)
        paths = [path for path in self.root.iterdir() if path.name not in kept]
        # not behind links: one may lead to what is kept
        folders = [path for path in paths if not path.is_symlink()]
        found = sorted([*paths, *(each for path in folders for each in path.rglob("*"))])
        return {
            path.relative_to(self.root).as_posix(): path.readlink()
            if path.is_symlink()
            else path.read_bytes()
            for path in found
            if path.is_symlink() or path.is_file()
        }

    def is_file(self, path: str | Path) -> bool:
        return (self.root / path).is_file() or (self.root / path).is_symlink()

    # what an author does

    def write(self, path: str, text: str) -> None:
        self.put(self.root / path, text.encode())

    def put(self, target: Path, data: bytes) -> None:
        with suppress(OSError):  # a file stands where a folder should be, or a folder here
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def remove(self, path: str) -> None:
        if self.is_file(path):
            (self.root / path).unlink()
        elif path:
            shutil.rmtree(self.root / path, ignore_errors=True)

    def move(self, path: str, to: str) -> None:
        old, new = self.root / path, self.root / to
        if old.exists() and not new.exists():
            with suppress(OSError):
                new.parent.mkdir(parents=True, exist_ok=True)
                old.rename(new)

    def swap(self, path: str, other: str) -> None:
        if (self.root / path).is_file() and (self.root / other).is_file():
            first, second = (self.root / path).read_bytes(), (self.root / other).read_bytes()
            self.put(self.root / path, second)
            self.put(self.root / other, first)

    def field(self, path: str, name: str, value: str) -> None:
        """Give a field of front matter or a setting another value, or take it out."""
        front, body = self.parts(path)
        if front is not None:
            lines = [line for line in front if not line.startswith(f"{name}:")]
            lines += [f"{name}: {value}"] if value else []
            self.save(path, lines, body)

    def body(self, path: str, text: str) -> None:
        front, _ = self.parts(path)
        if front is not None and path.endswith(".md"):
            self.save(path, front, text + "\n")

    def parts(self, path: str) -> tuple[list[str] | None, str]:
        """Return the lines of the front matter of an entry, or of the settings, and the rest."""
        try:
            text = (self.root / path).read_text()
        except (OSError, UnicodeDecodeError):
            return None, ""
        if path.endswith(".yml"):
            return text.splitlines(), ""
        has_front = text.startswith("---\n") and text.count("---\n") > 1
        _, front, body = text.split("---\n", 2) if has_front else ("", "", text)
        return front.splitlines(), body

    def save(self, path: str, front: list[str], body: str) -> None:
        lines = "".join(f"{line}\n" for line in front)
        self.write(path, lines if path.endswith(".yml") else f"---\n{lines}---\n{body}")

    def link(self, path: str, target: str) -> None:
        """Put a link of the file system in the place of a path."""
        place = self.root / path
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            self.remove(path)
            place.symlink_to(target)

    # what happens to files besides

    def touch(self, path: str) -> None:
        with suppress(OSError):
            os.utime(self.root / path)

    def edit_in_secret(self, path: str) -> None:
        """Write other bytes; size and time of modification stay as they were."""
        with suppress(OSError):
            status, data = (self.root / path).stat(), (self.root / path).read_bytes()
            (self.root / path).write_bytes(data.replace(b"Other", b"Older").replace(b"One", b"Two"))
            os.utime(self.root / path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def tamper(self, path: str, how: str) -> None:
        """Harm an output folder; the path begins with the name of that."""
        page = self.root / path
        if not page.is_file() or page.is_symlink():
            return
        if not how.startswith(("stray", "folder")):
            self.tampered.add(page)
        if how == "edit":
            page.write_bytes(b"tampered")
        elif how == "edit in secret":
            status = page.stat()
            page.write_bytes(page.read_bytes()[::-1])
            os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
        elif how == "stray":
            self.strays.add(page.with_name("stray.txt"))
            page.with_name("stray.txt").write_bytes(b"not ours")
        elif how.startswith("folder"):  # the folder in which the page lies
            if page.parent.name not in OUTPUTS:
                shutil.rmtree(page.parent)
                self._stand_in(page.parent, how.removeprefix("folder "))
                (self.strays if how == "folder file" else self.doubtful).add(page.parent)
        else:
            page.unlink()
            self._stand_in(page, how)

    def _stand_in(self, place: Path, what: str) -> None:
        if what == "file":
            place.write_bytes(b"in the way")
        elif what == "empty folder":
            place.mkdir()
        elif what == "link":
            place.symlink_to(self.root / self.content / "notes")
        elif what == "link to a file":
            place.symlink_to(self.root / self.content / "index.md")

    def lose(self, state: str) -> None:
        """Remove some or all of what is kept between builds, given as a pattern."""
        self.doubtful |= self.tampered
        for path in self.root.glob(f"{STATE}/{state}".rstrip("/")):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def spoil(self, state: str) -> None:
        """Damage some of what is kept between builds, given as a pattern."""
        self.doubtful |= self.tampered
        for path in filter(Path.is_file, self.root.glob(f"{STATE}/{state or '*'}")):
            path.write_bytes(b"nonsense" + path.read_bytes()[8:])

    # what git does

    def git(self, *arguments: str, day: str = "2024-01-02") -> str:
        moment = f"{day}T12:00:00+0000"
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        result = subprocess.run(
            [*GIT, *arguments],
            cwd=self.folder,
            env=os.environ | dates | own,
            capture_output=True,
            text=True,
            check=False,
        )
        return result.stdout.strip()

    def commit(self, day: str, *options: str) -> None:
        """Commit all that there is; `--amend` and `--allow-empty` are options of git's."""
        if not (self.folder / ".git").exists():
            self.git("init", "--template=", "--initial-branch=main")
            self.put(self.folder / ".git/info/exclude", b".nexusgen/\noutput/\npublic/\n")
        if "--allow-empty" not in options:
            self.git("add", "--all")
        self.git("commit", "--message=x", "--no-verify", f"--date={day}T12:00:00Z", *options)

    def shallow(self) -> None:
        """Leave nothing of history but its last commit, as a shallow clone has it."""
        if head := self.git("rev-parse", "--verify", "--quiet", "HEAD"):
            self.put(self.folder / ".git/shallow", f"{head}\n".encode())

    def unshallow(self) -> None:
        (self.folder / ".git/shallow").unlink(missing_ok=True)

    def replace(self) -> None:
        """Let the last commit seem to be the first."""
        self.git("replace", "--force", "--graft", "HEAD")

    def unreplace(self) -> None:
        for name in self.git("replace", "--list").split():
            self.git("replace", "--delete", name)

    def forget_history(self) -> None:
        shutil.rmtree(self.folder / ".git", ignore_errors=True)

    def move_hub(self, folder: str) -> None:
        """Move the hub, with all that it keeps, within its repository."""
        target = self.folder / folder / "hub"
        if target != self.root:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.strays = {target / path.relative_to(self.root) for path in self.strays}
            self.tampered = {target / path.relative_to(self.root) for path in self.tampered}
            self.doubtful = {target / path.relative_to(self.root) for path in self.doubtful}
            self.root.rename(target)
            self.root = target
