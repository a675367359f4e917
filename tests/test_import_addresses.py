"""The addresses at which Hugo and Jekyll published a page, placeholder by placeholder."""

import pytest

from nexusgen.importers.planning import plan_import
from nexusgen.importers.sites.hugo import read_hugo
from nexusgen.importers.sites.jekyll import read_jekyll
from nexusgen.importers.sites.mkdocs import read_mkdocs

HUGO_PAGE = '---\ntitle: "Dear Übung: A & B"\ndate: 2024-03-05T07:08:09Z\n---\nWords.\n'
POST = "---\ntitle: T\ncategories: [Web Dev, Tips]\n---\nWords.\n"


def hugo(pattern, path="posts/sub/deep/My_File Name.md", page=HUGO_PAGE):
    """Return the old addresses of a page of Hugo under a pattern for its section.

    `sub` is a section, for it has a page of its own; `deep` is none.
    """
    config = f'[permalinks]\n{path.partition("/")[0]} = "{pattern}"\n' if pattern else ""
    tree = {"hugo.toml": config, f"content/{path}": page, "content/posts/sub/_index.md": "Sub.\n"}
    return hugo_addresses(tree)[f"content/{path}"]


def hugo_addresses(tree):
    """Return the old addresses of the pages of a Hugo site by source."""
    found = read_hugo({path: text.encode() for path, text in tree.items()})
    return {item.source: item.old for item in found.items}


def jekyll(config, path="_posts/2024-01-01-My.First_post.md", page=POST):
    """Return the old addresses of a page of Jekyll under the settings."""
    found = read_jekyll({"_config.yml": config.encode(), path: page.encode()})
    return found.items[0].old


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/:year/:month/:day/:slug/", "2024/03/05/dear-übung-a-b/"),
        ("/:monthname/:weekday/:weekdayname/:yearday/:title", "march/2/tuesday/65/dear-übung-a-b/"),
        ("/:06/:1/:2/:002/:Jan/:January/:Mon/:200601/:slug", "24/3/5/065/mar/march/tue/202403/dear-übung-a-b/"),
        ("/:15.:04.:05/:Monday/:title", "07.08.09/tuesday/dear-übung-a-b/"),
        ("/:section/:filename/", "posts/my_file-name/"),
        ("/:sections/:slugorfilename/", "posts/sub/my_file-name/"),
        ("/:sections[1:]/:contentbasename/", "sub/my_file-name/"),
        ("/:sections[last]/:sections[0]/", "sub/posts/"),
        ("/x/:sections[1:last]/:slugorcontentbasename", "x/my_file-name/"),
        ("/:sections[:last]/x.html", "posts/x.html"),
        ("", "posts/sub/deep/my_file-name/"),
    ],
)  # fmt: skip
def test_hugo_fills_its_permalinks(pattern, address):
    assert hugo(pattern) == [address]


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("slug: own--slug", "posts/sub/own--slug/"),
        ("url: /where/it/was.html", "where/it/was.html"),
        ("slug: C++ and @home", "posts/sub/c++-and-@home/"),
        ("slug: a - b", "posts/sub/a-b/"),
        ("slug: -a-", "posts/sub/a/"),
    ],
)
def test_hugo_takes_slug_and_url_of_a_page(head, address):
    assert hugo("", "posts/sub/a.md", f"---\n{head}\n---\nWords.\n") == [address]


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("C++ and @home", "c-and-@home"),
        ("+lead", "-lead"),
        ("C++", "c"),
        ("don't & won't", "dont-wont"),
        ("a  -  b", "a-b"),
        ("slash/in it", "slash-in-it"),
        ("x_y.z~w#q", "x_y.z~w#q"),
    ],
)
def test_hugo_writes_titles_into_addresses(title, address):
    page = f'---\ntitle: "{title}"\n---\nWords.\n'

    assert hugo("/:title/", "posts/a.md", page) == [f"{address}/"]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("C++ and @home", "c++-and-@home"),
        ("a - b", "a---b"),
        ("don't & won't", "dont--wont"),
        ("a+b", "a+b"),
        ("v1.2", "v1.2"),
    ],
)
def test_hugo_writes_names_of_files_into_addresses(name, address):
    assert hugo("", f"posts/{name}.md", "Words.\n") == [f"posts/{address}/"]


def test_hugo_keeps_the_case_of_addresses_where_it_is_asked():
    config = 'disablePathToLower = true\n[permalinks]\na = "/:January/:title/"\n'
    tree = {"hugo.toml": config, "content/a/b.md": "---\ntitle: B\ndate: 2024-03-05\n---\n"}

    assert hugo_addresses(tree) == {"content/a/b.md": ["March/B/"]}


