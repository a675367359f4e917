"""Measures the time from saving a note to its new text in an open page, in Chromium.

    python -m tests.bench.latency --sizes 100,1000,10000 --hugo HUGO --layouts DIR

Without `--hugo` only nexusgen is measured. DIR holds `hugo.toml`, `layouts/` and `static/` for it.
Both servers show the same notes; their edits alternate, so that a noisy minute falls on both.
"""

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.hub import Note, plan_notes, write_hub

PATIENCE = 600.0
REST = 1.5
"""Seconds between two edits, so that neither server is still busy with the last one."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def running(command: list[str], url: str) -> Iterator[float]:
    """Run a server; yield the seconds until it answered."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(url):
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield time.monotonic() - started
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    """Tell whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def seconds_until_shown(page: Any, file: Path, mark: str) -> float:
    """Add a sentence to a note; return the seconds until the open page shows it."""
    text = file.read_text(encoding="utf-8")
    started = time.monotonic()
    file.write_text(f"{text}\n{mark}\n", encoding="utf-8")
    while time.monotonic() - started < PATIENCE:
        try:
            if page.evaluate(f"document.body.innerText.includes({mark!r})"):
                return time.monotonic() - started
        except Exception as error:  # the page is being loaded again
            if "closed" in str(error):
                raise
        time.sleep(0.002)
    raise RuntimeError("the edit was never shown")


class Peer:
    """A server, the folder of the notes that it shows, and the page that is open in a browser."""

    def __init__(self, name: str, content: Path, command: list[str], base: str) -> None:
        self.name = name
        self.content = content
        self.command = command
        self.base = base
        self.times: list[float] = []
        self.page: Any = None

    def open(self, browser: Any, note: Note) -> None:
        """Show the page of a note."""
        self.page = browser.new_context().new_page()
        self.page.goto(f"{self.base}{Path(note.path).with_suffix('').relative_to('content')}/")
        self.page.wait_for_timeout(500)

    def edit(self, note: Note, turn: int) -> None:
        """Edit the note and keep the time that it took."""
        file = self.content / Path(note.path).relative_to("content")
        self.times.append(seconds_until_shown(self.page, file, f"{self.name} in turn {turn}."))


def peers_of(root: Path, options: argparse.Namespace) -> list[Peer]:
    """Return the servers to measure, each with a copy of the notes."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/"
    own = [sys.executable, "-m", "nexusgen", "serve", "-q", "-C", str(root), "-p", str(port)]
    peers = [Peer("nexusgen", root / "content", own, base)]
    if options.hugo:
        site = root.parent / "hugo"
        shutil.copytree(options.layouts, site, copy_function=shutil.copyfile)
        site.chmod(0o755)
        shutil.copytree(root / "content", site / "content")
        (site / "content" / "site.yml").unlink()
        port = free_port()
        base = f"http://127.0.0.1:{port}/"
        command = [options.hugo, "server", "--source", str(site), "--port", str(port), "--bind"]
        command += ["127.0.0.1", "--quiet", "--baseURL", base]
        peers.append(Peer("hugo", site / "content", command, base))
    return peers


def measure(size: int, options: argparse.Namespace, browser: Any) -> None:
    """Print what one size costs each server."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "hub"
        notes = plan_notes(size)
        write_hub(root, notes)
        settings = root / "content" / "site.yml"
        lines = settings.read_text(encoding="utf-8").splitlines()
        plain = [line for line in lines if not line.startswith("base_url")]
        settings.write_text("\n".join(plain) + "\n", encoding="utf-8")
        peers = peers_of(root, options)
        for peer in peers:
            compare_start(peer)
        edit_in_turns(peers, notes[size // 2], options.edits, browser)
        for peer in peers:
            median = statistics.median(peer.times) * 1000
            worst = max(peer.times) * 1000
            print(
                f"{size:>6} {peer.name:9} median {median:6.0f} ms   worst {worst:6.0f} ms",
                flush=True,
            )


def compare_start(peer: Peer) -> None:
    """Print how long a server takes to its first page, and with what it kept from that."""
    seconds = []
    for _ in range(2):
        with running(peer.command, peer.base) as ready:
            seconds.append(ready)
    print(
        f"       {peer.name:9} first page {seconds[0]:.2f} s, again {seconds[1]:.2f} s", flush=True
    )


def edit_in_turns(peers: list[Peer], note: Note, edits: int, browser: Any) -> None:
    """Run all servers, open the page of the note at each, and edit it in turns."""
    with ExitStack() as servers:
        for peer in peers:
            servers.enter_context(running(peer.command, peer.base))
        take_turns(peers, note, edits, browser)


def take_turns(peers: list[Peer], note: Note, edits: int, browser: Any) -> None:
    """Edit the note at each server in turns."""
    for peer in peers:
        peer.open(browser, note)
    for turn in range(edits):
        for peer in peers:
            peer.edit(note, turn)
            time.sleep(REST)


def main() -> None:
    """Read the options and measure each size."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency")
    parser.add_argument("--sizes", default="100,1000", help="numbers of notes, commas between")
    parser.add_argument("--edits", type=int, default=20, help="edits of each server")
    parser.add_argument("--hugo", default="", help="the executable of Hugo")
    parser.add_argument("--layouts", type=Path, help="settings and layouts for Hugo")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser")
    options = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        for size in map(int, options.sizes.split(",")):
            measure(size, options, browser)
        browser.close()


if __name__ == "__main__":
    main()
