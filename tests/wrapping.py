"""Wrap texts in the forms of other tools' sites, as their authors would have written them.

Each function takes pages and returns the files of a site by path, and the addresses at which that
tool published them. What the tools do with names is written down here once more, and on purpose
apart from what the importers know of it.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from tests.conftest import PIXEL

PNG = PIXEL.decode()


@dataclass
class Page:
    """A text: the folder and name of its file, its title, its Markdown without the title."""

    folder: str
    name: str
    title: str
    body: str
    number: int

    @property
    def day(self):
        """A day of its own."""
        return date(2015, 1, 1) + timedelta(days=self.number)

    @property
    def tags(self):
        return [self.folder, f"group {self.number % 7}"]


def pages_of(files):
    """Return the pages that files of Markdown are, those with plain names alone."""
    pages = []
    for path, text in sorted(files.items()):
        folder, _, name = path.removesuffix(".md").rpartition("/")
        folder = folder.rpartition("/")[2].lower()
        if not re.fullmatch(r"[\w-][\w -]*", name) or not re.fullmatch(r"[a-z][\w-]*", folder):
            continue
        text = re.sub(
            r"\A---\n.*?^---\n", "", text.replace("\r\n", "\n"), flags=re.DOTALL | re.MULTILINE
        )
        heading = re.match(r"\s*# (.+)\n", text)
        title = re.sub(r"[`*\\\[\]{}]|\s#+$", "", heading[1]).strip() if heading else name
        body = text[heading.end() :] if heading else text
        pages.append(
            Page(folder, name.replace(" ", "-").lower(), title, body.strip("\n"), len(pages))
        )
    return pages


def after(pages, page):
    """Return the page after one, the first after the last."""
    return pages[(page.number + 1) % len(pages)]


def as_hugo(pages):
    """Return a Hugo site: front matter of three forms, bundles, permalinks, aliases, shortcodes."""
    files = {
        "hugo.toml": 'baseURL = "https://hugo.blog.eu/"\ntitle = "Hugo"\n[permalinks]\n'
        'vim = "/editor/:year/:month/:slug/"\nreferences = "/r/:slug/"\n[taxonomies]\ntag = "tags"\nseries = "series"\n',
        "static/img/pic.png": PNG,
    }
    addresses = []
    for page in pages:
        files.setdefault(
            f"content/{page.folder}/_index.md",
            f"---\ntitle: All of {page.folder}\n---\nThey are below.\n",
        )
        is_bundle = page.number % 5 == 0
        path = f"content/{page.folder}/{page.name}{'/index' if is_bundle else ''}.md"
        if is_bundle:
            files[f"content/{page.folder}/{page.name}/own.png"] = PNG
        files[path] = f"{_hugo_head(page)}\n{_hugo_body(page, after(pages, page))}\n"
        addresses += [
            {
                "vim": f"editor/{page.day:%Y}/{page.day:%m}/{page.name}",
                "references": f"r/{page.name}",
            }.get(page.folder, f"{page.folder}/{page.name}"),
            f"old/{page.number}",
        ]
    return files, addresses


def _hugo_head(page):
    fields = {
        "title": page.title,
        "date": f"{page.day}T10:00:00Z",
        "slug": page.name,
        "tags": page.tags,
        "series": ["Learned"],
        "aliases": [f"/old/{page.number}/"],
    }
    if page.number % 3 == 0:
        return json.dumps(fields, ensure_ascii=False, indent=2)
    mark, sign = ("+++", " =") if page.number % 3 == 1 else ("---", ":")
    lines = [
        f"{key}{sign} {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()
    ]
    return "\n".join([mark, *lines, mark])


def _hugo_body(page, other):
    body = re.sub(r"\{\{([<%])(.*?)([>%])\}\}", r"{{\1/*\2*/\3}}", page.body)
    own = "![own](own.png)" if page.number % 5 == 0 else ""
    name = (
        f"{other.folder}/{other.name}"
        if other.number % 5 == 0
        else f"{other.folder}/{other.name}.md"
    )
    return "\n\n".join(
        [
            body,
            own,
            f'See [the next]({{{{< ref "/{name}" >}}}}) or [it]({{{{% relref "{name}" %}}}}).',
            '{{< figure src="/img/pic.png" alt="A picture" caption="Seen *here*" >}}',
            '{{< highlight python "linenos=table" >}}\nprint("{{< no >}}")\n{{< /highlight >}}',
            "{{< youtube dQw4w9WgXcQ >}}\n\n{{< gist spf13 7896402 >}}",
            '{{< details summary="More" >}}\nFolded **words**.\n{{< /details >}}',
            "{{% notice tip %}}\nNoticed words.\n{{% /notice %}}",
        ]
    )


def as_jekyll(pages):
    """Return a Jekyll site: posts with categories, permalinks, Liquid that writes and that shows."""
    files = {
        "_config.yml": "title: Jekyll\nurl: https://jekyll.blog.eu\npermalink: pretty\ncollections:\n  notes:\n    output: true\n"
        "    permalink: /:collection/:path/\nplugins: [jekyll-redirect-from]\n",
        "index.md": "---\nlayout: home\ntitle: Home\n---\nWelcome to {{ site.title }}.\n",
        "assets/pic.png": PNG,
        "_layouts/post.html": "<html>{{ content }}</html>",
    }
    addresses = [""]
    for page in pages:
        is_note = page.number % 4 == 3
        path = (
            f"_notes/{page.folder}/{page.name}.md"
            if is_note
            else f"_posts/{page.day}-{page.name}.md"
        )
        files[path] = f"{_jekyll_head(page)}{_jekyll_body(page, after(pages, page))}\n"
        addresses += [
            f"notes/{page.folder}/{page.name}"
            if is_note
            else f"{page.folder}/{page.day:%Y/%m/%d}/{page.name}",
            f"old/{page.number}",
        ]
    return files, addresses


def _jekyll_head(page):
    fields = {
        "layout": "post",
        "title": page.title,
        "categories": [page.folder],
        "tags": page.tags,
        "redirect_from": f"/old/{page.number}/",
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    return "\n".join(["---", *lines, "---", ""])


def _jekyll_body(page, other):
    body = page.body
    if "{{" in body or "{%" in body:
        body = "{% raw %}\n" + body + "\n{% endraw %}"
    link = (
        f"{{% link _notes/{other.folder}/{other.name}.md %}}"
        if other.number % 4 == 3
        else f"{{% post_url {other.day}-{other.name} %}}"
    )
    return "\n\n".join(
        [
            "An excerpt.\n<!--more-->",
            body,
            f"See [the next]({link}).",
            '![A picture]({{ "/assets/pic.png" | relative_url }})',
            "{% highlight ruby linenos %}\nputs {{ x }}\n{% endhighlight %}",
            "{% comment %}remarks{% endcomment %}{% include note.html text='included' %}",
            "{% if page.title %}Conditional words.{% endif %}",
        ]
    )


def as_mkdocs(pages):
    """Return a MkDocs site: navigation, admonitions, details, tabs, snippets, redirects."""
    redirects = {f"old/{page.number}.md": f"{page.folder}/{page.name}.md" for page in pages}
    folders = dict.fromkeys(page.folder for page in pages)
    nav = [
        {"Start": "index.md"},
        *(
            {folder: [f"{it.folder}/{it.name}.md" for it in pages if it.folder == folder]}
            for folder in folders
        ),
    ]
    files = {
        "mkdocs.yml": f"site_name: MkDocs\nsite_url: https://docs.blog.eu/\nnav: {json.dumps(nav)}\n"
        "exclude_docs: '!/templates/'\n"  # which MkDocs leaves out
        f"plugins:\n  - search\n  - redirects: {{redirect_maps: {json.dumps(redirects)}}}\n"
        "markdown_extensions: [admonition, pymdownx.details, pymdownx.snippets, {pymdownx.tabbed: {alternate_style: true}}]\n",
        "docs/index.md": "# Welcome\n\nBegin anywhere.\n",
        "docs/img/pic.png": PNG,
        "docs/parts/part.txt": "Words of a snippet.\n",
    }
    for page in pages:
        files[f"docs/{page.folder}/{page.name}.md"] = (
            f"# {page.title}\n\n{_mkdocs_body(page, after(pages, page))}\n"
        )
    addresses = [
        page.folder if page.name == "readme" else f"{page.folder}/{page.name}" for page in pages
    ]
    return files, ["", *addresses, *(f"old/{page.number}" for page in pages)]


def _mkdocs_body(page, other):
    inner = "\n".join(f"    {line}" if line else "" for line in page.body.split("\n"))
    body = f'!!! warning "All of it"\n{inner}' if page.number % 6 == 5 else page.body
    return "\n\n".join(
        [
            body,
            f"See [the next](../{other.folder}/{other.name}.md) and ![A picture](../img/pic.png).",
            "!!! note\n    Noted words.\n\n    ```\n    !!! in code\n    ```",
            '??? tip "Folded"\n    Folded words.\n\n    === "Linux"\n        apt words\n\n    === "Mac"\n        brew words',
            '--8<-- "docs/parts/part.txt"',
        ]
    )


def as_notion(pages):
    """Return an export of Notion: ids in names, a page for each folder, a database of each."""

    def identity(number):
        return f"{number * 2654435761 % 2**128:032x}"

    def title_of(page):
        return re.sub(r"[^\w .-]", " ", page.title).strip()[:60] or page.name

    files, top = {}, 2**20
    for number, folder in enumerate(dict.fromkeys(page.folder for page in pages)):
        own = [page for page in pages if page.folder == folder]
        name = f"{folder} {identity(top + number)}"
        rows = "".join(f'"{page.title.replace(chr(34), chr(34) * 2)}",Done\n' for page in own)
        files[f"{name}.csv"] = files[f"{name}_all.csv"] = f"Name,Status\n{rows}"
        for page in own:
            other = own[(own.index(page) + 1) % len(own)]
            link = quote(f"{title_of(other)} {identity(other.number + 1)}.md")
            files[f"{name}/{title_of(page)} {identity(page.number + 1)}.md"] = (
                f"# {page.title}\n\nTags: {', '.join(page.tags)}\nStatus: Done\n\n{page.body}\n\nSee [the next]({link}).\n"
            )
    return files, []


def as_obsidian(pages):
    """Return a vault: wikilinks, inline tags, dates and permalinks in the properties."""
    files = {}
    for page in pages:
        other = after(pages, page)
        files[f"{page.folder}/{page.name}.md"] = (
            f"---\ncreated: {page.day}\npermalink: p/{page.number}\ntags: {json.dumps(page.tags)}\n---\n"
            f"# {page.title}\n\n{page.body}\n\nSee [[{other.folder}/{other.name}|the next]] #seen/{page.folder}\n"
        )
    return files, [f"p/{page.number}" for page in pages]


def zipped(files):
    """Return files as an archive, as Notion hands them out: one within another."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("Export-Part-1.zip", inner.getvalue())
    return outer.getvalue()


TOOLS = {
    "hugo": as_hugo,
    "jekyll": as_jekyll,
    "mkdocs": as_mkdocs,
    "notion": as_notion,
    "obsidian": as_obsidian,
}
