"""How the benchmark of static site generators runs nexusgen; copied in beside its other adapters.

`NEXUSGEN` names the executable. Without it nexusgen is skipped.
"""

import os
from pathlib import Path

import corpus  # type: ignore[import-not-found]  # the benchmark's own module
from adapters.base import Adapter  # type: ignore[import-not-found]  # the benchmark's own module


class Nexusgen(Adapter):  # type: ignore[misc]  # its base has no types
    """Builds the hub of `peers/nexusgen`, whose templates are the layout of the other peers."""

    name = "nexusgen"
    skeleton = "nexusgen"
    content = "content"
    output = "public"
    caches = (".nexusgen",)
    feed = ("feed.xml",)
    notes = (
        "Python-Markdown and Pygments over all cores; links to .md resolved and checked; TOC, tag"
        " pages, section lists, feeds, timeline and sitemap its own; texts for programs beside, but"
        " no search, cards and feeds of tags, which nobody is asked for; lists of more than 60"
        " entries hold titles alone; home shows the 5 newest, not 20; keeps .nexusgen between builds"
    )

    def tool(self) -> Path:
        return Path(os.environ.get("NEXUSGEN", "/nonexistent"))

    def version(self) -> str:
        return str(self.run_version(str(self.tool()), "--version"))

    def link(self, _src: corpus.Page, dst: corpus.Page) -> str:
        return f"../{dst.kind}/{dst.slug}.md"

    def build_cmd(self, _site: Path) -> list[str]:
        return [str(self.tool()), "build", "--quiet", "--output", self.output]

    def serve_cmd(self, _site: Path, port: int) -> list[str]:
        return [str(self.tool()), "serve", "--quiet", "--port", str(port)]
