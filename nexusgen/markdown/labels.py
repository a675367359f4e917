"""Name the words that rendered Markdown shows or reads out of itself, which authors did not write."""

SPELLED = {"faq": "FAQ", "tldr": "TL;DR", "todo": "To do"}
"""Kinds of callouts that are not spelled as a word is."""

CALLOUTS = (
    "Note", "Info", "Abstract", "Summary", "TL;DR", "Tip", "Hint", "Success", "Check", "Done",
    "Important", "To do", "Question", "Help", "FAQ", "Warning", "Attention", "Bug", "Caution",
    "Danger", "Error", "Failure", "Fail", "Missing", "Example", "Quote", "Cite",
)  # fmt: skip
"""The kinds of callouts of GitHub and Obsidian, as they are shown where a callout has no title."""

FOOTNOTES, BACK = "Footnotes", "Back to reference {0}"
DONE, OPEN = "done", "to do"
TABLE = "Table"

LABELS = (*CALLOUTS, FOOTNOTES, BACK, DONE, OPEN, TABLE)
"""All of them, in English: the settings give those of another language."""


def callout_name(kind: str) -> str:
    """Return how a kind of callouts is called in English: `to-read` is `To read`."""
    return SPELLED.get(kind) or kind.replace("-", " ").capitalize()