LANGUAGES = """defaultContentLanguage = "en"
[languages.en]
[languages.fr]
[languages.fr.permalinks]
notes = "/n/:slug/"
"""
TRANSLATED = {
    "content/about.md": "---\ntitle: About\n---\n",
    "content/about.fr.md": "---\ntitle: A propos\naliases: [/vieux/, autre]\n---\n",
    "content/notes/one.md": "---\ntitle: One\n---\n",
    "content/notes/one.fr.md": "---\ntitle: Un\n---\n",
    "content/posts/a/index.fr.md": "---\ntitle: A\nurl: /avec/\n---\n",
    "content/posts/b.v2.md": "---\ntitle: B\n---\n",
    "content/posts/c.fr.md": "---\ntitle: C\nurl: sans/\n---\n",
}


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_hugo_pages_have_their_language_in_their_names(prefix):
    subdir = "defaultContentLanguageInSubdir = true\n" if prefix else ""

    assert hugo_addresses({"hugo.toml": subdir + LANGUAGES, **TRANSLATED}) == {
        "content/about.md": [f"{prefix}about/"],
        "content/about.fr.md": ["fr/about/", "vieux/", "fr/autre/"],
        "content/notes/one.md": [f"{prefix}notes/one/"],
        "content/notes/one.fr.md": ["fr/n/un/"],
        "content/posts/a/index.fr.md": ["avec/"],
        "content/posts/b.v2.md": [f"{prefix}posts/b.v2/"],
        "content/posts/c.fr.md": ["fr/sans/"],
    }


def test_hugo_languages_have_folders_of_their_own():
    tree = {
        "config/_default/hugo.toml": 'defaultContentLanguage = "en"\n',
        "config/_default/languages.toml": '[en]\ncontentDir = "content/english"\n[fr]\ncontentDir = "content/french"\n',
        "config/_default/permalinks.toml": 'posts = "/p/:slug/"\n',
        "content/english/posts/a.md": "---\ntitle: One\n---\n",
        "content/french/posts/a.md": "---\ntitle: Un\n---\nVers [deux](b.md) et ![image](x.png).\n",
        "content/french/posts/b.md": "---\ntitle: Deux\n---\n",
        "content/french/posts/x.png": "PNG",
    }

    found = read_hugo({path: text.encode() for path, text in tree.items()})

    assert {it.source: (it.name, it.old, it.fields) for it in found.items} == {
        "content/english/posts/a.md": ("posts/a", ["p/one/"], {}),
        "content/french/posts/a.md": ("fr/posts/a", ["fr/p/un/"], {"lang": "fr"}),
        "content/french/posts/b.md": ("fr/posts/b", ["fr/p/deux/"], {"lang": "fr"}),
    }
    plan = plan_import(found, "site")
    french = next(file for file in plan.files if file.path == "fr/posts/a.md")
    assert "Vers [deux](b.md) et ![image](x.png)." in french.data.decode()
    assert "fr/posts/x.png" in [file.path for file in plan.files]


def test_a_link_of_a_translated_page_leads_to_a_page_of_its_language():
    tree = {
        "hugo.toml": LANGUAGES,
        **TRANSLATED,
        "content/notes/two.fr.md": 'To [one](one.md), [about]({{< ref "/about.md" >}}), [b]({{< relref "/posts/b.v2" >}}).\n',
    }

    plan = plan_import(read_hugo({path: text.encode() for path, text in tree.items()}), "site")

    text = next(file.data.decode() for file in plan.files if file.path == "fr/notes/two.md")
    assert "To [one](one.md), [about](../about.md), [b](../../posts/b.v2.md)." in text


def test_hugo_writes_ugly_urls_where_it_is_asked():
    page = "---\naliases: [/old/, rel.html]\n---\nWords.\n"

    assert hugo_addresses({"hugo.toml": "uglyURLs = true\n", "content/a/b.md": page}) == {
        "content/a/b.md": ["a/b.html", "old.html", "a/rel.html"]
    }


