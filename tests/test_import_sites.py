"""Sites of other tools become hubs: pages in are pages out, and every old address answers."""

import json
import re
import zipfile
from collections import Counter

import pytest
import yaml
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.core.problems import NexusgenError
from nexusgen.importers.normal import strings, words
from nexusgen.importers.planning import plan_import
from nexusgen.importers.sources import read_source
from tests.conftest import PIXEL

PNG = PIXEL.decode()

HUGO = {
    "hugo.toml": 'baseURL = "https://old.blog.eu/"\ntitle = "Hugo Blog"\nlanguageCode = "en"\n'
    '[permalinks]\nposts = "/:year/:month/:slug/"\n[taxonomies]\nseries = "series"\ntag = "tags"\n',
    "content/_index.md": "---\ntitle: Start\n---\nWelcome to the start.\n",
    "content/posts/_index.md": "+++\ntitle = 'All posts'\n+++\nThe section of posts.\n",
    "content/posts/first.md": '+++\ntitle = "First Post"\ndate = 2024-03-05T10:00:00Z\ntags = ["python"]\nseries = ["start"]\n'
    'aliases = ["/old/first/", "other"]\ndraft = false\n+++\nSee [the second]({{< ref "second.md" >}}) and {{% relref "/posts/bundle" %}}.\n\n'
    '{{< figure src="/img/cat.png" alt="A cat" caption="My cat sleeps" >}}\n\n{{< highlight go "linenos=table" >}}\nfmt.Println("{{< no >}}")\n{{< /highlight >}}\n\n'
    "{{< youtube dQw4 >}} {{< gist me 123 >}}\n\n{{< notice warning >}}\nInner **words** stay.\n{{< /notice >}}\n\n"
    '```\n{{< in code >}}\n```\n\n{{< details summary="More of it" >}}\nHidden words.\n{{< /details >}}\n',
    "content/posts/second.md": '{"title": "Second", "date": "2024-04-01", "slug": "number-two", "draft": true}\n\nBody of the second.\n<!--more-->\nThe rest.\n',
    "content/posts/bundle/index.md": "---\ntitle: Bundle\ndate: 2024-05-01\nexpiryDate: 2099-01-01\n---\n![plan](plan.png) and [abs](https://old.blog.eu/about/)\n",
    "content/posts/bundle/plan.png": PNG,
    "content/about.md": "---\ntitle: About me\nurl: /me/\nweight: 3\n---\nWords about me.\n",
    "static/img/cat.png": PNG,
}

JEKYLL = {
    "_config.yml": "title: Jekyll Blog\nurl: https://old.blog.eu\nbaseurl: /b\npermalink: pretty\ncollections:\n  recipes:\n    output: true\nauthor: Ada Byron\n",
    "index.md": "---\nlayout: home\ntitle: Home\n---\nHello from {{ site.title }}.\n",
    "about.md": "---\ntitle: About\npermalink: /me/\n---\nSee [first]({% post_url 2024-03-05-first-post %}) and [logo]({{ '/assets/logo.png' | relative_url }}).\n",
    "_posts/2024-03-05-first-post.md": "---\nlayout: post\ntitle: First post\ncategories: [code, web]\ntags: a b\nredirect_from: /older/\n---\nIntro words.\n<!--more-->\n"
    "{% highlight ruby linenos %}\nputs {{ x }}\n{% endhighlight %}\n\n{% raw %}{{ shown }}{% endraw %} and {% include note.html text='gone words' %}\n\n[about]({% link about.md %})\n",
    "_posts/2024-04-01-second.md": "---\ntitle: Second\npublished: false\n---\n{% comment %}hidden remark{% endcomment %}Seen. {{ page.title }} {{ site.baseurl }}/x\n",
    "_drafts/idea.md": "---\ntitle: Idea\n---\nA draft of words.\n",
    "_recipes/soup.md": "---\ntitle: Soup\n---\nHot water.\n",
    "_data/team.yml": "- name: Ada\n",
    "assets/logo.png": PNG,
    "_layouts/default.html": "<html>{{ content }}</html>",
}

MKDOCS = {
    "mkdocs.yml": "site_name: Docs\nsite_url: https://docs.old.eu/\nnav:\n  - Home: index.md\n  - Guide:\n    - Set it up: guide/setup.md\n    - guide/use.md\n"
    "plugins:\n  - search\n  - redirects:\n      redirect_maps:\n        old/setup.md: guide/setup.md\n"
    "markdown_extensions:\n  - admonition\n  - pymdownx.keys\n  - toc:\n      permalink: true\n  - pymdownx.emoji:\n      emoji_index: !!python/name:x.y\n",
    "docs/index.md": "# Welcome\n\nSee [setup](guide/setup.md#run) first.\n",
    "docs/guide/setup.md": '# Setup\n\n!!! warning "Mind the gap"\n    Words in it.\n\n    ```\n    !!! in code\n    ```\n\n??? note\n    Folded words.\n\n'
    '=== "Linux"\n    apt words\n\n=== "Mac"\n    brew words\n\n--8<-- "part.txt"\n\n## Run\n\n![pic](../img/a.png) [use](use.md)\n',
    "docs/guide/use.md": "Using it is easy.\n\n++ctrl+c++\n",
    "docs/part.txt": "Included words.\n",
    "docs/img/a.png": PNG,
}

ID = "0123456789abcdef0123456789abcdef"
NOTION = {
    f"Learnings {ID}.md": f"# Learnings\n\nWords at the top.\n\n[Caching](Learnings%20{ID}/Caching%20{ID[::-1]}.md)\n",
    f"Learnings {ID}/Caching {ID[::-1]}.md": "# Caching\n\nTags: redis, speed\nStatus: Done\n\nKeep what is dear.\n",
    f"Learnings {ID}/Topics {ID}.csv": "Name,Status\nCaching,Done\nQueues,Open\n",
    f"Learnings {ID}/Topics {ID}_all.csv": "Name,Status\nCaching,Done\nQueues,Open\n",
    f"Learnings {ID}/shot.png": PNG,
}

OBSIDIAN = {
    "Home.md": "---\npublish: true\ncreated: 2024-01-02\n---\nSee [[Caching]] about #redis/speed and `#no`, \\#not.\n",
    "deep/Caching.md": "---\npermalink: old/caching\npublish: false\n---\n# Caching\n\nKeep what is dear. [home](../Home.md)\n",
}


def write(root, files):
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def planned(tmp_path, files):
    """Return the plan for a site, and its files as text by path."""
    found, _ = read_source(write(tmp_path / "source", files), "", ())
    plan = plan_import(found, "source")
    return plan, {file.path: file.data.decode() for file in plan.files}


def fields_of(text):
    """Return the front matter of a file."""
    return yaml.safe_load(text[4:].partition("\n---\n")[0])


SITES = {"hugo": HUGO, "jekyll": JEKYLL, "mkdocs": MKDOCS, "notion": NOTION, "obsidian": OBSIDIAN}
PAGES = {"hugo": 6, "jekyll": 6, "mkdocs": 3, "notion": 3, "obsidian": 2}


@pytest.mark.parametrize("name", SITES)
def test_it_is_known_for_what_it_is_and_pages_in_are_pages_out(name, tmp_path):
    plan, files = planned(tmp_path, SITES[name])

    assert plan.form == name
    assert len([path for path in files if path.endswith(".md")]) == PAGES[name]
    assert "imported-rest.md" not in files


@pytest.mark.parametrize("name", SITES)
def test_no_mark_of_the_tool_is_left_outside_code(name, tmp_path):
    _, files = planned(tmp_path, SITES[name])

    for text in files.values():
        prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert not re.search(
            r"\{\{<|\{\{%|\{%|^\s*!!!|^\s*\?\?\?|^=== |--8<--", prose, re.MULTILINE
        ), text


@pytest.mark.parametrize("name", SITES)
def test_words_in_are_words_out(name, tmp_path):
    plan, files = planned(tmp_path, SITES[name])

    have = Counter()
    for path, text in files.items():
        head, _, body = (
            text[4:].partition("\n---\n") if text.startswith("---\n") else (text, "", "")
        )
        if path.endswith((".md", ".yml")):
            have += words(strings(yaml.load(head, yaml.BaseLoader))) + words([body])
    told = words(left.text for left in plan.left)
    found, _ = read_source(tmp_path / "source", "", ())
    assert not words(found.texts.values()) - have - told


@pytest.mark.parametrize("name", SITES)
def test_the_hub_passes_check_and_builds(name, tmp_path):
    write(tmp_path / "source", SITES[name])

    for arguments in (["import", str(tmp_path / "source")], ["check"], ["build"]):
        result = CliRunner().invoke(
            main,
            [*arguments, "-C", str(tmp_path / "hub")],
        )
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("hugo", ["2024/03/first-post", "old/first", "2024/05/bundle", "me", "posts"]),
        ("jekyll", ["code/web/2024/03/05/first-post", "older", "me", "recipes/soup"]),
        ("mkdocs", ["guide/setup", "old/setup", "guide/use"]),
        ("obsidian", []),
    ],
)
def test_every_old_address_answers(name, addresses, tmp_path):
    write(tmp_path / "source", SITES[name])
    for arguments in (["import", str(tmp_path / "source")], ["build"]):
        CliRunner().invoke(main, [*arguments, "-C", str(tmp_path / "hub")])

    output = tmp_path / "hub/output"
    missing = [
        it
        for it in addresses
        if not (output / it / "index.html").is_file() and not (output / it).is_file()
    ]
    assert missing == []


def test_hugo_pages_keep_what_their_front_matter_says(tmp_path):
    _, files = planned(tmp_path, HUGO)

    first = fields_of(files["posts/first.md"])
    assert first["title"] == "First Post"
    assert str(first["date"]) == "2024-03-05T10:00:00+00:00"
    assert first["tags"] == ["python", "start"]
    assert fields_of(files["posts/second.md"])["draft"] is True
    assert "[the second](second.md)" in files["posts/first.md"]
    assert "![A cat](../img/cat.png)" in files["posts/first.md"]
    assert "Inner **words** stay." in files["posts/first.md"]
    assert '```go linenos=table\nfmt.Println("{{< no >}}")\n```' in files["posts/first.md"]
    assert "[abs](../about.md)" in files["posts/bundle.md"]


