"""Workers of every kind do the same work: forks, those of a server that forks, and new processes."""

import hashlib
import os
import shutil
from multiprocessing import get_all_start_methods

import msgspec
import pytest

from nexusgen.incremental import derive, parallel
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError, WorkerLostError
from nexusgen.incremental.parallel import run_all, start_method, usable_workers
from nexusgen.pages import plan
from tests.working import (
    break_store,
    change,
    die_at_two,
    divide,
    hang_at_last,
    process_of,
    squared,
)

ITEMS = list(range(200))
METHODS = get_all_start_methods()
ONE_OF_BOTH = METHODS[:2]
SENT = [method for method in METHODS if method != "fork"]

needs_fork = pytest.mark.skipif("fork" not in METHODS, reason="needs fork")


@pytest.fixture
def method(monkeypatch, request):
    """Let workers be of one kind, also beside the threads that other tests leave behind."""
    method = getattr(request, "param", "fork")
    if method == "fork" and "fork" not in METHODS:
        pytest.skip("needs fork")
    monkeypatch.setattr(parallel, "start_method", lambda: method)
    monkeypatch.setattr(parallel, "LEAST", dict.fromkeys(METHODS, 24))
    yield method
    while parallel._idle:
        parallel._idle.pop().dismiss()


def each_of(methods):
    return pytest.mark.parametrize("method", methods, indirect=True)


def outcome(function, jobs):
    return dict(run_all(function, ITEMS, jobs, pack=lambda item: item))


@each_of(METHODS)
@pytest.mark.parametrize("jobs", [1, 3])
def test_result_does_not_depend_on_the_number_of_workers(jobs, method):
    assert outcome(squared, jobs) == {item: squared(item) for item in ITEMS}


@each_of(METHODS)
def test_work_is_shared(method):
    processes = set(outcome(process_of, 2).values())

    assert len(processes) == 2
    assert os.getpid() not in processes


def test_neighbours_of_very_many_are_made_by_one_worker(method):
    made = dict(run_all(process_of, range(4000), 2, pack=str))

    others = sum(made[item] != made[item + 1] for item in range(3999))
    assert others < 4000 / parallel.CHUNK / 2


def test_worker_that_has_much_memory_of_its_own_is_replaced(monkeypatch, method):
    monkeypatch.setattr(parallel, "MAX_OWN", 0)
    monkeypatch.setattr(parallel, "LOOK", 1)

    results = outcome(process_of, 2)

    assert len(results) == len(ITEMS)
    assert len(set(results.values())) == len(ITEMS) / parallel.CHUNK


@each_of(SENT[:1])
def test_worker_that_is_no_fork_waits_for_the_next_call_but_not_for_long(monkeypatch, method):
    first, second = (set(outcome(process_of, 2).values()) for _ in range(2))
    monkeypatch.setattr(parallel, "IDLE_TIMEOUT", 0.0)

    third = set(outcome(process_of, 2).values())

    assert first == second
    assert not first & third


@each_of(SENT[:1])
def test_item_that_cannot_be_sent_stays(method):
    results = dict(run_all(process_of, ITEMS, 2, pack=lambda item: item % 10 or None))

    stayed = {item for item in ITEMS if results[item] == os.getpid()}
    assert stayed == {item for item in ITEMS if item % 10 == 0}


@pytest.mark.parametrize(("jobs", "times"), [(1, 0), (2, 1)])
def test_what_forks_share_is_prepared_once(jobs, times, method):
    prepared = []

    results = run_all(lambda _: len(prepared), ITEMS, jobs, prepare=lambda: prepared.append(1))

    assert {result for _, result in results} == {times}
    assert len(prepared) == times


@each_of(ONE_OF_BOTH)
def test_worker_that_dies_costs_one_item_and_names_it(method):
    results = outcome(die_at_two, 2)

    lost = {index for index, result in results.items() if isinstance(result, WorkerLostError)}
    assert lost == {77, 150}
    assert len(results) == len(ITEMS)


