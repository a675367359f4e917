"""Where the pages of a site lie in its hub, and which of its addresses and links lead on."""

import re

import pytest
import yaml
from click.testing import CliRunner

from nexusgen.cli import main
from nexusgen.importers.planning import plan_import
from nexusgen.importers.sources import read_source
from tests.conftest import PIXEL

PNG = PIXEL.decode()


def write(root, files):
    """Write files below a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def planned(tmp_path, files):
    """Return the plan for a site, and its files as text by path."""
    found, _ = read_source(write(tmp_path / "source", files), "", (), "2026-01-01")
    plan = plan_import(found, "source")
    return plan, {file.path: file.data.decode() for file in plan.files}


def fields_of(text):
    """Return the front matter of a file."""
    return yaml.safe_load(text[4:].partition("\n---\n")[0])


def told(plan):
    """Return what the notes of a plan say of its files."""
    return [note.message for note in plan.notes if note.source]


def check(tmp_path):
    """Import the source of a test into a hub, and return what `check` says of that."""
    hub = ["-C", str(tmp_path / "hub")]
    result = CliRunner().invoke(main, ["import", str(tmp_path / "source"), *hub])
    assert result.exit_code == 0, result.output
    return CliRunner().invoke(main, ["check", *hub])


PAGE = "---\ntitle: {}\npermalink: {}\n---\nWords.\n"
TALK = "---\ntitle: A talk\n---\nWords.\n"
JEKYLL = "title: T\ninclude: [_pages]\ncollections: {talks: {output: true}, technologies: {output: true}}\n"


@pytest.mark.parametrize(
    ("files", "pages"),
    [
        (
            {
                "_config.yml": JEKYLL,
                "_pages/home.md": PAGE.format("Home", "/"),
                "_pages/archive.md": PAGE.format("All posts", "/posts/"),
                "_pages/talks.html": PAGE.format("All talks", "/Talks/index.html"),
                "_pages/tech.md": PAGE.format("What I know", "/technologies"),
                "_pages/tags.md": PAGE.format("All tags", "/tags/"),
                "_pages/search.md": PAGE.format("Search", "/search/").replace("Words.", "{% include search.html %}"),
                "_pages/categories.md": PAGE.format("All", "/categories/").replace("Words.", ""),
                "_pages/me.md": PAGE.format("Me", "/about/"),
                "_posts/2024-01-02-p.md": TALK,
                "_talks/one.md": TALK,
                "_technologies/go.md": TALK,
            },
            [
                "about.md", "index.md", "posts/index.md", "posts/p.md", "tags/index.md", "talks/index.md",
                "talks/one.md", "technologies/go.md", "technologies/index.md",
            ],
        ),
        (
            {
                "hugo.toml": "title = 'T'\n",
                "content/all.md": "---\ntitle: All\nurl: /talks/\n---\nWords.\n",
                "content/talks/deep/one.md": TALK,
                "content/deep.md": "---\ntitle: Deep\nslug: deep\nurl: /talks/deep\n---\nWords.\n",
                "content/blog/a.md": "---\ntitle: A\naliases: [/talks/, /blog/, /about/, /kept/]\n---\nWords.\n",
            },
            ["blog/a.md", "talks/deep/index.md", "talks/deep/one.md", "talks/index.md"],
        ),
        (
            {
                "mkdocs.yml": "site_name: T\nplugins:\n  - redirects:\n      redirect_maps:\n        guide/index.md: guide/a.md\n"
                "        more/README.md: https://more.eu/x\n        old.md: https://more.eu/y\n",
                "docs/guide/a.md": "# A\n\nWords.\n",
                "docs/more/b.md": "# B\n\nWords.\n",
            },
            ["guide/a.md", "more/b.md"],
        ),
    ],
)  # fmt: skip
def test_a_page_at_the_address_of_a_folder_is_the_page_of_that_folder(files, pages, tmp_path):
    _, written = planned(tmp_path, files)

    assert sorted(path for path in written if path.endswith(".md")) == pages
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ({"hugo.toml": "title = 'T'\n", "content/a.md": "Words.\n"}, "static/"),
        ({"_config.yml": "include: [.well-known, .htaccess, .env]\n", "a.md": "Words.\n"}, ""),
        ({"mkdocs.yml": "site_name: T\n", "docs/a.md": "Words.\n"}, "docs/"),
    ],
    ids=["hugo", "jekyll", "mkdocs"],
)
def test_what_others_ask_a_site_for_comes_along_and_other_hidden_files_are_told(
    files, folder, tmp_path
):
    hidden = (".well-known/a.txt", ".well-known/.env", ".htaccess", ".env", ".gitkeep", "pic.png")
    plan, written = planned(tmp_path, files | {f"{folder}{it}": PNG for it in hidden})

    assert {".well-known/a.txt", "pic.png"} <= written.keys()
    assert not {".well-known/.env", ".htaccess", ".env"} & written.keys()
    assert [it.partition(" ")[0] for it in told(plan) if "begins with a dot" in it] == [
        ".env", ".htaccess", ".well-known/.env"
    ]  # fmt: skip
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


def test_an_old_address_that_something_else_has_now_is_told(tmp_path):
    plan, files = planned(
        tmp_path,
        {
            "hugo.toml": "title = 'T'\n",
            "content/talks/one.md": TALK,
            "content/blog/a.md": "---\ntitle: A\naliases: [/talks/, /talks/one/, /about/, /kept/]\n---\nWords.\n",
        },
    )

    assert fields_of(files["blog/a.md"])["redirect_from"] == ["kept/"]
    assert told(plan) == [
        "the old address talks/ leads to the section talks/ alone",
        "the old address talks/one/ leads to talks/one.md alone",
        "the old address about/ cannot be one of the hub",
    ]


def test_a_readme_is_the_home_only_where_its_site_has_no_other(tmp_path):
    readme, hello = (
        "# How to run it\n\nSee [setup](b/x.md).\n",
        "---\ntitle: {}\n---\n[Read](README.md)\n",
    )
    files = {"README.md": readme, "b/README.md": readme, "b/x.md": TALK}
    homes = {
        "jekyll": {"_config.yml": "title: T\n", "index.html": hello.format("Hello")},
        "elsewhere": {"_config.yml": "title: T\n", "me.markdown": PAGE.format("Me", "/")},
        "none": {"_config.yml": "title: T\n"},
    }

    for name, home in homes.items():
        plan, written = planned(tmp_path / name, files | home)
        assert sorted(it for it in written if it.endswith(".md")) == [
            "b/index.md",
            "b/x.md",
            "index.md",
        ]
        is_readme = name == "none"
        assert ("How to run it" in written["index.md"]) is is_readme
        assert (
            "README.md is left out: the site shows another page there" in told(plan)
        ) is not is_readme
        assert "[Read](index.md)" in written["index.md"] or name != "jekyll"


def test_a_readme_beside_an_index_of_mkdocs_is_left_out(tmp_path):
    files = {
        "mkdocs.yml": "site_name: T\n",
        "docs/README.md": "# In git\n",
        "docs/index.md": "# Home\n\nWords.\n",
    }

    plan, written = planned(tmp_path, files)

    assert sorted(written) == ["index.md", "site.yml"]
    assert told(plan) == ["docs/README.md is left out: the site shows another page there"]


@pytest.mark.parametrize("name", ["404.html", "_pages/404.md", "lost.md"])
def test_the_page_for_wrong_addresses_is_none_of_the_hub(name, tmp_path):
    files = {
        "_config.yml": JEKYLL,
        "index.md": "---\n---\nSee [it](/404.html).\n",
        name: PAGE.format("Lost", "/404.html"),
    }

    plan, written = planned(tmp_path, files)

    assert sorted(written) == ["index.md", "site.yml"]
    assert f"{name} is left out: nexusgen makes its own" in told(plan)
    assert "See it." in written["index.md"]


def test_links_to_pages_that_the_hub_makes_lead_there(tmp_path):
    words = (
        "[home](/) [tag](/tags/web-dev/) [c](/tags/c++/) [all](/tags/) [cat](https://t.eu/categories/life/) "
        "[series](../../series/one/) [section](/talks/) [gone](/tags/none/) [draft](/tags/secret/)\n"
    )
    plan, files = planned(
        tmp_path,
        {
            "hugo.toml": "title = 'T'\nbaseURL = 'https://t.eu/'\n[taxonomies]\ntag = 'tags'\ncategory = 'categories'\nseries = 'series'\n",
            "content/talks/one.md": f"---\ntitle: One\ntags: [Web Dev, C++]\ncategories: [Life]\nseries: [One]\n---\n{words}",
            "content/talks/two.md": "---\ntitle: Two\ntags: [secret]\ndraft: true\n---\nWords.\n",
        },
    )

    assert "readers of the feeds index.xml must be told: those of the hub are called feed.xml" in [it.message for it in plan.notes]  # fmt: skip
    assert files["talks/one.md"].endswith(
        "[home](../) [tag](../tags/web-dev/) [c](../tags/cplusplus/) [all](../tags/) [cat](../tags/life/) "
        "[series](../tags/one/) [section](./) gone draft\n"
    )
    assert yaml.safe_load(files["site.yml"])["redirects"] == {
        "tags/c++/": "tags/cplusplus/", "categories/": "tags/", "categories/life/": "tags/life/",
        "series/": "tags/", "series/one/": "tags/one/",
    }  # fmt: skip
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("permalinks", "address"),
    [
        ("categories = '/topic/:slug/'\n", "topic/web-dev/"),
        ("[permalinks.term]\ncategories = '/t/:title'\n", "t/web-dev/"),
        ("[permalinks.page]\ncategories = '/t/:title'\n", "categories/web-dev/"),
    ],
)
def test_terms_have_the_addresses_that_hugo_gave_them(permalinks, address, tmp_path):
    _, files = planned(
        tmp_path,
        {
            "hugo.toml": f"title = 'T'\n[permalinks]\n{permalinks}",
            "content/a.md": "---\ntitle: A\ncategories: [Web Dev]\n---\nWords.\n",
            "content/b.md": "---\ntitle: B\ntags: [later]\ncategories: [Later]\ndate: 2999-01-01\n---\nWords.\n",
        },
    )

    assert yaml.safe_load(files["site.yml"])["redirects"] == {"categories/": "tags/", address: "tags/web-dev/"}  # fmt: skip


def test_a_dot_in_a_tag_or_an_old_address_makes_no_file_of_it(tmp_path):
    page = "---\ntitle: A\ntags: [node.js, .NET]\ncategories: [ASP.NET]\naliases: [/v1.2/, /a.html, /feed.xml]\n---\nWords.\n"
    tag = {"content/tags/node.js/_index.md": "---\ntitle: Node.js\n---\nWords.\n"}
    plan, files = planned(tmp_path, {"hugo.toml": "title = 'T'\n", "content/a.md": page, **tag})

    assert told(plan) == ["the old address feed.xml/ cannot be one of the hub"]
    assert fields_of(files["a.md"])["redirect_from"] == ["v1.2/", "a.html"]
    assert yaml.safe_load(files["site.yml"])["redirects"] == {
        "tags/.net/": "tags/dotnet/", "categories/": "tags/", "categories/asp.net/": "tags/asp.net/",
    }  # fmt: skip
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


def test_a_whole_address_leads_where_it_led_whatever_the_language(tmp_path):
    config = "title = 'T'\n[languages.en]\n[languages.fr]\n"
    cv = "---\ntitle: CV\n---\n[English](/cv/), [ici](/fr/cv/), [note](note.md), [catégorie](/fr/categories/vie/)\n"
    pages = {f"content/{name}{lang}.md": cv for name in ("cv", "note") for lang in ("", ".fr")}
    pages["content/note.fr.md"] = "---\ntitle: N\ncategories: [Vie]\n---\nMots.\n"

    _, files = planned(tmp_path, {"hugo.toml": config, **pages})

    assert files["fr/cv.md"].endswith(
        "[English](../cv.md), [ici](cv.md), [note](note.md), [catégorie](../tags/vie/)\n"
    )


@pytest.mark.parametrize(
    ("files", "static", "published"),
    [
        (
            {
                "hugo.toml": "title = 'T'\n",
                "content/posts/a/index.md": "---\ntitle: A\ndraft: true\n---\nWords.\n",
                "content/posts/a/own.png": PNG,
                "content/b.md": TALK,
                "static/talk.pdf": "PDF",
                "static/files/cv one.pdf": "PDF",
                "static/posts/x.png": PNG,
            },
            ["files", "posts/x.png", "talk.pdf"],
            ["files/cv one.pdf", "posts/x.png", "talk.pdf"],
        ),
        (
            {
                "_config.yml": "title: T\n",
                "index.md": TALK,
                "files/paper.pdf": "PDF",
                "talk.pdf": "PDF",
                "_data/x.json": "{}",
                "_site/old.pdf": "PDF",
            },
            ["files", "talk.pdf"],
            ["files/paper.pdf", "talk.pdf"],
        ),
        (
            {"mkdocs.yml": "site_name: T\n", "docs/index.md": TALK, "docs/guide/a.md": TALK, "docs/guide/x.zip": "ZIP"},
            ["guide"],
            ["guide/x.zip"],
        ),
    ],
)  # fmt: skip
def test_files_of_a_site_stay_at_their_addresses_though_no_page_shows_them(
    files, static, published, tmp_path
):
    _, written = planned(tmp_path, files)

    assert yaml.safe_load(written["site.yml"])["static"] == static
    result = check(tmp_path)
    assert result.exit_code == 0, result.output
    CliRunner().invoke(main, ["build", "-C", str(tmp_path / "hub")])
    output = tmp_path / "hub/output"
    endings = (".pdf", ".zip", ".png")
    found = [it.relative_to(output).as_posix() for it in output.rglob("*") if it.suffix in endings]
    assert sorted(found) == published


REFUSED = "User-agent: GPTBot\nDisallow: /\n"
FILLED = '---\nlayout: null\n---\nUser-agent: GPTBot\nDisallow: /\nSitemap: {{ "sitemap.xml" | absolute_url }}\n'


@pytest.mark.parametrize(
    "files",
    [
        {"hugo.toml": "", "content/a.md": TALK, "static/robots.txt": REFUSED},
        {"hugo.toml": "enableRobotsTXT = true", "content/a.md": TALK, "layouts/robots.txt": REFUSED},
        {"_config.yml": "", "a.md": TALK, "robots.txt": REFUSED, "llms.txt": "Mine.\n"},
        {"_config.yml": "", "a.md": TALK, "robots.txt": FILLED},
        {"mkdocs.yml": "site_name: T\n", "docs/a.md": TALK, "docs/robots.txt": REFUSED},
        {"mkdocs.yml": "theme: {custom_dir: my}\n", "docs/a.md": TALK, "my/robots.txt": REFUSED},
    ],
)  # fmt: skip
def test_robots_that_a_site_kept_out_stay_out(files, tmp_path):
    planned(tmp_path, files)
    assert "robots.txt" not in check(tmp_path).output
    result = CliRunner().invoke(main, ["build", "-C", str(tmp_path / "hub")])
    output = tmp_path / "hub/output"

    assert (output / "robots.txt").read_text() == REFUSED
    assert ("Mine." in (output / "llms.txt").read_text()) == ("llms.txt" in files)
    assert "warning" not in result.output


def test_robots_that_only_a_program_knows_are_told(tmp_path):
    rules = "---\n---\n{% if site.test %}\nUser-agent: *\nDisallow: /\n{% endif %}\n"
    plan, files = planned(tmp_path, {"_config.yml": "", "a.md": TALK, "robots.txt": rules})

    assert "robots.txt" not in files
    assert "robots.txt is left out: nexusgen makes its own, which keeps no robot out" in told(plan)


def test_a_part_of_a_bundle_of_hugo_has_no_old_address_and_capitals_are_told(tmp_path):
    files = {
        "content/posts/tour/index.md": TALK,
        "content/posts/tour/part.md": TALK,
        "content/posts/tour/in/part.md": TALK,
        "content/posts/Other/index.md": TALK,
    }
    plan, written = planned(tmp_path, {"hugo.toml": "disablePathToLower = true\n", **files})

    assert "redirect_from" not in "".join(written.values())
    assert {(note.source, note.message) for note in plan.notes if note.source} == {
        ("content/posts/tour/part.md", "its site gave it no address: it is a draft here"),
        ("content/posts/tour/in/part.md", "its site gave it no address: it is a draft here"),
        ("content/posts/Other/index.md", "the old address posts/Other/ is posts/other/ now: the page for wrong addresses leads from capitals to it"),
    }  # fmt: skip


def test_a_bundle_of_hugo_is_one_page_whatever_lies_in_it(tmp_path):
    post = '---\ntitle: One\ndate: 2024-01-02\n---\nText.\n\n{{% include "part.md" %}}\n'
    files = {
        "hugo.toml": "baseURL = 'https://t.eu/'\n",
        "content/posts/one/index.md": post,
        "content/posts/one/part.md": "---\ntitle: Part\n---\nShared.\n",
        "content/posts/one/in/notes.md": "Rough.\n",
        "content/posts/two.md": TALK,
    }
    plan, written = planned(tmp_path, files)

    pages = sorted(it for it in written if it.endswith(".md"))
    assert pages == ["posts/one-in-notes.md", "posts/one.md", "posts/two.md"]
    assert "Text.\n\nShared." in written["posts/one.md"]
    assert fields_of(written["posts/one-in-notes.md"])["draft"] is True
    assert "content/posts/one/part.md is left out: its text stands where a page includes it" in told(plan)  # fmt: skip
    assert check(tmp_path).exit_code == 0
    CliRunner().invoke(main, ["build", "-C", str(tmp_path / "hub")])
    assert "<title>One" in (tmp_path / "hub/output/feed.xml").read_text()


ARCHIVES = "---\ntitle: A\ncategories: [Web Dev, life]\ntags: [c++, kafka]\n---\n{}\n"


@pytest.mark.parametrize(
    ("config", "redirects"),
    [
        ("", None),
        ("jekyll-archives: {enabled: [year, tags]}\n", {"tag/c/": "tags/cplusplus/", "tag/kafka/": "tags/kafka/"}),
        (
            "jekyll-archives:\n  enabled: all\n  permalinks: {tag: '/tags/:name/', category: '/categories/:name/'}\n",
            {"tags/c/": "tags/cplusplus/", "categories/web-dev/": "tags/web-dev/", "categories/life/": "tags/life/"},
        ),
    ],
)  # fmt: skip
def test_the_archives_of_jekyll_lead_to_tags(config, redirects, tmp_path):
    words = "[a](/tags/kafka/) [b](/category/web-dev/) [c](/categories/#life) [d](/tags/#kafka) [e](/topics/none/)"

    _, files = planned(
        tmp_path,
        {"_config.yml": f"title: T\n{config}", "_posts/2024-01-02-a.md": ARCHIVES.format(words)},
    )

    assert files["posts/a.md"].endswith(
        "[a](../tags/kafka/) [b](../tags/web-dev/) [c](../tags/life/) [d](../tags/kafka/) e\n"
    )
    assert yaml.safe_load(files["site.yml"]).get("redirects") == redirects
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


def test_a_heading_of_a_list_of_terms_is_where_links_to_it_lead(tmp_path):
    page = "---\ntitle: A\ntags: [java, kafka]\n---\n[a](tags.md#java) [b](tags.md#tag:kafka) [c](topics/java.md#odd)\n"
    files = {
        "docs/a.md": page,
        "docs/tags.md": "# Tags\n\n## Java\n\nWords.\n",
        "docs/topics/java.md": "# Java\n\nWords.\n",
    }

    _, written = planned(tmp_path, {"mkdocs.yml": "site_name: T\n", **files})

    assert "[a](tags.md#java) [b](tags/kafka/) [c](topics/java.md#odd)" in written["a.md"]


def test_a_page_that_a_theme_filled_gives_way_to_the_one_that_the_hub_makes(tmp_path):
    empty = "---\ntitle: {}\nlayout: {}\n---\n"
    files = {
        "content/search.md": empty.format("Search", "search"),
        "content/categories/_index.md": empty.format("All", "terms"),
        "content/archives.md": empty.format("Archive", "archives"),
        "content/cv.md": empty.format("CV", "cv"),
        "content/timeline.md": empty.format("When", "x") + "Words of mine.\n",
        "content/a.md": "---\ntitle: A\ntags: [x]\n---\n[Find](/search/), [all](/categories/)\n",
    }

    plan, written = planned(tmp_path, {"hugo.toml": "title = 'T'\n", **files})

    assert sorted(written) == ["a.md", "archives.md", "cv.md", "site.yml", "timeline-page.md"]
    assert yaml.safe_load(written["site.yml"])["redirects"] == {"categories/": "tags/"}
    assert "Find, [all](tags/)" in written["a.md"]
    assert "content/search.md is left out: nexusgen makes its own" in told(plan)
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


def test_a_page_or_folder_gives_way_to_a_page_that_the_hub_alone_makes(tmp_path):
    names = (
        "Timeline",
        "search",
        "map/index",
        "map/a",
        "graph",
        "recent",
        "about",
        "skills",
        "tags",
        "feed",
    )
    files = {f"docs/{name}.md": "# Mine\n\nWords. [map](/map/a/)\n" for name in names}
    days = {
        f"docs/{n}/x.md": f"---\ntitle: X{n}\ndate: 2024-05-0{n}\ntags: [t]\n---\nWords.\n"
        for n in range(1, 6)
    }

    plan, written = planned(tmp_path, {"mkdocs.yml": "site_name: T\n", **files, **days})

    assert [it for it in written if "-page" in it] == [
        "Timeline-page.md", "graph-page.md", "map-page/a.md", "map-page/index.md", "recent-page.md", "search-page.md",
    ]  # fmt: skip
    assert "[map](map-page/a.md)" in written["about.md"]
    assert "the old address search/ cannot be one of the hub" in told(plan)
    result = check(tmp_path)
    assert result.exit_code == 0, result.output


QUARTZ = {
    "quartz.config.ts": "// see https://quartz.example\nconst config = {\n  configuration: {\n    // pageTitle: 'no',\n"
    "    pageTitle: \"Ada's garden\",\n    baseUrl: 'ada.github.io/garden',\n    locale: 'de-DE',\n"
    "    ignorePatterns: [\n      'private', // mine\n      '**/drafts',\n    ],\n  },\n  plugins: { filters: [] },\n}\n",
    "README.md": "# Quartz\n",
    "package.json": "{}",
    "quartz/util/path.ts": "1",
    ".gitignore": "*.secret.md\n",
    "content/index.md": "---\ntitle: Garden\n---\n[a](/notes/R-and-D)\n",
    "content/notes/R&D.md": "---\naliases: [old/rd]\n---\nWords.\n",
    "content/notes/CAP.md": "Words.\n",
    "content/notes/a.secret.md": "Words.\n",
    "content/notes/drafts/b.md": "Words.\n",
    "content/private/c.md": "Words.\n",
    "content/deep/private/d.md": "Words.\n",
    "content/files/paper.pdf": "PDF",
}
QUARTZ_YAML = (
    "configuration:\n  pageTitle: Ada's garden\n  baseUrl: ada.github.io/garden\n  locale: de-DE\n"
    "  ignorePatterns: [private, '**/drafts']\nplugins:\n  - {source: 'github:q/explicit-publish', enabled: false}\n"
)


@pytest.mark.parametrize("config", ["ts", "yaml"])
def test_a_garden_of_quartz_is_its_content_without_what_it_kept_back(config, tmp_path):
    files = dict(QUARTZ)
    if config == "yaml":
        del files["quartz.config.ts"]
        files["quartz.config.yaml"] = QUARTZ_YAML
    plan, made = planned(tmp_path, files)
    site = yaml.safe_load(made["site.yml"])

    assert {key: site[key] for key in ("title", "base_url", "language", "static")} == {
        "title": "Ada's garden",
        "base_url": "https://ada.github.io/garden/",
        "language": "de-DE",
        "static": ["files"],
    }
    notes = ["deep/private/d.md", "index.md", "notes/CAP.md", "notes/R&D.md"]
    assert sorted(it for it in made if it.endswith(".md")) == notes
    assert fields_of(made["notes/R&D.md"])["redirect_from"] == ["old/rd/", "notes/R-and-D/"]
    assert "[a](notes/R&D.md)" in made["index.md"]
    told = [note.message for note in plan.notes]
    assert "the page for wrong addresses leads from capitals to /notes/cap/" in told
    assert sum("is left out: content/" in it for it in told) == 3


def test_a_garden_that_publishes_what_says_so_hides_the_rest(tmp_path):
    files = dict(QUARTZ) | {"content/a.md": "---\npublish: true\n---\nWords.\n"}
    files["quartz.config.ts"] += "filters: [Plugin.ExplicitPublish()]\n"
    _, made = planned(tmp_path, files)

    assert "draft" not in fields_of(made["a.md"])
    assert fields_of(made["notes/CAP.md"])["draft"] is True


def test_a_vault_keeps_its_templates_and_what_it_does_not_publish_at_home(tmp_path):
    plan, made = planned(
        tmp_path,
        {
            ".obsidian/templates.json": '{"folder": "Vorlagen [T]"}',
            ".obsidian/publish.json": '{"excluded": ["Private", "notes/b.md"]}',
            ".obsidian/plugins/x/README.md": "No note.\n",
            "Vorlagen [T]/Tag.md": "{{date}}\n",
            "Private/a.md": "Words.\n",
            "notes/b.md": "Words.\n",
            "notes/Private/c.md": "Words.\n",
        },
    )

    assert sorted(made) == ["notes/Private/c.md", "site.yml"]
    assert sum("as its settings say" in note.message for note in plan.notes) == 3


VAULT = {
    ".obsidian/workspace.json": "{}",
    "Daily/2024-05-03.md": "Of [[2024-05-01 Wednesday]] and [[Meeting]].\n",
    "Daily/2024-05-01 Wednesday.md": "Words.\n",
    "A-B testing.md": "# A-B testing\n\nWords.\n",
    "Postgres.md": "# Overview\n\nWords.\n",
    "Given.md": "---\ntitle: Given\n---\nWords.\n",
    "A/Meeting.md": "Words.\n",
    "B/Meeting.md": "Words.\n",
}


def test_notes_of_a_vault_come_as_they_are(tmp_path):
    _, made = planned(tmp_path, VAULT)

    notes = {path: text for path, text in made.items() if path != "site.yml"}
    named = {"Postgres.md": "---\ntitle: Postgres\n---\n# Overview\n\nWords.\n"}
    assert notes | named == notes
    assert {**VAULT, **named} == {".obsidian/workspace.json": "{}", **notes}
    settings = yaml.safe_load(made["site.yml"])
    assert (settings["hashtags"], settings["markdown_extensions"]) == ("on", {"nl2br": {}})


def test_name_that_two_notes_of_a_vault_have_is_no_error_in_its_hub(tmp_path):
    planned(tmp_path, VAULT)

    result = check(tmp_path)

    assert (result.exit_code, "link.ambiguous" in result.output) == (0, True)


def test_property_that_links_to_notes_is_no_tag(tmp_path):
    film = "---\ncategories: ['[[Films]]']\ntype: ['[[Not yet]]']\nkeywords: [old]\n---\nWords.\n"
    _, made = planned(tmp_path, {".obsidian/app.json": "{}", "Films.md": "All.\n", "Run.md": film})

    assert fields_of(made["Run.md"]) == {
        "tags": ["old"], "categories": ["[[Films]]"], "type": ["[[Not yet]]"],
    }  # fmt: skip
    assert "link.broken" not in check(tmp_path).output


def test_files_that_settings_keep_back_are_told_by_name(tmp_path):
    notes = {f"T/{number}.md": "Words.\n" for number in range(4)}
    planned(tmp_path, {".obsidian/templates.json": '{"folder": "T"}', "a.md": "A.\n", **notes})

    hub = ["-C", str(tmp_path / "hub")]
    result = CliRunner().invoke(main, ["import", str(tmp_path / "source"), *hub])

    assert "in 4 places, such as T/0.md, T/1.md" in result.output


def test_mkdocs_publishes_nothing_that_its_settings_keep_back(tmp_path):
    plan, made = planned(
        tmp_path,
        {
            "mkdocs.yml": "site_name: S\nexclude_docs: |\n  drafts/\n  *.tmp.md\n  !/keep.tmp.md\ndraft_docs: /wip*\n"
            "plugins: [{exclude: {glob: [old/*]}}]\n",
            **{
                f"docs/{name}.md": "Words.\n"
                for name in ("a", "drafts/b", "c.tmp", "keep.tmp", "wip", "old/d", "templates/e")
            },
        },
    )

    assert sorted(made) == ["a.md", "keep.tmp.md", "site.yml", "wip.md"]
    assert fields_of(made["wip.md"])["draft"] is True
    assert sum("as its settings say, and is left out" in it for it in told(plan)) == 4


@pytest.mark.parametrize("tool", ["mkdocs", "zensical"])
def test_zensical_is_read_as_mkdocs_is(tool, tmp_path):
    settings = {
        "mkdocs.yml": "site_name: !ENV [NAME, Zen]\nINHERIT: conf/base.yml\n"
        "markdown_extensions: [pymdownx.keys, pymdownx.emoji]\nnav:\n- Guide:\n  - First: two.md\n  - one.md\n",
        "zensical.toml": '[project]\nsite_name = "Zen"\nsite_url = "https://z.org/"\nnav = [{ Guide = [{ First = "two.md" }, "one.md"] }]\n'
        "[project.markdown_extensions.pymdownx.keys]\n[project.markdown_extensions.pymdownx.emoji]\n",
    }
    name = next(it for it in settings if it.startswith(tool))
    files = {"docs/one.md": '!!! tip "T"\n    One.\n', "docs/two.md": "Two :smile:\n"}
    base = {"conf/base.yml": "site_name: No\nsite_url: https://z.org/\n"}
    plan, made = planned(tmp_path, {name: settings[name], **base, **files})
    site = yaml.safe_load(made["site.yml"])

    assert plan.form == "mkdocs"
    assert (site["title"], site["base_url"]) == ("Zen", "https://z.org/")
    assert site["markdown_extensions"] == {"pymdownx.keys": {}}
    two, one = fields_of(made["two.md"]), fields_of(made["one.md"])
    assert two["title"] == "First" and two["weight"] < one["weight"]
    assert "Two 😄" in made["two.md"] and "> [!TIP] T" in made["one.md"]


@pytest.mark.parametrize(
    "options", ["", "blog_dir: news", "post_url_format: '{categories}/{file}'"]
)
def test_posts_of_material_keep_addresses_dates_and_links(options, tmp_path):
    folder = "news" if "news" in options else "blog"
    post = (
        "---\ndate:\n  created: 2023-12-31\n  updated: 2024-01-02\ncategories: [General Stuff]\n"
        f"links:\n- setup.md#x\n- Nice:\n  - Blog: {folder}/index.md\n- Far: https://x.org/\n- gone.md\n---\n# Hello, *World*!\n\nText.\n"
    )
    plan, made = planned(
        tmp_path,
        {
            "mkdocs.yml": f"site_name: S\nplugins:\n- search\n- material/blog:\n    archive_url_date_format: yyyy/MM\n    {options}\n",
            "docs/setup.md": "## X\n",
            f"docs/{folder}/index.md": "# Blog\n",
            f"docs/{folder}/posts/hello.md": post,
        },
    )
    fields = fields_of(made[f"{folder}/posts/hello.md"])
    old = "general-stuff/hello" if "format" in options else "2023/12/31/hello-world"

    assert fields["redirect_from"] == [f"{folder}/{old}/"]
    assert (str(fields["date"]), str(fields["updated"])) == ("2023-12-31", "2024-01-02")
    assert fields["links"] == [
        {"url": "../../setup.md#x"},
        {"title": "Blog", "url": "../index.md"},
        {"title": "Far", "url": "https://x.org/"},
    ]
    assert yaml.safe_load(made["site.yml"])["redirects"] == {
        f"{folder}/category/general-stuff/": "tags/general-stuff/",
        f"{folder}/archive/2023/12/": f"{folder}/posts/",
    }
    assert "a link leads nowhere here, and became text: /gone.md" in told(plan)


def test_the_links_of_a_text_order_the_pages_of_mkdocs(tmp_path):
    nav = "* [Guide](guide/)\n* [B first](b.md)\n  * [A](a.md)\n"
    _, made = planned(
        tmp_path,
        {
            "mkdocs.yml": "site_name: S\nplugins: [literate-nav]\n",
            "docs/SUMMARY.md": nav,
            "docs/guide/SUMMARY.md": "- [Two](two.md)\n- [One](one.md)\n",
            **{f"docs/{it}.md": f"# {it}\n" for it in ("a", "b", "guide/one", "guide/two")},
        },
    )

    assert sorted(made) == ["a.md", "b.md", "guide/one.md", "guide/two.md", "site.yml"]
    fields = {name: fields_of(text) for name, text in made.items() if name.endswith(".md")}
    assert fields["b.md"]["title"] == "B first"
    assert fields["b.md"]["weight"] < fields["a.md"]["weight"]
    assert fields["guide/two.md"]["weight"] < fields["guide/one.md"]["weight"]


@pytest.mark.parametrize("name", [".pages", ".nav.yml"])
def test_files_of_folders_order_the_pages_of_mkdocs(name, tmp_path):
    nav = "title: The Guide\nnav:\n- two.md\n- ...\n- First: one.md\n"
    pages = {f"docs/guide/{it}.md": f"# {it}\n" for it in ("a", "one", "two", "z")}
    _, made = planned(
        tmp_path,
        {"mkdocs.yml": "site_name: S\n", f"docs/guide/{name}": nav, "docs/a.md": "A.\n", **pages},
    )

    fields = [fields_of(made[f"guide/{it}.md"]) for it in ("a", "one", "two", "z")]
    ordered = sorted(fields, key=lambda it: it["weight"])
    assert [it["title"] for it in ordered] == ["two", "a", "z", "First"]
    assert fields_of(made["guide/index.md"])["title"] == "The Guide"


ORDERED = {
    "hugo": (
        {"hugo.toml": ""},
        {"content/d/a.md": "weight: 30", "content/d/b.md": "x: 1", "content/d/c.md": "weight: 20", "content/d/e.md": "weight: -5", "content/d/z.md": "weight: 0"},
        ["e", "c", "a", "b", "z"],
    ),
    "jekyll": (
        {"_config.yml": ""},
        {"d/a.md": "nav_order: 4", "d/b.md": "nav_order: 0", "d/c.md": "x: 1", "d/e.md": "nav_order: 2.5", "d/z.md": "nav_order: 2"},
        ["b", "z", "e", "a", "c"],
    ),
    "collection": (
        {"_config.yml": "collections: {d: {output: true, sort_by: rank}}"},
        {"_d/a.md": "rank: 3", "_d/b.md": "rank: 1", "_d/c.md": "rank: 2"},
        ["b", "c", "a"],
    ),
    "list": (
        {"_config.yml": "collections: {d: {output: true, order: [b.md, c.md]}}"},
        {"_d/a.md": "nav_exclude: false", "_d/b.md": "x: 1", "_d/c.md": "x: 1"},
        ["b", "c", "a"],
    ),
    "mkdocs": (
        {"mkdocs.yml": "nav: [d/c.md, d/a.md, d/b.md]"},
        {"docs/d/a.md": "x: 1", "docs/d/b.md": "x: 1", "docs/d/c.md": "x: 1", "docs/d/e.md": "x: 1"},
        ["c", "a", "b", "e"],
    ),
}  # fmt: skip


def listed(tmp_path, url):
    """Return the names of what a page of the built hub of a test links in its text, each once."""
    assert check(tmp_path).exit_code == 0
    CliRunner().invoke(main, ["build", "-C", str(tmp_path / "hub")])
    page = (tmp_path / "hub/output" / url).read_text().partition("<main")[2].partition("</main")[0]
    return list(dict.fromkeys(re.findall(r'href="(?:\.\./)*((?:\w+/)+)"', page)))


@pytest.mark.parametrize("name", ORDERED)
def test_pages_stand_in_the_order_of_their_site(name, tmp_path):
    settings, pages, order = ORDERED[name]
    write(tmp_path / "source", settings)
    for path, field in pages.items():
        write(
            tmp_path / "source", {path: f"---\ntitle: {path[-4].upper()}\n{field}\n---\nWords.\n"}
        )

    found = [it.removeprefix("d/") for it in listed(tmp_path, "d/index.html")]
    assert [it for it in found if it[0] in "".join(order)] == [f"{it}/" for it in order]


SECTIONS = {
    "nav": {"mkdocs.yml": "nav: [{S: z/a.md}, {T: [m/a.md, m/b.md]}, {R: [a/index.md, a/b.md]}]\n"},
    "pages": {"mkdocs.yml": "", "docs/.pages": "nav: [z, m, a]\n", "docs/a/.pages": "nav: [b.md, index.md]\n"},
    "literate": {"mkdocs.yml": "plugins: [literate-nav]\n", "docs/SUMMARY.md": "- [Z](z/)\n- [M](m/)\n- [A](a/)\n"},
    "jekyll": {"_config.yml": "", "z/index.md": "---\nnav_order: 1\n---\nZ.\n", "m/index.md": "---\nnav_order: 2\n---\nM.\n"},
}  # fmt: skip


@pytest.mark.parametrize("name", SECTIONS)
def test_sections_stand_in_the_order_of_their_site(name, tmp_path):
    folder = "" if name == "jekyll" else "docs/"
    pages = ("index", "z/a", "m/a", "m/b", "a/b", *(["a/index"] * (name != "jekyll")))
    texts = {f"{folder}{it}.md": f"---\ntitle: P {it}\n---\nWords.\n" for it in pages}
    write(tmp_path / "source", SECTIONS[name] | texts)

    found = listed(tmp_path, "map/index.html")
    assert [it for it in found if it in ("z/", "m/", "a/")] == ["z/", "m/", "a/"]


@pytest.mark.parametrize("title", ["A", "Other"])
def test_a_page_beside_a_folder_of_its_name_is_the_page_of_that_folder(title, tmp_path):
    nav = f"nav: [{{A: a.md}}, {{{title}: [a/x.md]}}, {{Z: [z/y.md]}}]\n"
    pages = {f"docs/{it}.md": "# T\n\nWords.\n" for it in ("a", "a/x", "z/y")}
    write(tmp_path / "source", {"mkdocs.yml": nav} | pages)

    assert check(tmp_path).exit_code == 0
    names = {
        it.relative_to(tmp_path / "hub/content/a").as_posix()
        for it in (tmp_path / "hub/content/a").iterdir()
    }
    assert names == {"index.md", "x.md"}


def test_what_a_page_says_of_an_order_in_words_is_its_own(tmp_path):
    page = "---\ntitle: A\norder: 2 pizzas\nimportance: 3\n---\nWords.\n"
    write(tmp_path / "source", {"_config.yml": "", "a.md": page})

    assert check(tmp_path).exit_code == 0
    text = (tmp_path / "hub/content/a.md").read_text()
    assert "order: 2 pizzas\n" in text
    assert "importance" not in text


@pytest.mark.parametrize("by", ["suffix", "folder"])
def test_languages_of_mkdocs_lie_below_their_own(by, tmp_path):
    named = {"suffix": "{1}{2}.{0}", "folder": "{0}/{1}{2}"}[by]
    pages = {
        f"docs/{named.format(code, 'g/', page)}.md": f"# {code} {page}\n\n[b](b.md)\n"
        for code in ("en", "fr")
        for page in ("index", "b")
    }
    _, made = planned(
        tmp_path,
        {
            "mkdocs.yml": f"site_name: S\nplugins:\n- i18n:\n    docs_structure: {by}\n    languages:\n"
            "    - {locale: en, default: true}\n    - {locale: fr}\n",
            **pages,
        },
    )

    assert sorted(it for it in made if it.endswith(".md")) == [
        "fr/g/b.md", "fr/g/index.md", "g/b.md", "g/index.md",
    ]  # fmt: skip
    assert "lang" not in fields_of(made["g/b.md"]) and "# " not in made["g/b.md"]
    assert fields_of(made["fr/g/index.md"])["lang"] == "fr"
    assert "[b](b.md)" in made["fr/g/index.md"] and "[b](b.md)" in made["g/index.md"]