def test_jekyll_liquid_is_carried_out_where_it_only_writes(tmp_path):
    plan, files = planned(tmp_path, JEKYLL)

    assert "Hello from Jekyll Blog." in files["index.md"]
    assert "[first](posts/first-post.md) and [logo](assets/logo.png)" in files["about.md"]
    assert "```ruby\nputs {{ x }}\n```" in files["posts/first-post.md"]
    assert "{{ shown }}" in files["posts/first-post.md"]
    assert "[about](../about.md)" in files["posts/first-post.md"]
    assert 'the Liquid tag "include" is not carried out' in [note.message for note in plan.notes]
    assert files["data/team.yml"] == "- name: Ada\n"


def test_mkdocs_blocks_become_alerts_and_the_navigation_orders(tmp_path):
    _, files = planned(tmp_path, MKDOCS)

    setup = files["guide/setup.md"]
    assert "> [!WARNING] Mind the gap\n> Words in it." in setup
    assert "> [!NOTE]-\n> Folded words." in setup
    assert "**Linux**" in setup
    assert "Included words." in setup
    assert fields_of(setup)["title"] == "Set it up"
    assert fields_of(setup)["weight"] < fields_of(files["guide/use.md"])["weight"]
    assert "[setup](guide/setup.md#run)" in files["index.md"]
    assert yaml.safe_load(files["site.yml"])["markdown_extensions"] == {"pymdownx.keys": {}}


