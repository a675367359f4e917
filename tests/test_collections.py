"""Two real collections of notes: their links, checked one by one against the files they mean."""

from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from nexusgen.disk.snapshot import SnapshotOptions, read_snapshot
from nexusgen.incremental.memo import Memo
from nexusgen.incremental.parallel import cores
from nexusgen.tools.index import HubIndex, index_hub
from tests.archives import unpack
from tests.linked import told


def indexed(archive: Path, folder: Path) -> HubIndex:
    unpack(archive, folder)
    (root,) = folder.iterdir()
    return index_hub(read_snapshot(root, SnapshotOptions()), Memo(jobs=cores()))


@pytest.fixture(scope="module")
def til(shared, tmp_path_factory):
    return indexed(shared / "data/til-jbranchaud.tar.gz", tmp_path_factory.mktemp("til"))


@pytest.fixture(scope="module")
def vault(shared, tmp_path_factory):
    return indexed(shared / "data/vault-kepano.tar.gz", tmp_path_factory.mktemp("vault"))


DEAD = [
    "unix/get-word-count-for-all-files-in-git-repo.md:3:34: warning link.broken a link has no "
    "address (write between the parentheses where it leads)",
    'README.md:69:3: warning link.anchor this page has no heading or anchor "next-auth" '
    '(did you mean "#nextauthjs"?)',
    'README.md:2084:3: warning link.broken link target "vim/turning-off-search-highlighting.md" '
    'does not exist (did you mean "vim/turning-of-search-highlighting.md"?)',
    'go/access-go-docs-offline.md:6:1: warning link.broken link target "golang.org/doc/" '
    'does not exist (write the path of a file or page of the hub, or begin it with "https://")',
    "heroku/check-ruby-version-for-production-app.md:27:15: warning link.broken link target "
    '"set-default-team-and-app-for-project.md" does not exist '
    '(did you mean "specify-default-team-and-app-for-project.md"?)',
    "rails/rescue-from-with-a-separate-method.md:3:23: warning link.broken link target "
    '"rescue_from.md" does not exist (did you mean "rescue-from.md"?)',
]
"""Looked up by hand in the collection: no such file or heading, while all others are there."""


def test_exactly_the_dead_links_of_the_notes_are_reported(til):
    problems = [told(problem) for problem in til.problems if problem.code[:4] == "link"]

    assert len(til.entries) == 1873
    assert problems == DEAD


def test_every_other_link_of_the_notes_leads_to_the_file_it_names(til):
    from_file = from_root = 0
    for name in til.entries:
        folder, row = dirname(til.entries[name].path), til.links[name]
        for use, target in zip(til.documents[name].links, row.links, strict=True):
            if use.target and target.state != "missing":
                written = use.target.strip("/").removesuffix(".md") + ".md"
                near = normpath(join(folder, written)) == target.entry
                assert near or written == target.entry
                from_file, from_root = from_file + near, from_root + (not near)

    assert (from_file, from_root) == (1929, 19)


def test_wikilinks_of_the_vault_resolve_where_the_vault_has_such_a_file(vault):
    files = {path.rpartition("/")[2].lower() for path in vault.snapshot.files}
    broken = []
    for name, entry in vault.entries.items():
        resolved = vault.links[name]
        links = zip(vault.documents[name].links, resolved.links, strict=True)
        uses = zip(entry.references, resolved.references, strict=True)
        for link, target in (*links, *uses):
            wanted = link.target.rpartition("/")[2].lower()
            assert (target.state == "missing") == (not files & {wanted, f"{wanted}.md"}), link
            broken += [link.target] if target.state == "missing" else []

    # Nineteen of them lead into the folder of templates, which `.obsidian` names: it is no content.
    assert len(broken) == 77
    # A name without a file is a note still to come, which is told once and not for each link.
    assert [problem for problem in vault.problems if problem.code == "link.broken"] == []
