"""Keep results and chunks of tables between builds: in memory, or in one SQLite file of plain data."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from nexusgen.incremental.digests import SIZE, seal
from nexusgen.incremental.errors import StoreBrokenError

Halves = tuple[bytes, bytes]


class Store:
    """Keeps the two halves of results as bytes by key, and chunks of tables: for as long as this runs."""

    def __init__(self) -> None:
        self._halves: dict[bytes, Halves] = {}
        self._head = b""
        self._chunks: dict[bytes, bytes] = {}

    def close(self) -> None:
        """Let go of what the system lends, if anything."""

    def facts(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes | memoryview]:
        """Return the facts of those keys that are kept."""
        return {key: self._halves[key][0] for key in keys if key in self._halves}

    def rest(self, key: bytes) -> bytes | memoryview:
        """Return the rest of a key that is kept."""
        return self._halves[key][1]

    def keep(self, results: Mapping[bytes, Halves]) -> None:
        """Keep results by key, all or none."""
        self._halves.update(results)

    def bound(self, number: int, used: Callable[[], Set[bytes]]) -> None:
        """Let what a build did not use go where there is much of it; it used at most `number` keys."""
        if len(self._halves) > number:
            kept = used()
            self._halves = {key: halves for key, halves in self._halves.items() if key in kept}

    def head(self) -> bytes:
        """Return the head of the kept tables, which says of what chunks they are; empty without."""
        return self._head

    def chunks(self, digests: Sequence[bytes]) -> list[bytes]:
        """Return chunks that are kept, in order; raise `StoreBrokenError` where one is not."""
        if not self._chunks.keys() >= set(digests):
            raise StoreBrokenError("a kept table is not whole")
        return [self._chunks[digest] for digest in digests]

    def digests(self) -> frozenset[bytes]:
        """Return the digests of all chunks that are kept."""
        return frozenset(self._chunks)

    def keep_chunks(self, chunks: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep chunks by their digests as they come."""
        self._chunks.update(chunks)

    def settle_chunks(self, head: bytes, wanted: Set[bytes]) -> bool:
        """Keep this head and no chunks but these; do nothing and return False where one is gone."""
        if not wanted <= self._chunks.keys():
            return False
        self._head = head
        self._chunks = {digest: self._chunks[digest] for digest in wanted}
        return True


VERSION = 5
MAX_VALUES = 500
"""Values that one query may name."""

CHUNKS = 32
"""Chunks kept at a time: each is of hundreds of rows."""

PAGE = 16_384
"""Bytes of a page of the file: the HTML of an entry fits in two, not in a chain of five."""

MARK = slice(68, 72)
"""Where SQLite's header holds what a program calls its own files (its file format, 1.3)."""

SLACK = 1.5
"""How many times what a build used may be kept before the rest is dropped."""

_SCHEMA = """
create table facts (key blob primary key, value blob not null);
create table rest (key blob primary key, value blob not null);
create table head (value blob not null);
create table chunks (digest blob primary key, value blob not null);
"""


