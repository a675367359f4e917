"""A build is a function of its snapshot: it opens nothing, and nothing around it shows."""

import hashlib
import os
import random
import shutil
import subprocess
import sys

import pytest
from msgspec.structs import replace

from nexusgen.build import build_site
from nexusgen.incremental.memo import Memo
from tests.conftest import ROOT, SiteTest, read_tree

RUNS = int(os.environ.get("NEXUSGEN_RUNS", "6"))
ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Etc/GMT+12")
LOCALES = ("C", "C.UTF-8", "tr_TR.UTF-8", "ja_JP.UTF-8")
watching = False


def forbid(event, arguments):
    if watching and event in ("open", "os.listdir", "os.scandir", "subprocess.Popen"):
        name = str(arguments[0])
        if not name.endswith((".py", ".pyc", ".so")):
            raise AssertionError(f"a stage touched the disk: {event} {name}")


sys.addaudithook(forbid)


@pytest.fixture
def rich_hub(site):
    """Return a hub that uses all that content can do."""
    shutil.copytree(ROOT / "content", site.root / "content")
    site.note("notes/rich.md", RICH, title="Rich", tags="[a, b]", aliases="[Wealthy]")
    site.write("content/notes/list.yml", "- {title: One, body: '[[Rich]]'}\n- title: Two\n")
    site.write("content/data/facts.yml", "a: [1, 2]\n")
    site.write("content/notes/dot.png", DOT)
    site.write("templates/note.html", "{% extends 'theme/note.html' %}")
    return site


RICH = """
Text with [a link](../technologies/django.md), [[Python]], ![[Docker]] and `code`.[^1]

| a | b |
|---|---|
| 1 | 2 |

```python {1}
print("hi")
```

![dot](dot.png) $a^2$ and 😀

[^1]: A footnote.
"""
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def test_no_stage_opens_a_file(rich_hub):
    global watching
    snapshot = rich_hub.snapshot()
    templates = [file.path for file in snapshot.templates.values()]
    contents = {path: snapshot.read(path) for path in (*snapshot.files, *templates)}
    snapshot = replace(snapshot, read=contents.__getitem__)
    render(snapshot)  # what is imported late is imported now

    watching = True
    try:
        render(snapshot)
    finally:
        watching = False


def render(snapshot):
    build = build_site(snapshot, Memo())
    assert not [problem for problem in build.problems if problem.severity == "error"]
    return {path: output.render() for path, output in build.outputs.items()}


SCRIPT = """
import os, sys
from pathlib import Path
from nexusgen.disk.hub import Request, build_hub
os.umask(int(sys.argv[2], 8))
outcome = build_hub(Request(Path(sys.argv[1]), jobs=int(sys.argv[3])))
assert not outcome.failed, outcome.problems
"""


@pytest.mark.parametrize("run", range(RUNS))
def test_same_content_gives_the_same_bytes_everywhere(rich_hub, run, tmp_path):
    chance = random.Random(run)
    here = SiteTest(tmp_path / "a folder é" / chance.choice("abc") / "hub")
    files = list(read_tree(rich_hub.root).items())
    chance.shuffle(files)
    for path, data in files:
        here.write(path, data)
    environment = os.environ | {
        "PYTHONHASHSEED": str(chance.randrange(10**6)),
        "TZ": chance.choice(ZONES),
        "LC_ALL": chance.choice(LOCALES),
        "HOME": str(tmp_path),
        "SOURCE_DATE_EPOCH": str(chance.randrange(10**9)),
        "PYTHONPATH": str(ROOT),
    }
    arguments = [str(here.root), chance.choice(("022", "077")), chance.choice("1248")]
    subprocess.run([sys.executable, "-c", SCRIPT, *arguments], env=environment, check=True)

    assert digest(here.tree()) == rendered_here(rich_hub)
    found = b"".join(here.tree().values())
    assert str(tmp_path).encode() not in found


RENDERED: list[str] = []
"""The digest of what this process makes of the rich hub: the same for all runs."""


def rendered_here(rich_hub):
    if not RENDERED:
        RENDERED.append(digest(render(rich_hub.snapshot())))
    return RENDERED[0]


def digest(tree):
    hasher = hashlib.sha256()
    for path, data in sorted(tree.items()):
        hasher.update(f"{path} {len(data)}\n".encode() + data)
    return hasher.hexdigest()
