"""Print the CV of a hub with a browser that is installed: it is what lays out the page, too."""

import os
import re
import shutil
import subprocess
import tempfile
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from nexusgen.build import build_site
from nexusgen.core.builds import Outputs
from nexusgen.core.problems import NexusgenError
from nexusgen.core.urls import is_external
from nexusgen.disk.files import write_export
from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.incremental.memo import Memo
from nexusgen.pages.meta import absolute
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
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(
    r"""(<a\s(?:[^<>"']|"[^"]*"|'[^']*')*?)\bhref=(?:"([^"#][^"]*)"|'([^'#][^']*)')""",
    re.IGNORECASE,
)
"""A link to anywhere but a place in its own page."""
MAX_SECONDS = 120


class Printed(NamedTuple):
    """How many pages a PDF has, and how many links to pages of the hub it had to leave out."""

    pages: int
    left_out: int


def find_browser() -> str:
    """Return the path of an installed Chromium; raise `NexusgenError` where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        hint = "install one, or open the page cv/ of your site and print it to a PDF"
        raise NexusgenError("there is no Chromium, Chrome or Edge to print with", hint)
    return found


def _write_site(outputs: Outputs, folder: Path, paper: str) -> None:
    """Write what the CV shows, without pages.

    Of what paper is made is up to who prints, and no matter of the theme.
    """
    for path in outputs:
        if path.endswith((".html", ".js", ".json", ".xml")):
            continue
        data = outputs[path].render()
        if path.endswith(".css"):
            data += f"\n@page {{ size: {paper} }}\n".encode()
        _write(folder / path, data)


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _to_mail(html: str, home: str) -> tuple[str, int]:
    """Return a page as it can be read anywhere, and how many of its links are left out.

    Links lead to where the page is published, at `home` if anywhere. No script is left, because a
    page of a stranger may run none here.
    """
    left_out = 0

    def leading(link: re.Match[str]) -> str:
        nonlocal left_out
        url = urljoin(home, unescape(link[2] or link[3]))
        left_out += not is_external(url)
        return f'{link[1]}href="{escape(url)}"' if is_external(url) else link[1]

    return _LINK.sub(leading, _SCRIPT.sub("", html)), left_out


def print_cv(root: Path, target: Path, paper: str, *, trusted: bool = False) -> Printed:
    """Write the CV of the hub at `root` as a PDF and return what it has become.

    The site is built aside; nothing of the hub changes. Raises `NexusgenError` where there is no
    browser, where the hub has no CV, where the browser fails, or the file cannot be written.
    """
    browser = find_browser()
    build = build_site(read_snapshot(root, SnapshotOptions(trusted=trusted)), Memo())
    outputs = build.outputs
    if PAGE not in outputs:
        hint = "name the author in site.yml: author: {name: ...}"
        raise NexusgenError("the hub has no CV, because it has no author", hint)
    with tempfile.TemporaryDirectory(prefix="nexusgen-") as folder:
        try:
            _write_site(outputs, Path(folder), paper)
            html = outputs[PAGE].render().decode()
        except RenderError as error:
            raise NexusgenError(error.problem.message, error.problem.hint) from None
        html, left_out = _to_mail(html, absolute(build.site, "cv/"))
        _write(Path(folder) / PAGE, html.encode())
        made = Path(folder) / "cv.pdf"
        _run(browser, Path(folder) / PAGE, made, Path(folder) / "profile")
        data = made.read_bytes()
    write_export(target, data, b"%PDF-")
    return Printed(len(re.findall(rb"/Type\s*/Page\b", data)), left_out)


def _run(browser: str, page: Path, target: Path, profile: Path) -> None:
    """Let a browser print a page to a file, with a profile of its own."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    command = [
        browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", "--no-first-run",
        *(["--no-sandbox"] if is_root else []),  # Chromium refuses root otherwise
        "--user-agent=nexusgen",  # what the PDF says that made it
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
