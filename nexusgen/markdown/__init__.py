"""Read Markdown as GitHub does: documents, and HTML with placeholders for links.

Here stands what that depends on besides the texts; `render` does it, and takes long to load.
"""

from collections.abc import Mapping
from typing import Any, Literal

from nexusgen.core.model import Site, Value
from nexusgen.core.paths import settings_path
from nexusgen.core.problems import Severity
from nexusgen.markdown.labels import LABELS


class MarkupOptions(Value, frozen=True, array_like=True):
    """Everything besides the text itself that rendered Markdown depends on.

    `extensions` names further Python-Markdown extensions with their options. `lenient` makes
    warnings of what would be errors. `settings` is the path of the file that gave the options.
    `tags` is true where `#words` in the text are tags. `frames` are the hosts whose frames are shown.
    `labels` are our own words in the language of the hub, where that is not English.
    """

    extensions: Mapping[str, Mapping[str, Any]] = {}
    raw_html: Literal["allow", "sanitise", "escape"] = "allow"
    lenient: bool = False
    settings: str = settings_path("content")
    tags: bool = False
    frames: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}

    @property
    def severity(self) -> Severity:
        """How bad it is when something cannot be rendered as it should."""
        return "warning" if self.lenient else "error"


def markup_options(site: Site) -> MarkupOptions:
    """Return the options that `site` gives for its Markdown."""
    return MarkupOptions(
        extensions=site.markdown_extensions,
        raw_html=site.raw_html,
        lenient=site.lenient,
        settings=settings_path(site.content),
        tags=site.hashtags == "on",
        frames=site.frames,
        labels={label: site.strings[label] for label in LABELS if label in site.strings},
    )