class SqliteStore(Store):
    """A store in a file; each process that uses it has a connection of its own.

    Tables are kept by nobody who has not seen that another process let results go since: the tables
    may stand on these.
    Rows bear a seal that needs `key`, and so does the file: SQLite never opens one that was not
    made with it, which gives way to a new one. Whatever is damaged raises `StoreBrokenError`.
    """

    def __init__(self, path: Path, key: bytes = b"") -> None:
        self._path = path
        self._key = key
        self._process = 0
        self._sweeps = 0  # those of before this process looked, and its own
        self._database: sqlite3.Connection
        self._inherited: sqlite3.Connection

    def __del__(self) -> None:
        self.close()

    def facts(self, keys: Sequence[bytes]) -> Mapping[bytes, memoryview]:
        if len(keys) > self._query("select count(*) from facts")[0][0] / 4:
            wanted = set(keys)
            rows = [row for row in self._query("select key, value from facts") if row[0] in wanted]
        else:
            query = "select key, value from facts where key = ?"
            rows = [row for key in keys for row in self._query(query, key)]
        return {key: self._opened(b"facts" + key, value) for key, value in rows}

    def rest(self, key: bytes) -> memoryview:
        rows = self._query("select value from rest where key = ?", key)
        if not rows:
            raise StoreBrokenError("half of a result is missing")
        return self._opened(b"rest" + key, rows[0][0])

    def keep(self, results: Mapping[bytes, Halves]) -> None:
        with self._writing() as database:
            for half, table in enumerate(("facts", "rest")):
                rows = (
                    (name, seal(self._key, table.encode() + name, data) + data)
                    for name, data in ((key, halves[half]) for key, halves in results.items())
                )
                database.executemany(f"replace into {table} values (?, ?)", rows)

    def bound(self, number: int, used: Callable[[], Set[bytes]]) -> None:
        with self._writing() as database:
            kept = database.execute("select count(*) from facts").fetchone()[0]
            if kept <= number * SLACK:
                return
            database.execute("create temp table used (key blob primary key)")
            database.executemany("insert into used values (?)", ((key,) for key in used()))
            for table in ("facts", "rest"):
                database.execute(f"delete from {table} where key not in used")
            database.execute("drop table used")
            database.execute(f"pragma user_version = {_sweeps_of(database) + 1}")
            self._sweeps += 1

    def head(self) -> bytes:
        rows = self._query("select value from head")
        return bytes(self._opened(b"head", rows[0][0])) if rows else b""

    def chunks(self, digests: Sequence[bytes]) -> list[bytes]:
        found: dict[bytes, bytes] = {}
        for start in range(0, len(digests), MAX_VALUES):
            asked = digests[start : start + MAX_VALUES]
            marks = ",".join("?" * len(asked))
            query = f"select digest, value from chunks where digest in ({marks})"
            found.update(self._query(query, *asked))
        if len(found) != len(set(digests)):
            raise StoreBrokenError("a kept table is not whole")
        return [found[digest] for digest in digests]

    def digests(self) -> frozenset[bytes]:
        return frozenset(digest for (digest,) in self._query("select digest from chunks"))

    def _opened(self, name: bytes, data: object) -> memoryview:
        """Return what was sealed under a name; raise `StoreBrokenError` where it is another."""
        if isinstance(data, bytes):
            view = memoryview(data)[SIZE:]
            if seal(self._key, name, view) == data[:SIZE]:
                return view
        raise StoreBrokenError("a row is damaged")

    def _query(self, query: str, *values: bytes) -> list[Any]:
        try:
            database = self._database if self._process == os.getpid() else self._connect()
            return database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreBrokenError(str(error)) from error

    def keep_chunks(self, chunks: Iterable[tuple[bytes, bytes]]) -> None:
        waiting = iter(chunks)
        while batch := list(islice(waiting, CHUNKS)):
            with self._writing() as database:
                database.executemany("insert or ignore into chunks values (?, ?)", batch)

    def settle_chunks(self, head: bytes, wanted: Set[bytes]) -> bool:
        with self._writing() as database:
            database.execute(
                "begin immediate"
            )  # another process may have settled its own meanwhile
            sweeps, self._sweeps = self._sweeps, _sweeps_of(database)
            if sweeps != self._sweeps:
                raise StoreBrokenError("another process let go of results on which tables stand")
            kept = {digest for (digest,) in database.execute("select digest from chunks")}
            if not wanted <= kept:
                return False
            gone = [(digest,) for digest in kept - wanted]
            database.executemany("delete from chunks where digest = ?", gone)
            database.execute("delete from head")
            sealed = seal(self._key, b"head", head) + head
            database.execute("insert into head values (?)", (sealed,))
        return True

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing."""
        try:
            with self._connect() as database:
                yield database
        except sqlite3.Error as error:
            raise StoreBrokenError(str(error)) from error

    def close(self) -> None:
        if self._process == os.getpid():
            self._database.close()
            self._process = 0

    def remove(self) -> bool:
        """Remove the file, whatever it is, and tell whether a new one can take its place."""
        self.close()
        try:
            _remove(self._path)
            _open(self._path, self._key).close()
        except (OSError, sqlite3.Error):
            return False
        return True

    def _connect(self) -> sqlite3.Connection:
        """Return this process's connection: one must not cross a fork."""
        if self._process != os.getpid():
            if self._process:  # to close the parent's would touch its file
                self._inherited = self._database
            try:
                self._database = _open(self._path, self._key)
            except OSError as error:
                raise StoreBrokenError(str(error)) from error
            self._process, self._sweeps = os.getpid(), _sweeps_of(self._database)
        return self._database


def _sweeps_of(database: sqlite3.Connection) -> int:
    """Return how often results were let go in a store."""
    sweeps: int = database.execute("pragma user_version").fetchone()[0]
    return sweeps


def is_made_elsewhere(path: Path, key: bytes) -> bool:
    """Tell whether a store lies there that was made with another key, without asking SQLite."""
    header = _header(path)
    return bool(header) and header[MARK] != _mark(key)


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MARK.stop)
    except FileNotFoundError:
        return b""


def _mark(key: bytes) -> bytes:
    return seal(key, b"store", b"%d" % VERSION)[:4]


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _open(path: Path, key: bytes) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    if _header(path)[MARK] != _mark(key):
        _remove(path)  # and what lies beside one that is not there
    database = sqlite3.connect(path, check_same_thread=False)
    try:
        _prepare(database, int.from_bytes(_mark(key), "big", signed=True))
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, mark: int) -> None:
    """Set up a connection, and the tables of a new file, which is marked before anything else."""
    # What is lost in a power cut is built again; a crash of this process loses nothing.
    database.execute("pragma trusted_schema = off")
    database.execute("pragma synchronous = off")
    if not database.execute("select 1 from sqlite_master").fetchone():
        database.execute(f"pragma page_size = {PAGE}")
        database.executescript(f"begin; {_SCHEMA} pragma application_id = {mark}; commit;")
    elif database.execute("select 1 from sqlite_master where rootpage = 0").fetchone():
        raise StoreBrokenError("it holds more than tables")  # a view runs what its maker wrote
    database.execute("pragma journal_mode = wal")