def test_a_notion_archive_gives_each_page_once_without_ids(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in NOTION.items():
            archive.writestr(name, text)

    found, why = read_source(path, "", ())
    files = {file.path: file.data.decode() for file in plan_import(found, "export.zip").files}

    assert "id of Notion" in why
    assert sorted(it for it in files if it.endswith(".md")) == [
        "caching.md",
        "index.md",
        "topics.md",
    ]
    assert "[Caching](caching.md)" in files["index.md"]
    assert fields_of(files["caching.md"])["tags"] == ["redis", "speed"]
    assert "**Status:** Done" in files["caching.md"]
    assert "| Queues | Open |" in files["topics.md"]


def test_an_export_of_notion_of_the_newest_shape_reads_as_it_did(tmp_path):
    hub, table, queues, ideas, empty, row = (f"{number:032x}" for number in range(1, 7))
    plan, files = planned(
        tmp_path,
        {
            f"Hub {hub}.md": (
                "# 📚 Hub\n\n<aside>\n💡 Read [the queues]"
                f"(Hub/Concepts%20{table}/Queues%20{queues}.md).\n\n- soon\n\n</aside>\n\n<aside>\n🌊 Deep.\n\n</aside>\n\n"
                f"[Concepts](Hub/Concepts%20{table}.csv) and [Untitled](Hub/Untitled%20{ideas}.md), "
                f"[the old one](https://www.notion.so/Queues-{queues}?pvs=21), [none](Hub/Untitled%20{empty}.md)\n"
            ),
            f"Hub/Concepts {table}.csv": "Name\n",
            f"Hub/Concepts {table}_all.csv": f"Name,Next\nQueues,\n,Queues (Concepts%20{table}/Queues%20{queues}.md)\n",
            f"Hub/Concepts {table}/Queues {queues}.md": (
                f"# Queues\n\nCreated: March 2, 2025 9:00 AM\nLast edited time: May 3, 2025 8:00 PM\nNext: Hub (../../Hub%20{hub}.md)\nOwner: Ada\n\nWork waits.\n"
            ),
            f"Hub/Concepts {table}/Untitled {row}.md": "# Untitled\n\nStatus: Open\n",
            f"Hub/Untitled {ideas}.md": "# Untitled\n\n- Bread before noon.\n",
            f"Hub/Untitled {empty}.md": "# Untitled\n\n",
        },
    )

    assert sorted(files) == [
        "bread-before-noon.md",
        "concepts/index.md",
        "concepts/queues.md",
        "concepts/untitled.md",
        "index.md",
        "site.yml",
    ]
    assert yaml.safe_load(files["site.yml"])["title"] == "Hub"
    assert files["index.md"].endswith(
        "> [!TIP]\n> Read [the queues](concepts/queues.md).\n>\n> - soon\n\n> [!NOTE]\n> 🌊 Deep.\n\n"
        "[Concepts](concepts/index.md) and [Untitled](bread-before-noon.md), "
        "[the old one](concepts/queues.md), none\n"
    )
    assert "|  | [Queues](queues.md) |" in files["concepts/index.md"]
    fields = fields_of(files["concepts/queues.md"])
    days = {"date": "2025-03-02 09:00", "updated": "2025-05-03 20:00"}
    assert fields == {"title": "Queues", **days}
    assert (
        "**Next:** [Hub](../index.md)  \n**Owner:** Ada\n\nWork waits."
        in files["concepts/queues.md"]
    )
    assert fields_of(files["bread-before-noon.md"])["title"] == "Bread before noon"
    assert "a page without title and text is left out" in [note.message for note in plan.notes]


def test_notes_change_only_where_they_would_be_read_otherwise(tmp_path):
    _, files = planned(tmp_path, OBSIDIAN)

    home = files["Home.md"]
    assert fields_of(home)["tags"] == ["redis/speed"]
    assert home.endswith("See [[Caching]] about #redis/speed and `#no`, \\#not.\n")
    caching = fields_of(files["deep/Caching.md"])
    assert caching["draft"] is True
    assert caching["redirect_from"] == ["old/caching/"]


RESUME = {
    "basics": {"name": "Ada Byron", "label": "Engineer", "email": "ada@engine.eu", "summary": "I write programs.", "url": "https://ada.eu",
               "location": {"city": "London"}, "profiles": [{"network": "GitHub", "username": "ada", "url": "https://github.com/ada"}]},
    "work": [{"name": "Engine Works", "position": "Analyst", "startDate": "1840-01", "summary": "Notes.", "highlights": ["First program"]}],
    "education": [{"institution": "Home", "area": "Mathematics", "studyType": "Lessons", "courses": ["Calculus"]}],
    "skills": [{"name": "Python", "level": "Master", "keywords": ["Django", "Flask"]}],
    "projects": [{"name": "Notes", "description": "On the engine", "highlights": ["Bernoulli"], "url": "https://notes.eu", "keywords": ["math"]}],
    "languages": [{"language": "English", "fluency": "Native"}],
}  # fmt: skip


def test_a_resume_becomes_author_skills_projects_and_a_cv(tmp_path):
    path = tmp_path / "resume.json"
    path.write_text(json.dumps(RESUME))
    found, _ = read_source(path, "", ())
    files = {file.path: file.data.decode() for file in plan_import(found, "resume.json").files}

    site = yaml.safe_load(files["site.yml"])
    assert site["author"]["headline"] == "Engineer"
    assert {"title": "GitHub: ada", "url": "https://github.com/ada"} in site["author"]["links"]
    assert fields_of(files["technologies/python.md"])["level"] == "Master"
    assert (
        fields_of(
            files[
                "projects/notes-project.md"
                if "projects/notes-project.md" in files
                else "projects/notes.md"
            ]
        )["url"]
        == "https://notes.eu"
    )
    cv = yaml.safe_load(files["cv.yml"])
    assert cv["work"] == RESUME["work"]
    assert cv["education"] == RESUME["education"]
    assert cv["languages"] == RESUME["languages"]
    assert "London" in files["cv-notes.md"]
    assert "imported-rest.md" not in files
    assert (
        CliRunner().invoke(main, ["import", str(path), "-C", str(tmp_path / "hub")]).exit_code == 0
    )
    result = CliRunner().invoke(main, ["check", "-C", str(tmp_path / "hub")])
    assert result.exit_code == 0, result.output


DAYS = {
    "hugo.toml": 'title = "Days"\n',
    "content/gone.md": "---\ndate: 2020-01-01\nexpiryDate: 2021-02-03T04:05:06Z\n---\nGone words.\n",
    "content/going.md": "---\ndate: 2020-01-01\nExpiryDate: 2099-01-01\n---\nGoing words.\n",
    "content/ahead.md": "---\npublishDate: 2098-01-01\ndate: 2020-01-01\n---\nAhead words.\n",
    "content/past.md": "---\npublishDate: 2021-01-01\ndate: 2020-01-01\n---\nPast words.\n",
    "content/only.md": "---\npublishDate: 2021-01-01\n---\nOnly words.\n",
}


def test_what_hugo_does_not_show_by_its_day_the_hub_does_not_show_either(tmp_path):
    found, _ = read_source(write(tmp_path, DAYS), "", (), "2026-01-01")
    plan = plan_import(found, "source")
    fields = {file.path: fields_of(file.data.decode()) for file in plan.files if ".md" in file.path}

    assert {path: (str(it["date"]), it.get("draft")) for path, it in fields.items()} == {
        "gone.md": ("2020-01-01", True),
        "going.md": ("2020-01-01", None),
        "ahead.md": ("2098-01-01", None),
        "past.md": ("2020-01-01", None),
        "only.md": ("2021-01-01", None),
    }
    assert sorted(note.message for note in plan.notes if note.source) == [
        "it expired on 2021-02-03, and is a draft",
        "it shows from 2098-01-01 on, which is its date now",
        "it will not expire on 2099-01-01 by itself",
    ]
    assert "imported-rest.md" not in [file.path for file in plan.files]


UNPUBLISHED = [
    (
        {
            "hugo.toml": "ignoreFiles = ['temp\\.md$']\n[[cascade]]\ndraft = true\n[cascade.target]\npath = '/{own,off}/**'\n",
            "content/shown.md": "---\nbuild: {render: always, list: never}\ndraft: 'false'\n---\nS.\n",
            "content/never.md": "---\nbuild: {render: never, list: never}\n---\nHush.\n",
            "content/old.md": "+++\n[_build]\nrender = false\n+++\nHush.\n",
            "content/temp.md": "Hush.\n",
            "content/off/page.md": "Hush.\n",
            "content/projects/headless.md": "---\nheadless: true\n---\nHush.\n",
            "content/parts/_index.md": "---\nbuild: {render: always}\ncascade: {build: {render: never}, color: red}\n---\nS.\n",
            "content/parts/deep/bit.md": "Hush.\n",
            "content/parts/deep/own.md": "---\nbuild: {render: always}\n---\nS.\n",
        },
        {"shown", "parts/index", "parts/deep/own"},
    ),
    (
        {
            "_config.yml": "collections: {talks: {output: true}, bits: {permalink: /b/}}\n",
            "_posts/2024-01-02-a.md": "---\npublished: true\n---\nS.\n",
            "_posts/2024-01-02-b.md": "---\npublished: false\n---\nHush.\n",
            "_talks/c.md": "S.\n",
            "_bits/d.md": "Hush.\n",
            "_posts/README.md": "Hush.\n",
            "_posts/2-2-2-e.md": "---\ndate: 2024-01-02\n---\nHush.\n",
        },
        {"posts/a", "talks/c"},
    ),
    (
        {
            f"All {ID}.csv": 'Name,Note,Public?,Status\nUp,"1\n2",Yes,Done\nDown,x,No,Done\nLow,"a\n\nb",No,Done\nAlone,,Yes,Draft\n',
            f"All/Up {ID}.md": "# Up\n\nNote: 1\n2\nPublic: Yes\nStatus: Done\n\nS.\n",
            f"All/Down {ID[::-1]}.md": "# Down\n\nPublic?: No\nStatus: Done\n\nHush.\n",
            f"All/Low {'f' + ID[1:]}.md": "# 🥝 Low\n\nNote: a\n\nb\nPublic?: No\nStatus: Done\n\nHush.\n",
        },
        {"all/index", "all/up"},
    ),
]


@pytest.mark.parametrize(("files", "shown"), UNPUBLISHED, ids=["hugo", "jekyll", "notion"])
def test_what_its_site_never_published_the_hub_does_not_publish(files, shown, tmp_path):
    plan, made = planned(tmp_path, files)

    pages = {path[:-3]: fields_of(text) for path, text in made.items() if path.endswith(".md")}
    assert {it for it, has in pages.items() if not has.keys() & {"draft", "private"}} == shown
    public = "".join(text for path, text in made.items() if path[:-3] in shown)
    assert "color" not in public
    assert "Hush" not in public and "Down" not in public and "Alone" not in public
    assert "imported-rest" not in pages
    told = [it.message for it in plan.notes if it.message.startswith("it is not published")]
    assert len(told) == len(files) - 1 - sum("S.\n" in text for text in files.values())


NAMED = {
    "hugo.toml": "",
    "content/samples/charts.md": "Words.\n",
    "content/samples/icons/index.md": "## X\n\nWords.\n",
    "content/a/two.md": "Words.\n",
    "content/b/two.md": "Words.\n",
    "content/own.md": '[c]({{< ref "charts" >}}) [i]({{< relref "icons.md#x" >}}) [t]({{< ref "two" >}})\n',
    "content/a/own.md": '[t]({{< ref "two" >}})\n',
}


def test_a_page_is_found_by_its_name_alone_where_no_other_has_it(tmp_path):
    _, files = planned(tmp_path, NAMED)

    assert "[c](samples/charts.md) [i](samples/icons.md#x) t\n" in files["own.md"]
    assert "[t](two.md)" in files["a/own.md"]


INCLUDES = {
    "hugo.toml": 'title = "Includes"\n',
    "content/a/page.md": 'Before.\n\n{{< include "part.md" >}}\n\n{{% readfile file="/static/run.sh" code="true" lang="sh" %}}\n\n'
    '{{< include "missing.md" >}}\n\n```\n{{< include "part.md" >}}\n```\n',
    "content/a/part.md": '---\ntitle: Part\n---\nPart words. {{< include "inner.txt" >}}\n',
    "content/a/inner.txt": '{{< include "part.md" >}} Inner words with {{< youtube abc >}}.\n',
    "static/run.sh": "make run\n",
}


def test_hugo_pages_hold_the_files_that_they_include(tmp_path):
    plan, files = planned(tmp_path, INCLUDES)

    page = files["a/page.md"]
    assert "Before.\n\nPart words." in page
    assert "Inner words with <https://www.youtube.com/watch?v=abc>." in page
    assert "```sh\nmake run\n```" in page
    assert '```\n{{< include "part.md" >}}\n```' in page
    assert 'the file "missing.md" to include is not there' in [it.message for it in plan.notes]
    assert "imported-rest.md" not in files


ODD = {
    "words": "Some words, and more", "number": "12", "flag": "true", "list": "[a, b]", "mapping": "{a: {b: c}}",
    "links": "[{title: x, url: y}]", "no day": "2024-02-30", "outside": "../../up", "web": "https://a.example.eu/x",
    "lines": '"a\\nb"', "root": "/one/place/", "query": "a?b#c", "mark": '"%2e%2e/x"', "same": "Odd/Words/",
}  # fmt: skip
NAMES = [
    "summary",
    "date",
    "updated",
    "tags",
    "aliases",
    "status",
    "draft",
    "weight",
    "uses",
    "image",
    "slug",
    "redirect_from",
    "links",
    "lang",
    "kind",
    "level",
    "category",
    "permalink",
    "url",
    "params",
    "cover",
]


@pytest.mark.parametrize(
    ("tool", "config", "folder"),
    [
        ("hugo", "hugo.toml", "content/technologies"),
        ("jekyll", "_config.yml", "technologies"),
        ("mkdocs", "mkdocs.yml", "docs/technologies"),
        ("obsidian", "Home.md", "technologies"),
    ],
)
def test_whatever_a_field_holds_the_hub_has_no_error(tool, config, folder, tmp_path):
    pages = {
        f"{folder}/{name}-{what}.md": f"---\n{name}: {value}\n---\nWords of {name} {what}.\n"
        for name in NAMES
        for what, value in ODD.items()
    }
    write(tmp_path / "source", {config: "", **pages})
    asked = ["import", str(tmp_path / "source"), "--from", tool, "-C", str(tmp_path / "hub")]

    assert CliRunner().invoke(main, asked).exit_code == 0
    result = CliRunner().invoke(main, ["check", "-C", str(tmp_path / "hub"), "--json"])

    problems = json.loads(result.stdout)["diagnostics"]
    assert [it for it in problems if it["severity"] == "error"] == []
    assert not (tmp_path / "hub/content/imported-rest.md").exists()


SNIPPETS = {
    "mkdocs.yml": "site_name: Snippets\nsite_url: https://docs.old.eu/v1/\nuse_directory_urls: false\n"
    "markdown_extensions:\n  - pymdownx.snippets: {base_path: [., inc], auto_append: [abbr.md]}\n",
    "docs/index.md": '# Home\n\n--8<-- "part.md"\n\n```python\n--8<-- "code.py:2:3"\n```\n\n* item\n\n    --8<-- "inc/code.py:own"\n\n'
    '--8<--\npart.md\n; skipped.md\n--8<--\n\n;--8<-- "shown"\n\n--8<-- "none.md"\n\n'
    "[one](guide/) [two](/v1/guide/first.html#a-b) [three](https://docs.old.eu/v1/guide/first.html) [four](https://docs.old.eu/v10/x)\n",
    "docs/guide/index.md": "# Guide\n\nWords.\n",
    "docs/guide/first.md": "# First\n\n## A & B\n\nWords.\n",
    "inc/part.md": 'Part words.\n--8<-- "inner.md"\n',
    "inc/inner.md": 'Inner words.\n--8<-- "part.md"\n',
    "inc/code.py": "one = 1\ntwo = 2\nthree = 3\n# --8<-- [start:own]\nown = 4\n# --8<-- [end:own]\n",
    "inc/abbr.md": "*[HTML]: Hyper Text\n",
}  # fmt: skip


def test_mkdocs_pages_hold_their_snippets_and_links_of_any_form_lead_on(tmp_path):
    plan, files = planned(tmp_path, SNIPPETS)

    home = files["index.md"]
    assert "Part words.\nInner words.\nPart words." in home
    assert "```python\ntwo = 2\nthree = 3\n```" in home
    assert "\n    own = 4\n" in home
    assert '\n--8<-- "shown"\n' in home
    assert home.rstrip().endswith("*[HTML]: Hyper Text")
    assert "skipped" not in home
    assert 'the snippet "none.md" is not there' in [note.message for note in plan.notes]
    assert (
        "[one](guide/index.md) [two](guide/first.md#a-b) [three](guide/first.md) "
        "[four](https://docs.old.eu/v10/x)"
    ) in home
    assert fields_of(files["guide/first.md"])["redirect_from"] == ["guide/first.html"]
    assert "redirect_from" not in fields_of(files["guide/index.md"])
    assert "imported-rest.md" not in files


LIQUID = {
    "_config.yml": 'title: Deep\nurl: "https://deep.eu"\nbaseurl: "/sub"\ninclude: [_pages]\nexclude: [drop]\nauthor: {name: Ada}\n',
    "_posts/in/2024-02-29-hello.markdown": "---\ntags: one two\ncategory: long cat\nimage: /assets/a.png\n---\nBy {{ site.author.name }}: "
    '[a]({{ site.baseurl }}{% link _pages/about.md %}) [b](/sub/about/) [c](https://deep.eu/sub/about/) [d]({% link assets/a.png %})\n\n'
    "{% if x %}these{% else %}those{% endif %} {% gist ada/123 f.rb %}\n",
    "_pages/about.md": "---\ntitle: About\npermalink: /about/\n---\nAbout words.\n",
    "docs/plain.md": "Plain words.\n",
    "README.md": "# Readme\n\nReadme words.\n",
    "404.md": "---\npermalink: /404.html\n---\nMissing words.\n",
    "drop/page.md": "---\ntitle: Drop\n---\nDropped words.\n",
    "_includes/note.html": "<b>words</b>",
    "robots.txt": "User-agent: *\n",
    "assets/a.png": PNG,
}  # fmt: skip


def test_jekyll_settings_tell_what_is_a_page_and_what_is_left_out_is_told(tmp_path):
    plan, files = planned(tmp_path, LIQUID)

    assert sorted(path for path in files if path.endswith(".md")) == [
        "about.md", "docs/plain.md", "index.md", "posts/hello.md",
    ]  # fmt: skip
    hello = files["posts/hello.md"]
    assert "[a](../about.md) [b](../about.md) [c](../about.md) [d](../assets/a.png)" in hello
    assert "By Ada: " in hello
    assert "these those <https://gist.github.com/ada/123> (f.rb)" in hello
    assert fields_of(hello)["tags"] == ["one", "two", "long cat"]
    assert fields_of(hello)["image"] == "../assets/a.png"
    assert {note.message for note in plan.notes} >= {
        "drop/ is left out: it holds no pages",
        "_includes/ is left out: it holds no pages",
        "404.md is left out: nexusgen makes its own",
    }


SHORTCODES = {
    "hugo.toml": 'title = "Codes"\n',
    "content/page.md": '+++\nTitle = "Upper"\nimages = ["img/p.png"]\n[cover]\nimage = "img/p.png"\ncaption = "Cover words"\n[params]\nmood = "happy"\n+++\n'
    'A lone ` tick.\n\n{{< figure\n  src="/img/p.png" alt="a > b" title="Said \\"so\\""\n  link="https://x.eu/?a=1>2" >}}\n\n'
    "{{< highlight go >}}\na := `x`\n{{< /highlight >}}\n\nAnother {{%/* shown */%}}, `{{</* coded */>}}`.\n\n"
    '```\n{{</* fenced */>}}\n```\n\n{{< param mood >}}|{{< x user="a" id="1" >}}|{{< icon "a" />}}|left{{< odd >}}right\n',
    "content/what? now.md": "Odd words.\n",
    "content/tour/index.md": "Tour words.\n",
    "content/tour/part.md": "Part words.\n",
    "static/img/p.png": PNG,
}  # fmt: skip


def test_hugo_shortcodes_of_any_form_are_carried_out_or_told(tmp_path):
    _, files = planned(tmp_path, SHORTCODES)

    assert sorted(path for path in files if path.endswith(".md")) == [
        "page.md", "tour-part.md", "tour.md", "what- now.md",
    ]  # fmt: skip
    page = files["page.md"]
    assert fields_of(page)["title"] == "Upper"
    assert fields_of(page)["image"] == "img/p.png"
    assert '[![a > b](img/p.png)](https://x.eu/?a=1>2)\n\n*Said "so"*' in page
    assert "```go\na := `x`\n```" in page
    assert "Another `{{% shown %}}`, `{{< coded >}}`." in page
    assert "```\n{{< fenced >}}\n```" in page
    assert "happy|<https://x.com/a/status/1>||left right" in page


BOXES = {
    "hugo.toml": 'title = "Boxes"\n',
    "content/box.md": (
        "---\ntitle: Box\n---\n"
        '{{% notice style="warning" title="Mind the step" %}}\n1. First.\n{{% /notice%}}\n\n'
        '{{<hint "important" >}}\nTwo\n\n- words\n{{< /hint >}}\n\n'
        "{{< tip >}}\nShort.\n{{< /tip >}}\n\n"
        '{{< mermaid align="left" >}}\ngraph LR;\n  A-->B\n{{< /mermaid >}}\n\n'
        '{{< tabs "one" >}}\n{{% tab name="macOS" %}}\n```sh\nbrew\n```\n{{% /tab %}}\n{{< /tabs >}}\n\n'
        '{{%expand "More?" %}}\nYes.\n{{% /expand %}}\n'
    ),
}  # fmt: skip


def test_boxes_drawings_and_tabs_of_hugo_themes_become_what_they_show(tmp_path):
    plan, files = planned(tmp_path, BOXES)

    page = files["box.md"]
    assert "> [!WARNING] Mind the step\n> 1. First." in page
    assert "> [!IMPORTANT]\n> Two\n>\n> - words" in page
    assert "> [!TIP]\n> Short." in page
    assert "```mermaid\ngraph LR;\n  A-->B\n```" in page
    assert "**macOS**\n\n```sh\nbrew\n```" in page
    assert "<details><summary>More?</summary>\n\nYes.\n\n</details>" in page
    assert [note for note in plan.notes if "shortcode" in note.message] == []


PLACED = [
    (
        '{{< tabs >}}\n    {{< tab label="One" >}}\n    Text:\n    ```sh\n    make\n    ```\n    {{< /tab >}}\n'
        '    {{< tab label="**Two**" >}}\n    More.\n    {{< /tab >}}\n{{< /tabs >}}\n',
        "**One**\n\nText:\n```sh\nmake\n```\n\n**Two**\n\nMore.\n",
    ),
    (
        '{{< tabs items="A, B" >}}\n{{< tab >}}\n{{< tabs items="C" >}}{{< tab >}}in{{< /tab >}}{{< /tabs >}}\n{{< /tab >}}\n'
        "{{< tab >}}out{{< /tab >}}\n{{< /tabs >}}\n",
        "**A**\n\n**C**\n\nin\n\n**B**\n\nout\n",
    ),
    (
        '{{< tabpane lang="go" >}}\n{{< tab header="A" >}}\nif x {\n  <b>\n}\n{{< /tab >}}\n'
        '{{< tab header="B" lang="sh" >}}\n# b\n{{< /tab >}}\n{{% tab header="C" %}}\n**c**\n{{% /tab %}}\n{{< /tabpane >}}\n',
        "**A**\n\n```go\nif x {\n  <b>\n}\n```\n\n**B**\n\n```sh\n# b\n```\n\n**C**\n\n**c**\n",
    ),
    (
        "Before.\n{{< alert >}}\nOne.\n{{< /alert >}}\n{{< tip >}}\nTwo.\n{{< /tip >}} After.\n",
        "Before.\n\n> [!NOTE]\n> One.\n\n> [!TIP]\n> Two.\n\n After.\n",
    ),
    (
        '1. {{< figure src="/a.png" alt="A" caption="Cap" >}}\n2. Two:\n   {{< details "More" >}}\n   - a\n   {{< /details >}}\n'
        "3. {{< highlight sh >}}\n   make\n   {{< /highlight >}}\n> {{< figure src=\"/a.png\" alt=\"A\" caption=\"Cap\" >}}\n",
        "1. ![A](a.png)\n\n   *Cap*\n2. Two:\n\n   <details><summary>More</summary>\n\n   - a\n\n   </details>\n\n"
        "3. ```sh\n   make\n   ```\n> ![A](a.png)\n>\n> *Cap*\n",
    ),
    (
        "{{< details A >}}\n{{< note >}}\n{{< details B >}}\nin\n{{< /details >}}\n{{< /note >}}\n{{< /details >}}\n",
        "<details><summary>A</summary>\n\n> [!NOTE]\n> <details><summary>B</summary>\n>\n> in\n>\n> </details>\n\n</details>\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "made"), PLACED)
def test_what_shortcodes_of_hugo_become_keeps_its_name_and_place(text, made, tmp_path):
    site = {"hugo.toml": "", "static/a.png": PNG, "content/a.md": f"---\ntitle: A\n---\n{text}"}
    plan, files = planned(tmp_path, site)

    assert files["a.md"].partition("\n---\n")[2] == made
    assert [note for note in plan.notes if "shortcode" in note.message] == []


BROKEN = [
    ("mkdocs.yml", "docs/", "!!! note\n    One  \n    two\n"),
    ("mkdocs.yml", "docs/", "- item\n\n\t??? note\n\n\t\tOne  \n\t\ttwo\n"),
    ("hugo.toml", "content/", "{{% hint info %}}\nOne  \ntwo\n{{% /hint %}}\n"),
    ("hugo.toml", "content/", '- {{< details "S" >}}\n  One  \n  two\n  {{< /details >}}\n'),
    ("hugo.toml", "content/", "{{< card >}}\nOne  \ntwo\n{{< /card >}}\n"),
    ("_config.yml", "", "One  \ntwo\n{: .notice}\n"),
    ("_config.yml", "", "{: .note }\n> One  \n> two\n"),
]


@pytest.mark.parametrize(("config", "folder", "text"), BROKEN)
def test_a_line_that_breaks_does_so_in_boxes_and_their_like(config, folder, text, tmp_path):
    _, files = planned(tmp_path, {config: "", f"{folder}a.md": f"---\ntitle: A\n---\n{text}"})

    body = files["a.md"].partition("\n---\n")[2]
    assert re.search(r"One  \n[\s>]*two$", body, re.MULTILINE)
    assert not re.search(r"[!?{:}]{2}", body)


MARKED = [
    ("!!!note\n    Words.\n", "> [!NOTE]\n> Words.\n"),
    ('???+tip "A "B" c"\n    Words.\n', '> [!TIP]+ A "B" c\n> Words.\n'),
    ('!!! tip "T"\n\n\tWords.\n\n\t```make\n\tall:\n\t\tcc\n\t```\n', "> [!TIP] T\n> Words.\n>\n> ```make\n> all:\n> \tcc\n> ```\n"),
    ("1. one\n\n\t!!! tip\n\t    Words.\n\n2. two\n", "1. one\n\n\t> [!TIP]\n\t> Words.\n\n2. two\n"),
    ('===! "A"\n\tWords.\n', "**A**\n\nWords.\n"),
    ("Wow!!!\n\nA\n===\n\n`!!!note`\n", "Wow!!!\n\nA\n===\n\n`!!!note`\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "made"), MARKED)
def test_blocks_of_mkdocs_are_read_as_its_extensions_do(text, made, tmp_path):
    site = {"mkdocs.yml": "site_name: S\n", "docs/a.md": f"---\ntitle: T\n---\n{text}"}
    _, files = planned(tmp_path, site)

    assert files["a.md"].partition("\n---\n")[2] == made


HTML = [
    ("_config.yml", "a.md", "{% highlight js %}\na = '<b>'\n{% endhighlight %}\n"),
    ("_config.yml", "_posts/2020-01-02-a.html", "    {% highlight js %}\na = '<b>'\n{% endhighlight %}\n"),
    ("_config.yml", "a.md", "```js\na = '<b>'\n```\n"),
    ("mkdocs.yml", "docs/a.md", "~~~js\na = '<b>'\n~~~\n"),
    ("hugo.toml", "content/a.md", "{{< highlight js >}}\na = '<b>'\n{{< /highlight >}}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "page", "code"), HTML)
def test_code_right_below_html_is_code_and_text_is_text(config, page, code, tmp_path):
    text = f"---\ntitle: T\n---\n<div>\n<p>`x` in it</p>\n{code}</div>\nSome **words**.\n\n<pre>\n```\n</pre>\n"
    plan, _ = planned(tmp_path, {config: "", page: text})
    body = next(it.data.decode() for it in plan.files if it.path.endswith("a.md"))

    assert re.search(r"</p>\n\n(```|~~~)js\na = '<b>'\n\1\n</div>\n", body)
    assert "</div>\n\nSome **words**." in body
    assert "<pre>\n```\n</pre>" in body


def test_text_within_html_stays_a_part_of_it(tmp_path):
    text = "<div>\n<h2>A</h2>\nIn *it*\n<p>B\n</p>\n</div>\nOut *of it*.\n"
    _, files = planned(tmp_path, {"_config.yml": "", "a.md": f"---\ntitle: T\n---\n{text}"})

    assert files["a.md"].endswith(text.replace("Out", "\nOut"))


COMMENTS = {
    "hugo": ({"hugo.toml": ""}, "content/", "{{% comment %}}", "{{% /comment %}}"),
    "hugo-angles": ({"hugo.toml": ""}, "content/", "{{< comment >}}", "{{</ comment >}}"),
    "jekyll": ({"_config.yml": ""}, "", "{%- comment why -%}", "{%- endcomment -%}"),
    "mkdocs": ({"mkdocs.yml": "site_name: S\nplugins: [macros]\n"}, "docs/", "{#", "#}"),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_a_comment_of_a_tool_is_in_no_page_of_a_hub(name, tmp_path):
    config, folder, begin, end = COMMENTS[name]
    text = f"Seen {begin}hush{end}one.\n\n{begin}\nhush `hush`\n\n```\nhush\n```\n{end}\n\nSeen {{: #x}}, too.\n"
    plan, files = planned(tmp_path, config | {f"{folder}a.md": f"---\ntitle: A\n---\n{text}"})

    assert "hush" not in "".join(files.values())
    assert files["a.md"].count("Seen") == 2
    assert sum(left.text.count("hush") for left in plan.left) == 4


PASSED = (
    "[markup.goldmark.extensions.passthrough]\nenable = true\n[markup.goldmark.extensions.passthrough.delimiters]\n"
    "block = [['\\[', '\\]'], ['$$', '$$']]\ninline = [['\\(', '\\)'], ['@', '@']]\n"
)
FORMULAS = [
    (
        {"hugo.toml": PASSED},
        "\\(a^*=x-b^*\\) `\\(no\\)` @b_1@\n\n\\[\na \\\\[2pt] b\n\\]\n\n> \\[ c \\]\n\n$\\sum_{i=1}^n$\n",
        "$a^*=x-b^*$ `\\(no\\)` $b_1$\n\n$$\na \\\\[2pt] b\n$$\n\n> $$ c $$\n\n$\\sum_{i=1}^n$\n",
    ),
    (
        {"hugo.toml": ""},
        "\\(no\\) \\\\(f_{i=1}\\_b \\\\\\\\ x\\\\) {{< katex >}}k_{{{< /katex >}}{{< katex >}}\n",
        "\\(no\\) $f_{i=1}_b \\\\ x$ $k_{$\n",
    ),
    (
        {"_config.yml": ""},
        "It $$a_{i=1}$$ is\n\n$$b$$\n\n$$\nc\n$$\n\nfor $5 [x](#y) or $6\n",
        "It $a_{i=1}$ is\n\n$$b$$\n\n$$\nc\n$$\n\nfor $5 [x](#y) or $6\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("config", "text", "made"), FORMULAS, ids=["passed", "hugo", "jekyll"])
def test_formulas_stand_between_the_marks_that_a_hub_reads(config, text, made, tmp_path):
    page = {f"{'content/' * ('hugo.toml' in config)}a.md": f"---\ntitle: A\n---\n{text}"}
    _, files = planned(tmp_path, config | page)

    assert files["a.md"].partition("\n---\n")[2] == made


THEMED = {
    "_config.yml": "title: Themed\nbaseurl: /blog\n",
    "assets/tape.jpg": PNG,
    "_posts/2024-01-02-first.md": "---\ntitle: First\n---\nWords.\n",
    "_posts/2024-02-03-second.md": (
        "---\ntitle: Second\n---\n"
        '{% include figure.liquid loading="eager" path="assets/tape.jpg" title="A tape" %}\n\n'
        '{% include figure image_path="/assets/tape.jpg" alt="tape" caption="Old" %}\n\n'
        '{% include video id="abc" provider="youtube" %}\n\n'
        "{% tabs set %}{% tab set Gradle %}\n\n```kotlin\nx\n```\n\n{% endtab %}{% endtabs %}\n\n"
        "> Careful there.\n{: .prompt-warning }\n\nOne line.\n{: .notice--info}\n\n"
        "See [the first][1] and [there][2].\n\n"
        "[1]: {% post_url 2024-01-02-first %}\n[2]: {{ site.baseurl }}{% post_url 2024-01-02-first %} \"Title\"\n"
    ),
}  # fmt: skip


def test_figures_films_tabs_and_boxes_of_jekyll_themes_become_what_they_show(tmp_path):
    plan, files = planned(tmp_path, THEMED)

    page = files["posts/second.md"]
    assert "![A tape](../assets/tape.jpg)" in page
    assert "![tape](../assets/tape.jpg)\n\n*Old*" in page
    assert "<https://www.youtube.com/watch?v=abc>" in page
    assert "**Gradle**\n\n```kotlin\nx\n```" in page
    assert "> [!WARNING]\n> Careful there." in page
    assert "> [!info]\n> One line." in page
    assert '[1]: first.md\n[2]: first.md "Title"' in page
    assert [note for note in plan.notes if "Liquid" in note.message] == []


COPIED = {
    "_config.yml": "title: T\n",
    "assets/x.png": PNG,
    "_posts/2024-01-02-a.md": "---\ntitle: A\n---\nWords.\n",
    "_posts/2024-01-03-b.md": (
        "---\ntitle: B\nexcerpt: 'Flex.<br /> <small>Uses <code>x</code> &amp; **y**</small>'\ncategory: [One, Two]\n"
        "gallery:\n- {url: /assets/x.png, image_path: /assets/x.png, alt: a cat}\n- {url: /b, image_path: assets/x.png, title: C}\n---\n"
        '[a]({{ "" | relative_url }}{% post_url 2024-01-02-a %}) [b]({{ "/" | absolute_url }}{% link _posts/2024-01-02-a.md %})\n\n'
        '{% include image.html url="/assets/x.png" description="My cat" %}\n\n{% include gallery caption="All of it" %}\n\n'
        "{% twitter https://twitter.com/a/status/1 %} {% include youtubePlayer.html id='abc' %}\n\nHead {#h}\n===\n\n[x](#h)\n"
    ),
    "_posts/2024-01-05-d.md": (
        "---\ntitle: D\n---\n> One.\n{: .prompt-tip }\n> Two.\n{: .prompt-info }\nText.\n\n{: .note }\n> Three.\n{: .warning }\n> Four.\n\n"
        '1. {% include figure image_path="/assets/x.png" alt="a" caption="Cap" %}\n2. {% highlight sh %}\n   make\n   {% endhighlight %}\n3. Last.\n'
    ),
    "_posts/2024-01-04-c.md": "---\ntitle: C\ndescription: How <main> and 2 < 3 are read\n---\nWords.\n",
}  # fmt: skip


def test_common_includes_and_summaries_of_jekyll_keep_their_words_and_targets(tmp_path):
    _, files = planned(tmp_path, COPIED)

    page = files["posts/b.md"]
    assert (
        "[a](a.md) [b](a.md)\n\n![My cat](../assets/x.png)\n\n![a cat](../assets/x.png)\n\n![C](../assets/x.png)\n\n*All of it*"
        in page
    )
    assert "<https://twitter.com/a/status/1> <https://www.youtube.com/watch?v=abc>" in page
    assert "# Head {#h}\n\n[x](#h)\n" in page
    assert fields_of(page)["summary"] == "Flex. Uses x & y"
    assert fields_of(page)["redirect_from"] == ["one/two/2024/01/03/b.html"]
    assert files["posts/d.md"].partition("\n---\n")[2] == (
        "> [!TIP]\n> One.\n\n> [!info]\n> Two.\n\nText.\n\n> [!NOTE]\n> Three.\n\n> [!WARNING]\n> Four.\n\n"
        "1. ![a](../assets/x.png)\n\n   *Cap*\n2. ```sh\n   make\n   ```\n3. Last.\n"
    )
    assert fields_of(files["posts/c.md"])["summary"] == "How <main> and 2 < 3 are read"
    assert "imported-rest.md" not in files


@pytest.mark.parametrize(
    "settings", ["docusaurus.config.ts", "astro.config.mjs", ".eleventy.js", "docs/.vitepress/config.mts", "book.toml",
                 "pelicanconf.py", "scaffolds/post.md", "_toc.yml"]
)  # fmt: skip
@pytest.mark.parametrize(
    "page", ["README.md", "docs/a.md", "pages/a.md", "docs/a.mdx", "_config.yml"]
)
def test_a_site_that_cannot_be_read_is_no_folder_of_notes(settings, page, tmp_path):
    write(tmp_path, {settings: "x", page: "# Words\n"})

    with pytest.raises(NexusgenError, match="it is a site of"):
        read_source(tmp_path, "", ())
    assert read_source(tmp_path, "obsidian", ())[0].form == "obsidian"


def test_files_of_properties_and_pictures_of_notion_are_shown(tmp_path):
    files = {
        f"Books {ID}.csv": "Name,Cover\nOne,Books/a%20b.png\n",
        f"Books/One {ID[::-1]}.md": (
            "# One\n\nCover: Books/a%20b.png, paper.pdf\nOther: no.png\n\n"
            '<aside>\n<img src="https://www.notion.so/icons/x.svg" alt="https://www.notion.so/icons/x.svg" width="40px" />\n\nWords.\n</aside>\n\n'
            f"[One](https://www.notion.so/One-{ID[::-1]}) of x\n"
        ),
        "Books/a b.png": PNG,
        "Books/paper.pdf": "PDF",
    }
    _, made = planned(tmp_path, files)

    page = made["books/one.md"]
    assert (
        "**Cover:** ![a b](a-b.png), [paper](paper.pdf)  \n**Other:** no.png\n\n> [!NOTE]\n> Words.\n"
        in page
    )
    assert "| [One](one.md) | ![a b](a-b.png) |" in made["books/index.md"]
    assert "imported-rest.md" not in made


def test_an_export_of_notion_in_html_is_told(tmp_path):
    write(tmp_path / "source", {f"Page {ID}.html": "<p>Words</p>"})

    with pytest.raises(NexusgenError, match="no Markdown") as error:
        read_source(tmp_path / "source", "", ())

    assert "Markdown & CSV" in error.value.hint


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {
                "hugo.toml": "title = 'T'\n",
                "content/a.md": "---\ntitle: A\n---\n\nWords.\n\n{{< odd >}}in{{< /odd >}}\n\n{{< odd >}}\n",
            },
            [(7, 'the shortcode "odd" is not known'), (9, 'the shortcode "odd" is not known')],
        ),
        (
            {"_config.yml": "title: T\n", "a.md": "---\n---\nWords.\n\n{% odd %} {{ site.none }}\n"},
            [(5, 'the Liquid tag "odd" is not carried out'), (5, "Liquid is not carried out")],
        ),
        (
            {
                "_config.yml": "title: T\n",
                "a.md": "---\n---\nWords.\n\n{% for post in site.posts %}\n- [{{ post.title }}]({{ post.url }})\n"
                "{% for tag in post.tags %}{{ tag }}{% endfor %}\n{% endfor %}\n",
            },
            [(7, "a loop of Liquid is not carried out"), (5, "a loop of Liquid is not carried out")],
        ),
        (
            {"mkdocs.yml": "site_name: T\nmarkdown_extensions: [pymdownx.snippets]\n", "docs/a.md": "# A\n\nWords.\n\n--8<-- \"none.md\"\n"},
            [(5, 'the snippet "none.md" is not there')],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_out_is_told_with_its_line(files, told, tmp_path):
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    found, _ = read_source(tmp_path, "", ())

    notes = [(it.line, it.message.partition(":")[0]) for it in found.notes if it.line]
    assert notes == told


CHIRPY = {
    "_config.yml": "title: T\nurl: https://t.example.org\npermalink: pretty\n",
    "index.md": '---\nfeature_row:\n  - {title: Boats, url: /boats/, excerpt: They float}\n---\n{% include feature_row %}\n',
    "boats.md": '---\ntitle: Boats\n---\n\n# Boats\n{: .fs-9 }\n\n1. TOC\n{:toc}\n\n## Keels {#keels .big}\n\nOak or steel. {#choice .lead}\n\n{: .warning }\n> Deep.\n\n'
    '> See `x`{: .path} first.\n{: .prompt-tip }\n\n![Hull](/hull.png){: w="70" .left }\n\nA {::comment}no{:/comment} word.\n\n'
    "<details markdown=\"block\">\n<summary>More</summary>\n\n*in*\n\n</details>\n\n[Go](/boats/){: .btn }\n\n```sh\nx{: .kept}\n```\n{: .nolineno }\n",
    "_posts/2018-10-23-tide.md": "---\ntitle: Tide\ndate: 23-10-2018\nhidden: true\nmedia_subpath: /img/\nrender_with_liquid: false\n---\n\n{{ low }}\n\n![Low](low.png)\n",
    "hull.png": PNG,
    "img/low.png": PNG,
}  # fmt: skip


def test_attributes_boxes_and_rows_of_jekyll_themes_become_what_they_show(tmp_path):
    _, files = planned(tmp_path, CHIRPY)

    page = files["boats.md"]
    assert "## Keels {#keels}\n\nOak or steel.\n" in page
    assert "> [!WARNING]\n> Deep." in page
    assert "> [!TIP]\n> See `x` first." in page
    assert "{width=70}" in page
    assert "<details>\n\n<summary>More</summary>" in page
    assert "x{: .kept}" in page
    assert re.findall(r"\{:[^.]|toc|comment", page.replace("x{: .kept}", "")) == []
    assert "- [Boats](boats.md) – They float" in files["index.md"]
    assert files["posts/tide.md"].count("2018/10/23/tide/") == 1
    assert "hidden" not in files["posts/tide.md"]
    assert "{{ low }}\n\n![Low](../img/low.png)" in files["posts/tide.md"]
    assert "imported-rest.md" not in files


MATERIAL = {
    "mkdocs.yml": "site_name: T\nextra:\n  kind: oak\nplugins:\n  - macros\nmarkdown_extensions:\n  - pymdownx.emoji\n",
    "docs/index.md": "Title: Trees\nSummary: All\n    of them.\n\n# Trees of {{ extra.kind }}\n\n[:material-web: Wood](wood.md){ .md-button }\n",
    "docs/wood.md": '---\ntitle: Wood\n---\n\n# Wood\n\n| a | :material-check: |\n|---|---|\n| b | :octicons-x-16: Bad |\n| c | :material-home-tree: |\n\n'
    '<div class="grid cards" markdown>\n\n-   :material-axe:{ .lg } **Axe**\n\n</div>\n\n'
    '<figure markdown="span">\n  ![Log](log.png){ width="30" }\n  <figcaption>A log</figcaption>\n</figure>\n\n'
    "/// warning | Sharp\nMind it.\n///\n\n/// caption\nBelow\n///\n\n::: wood.saw\n    options:\n      heading: 2\n\n"
    "`#!python cut(1)` :smile: `:smile:` at 1:2:3\n\n    :::sh\n    saw\n\n{% raw %}{{ kept }}{% endraw %}\n\n## Bark { #bark data-toc=\"b\" }\n",
    "docs/log.png": PNG,
}  # fmt: skip


def test_icons_figures_blocks_and_macros_of_material_become_what_they_show(tmp_path):
    plan, files = planned(tmp_path, MATERIAL)

    assert "summary: All of them." in files["index.md"]
    assert "# Trees of oak" in files["index.md"]
    assert "[Wood](wood.md)" in files["index.md"]
    page = files["wood.md"]
    assert "| a | ✅ |" in page
    assert "| b | ❌ Bad |" in page
    assert "| c | home tree |" in page
    assert '<div class="grid cards">' in page
    assert "-   **Axe**" in page
    assert "![Log](log.png){width=30}\n\n*A log*" in page
    assert "> [!WARNING] Sharp\n> Mind it." in page
    assert "*Below*" in page
    assert "`wood.saw`" in page
    assert "`cut(1)` 😄 `:smile:` at 1:2:3" in page
    assert "\n    saw\n" in page
    assert "`{{ kept }}`" in page
    assert "## Bark {#bark}" in page
    assert [note.message for note in plan.notes if "wood.saw" in note.message] != []
    assert "imported-rest.md" not in files


BLOCKS = """\
//// details | More
    type: tip
    open: True
    attrs: {id: own}

Out.

/// warning
In.
///
////

/// note
    code
///

See [a.func][], [`a.Cls`][], [text][a.b.c], [known][k.n], `[a.func][]`.

[k.n]: https://x.org/

<!-- material/tags -->
"""


def test_blocks_take_their_options_and_lists_of_tags_and_references_are_told(tmp_path):
    plan, files = planned(
        tmp_path,
        {
            "mkdocs.yml": "site_name: S\nplugins: [tags, mkdocstrings]\n",
            "docs/tags.md": "# Tags\n\n[TAGS]\n",
            "docs/a.md": BLOCKS,
        },
    )

    assert "tags.md" not in files and "imported-rest.md" not in files
    page = files["a.md"].partition("\n---\n")[2]
    assert page.startswith(
        "> [!TIP]+ More\n> Out.\n>\n> > [!WARNING]\n> > In.\n\n> [!NOTE]\n>     code\n"
    )
    assert "See `a.func`, `a.Cls`, text, [known][k.n], `[a.func][]`." in page
    assert "material" not in page
    references = [it.message for it in plan.notes if "the reference of a program" in it.message]
    assert [it.partition(": ")[2] for it in references] == ["a.func", "a.Cls", "a.b.c"]


TEX_PAGE = r"""
In \(a^*=x-b^*\) and `\(x\)`:

\[
c &= d_2 \\ e_3
\]

\begin{align*}
f_1 &= g_2
\end{align*}
"""


@pytest.mark.parametrize(
    "settings",
    [
        {
            "mkdocs.yml": "site_name: S\nmarkdown_extensions:\n- pymdownx.arithmatex: {generic: true}\n"
        },
        {"zensical.toml": '[project]\nsite_name = "S"\n'},
    ],
)
def test_formulas_of_mkdocs_stand_between_the_marks_that_a_hub_reads(settings, tmp_path):
    _, files = planned(tmp_path, {**settings, "docs/a.md": TEX_PAGE})

    page = files["a.md"]
    assert "In $a^*=x-b^*$ and `\\(x\\)`:\n" in page
    assert "$$\nc &= d_2 \\\\ e_3\n$$\n" in page
    assert "$$\n\\begin{align*}\nf_1 &= g_2\n\\end{align*}\n$$" in page
    if "zensical.toml" in settings:
        assert "pymdownx.keys" in yaml.safe_load(files["site.yml"])["markdown_extensions"]


HEXTRA = {
    "hugo.toml": 'title = "T"\n[params.info]\nversion = "v2"\n',
    "content/_index.md": "---\ntitle: Sails\n---\n\n{{< param info.version >}} of {{< param title >}}\n\n"
    '{{< cards >}}\n{{< card link="/jib/" title="Jib" icon="x" subtitle="In front" >}}\n{{< card title="Main" >}}\nLarge.\n{{< /card >}}\n{{< /cards >}}\n\n'
    '{{< button href="/jib/" >}}{{< icon "wind" >}} Go{{< /button >}} {{< button text="Or" url="/jib/" >}} {{< kbd "R" >}}\n\n'
    '{{< timeline >}}\n{{< timelineItem header="Sewn" badge="1999" subheader="At home" >}}\nBy hand.\n{{< /timelineItem >}}\n{{< event date="2001" >}}\nTorn.\n{{< /event >}}\n{{< /timeline >}}\n\n'
    "{{< columns >}}\nLeft\n<--->\nRight\n{{< /columns >}}\n\n| a |\n|---|\n| b |\n{.table}\n",
    "content/jib.md": "---\ntitle: Jib\nunlisted: true\n---\n\nText.\n",
}  # fmt: skip


def test_cards_buttons_and_timelines_of_hugo_themes_become_what_they_show(tmp_path):
    plan, files = planned(tmp_path, HEXTRA)

    page = files["index.md"]
    assert "v2 of Sails" in page
    assert "- [Jib](jib.md) – In front" in page
    assert "- **Main** – Large." in page
    assert "[Go](jib.md) [Or](jib.md) <kbd>R</kbd>" in page
    assert "**Sewn (1999)**\n\nAt home\n\nBy hand." in page
    assert "**2001**\n\nTorn." in page
    assert "<--->" not in page
    assert "{.table}" not in page
    assert "unlisted" not in files["jib.md"]
    assert [note for note in plan.notes if "not known" in note.message] == []


def test_a_repository_is_its_readme_with_the_pages_and_pictures_that_it_leads_to(tmp_path):
    plan, files = planned(
        tmp_path,
        {
            "README.md": "# What I learned\n\n## Technologies\n\n- **Go** – fast\n\n## Links\n\nSee [the guide](docs/guide.md#setup), ![map](docs/map.png), [the server](server/) and [code](main.go).\n",
            "docs/guide.md": "---\ntags: [start]\n---\n# Guide\n\n## Setup\n\nBack to [the README](../README.md). ![map](map.png)\n",
            "server/README.md": "# Server\n\nIt serves.\n",
            "docs/map.png": PNG,
            "docs/unused.png": PNG,
            "main.go": "package main\n",
            "CONTRIBUTING.md": "# Contributing\n",
        },
    )

    assert sorted(files) == [
        "docs/guide.md", "docs/map.png", "index.md", "links.md", "server/index.md", "site.yml", "technologies/go.md", "technologies/index.md",
    ]  # fmt: skip
    assert "See [the guide](docs/guide.md#setup), ![map](docs/map.png), [the server](server/index.md) and code." in files["links.md"]  # fmt: skip
    assert "Back to [the README](../index.md). ![map](map.png)" in files["docs/guide.md"]
    assert "files that no page shows are left out: 3, such as CONTRIBUTING.md" in [it.message for it in plan.notes]  # fmt: skip


def test_pictures_of_a_vault_are_found_by_their_names(tmp_path):
    note = '---\nimage: "[[cover.png]]"\n---\nWords ![Plan](My%20plan.png) and [x](.hidden.png).\n'
    files = {"Notes/a.md": note, "Files/My plan.png": PNG, "Files/cover.png": PNG}

    _, made = planned(tmp_path, {**files, ".trash/.hidden.png": PNG})

    text = made["Notes/a.md"]
    assert "![Plan](<../Files/My plan.png>)" in text
    assert "image: ../Files/cover.png" in text
    assert "hidden.png" not in text


ANCHORS = [
    (
        {
            "mkdocs.yml": "site_name: S\n",
            "docs/index.md": "# FAQ\n\nWords.\n\n## Install & run\n\nFAQ\n---\n\n## Über uns ##\n\n## Own {#mine}\n\n"
            "## Plain\n\n```\n## Not & one\n```\n\n[a](#install-run) [b](#faq_1) [c](#uber-uns) [d](#mine) [e](#plain)\n",
        },
        ["## Install & run {#install-run}\n\n## FAQ {#faq_1}\n\n## Über uns {#uber-uns}\n\n## Own {#mine}\n\n## Plain\n\n```\n## Not & one\n",
         "[a](#install-run) [b](#faq_1) [c](#uber-uns) [d](#mine) [e](#plain)"],
    ),
    (
        {
            "mkdocs.yml": "site_name: S\nmarkdown_extensions:\n- toc: {slugify: !!python/name:pymdownx.slugs.uslugify }\n",
            "docs/index.md": "# A\n\nWords.\n\n## Über & uns\n\n## Über & uns\n",
        },
        ["## Über & uns\n\n## Über & uns {#über--uns_1}\n"],
    ),
    (
        {
            "_config.yml": "title: S\n",
            "index.md": "# A\n\nPara words.\n{: #blk .big}\n\n> Quote\n> {: #quo}\n\nAn *x*{: #idx .y} [a](#blk)\n\nUnder\n---\n{: .z #cust}\n\n"
            "```\nx\n```\n{: #fence}\n",
        },
        ["Para words.\n{: #blk}\n", "> Quote\n> {: #quo}\n", "*x*{: #idx} [a](#blk)", "## Under {#cust}\n", "```\nx\n```\n"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("site", "kept"), ANCHORS, ids=["mkdocs", "slugify", "kramdown"])
def test_links_to_the_parts_of_pages_still_lead_there(site, kept, tmp_path):
    text = planned(tmp_path, site)[1]["index.md"]

    assert [part for part in kept if part not in text] == []
    assert "{: #fence}" not in text


def test_texts_that_mkdocs_pages_include_stand_in_their_places(tmp_path):
    site = {
        "mkdocs.yml": "site_name: S\nplugins: [include-markdown]\nmarkdown_extensions:\n- mdx_include\n"
        "- markdown_include.include: {base_path: parts}\n",
        "docs/index.md": '# A\n\n{% include-markdown "../CHANGES.md" %}\n\n- item\n\n    {%\n    include-markdown "../CHANGES.md"\n'
        '    start="<!--a-->" end="<!--b-->"\n    %}\n\n{!one.txt!}\n\n```py\n{!./src/x.py[ln:2-3]!}\n```\n\n'
        "{* ./src/x.py ln[1:1,3] hl[2] *}\n\n{!none.md!}\n",
        "CHANGES.md": "# Changes\n\nAll of it.\n\n<!--a-->Newest.<!--b-->\n",
        "parts/one.txt": "Words of one.\n{!one.txt!}\n",
        "src/x.py": "a = 1\nb = 2\nc = 3\n",
        "other/y.md": "Not shown.\n",
    }
    plan, files = planned(tmp_path, site)

    text, notes = files["index.md"], [note.message for note in plan.notes]
    assert "# Changes\n\nAll of it.\n" in text
    assert "- item\n\n    Newest.\n" in text
    assert "Words of one.\nWords of one.\n" in text
    assert "```py\nb = 2\nc = 3\n```\n\n```py\na = 1\nc = 3\n```\n" in text
    assert 'the text "none.md" to include is not there' in notes
    assert [it for it in notes if "left out" in it] == ["other/ is left out: it holds no pages"]


def test_what_chirpy_shows_comes_along(tmp_path):
    site = {
        "_config.yml": "title: S\ngithub: {username: ada}\nsocial: {name: Ada, links: [https://github.com/ada]}\n"
        "defaults:\n- scope: {path: ''}\n  values: {comments: true, published: true, toc: true}\n",
        "_posts/2020-01-02-a.md": "---\ntitle: A\nmedia_subpath: /media\nimage: cover.png\n---\n1. \\$$ a_1 $$\n2. \\$$ b_{2} $$\n\n"
        "```sass\na: b\n```\n{: file='_sass/x.scss' .nolineno}\n\n![l](l.png){: .light .w-75 }\n![d](/media/d.png){: .dark }\n\n"
        "{% include embed/video.html src='/v.mp4' title='Demo' %}\n\nIn {{ page.date | date: \"%Y\" }}, {{ page.title | upcase }}.\n",
        **{f"media/{name}.png": PNG for name in ("cover", "l", "d")},
        "v.mp4": "MP4",
    }  # fmt: skip
    plan, files = planned(tmp_path, site)

    post, settings = files["posts/a.md"], yaml.safe_load(files["site.yml"])
    assert "1. $a_1$\n2. $b_{2}$\n" in post
    assert '```sass title="_sass/x.scss"\na: b\n```\n' in post
    assert "![l](../media/l.png#only-light)\n![d](../media/d.png#only-dark)\n" in post
    assert "![Demo](../v.mp4)" in post
    assert "In 2020, A.\n" in post
    assert fields_of(post)["image"] == "../media/cover.png"
    assert fields_of(post).keys().isdisjoint(("comments", "toc"))
    assert settings["author"]["links"] == [{"title": "GitHub", "url": "https://github.com/ada"}]
    assert "imported-rest.md" not in files
    assert any("upcase" in note.message for note in plan.notes)


def test_a_text_of_a_term_code_and_pictures_of_hugo_keep_what_they_say(tmp_path):
    site = {
        "hugo.toml": 'baseURL = "https://t.eu/"\n[languages.en]\nweight = 1\n[languages.de]\nweight = 2\n',
        "content/categories/web-dev/_index.md": "---\ntitle: Web Dev\n---\nText above.\n",
        "content/post/a.md": "---\ntitle: A\ncategories: [Web Dev]\n---\n"
        '{{< figure src="/my pic.png" caption="Cap" width="300px" >}}\n\n'
        '{{< highlight go "linenos=table,hl_lines=2 4-5,linenostart=199" >}}\na\n{{< /highlight >}}\n\n'
        '[de]({{< relref path="about" lang="de" >}}) [en]({{< relref "about" >}})\n',
        "content/about.md": "---\ntitle: About\n---\nWords.\n",
        "content/about.de.md": "---\ntitle: Darüber\n---\nWorte.\n",
        "content/post/o.org": "* Org\n",
        "static/my pic.png": PNG,
        "static/kept.org": "* File\n",
    }  # fmt: skip
    plan, files = planned(tmp_path, site)

    post, notes = files["post/a.md"], [note.message for note in plan.notes]
    assert "Text above." in files["tags/web-dev/index.md"]
    assert fields_of(files["tags/web-dev/index.md"])["redirect_from"] == ["categories/web-dev/"]
    assert "![Cap](<../my pic.png>){width=300}\n" in post
    assert "```go {2,4-5} linenos=table,linenostart=199\na\n```\n" in post
    assert "[de](../de/about.md) [en](../about.md)" in post
    assert "post/o.org is no page: .org is not read, write it as Markdown" in notes
    assert not any("kept.org" in it for it in notes)


def test_a_picture_of_html_that_is_gone_leaves_what_it_shows(tmp_path):
    site = {
        "mkdocs.yml": "site_name: S\nsite_url: https://old.eu/\n",
        "docs/index.md": '# A\n\n<a href="https://old.eu"><img src="https://old.eu/img/logo.png" alt="The logo"></a>\n',
    }
    assert '<a href="index.md">The logo</a>' in planned(tmp_path, site)[1]["index.md"]


def test_a_macro_within_a_word_is_told_and_so_is_the_part_of_a_page_that_a_redirect_named(tmp_path):
    site = {
        "mkdocs.yml": "site_name: S\nextra: {v: 9.9}\nplugins:\n  - macros\n  - redirects:\n      redirect_maps: {old.md: 'index.md#second'}\n",
        "docs/index.md": "# A\n\nInstall v{{ extra.v }} of {{ config.site_name }}s.\n\n## Second\n",
    }
    plan, files = planned(tmp_path, site)

    assert "Install v9.9 of Ss." in files["index.md"]
    assert "imported-rest.md" not in files
    assert fields_of(files["index.md"])["redirect_from"] == ["old/"]
    assert "second" in [it.text for it in plan.left]
    notes = [it.message for it in plan.notes]
    assert "the old address old/ leads to the top of index.md, not to #second" in notes


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('{{< figure src="/i.png" alt="x" caption=`raw "quoted" cap` >}}', '![x](i.png)\n\n*raw "quoted" cap*'),
        ("`{{< a >}}` {{< figure\n  src=`/i.png`\n  alt=`a b`\n>}}", "`{{< a >}}` ![a b](i.png)"),
        ('{{< admonition note "Mind the gap" false >}}\nIt.\n{{< /admonition >}}', "> [!NOTE]- Mind the gap\n> It."),
        ('{{< admonition type=tip title=T open=true >}}\nIt.\n{{< /admonition >}}', "> [!TIP] T\n> It."),
        ('{{< link "https://x.eu/a" "Some words" >}}', "[Some words](https://x.eu/a)"),
        ('{{< button "https://x.eu/a" >}}Go{{< /button >}}', "[Go](https://x.eu/a)"),
        ('{{< badge style="info" title="Version" value="2.1" >}}', "Version 2.1"),
        ('{{< badge ".NET: new" >}}', ".NET: new"),
        ('{{% badge style="x" title="Version" %}}2.1{{% /badge %}}', "Version 2.1"),
        ('{{< quote author="Ada" source="A talk" >}}So.{{< /quote >}}', "> [!quote]\n> So.\n>\n> — Ada, A talk"),
    ],
)  # fmt: skip
def test_parameters_of_shortcodes_are_shown_as_what_they_are(tmp_path, code, shown):
    site = {"hugo.toml": 'title = "T"\n', "static/i.png": PNG}
    _, files = planned(tmp_path, site | {"content/a.md": f"---\ntitle: A\n---\n{code}\n"})

    assert files["a.md"].partition("---\n")[2].partition("---\n")[2].strip() == shown


def test_words_of_a_shortcode_that_it_does_not_show_are_told(tmp_path):
    page = '{{< youtube id="dQw4" title="How looms work" >}}\n'
    plan, _ = planned(tmp_path, {"hugo.toml": 'title = "T"\n', "content/a.md": page})

    notes = [(it.source, it.line, it.message) for it in plan.notes if "words of" in it.message]
    told = "words of a shortcode are left out: How looms work"
    assert notes == [("content/a.md", 1, told)]


def test_data_of_jekyll_is_told_as_what_becomes_of_it_and_its_menu_leads_on(tmp_path):
    menu = "main:\n- {title: First, url: /a/, weight: first}\n- {title: More, children: [{title: A, url: /a/}]}\n- {title: Out, url: 'https://x.eu/', weight: 10000000.5}\n"
    files = {"_config.yml": "title: T\n", "a.md": "---\npermalink: /a/\n---\nWords.\n"}
    data = {"_data/navigation.yml": menu, "_data/t.csv": "a,b\n"}
    plan, made = planned(tmp_path, files | data)

    assert yaml.safe_load(made["site.yml"])["nav"] == [
        {"title": "First", "url": "a.md"},
        {"title": "Out", "url": "https://x.eu/"},
    ]
    notes = [it.message for it in plan.notes]
    assert "_data/t.csv is left out: the data of a hub is YAML or JSON" in notes
    assert "data/ holds what was in _data/: only templates of your own show it" in notes
    assert "_data/ is left out: it holds no pages" not in notes


def test_words_of_further_languages_are_kept_or_told_and_a_menu_may_open_another(tmp_path):
    site = {
        "hugo.toml": 'title = "T"\n[[menu.main]]\nname = "More"\n[[menu.main]]\nname = "A"\nurl = "/a/"\n[languages.en]\n'
        '[languages.fr]\nlanguageName = "Français"\ntitle = "Le titre"\nweight = 2\n[languages.fr.params]\ndescription = "Ce que"\n',
        "content/a.md": "Words.\n",
        "content/a.fr.md": "Mots.\n",
    }  # fmt: skip
    plan, files = planned(tmp_path, site)

    assert fields_of(files["fr/index.md"]) == {"title": "Français", "lang": "fr"}
    assert yaml.safe_load(files["site.yml"])["nav"] == [{"title": "A", "url": "a.md"}]
    assert {"Le titre", "Ce que"} <= {it.text for it in plan.left}


@pytest.mark.parametrize("text", ["{{title}} of it.\n", "{% block %}\n", "Words.\n"])
def test_a_note_that_begins_like_a_template_stays_as_it_is(tmp_path, text):
    files = {".obsidian/app.json": "{}", "a.md": text}

    assert planned(tmp_path, files)[1]["a.md"] == text


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        ({"hugo.yaml": "languages:\n  no: {weight: 1}\nlanguageCode: no\n"}, "content/a.md"),
        ({"_config.yml": "title: T\nlang: no\n"}, "a.md"),
        ({"mkdocs.yml": "site_name: T\ntheme: {name: material, language: no}\n"}, "docs/a.md"),
    ],
)
def test_norwegian_is_a_language_and_no_answer(tmp_path, settings, page):
    _, files = planned(tmp_path, settings | {page: "---\ntitle: A\n---\nOrd.\n"})

    assert yaml.safe_load(files["site.yml"])["language"] == "no"
    assert not any("alse" in path for path in files)


def test_a_picture_within_html_is_written_in_html(tmp_path):
    page = '<div class="row">\n    <div>\n        {% include figure.liquid path="i/a.png" title="A loom" caption="Old" %}\n    </div>\n</div>\n'
    site = {"_config.yml": "title: T\n", "a.md": f"---\ntitle: A\n---\n{page}", "i/a.png": PNG}
    body = planned(tmp_path, site)[1]["a.md"]

    assert '        <img src="i/a.png" alt="A loom">\n' in body
    assert "        <em>Old</em>\n    </div>\n</div>" in body
    assert "![" not in body


def test_a_formula_by_its_name_and_folded_details_of_jekyll_are_kept_whole(tmp_path):
    page = "Text.\n\n\\begin{align}\na_{k=1}^n &= b\n\\end{align}\n\n{% details More of it %}\nWords {#a}.\n{% enddetails %}\n"
    site = {"_config.yml": "title: T\n", "a.md": f"---\ntitle: A\n---\n{page}"}
    body = planned(tmp_path, site)[1]["a.md"]

    assert "$$\n\\begin{align}\na_{k=1}^n &= b\n\\end{align}\n$$" in body
    assert "<summary>More of it</summary>\n\nWords" in body
    assert "</details>" in body


@pytest.mark.parametrize(
    ("settings", "folder", "link"),
    [
        ("hugo.toml", "content/", '{{< relref "my page" >}}'),
        ("hugo.toml", "content/", '{{< ref "/my page.md#part" >}}'),
        ("_config.yml", "", "{% link my page.md %}"),
        ("_config.yml", "", "{% link my page.md %}#part"),
    ],
)
def test_a_page_with_a_blank_in_its_name_is_linked(tmp_path, settings, folder, link):
    page = f"---\ntitle: A\n---\nSee [it]({link}).\n"
    other = "---\ntitle: B\n---\n## Part\n"
    site = {settings: "", f"{folder}a.md": page, f"{folder}my page.md": other}
    _, files = planned(tmp_path, site)

    anchor = "#part" if "part" in link else ""
    assert re.search(rf"See \[it\]\(<?my[ -]page\.md{anchor}>?\)\.", files["a.md"])


def test_shortcodes_of_what_hugo_says_of_the_author_are_carried_out(tmp_path):
    bio = 'I weave. {{< icon name="x" >}} Read my {{< staticref "up/cv.pdf" "newtab" >}}past{{< /staticref >}}.'
    site = {
        "hugo.toml": "",
        "content/authors/me/_index.md": f"---\ntitle: Mo\nsuperuser: true\n---\n{bio}\n",
        "static/up/cv.pdf": "%PDF-1.4\n",
    }
    _, files = planned(tmp_path, site)

    author = yaml.safe_load(files["site.yml"])["author"]
    assert author["bio"] == "I weave. Read my [past](</up/cv.pdf>)."
