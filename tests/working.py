"""Work for processes that begin with nothing: they import this, and no test."""

import os
import time

from nexusgen.incremental.errors import SourceChangedError, StoreBrokenError


def squared(item):
    return [item * item, b"x" * 100_000]


def process_of(_item):
    time.sleep(0.001)
    return os.getpid()


def die_at_two(item):
    if item in (77, 150):
        os._exit(9)
    return item


def hang_at_last(item):
    time.sleep(60 if item == 199 else 0)
    return item


def divide(item):
    return 1 // (item - 50)


def change(item):
    if item == 50:
        raise SourceChangedError("content/a.md")
    return item


def break_store(item):
    if item == 50:
        raise StoreBrokenError("a row is damaged")
    return item
