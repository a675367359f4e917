"""The addresses at which Hugo and Jekyll published a page, placeholder by placeholder."""

import pytest

from nexusgen.importers.hugo import read_hugo
from nexusgen.importers.jekyll import read_jekyll

HUGO_PAGE = '---\ntitle: "Dear Übung: A & B"\ndate: 2024-03-05\n---\nWords.\n'
POST = "---\ntitle: T\ncategories: [Web Dev, Tips]\n---\nWords.\n"


def hugo(pattern, path="posts/sub/deep/My_File Name.md", page=HUGO_PAGE):
    """Return the old addresses of a page of Hugo under a pattern for its section."""
    config = f'[permalinks]\n{path.partition("/")[0]} = "{pattern}"\n' if pattern else ""
    found = read_hugo({"hugo.toml": config.encode(), f"content/{path}": page.encode()})
    return found.items[0].old


def jekyll(config, path="_posts/2024-01-01-My.First_post.md", page=POST):
    """Return the old addresses of a page of Jekyll under the settings."""
    found = read_jekyll({"_config.yml": config.encode(), path: page.encode()})
    return found.items[0].old


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("/:year/:month/:day/:slug/", "2024/03/05/dear-übung-a-b/"),
        ("/:monthname/:weekday/:weekdayname/:yearday/:title", "March/2/Tuesday/65/dear-übung-a-b/"),
        ("/:section/:filename/", "posts/my_file-name/"),
        ("/:sections/:slugorfilename/", "posts/sub/deep/my_file-name/"),
        ("/:sections[1:]/:contentbasename/", "sub/deep/my_file-name/"),
        ("/:sections[last]/:sections[0]/", "deep/posts/"),
        ("/:sections[:last]/x.html", "posts/sub/x.html"),
        ("", "posts/sub/deep/my_file-name/"),
    ],
)
def test_hugo_fills_its_permalinks(pattern, address):
    assert hugo(pattern) == [address]


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("slug: own--slug", "posts/sub/own--slug/"),
        ("url: /where/it/was.html", "where/it/was.html"),
        ("slug: C++ and @home", "posts/sub/c++-and-@home/"),
        ("slug: a - b", "posts/sub/a-b/"),
    ],
)
def test_hugo_takes_slug_and_url_of_a_page(head, address):
    assert hugo("", "posts/sub/a.md", f"---\n{head}\n---\nWords.\n") == [address]


def test_hugo_writes_ugly_urls_where_it_is_asked():
    found = read_hugo({"hugo.toml": b"uglyURLs = true\n", "content/a/b.md": b"Words.\n"})

    assert found.items[0].old == ["a/b.html"]


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


def test_jekyll_pages_take_the_defaults_of_their_scope():
    config = (
        "defaults:\n- scope: {path: '', type: posts}\n  values: {permalink: '/p/:title/'}\n"
        "- scope: {path: a}\n  values: {permalink: '/of/:basename/'}\n"
    )

    assert jekyll(config) == ["p/My.First_post/"]
    assert jekyll(config, "a/page.md", "---\ntitle: A\n---\n") == ["of/page/"]