def test_worker_that_hangs_is_given_up(monkeypatch, method):
    monkeypatch.setattr(parallel, "ITEM_TIMEOUT", 0.5)

    results = outcome(hang_at_last, 2)

    assert isinstance(results[199], WorkerLostError)
    assert "longer than" in results[199].reason


def test_short_items_are_answered_together_and_long_ones_alone(monkeypatch):
    items = [(index, index) for index in range(3)]
    together = list(parallel._attempts(str, items))
    monkeypatch.setattr(parallel, "QUIET", -1.0)

    alone = list(parallel._attempts(str, items))

    assert [len(msgspec.msgpack.decode(one)[0]) for one in together] == [3]
    assert [len(msgspec.msgpack.decode(one)[0]) for one in alone] == [1, 1, 1]


def test_result_that_is_no_plain_data_is_a_bug():
    (answer,) = parallel._attempts(lambda _: object(), [(0, 0)])

    assert "TypeError" in msgspec.msgpack.decode(answer)[2]


@each_of(ONE_OF_BOTH)
def test_bug_is_raised_with_the_traceback_of_the_worker(method):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        outcome(divide, 2)


@each_of(ONE_OF_BOTH)
def test_changed_source_is_raised_as_itself(method):
    with pytest.raises(SourceChangedError, match=r"content/a\.md"):
        outcome(change, 2)


@each_of(ONE_OF_BOTH)
def test_broken_store_is_raised_as_itself(method):
    with pytest.raises(StoreBrokenError, match="a row is damaged"):
        outcome(break_store, 2)


def test_no_fork_is_left_behind(method):
    workers = set(outcome(process_of, 3).values())

    assert workers
    for worker in workers:
        with pytest.raises(ChildProcessError):
            os.waitpid(worker, os.WNOHANG)


def test_few_items_stay_in_this_process():
    assert usable_workers(8, items=5) == 1


@needs_fork
def test_process_with_threads_does_not_fork(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("threading.active_count", lambda: 1)
    assert start_method() == "fork"

    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert start_method() == "forkserver"


def test_each_kind_of_worker_builds_the_same_site(site, monkeypatch):
    site.settings("base_url: https://example.org/\nlanguage: de\n")
    site.write(
        "templates/note.html",
        "{% extends 'theme/note.html' %}{% block lede %}{{ a.b }}{% endblock %}",
    )
    site.write("content/notes/data.csv", "a,b\n")
    for number in range(6):
        link = f"[[n{number + 1}]] and [data](data.csv)"
        site.note(f"concepts/n{number}.md", f"{link}\n\n```py\nx = 1\n```", tags=f"[t{number}]")
        site.note(f"notes/odd{number}.md")
    monkeypatch.setattr(parallel, "LEAST", dict.fromkeys(("fork", "here", *METHODS), 2))
    monkeypatch.setattr(parallel, "CHUNK", 4)
    monkeypatch.setattr(derive, "TRIED", 1)
    monkeypatch.setattr(plan, "MAX_KEPT", 4)
    found = {}
    for method in ("here", *METHODS):
        monkeypatch.setattr(parallel, "start_method", lambda method=method: method)
        monkeypatch.setattr(derive, "pays", lambda *_, method=method: method == "fork")
        site.build(jobs=1 if method == "here" else 2, keep_going=True)
        found[method] = site.problems, digests(site.root / "output")
        shutil.rmtree(site.root / "output")
        shutil.rmtree(site.root / ".nexusgen")
    while parallel._idle:
        parallel._idle.pop().dismiss()

    problems, files = found["here"]
    assert {"template.undefined", "link.broken"} <= {problem.code for problem in problems}
    assert "concepts/n0/index.html" in files
    assert len(set(map(str, found.values()))) == 1


def digests(folder):
    """Return the digest of each file by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
