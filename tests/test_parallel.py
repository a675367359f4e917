import os
import time

import pytest

from nexusgen.incremental import parallel
from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError, WorkerLostError
from nexusgen.incremental.parallel import run_all, usable_workers

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
ITEMS = list(range(200))


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """Let workers be forked beside the threads that a browser of other tests leaves behind."""
    monkeypatch.setattr("threading.active_count", lambda: 1)


def outcome(function, jobs):
    return dict(run_all(function, ITEMS, jobs))


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_result_does_not_depend_on_the_number_of_workers(jobs):
    assert outcome(lambda item: [item * item, b"x" * 100_000], jobs) == {
        item: [item * item, b"x" * 100_000] for item in ITEMS
    }


def test_work_is_shared():
    processes = set(outcome(lambda item: time.sleep(0.001) or os.getpid(), 2).values())

    assert len(processes) == 2
    assert os.getpid() not in processes


def test_worker_that_has_touched_much_memory_is_replaced(monkeypatch):
    monkeypatch.setattr(parallel, "TOUCHED", 0)

    results = outcome(lambda item: os.getpid(), 2)

    assert len(results) == len(ITEMS)
    assert len(set(results.values())) == len(ITEMS) / parallel.CHUNK


@pytest.mark.parametrize(("jobs", "times"), [(1, 0), (2, 1)])
def test_what_workers_share_is_prepared_once(jobs, times):
    prepared = []

    results = run_all(lambda _: len(prepared), ITEMS, jobs, prepare=lambda: prepared.append(1))

    assert {result for _, result in results} == {times}
    assert len(prepared) == times


def test_worker_that_dies_costs_one_item_and_names_it():
    results = outcome(lambda item: os._exit(9) if item in (77, 150) else item, 2)

    lost = {index for index, result in results.items() if isinstance(result, WorkerLostError)}
    assert lost == {77, 150}
    assert len(results) == len(ITEMS)


def test_worker_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(parallel, "PATIENCE", 0.5)

    results = outcome(lambda item: time.sleep(60) if item == 199 else item, 2)

    assert isinstance(results[199], WorkerLostError)
    assert "longer than" in results[199].reason


def test_bug_is_raised_with_the_traceback_of_the_worker():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        outcome(lambda item: 1 // (item - 50), 2)


def test_changed_source_is_raised_as_itself():
    def function(item):
        if item == 50:
            raise SourceChangedError("content/a.md")
        return item

    with pytest.raises(SourceChangedError, match=r"content/a\.md"):
        outcome(function, 2)


def test_broken_store_is_raised_as_itself():
    def function(item):
        if item == 50:
            raise StoreBrokenError("a row is damaged")
        return item

    with pytest.raises(StoreBrokenError, match="a row is damaged"):
        outcome(function, 2)


def test_no_worker_is_left_behind():
    workers = set(outcome(lambda item: os.getpid(), 3).values())

    assert workers
    for worker in workers:
        with pytest.raises(ChildProcessError):
            os.waitpid(worker, os.WNOHANG)


def test_few_items_stay_in_this_process():
    assert usable_workers(8, items=5) == 1
