"""GitHub's own renderer, and notes of real people to compare with; both for tests only."""

import io
import re
import tarfile

from tests.markup.compare import DATA, rendered, skeleton, whole_page

FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
EMBED = re.compile(r"^!\[\[[^\[\]\n]+\]\]$", re.MULTILINE)
"""What is embedded on its own line is a block of its own, on purpose."""


def github(text):
    """Return the HTML of cmark-gfm with all extensions of GitHub."""
    import cmarkgfm  # type: ignore[import-untyped]  # the package has no types
    from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return cmarkgfm.github_flavored_markdown_to_html(text, options)


def notes(name):
    """Return the Markdown files of a collection by their path, without front matter."""
    archive = DATA / f"{name}.tar.gz"
    if not archive.exists():
        return {}
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as files:
        return {
            member.name: FRONT_MATTER.sub("", file.read().decode("utf-8-sig"))
            for member in files.getmembers()
            if member.name.endswith(".md") and (file := files.extractfile(member))
        }


def agreement(texts):
    """Return how many texts have GitHub's structure, how many are its whole page, and the rest."""
    structure, page, others = 0, 0, []
    for name, text in texts.items():
        ours, theirs = rendered(text), github(EMBED.sub(r"\n\g<0>\n", text))
        same = skeleton(ours) == skeleton(theirs)
        structure += same
        page += whole_page(ours) == whole_page(theirs)
        others += [] if same else [name]
    return structure, page, others
