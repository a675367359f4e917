"""Read Markdown as GitHub does: documents, and HTML with placeholders for links.

Here stands what that depends on besides the texts; `render` does it, and takes long to load.
"""

from collections.abc import Mapping
from typing import Any, Literal

from nexusgen.core.model import Site, Value
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Severity

SPELLED = {"faq": "FAQ", "tldr": "TL;DR", "todo": "To do"}
"""Kinds of callouts that are not spelled as a word is."""

CALLOUTS = (
    "Note", "Info", "Abstract", "Summary", "TL;DR", "Tip", "Hint", "Success", "Check", "Done",
    "Important", "To do", "Question", "Help", "FAQ", "Warning", "Attention", "Bug", "Caution",
    "Danger", "Error", "Failure", "Fail", "Missing", "Example", "Quote", "Cite",
)  # fmt: skip
"""The kinds of callouts of GitHub and Obsidian, as they are shown where a callout has no title."""

FOOTNOTES, BACK = "Footnotes", "Back to reference {0}"
TASK_DONE, TASK_OPEN = "done", "to do"
TABLE = "Table"
BREAKS = "nl2br"
"""The extension that makes a break of each end of a line, as vaults have it: it is ours."""

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
     "track", "wbr")
)  # fmt: skip
"""Elements of HTML that hold nothing and have no end tag."""

LABELS = (*CALLOUTS, FOOTNOTES, BACK, TASK_DONE, TASK_OPEN, TABLE)
"""The words that rendered Markdown shows or reads out of itself; the settings give them in another language."""


class MarkupOptions(Value, frozen=True, array_like=True):
    """Everything besides the text itself that rendered Markdown depends on.

    `extensions` names further Python-Markdown extensions with their options. `lenient` makes
    warnings of what would be errors. `settings` is the path of the file that gave the options.
    `tags` is true where `#words` in the text are tags. `frames` are the hosts whose frames are shown.
    `labels` are our own words in the language of the hub, where that is not English. In a `vault`
    marks are read as Obsidian reads them, where GitHub would take them for text; where an end of a
    line `breaks` it, each is a break.
    """

    extensions: Mapping[str, Mapping[str, Any]] = {}
    raw_html: Literal["allow", "sanitise", "escape"] = "allow"
    lenient: bool = False
    settings: str = settings_path("content")
    tags: bool = False
    frames: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    vault: bool = False
    breaks: bool = False

    @property
    def severity(self) -> Severity:
        """How bad it is when something cannot be rendered as it should."""
        return "warning" if self.lenient else "error"


def markup_options(site: Site) -> MarkupOptions:
    """Return the options that `site` gives for its Markdown."""
    extensions = {**site.markdown_extensions}
    has_breaks = extensions.pop(BREAKS, None) is not None
    return MarkupOptions(
        extensions=extensions,
        raw_html=site.raw_html,
        lenient=site.lenient,
        settings=settings_path(site.content),
        tags=site.hashtags == "on",
        frames=site.frames,
        labels={label: site.strings[label] for label in LABELS if label in site.strings},
        vault=site.vault,
        breaks=site.breaks or has_breaks,
    )


def callout_name(kind: str) -> str:
    """Return how a kind of callouts is called in English: `to-read` is `To read`."""
    return SPELLED.get(kind) or kind.replace("-", " ").capitalize()