@pytest.mark.parametrize(
    ("permalink", "address"),
    [
        ("date", "web dev/tips/2024/01/01/My.First_post.html"),
        ("pretty", "web dev/tips/2024/01/01/My.First_post/"),
        ("ordinal", "web dev/tips/2024/001/My.First_post.html"),
        ("weekdate", "web dev/tips/2024/W01/Mon/My.First_post.html"),
        ("none", "web dev/tips/My.First_post.html"),
        ("/:slugified_categories/:slug/", "web-dev/tips/my-first-post/"),
        ("/:short_year/:i_month/:i_day/:short_month/:long_month/:name/", "24/1/1/Jan/January/my-first-post/"),
        ("/:w_year/:week/:w_day/:short_day/:long_day/:y_day/", "2024/01/1/Mon/Monday/001/"),
        ("/:hour-:minute-:second/:title:output_ext", "00-00-00/My.First_post.html"),
        ("/blog/:year:month:day_:title", "blog/20240101_My.First_post/"),
    ],
)  # fmt: skip
def test_jekyll_fills_its_permalinks(permalink, address):
    assert jekyll(f"permalink: {permalink}\n") == [address]


def test_jekyll_takes_the_week_of_the_year_that_owns_it():
    path = "_posts/2021-01-03-a.md"

    assert jekyll("permalink: /:w_year/W:week/:title/\n", path, "Words.\n") == ["2020/W53/a/"]


def test_jekyll_takes_the_time_of_the_front_matter():
    page = "---\ndate: 2024-03-05 07:08:09 +0100\n---\nWords.\n"

    address = jekyll("permalink: /:year/:day/:hour:minute:second/\n", page=page)

    assert address == ["2024/05/070809/"]


@pytest.mark.parametrize(
    ("path", "date", "address"),
    [
        ("_posts/2020-01-08-a.md", "8/1/2020", ["2020/01/08/a.html"]),
        ("_posts/2020-01-08-a.md", "2021-02-03", ["2021/02/03/a.html"]),
        ("_posts/a.md", "soon", []),
        ("_drafts/a.md", "", []),
        ("_drafts/a.md", "2021-02-03", ["2021/02/03/a.html"]),
    ],
)
def test_jekyll_makes_no_address_of_a_day_that_is_not_known(path, date, address):
    assert jekyll("", path, f"---\ndate: {date}\n---\nWords.\n") == address


@pytest.mark.parametrize(
    ("style", "page", "note"),
    [
        ("date", "a/page.html", "notes/in/one.html"),
        ("pretty", "a/page/", "notes/in/one/"),
        ("/:title/", "a/page/", "notes/in/one/"),
        ("/:title", "a/page/", "notes/in/one/"),
        ("/:title:output_ext", "a/page.html", "notes/in/one.html"),
    ],
)
def test_jekyll_pages_and_collections_end_as_posts_do(style, page, note):
    config = f"permalink: {style}\ncollections: [notes]\n"

    assert jekyll(config, "a/page.md", "---\ntitle: A\n---\n") == [page]
    assert jekyll(config, "_notes/in/one.md") == [note]


def test_jekyll_makes_a_readme_the_page_of_its_folder_but_in_collections():
    config = "permalink: pretty\ncollections: [notes]\n"

    assert jekyll(config, "a/README.md", "Words.\n") == ["a/"]
    assert jekyll(config, "_notes/a/readme.md", "Words.\n") == ["notes/a/readme/"]


def test_jekyll_pages_take_the_defaults_of_their_scope():
    config = (
        "defaults:\n- scope: {path: '', type: posts}\n  values: {permalink: '/p/:title/'}\n"
        "- scope: {path: a}\n  values: {permalink: '/of/:basename/'}\n"
    )

    assert jekyll(config) == ["p/My.First_post/"]
    assert jekyll(config, "a/page.md", "---\ntitle: A\n---\n") == ["of/page/"]


@pytest.mark.parametrize(
    ("flat", "addresses"),
    [
        (False, ["", "a/", "a/my page/", "a/reindex/", "b/readme/", "b/x.y/"]),
        (
            True,
            ["index.html", "a/index.html", "a/my page.html", "a/reindex.html", "b/readme.html", "b/x.y.html"],
        ),
    ],
)  # fmt: skip
def test_mkdocs_makes_readme_and_index_the_pages_of_their_folders(flat, addresses):
    names = ("index", "a/README", "a/my page", "a/reindex", "b/readme", "b/x.y")
    config = f"site_name: T\nuse_directory_urls: {str(not flat).lower()}\n"
    tree = {"mkdocs.yml": config, **{f"docs/{it}.md": "Words.\n" for it in names}}

    found = read_mkdocs({path: text.encode() for path, text in tree.items()})

    assert {it.source: "".join(it.old) for it in found.items} == {
        f"docs/{name}.md": address for name, address in zip(names, addresses, strict=True)
    }
