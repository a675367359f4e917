"""Print the CV of a hub with a browser that is installed: it is what lays out the page, too."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from nexusgen.build import build_site
from nexusgen.core.builds import Outputs
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.files import write_export
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.incremental.memo import Memo
from nexusgen.pages.theme import RenderError

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge", "brave-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip
"""Where browsers are that print without a window, by name or by path."""

PAGE = "cv/index.html"
_SCRIPT = re.compile(rb"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
MAX_SECONDS = 120


def find_browser() -> str:
    """Return the path of an installed Chromium; raise `NexusgenError` where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        hint = "install one, or open the page cv/ of your site and print it to a PDF"
        raise NexusgenError("there is no Chromium, Chrome or Edge to print with", hint)
    return found


def _write_site(outputs: Outputs, folder: Path, paper: str) -> None:
    """Write the CV and what it shows; no script, because a page of a stranger may run none here.

    Of what paper is made is up to who prints, and no matter of the theme.
    """
    for path in outputs:
        if path != PAGE and path.endswith((".html", ".js", ".json", ".xml")):
            continue
        data = outputs[path].render()
        if path == PAGE:
            data = _SCRIPT.sub(b"", data)
        if path.endswith(".css"):
            data += f"\n@page {{ size: {paper} }}\n".encode()
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def print_cv(root: Path, target: Path, paper: str, *, trusted: bool = False) -> int:
    """Write the CV of the hub at `root` as a PDF and return the number of its pages.

    The site is built aside; nothing of the hub changes. Raises `NexusgenError` where there is no
    browser, where the hub has no CV, where the browser fails, or the file cannot be written.
    """
    browser = find_browser()
    outputs = build_site(read_snapshot(root, SnapshotOptions(trusted=trusted)), Memo()).outputs
    if PAGE not in outputs:
        hint = "name the author in site.yml: author: {name: ...}"
        raise NexusgenError("the hub has no CV, because it has no author", hint)
    with tempfile.TemporaryDirectory(prefix="nexusgen-") as folder:
        try:
            _write_site(outputs, Path(folder), paper)
        except RenderError as error:
            raise NexusgenError(error.problem.message, error.problem.hint) from None
        made = Path(folder) / "cv.pdf"
        _run(browser, Path(folder) / PAGE, made, Path(folder) / "profile")
        data = made.read_bytes()
    write_export(target, data, b"%PDF-")
    return len(re.findall(rb"/Type\s*/Page\b", data))


def _run(browser: str, page: Path, target: Path, profile: Path) -> None:
    """Let a browser print a page to a file, with a profile of its own."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    command = [
        browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", "--no-first-run",
        *(["--no-sandbox"] if is_root else []),  # Chromium refuses root otherwise
        f"--user-data-dir={profile}", f"--print-to-pdf={target}", page.as_uri(),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=MAX_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NexusgenError(f"{browser} did not print: {error}", "try another browser") from None
    if not target.is_file():
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else f"exit code {done.returncode}"
        raise NexusgenError(f"{browser} did not print: {reason}", "open cv/ and print it by hand")
