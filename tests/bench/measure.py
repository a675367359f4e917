"""Runs a command and says what it took: a command in; seconds, work and peak memory out."""

import re
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.02

SHARE = 20
"""How many times longer to wait than a look took: the kernel counts every page for it."""


@dataclass(frozen=True)
class Cost:
    """What a command took, of all its processes together.

    `seconds` passed on the clock, `work` are those of the processor (a busy machine changes them
    less), and `memory` is in megabytes.
    """

    seconds: float
    work: float
    memory: float


def measure(command: list[str], folder: Path) -> Cost:
    """Run the command in `folder`; raise CalledProcessError with its output where it fails."""
    started, worked = time.perf_counter(), work_of_children()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        peak = Peak(process.pid)
        peak.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - started
        peak.stop()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Cost(seconds, work_of_children() - worked, peak.kilobytes / 1024)


def work_of_children() -> float:
    """Return the seconds of processor time of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Peak(threading.Thread):
    """Watches the memory of a process and its children, as Linux tells it in /proc."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.kilobytes = 0
        self.ended = threading.Event()

    def run(self) -> None:
        pause = SAMPLE_SECONDS
        while not self.ended.wait(pause):
            started = time.perf_counter()
            self.kilobytes = max(self.kilobytes, tree_memory(self.pid))
            pause = max(SAMPLE_SECONDS, SHARE * (time.perf_counter() - started))

    def stop(self) -> None:
        self.ended.set()
        self.join()


def tree_memory(pid: int) -> int:
    """Return the kilobytes of a process and its children; shared pages count once."""
    pids = process_tree(pid)
    if len(pids) == 1:
        return proc_number(f"/proc/{pid}/status", "VmHWM")
    return sum(proc_number(f"/proc/{each}/smaps_rollup", "Pss") for each in pids)


def process_tree(pid: int) -> list[int]:
    children = [
        child
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for child in read_proc(task).split()
    ]
    return [pid, *(each for child in children for each in process_tree(int(child)))]


def proc_number(path: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", read_proc(Path(path)), re.MULTILINE)
    return int(found[1]) if found else 0


def read_proc(path: Path) -> str:
    """Return what a file of /proc says; nothing where the process has just ended."""
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
