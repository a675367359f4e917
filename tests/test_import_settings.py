"""Who a site is about comes along with it, and settings that a hub has not are told."""

import pytest
import yaml
from click.testing import CliRunner

from nexusgen.cli import main
from tests.importing import plan_of
from tests.test_import_sites import planned, write

PAGES = {
    "hugo": {"content/posts/a.md": "---\ntitle: A\n---\nWords.\n", "static/img/me.png": "PNG"},
    "jekyll": {"index.md": "---\ntitle: Home\n---\nWords.\n", "img/me.png": "PNG"},
    "mkdocs": {"docs/index.md": "# Home\n\nWords.\n", "docs/img/me.png": "PNG"},
}
GITHUB = {"title": "GitHub", "url": "https://github.com/ada"}


def settings_of(tmp_path, tool, config):
    """Return the settings of the hub of a site, what its import leaves out and what it tells."""
    name = {"hugo": "hugo.yaml", "jekyll": "_config.yml", "mkdocs": "mkdocs.yml"}[tool]
    plan, files = planned(tmp_path, {name: config, **PAGES[tool]})
    left = {it.reason: it.text for it in plan.left if it.source == "settings"}
    return yaml.safe_load(files["site.yml"]), left, [it.message for it in plan.notes]


@pytest.mark.parametrize(
    ("tool", "config", "author"),
    [
        ("hugo", "params:\n  author: {name: Ada, email: ada@engine.eu}\n  social:\n  - {name: github, url: https://github.com/ada}",
         {"name": "Ada", "email": "ada@engine.eu", "links": [GITHUB]}),
        ("hugo", "author: Ada\nparams:\n  info: Engineer\n  avatarURL: /img/me.png\n  socialIcons:\n  - {name: GitHub, url: https://github.com/ada}",
         {"name": "Ada", "headline": "Engineer", "photo": "img/me.png", "links": [GITHUB]}),
        ("hugo", "languages:\n  en:\n    title: T\n    params:\n      author: {name: Ada, links: [{github: 'https://github.com/ada'}]}",
         {"name": "Ada", "links": [GITHUB]}),
        ("hugo", "Params:\n  Author: Ada\n  portrait: {path: img/me.png, alt: Her}\nmenu:\n  social: [{identifier: gh, name: GitHub, url: 'https://github.com/ada'}]",
         {"name": "Ada", "photo": "img/me.png", "links": [GITHUB]}),
        ("jekyll", "author: {name: Ada, bio: I write., avatar: /img/me.png, links: [{label: GitHub, icon: fab, url: 'https://github.com/ada'}]}",
         {"name": "Ada", "bio": "I write.", "photo": "img/me.png", "links": [GITHUB]}),
        ("jekyll", "title: T\nname: Ada\nemail: ada@engine.eu\ngithub_username: ada",
         {"name": "Ada", "email": "ada@engine.eu", "links": [GITHUB]}),
        ("jekyll", "github: {username: ada}\nsocial: {name: Ada, links: ['https://engine.eu/ada', 'https://x.com/ada']}",
         {"name": "Ada", "links": [GITHUB, {"title": "https://engine.eu/ada", "url": "https://engine.eu/ada"},
                                   {"title": "X", "url": "https://x.com/ada"}]}),
        ("mkdocs", "site_author: Ada\nextra:\n  social: [{icon: fontawesome/brands/github, link: https://github.com/ada}]",
         {"name": "Ada", "links": [GITHUB]}),
    ],
)  # fmt: skip
def test_the_author_and_accounts_come_along(tmp_path, tool, config, author):
    site, _, told = settings_of(tmp_path, tool, config)

    assert site["author"] == author
    assert ("the address ada@engine.eu will be public" in told) == ("email" in author)


@pytest.mark.parametrize(
    ("tool", "config", "language"),
    [
        ("hugo", "languageCode: pt-br", "pt-br"),
        ("jekyll", "lang: de", "de"),
        ("jekyll", "locale: en_US", "en-US"),
        ("mkdocs", "theme: {name: material, language: zh}", "zh"),
        ("mkdocs", "theme: readthedocs", None),
    ],
)
def test_the_language_comes_along(tmp_path, tool, config, language):
    site, _, _ = settings_of(tmp_path, tool, config)

    assert site.get("language") == language


@pytest.mark.parametrize(
    ("tool", "config", "key", "text"),
    [
        ("hugo", "params: {footer: {text: Made with love, show: true}}", "params.footer", "Made with love"),
        ("hugo", "menu: {footer: [{name: Talks, url: /talks/}]}", "menu.footer", "Talks /talks/"),
        ("jekyll", "footer: {links: [{label: Feed}]}", "footer", "Feed"),
        ("jekyll", "author: {name: Ada, location: Nairobi}", "author.location", "Nairobi"),
        ("mkdocs", "copyright: 2024 Ada", "copyright", "2024 Ada"),
    ],
)  # fmt: skip
def test_what_a_hub_has_not_is_told(tmp_path, tool, config, key, text):
    _, left, told = settings_of(tmp_path, tool, config)

    assert left == {f'setting "{key}" that a hub has not': text}
    assert f"settings that a hub has not are left out: {key}" in told


def test_the_name_of_a_jekyll_site_is_its_title_where_it_has_none(tmp_path):
    site, _, _ = settings_of(tmp_path, "jekyll", "name: Ada's garden\n")

    assert site["title"] == "Ada's garden"


def test_a_portrait_that_is_not_there_and_a_phone_are_told(tmp_path):
    config = "author: {name: Ada, avatar: away.png, phone: '0412 345'}\n"
    site, left, told = settings_of(tmp_path, "jekyll", config)

    assert site["author"] == {"name": "Ada"}
    assert left == {"picture that the source does not hold": "away.png"}
    assert 'what is private is left out, and not published: "phone"' in told


def test_links_elsewhere_in_the_navigation_stay_links(tmp_path):
    site, _, _ = settings_of(tmp_path, "mkdocs", "nav: [index.md, {Far: 'https://far.eu/'}]\n")

    assert site["nav"] == [{"title": "Far", "url": "https://far.eu/"}]


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"_config.yml": "title: T\n"}, "a.md"),
        ({"mkdocs.yml": "site_name: T\n"}, "docs/a.md"),
        ({"hugo.toml": ""}, "content/a.md"),
    ],
)
def test_a_domain_of_its_own_comes_along(tmp_path, files, path):
    page = "---\ntitle: A\n---\n[b](https://own.dev/b.txt)\n"
    folder = {"docs/a.md": "docs/", "content/a.md": "static/"}.get(path, "")
    more = {f"{folder}CNAME": "own.dev\n", f"{folder}b.txt": "B", path: page}
    _, written = planned(tmp_path, files | more)

    assert yaml.safe_load(written["site.yml"])["cname"] == "own.dev"
    assert "[b](b.txt)" in written["a.md"]
    assert "CNAME" not in written


@pytest.mark.parametrize("given", ["# Nexus\n\nWords.\n", "# N\n\n## Author\n\nBob Stone\n"])
def test_a_new_hub_from_a_source_has_the_author_that_was_named(tmp_path, given):
    readme = write(tmp_path, {"R.md": given}) / "R.md"
    hub = tmp_path / "hub"
    done = CliRunner().invoke(
        main, ["init", str(hub), "--from", str(readme), "--name", "Ada Lovelace"]
    )

    assert done.exit_code == 0, done.output
    site = yaml.safe_load((hub / "content/site.yml").read_text())
    assert site["author"]["name"] == "Ada Lovelace"
    assert not (hub / "content/imported-rest.md").exists()


def test_a_phone_number_and_a_street_of_a_readme_are_left_out_and_told():
    text = "# N\n\n## Contact\n\n- Name: Bob Stone\n- Phone: +251 91 234\n- Address: 12 Farm Rd\n"
    plan = plan_of(text)

    assert not [it.path for it in plan.files if b"91" in it.data or b"Farm" in it.data]
    assert [it.line for it in plan.left if it.reason.endswith("is private")] == [6, 7]
    assert [it.line for it in plan.notes if "is private is left out" in it.message] == [6, 7]


def test_the_main_menu_of_hugo_is_the_navigation(tmp_path):
    site = {
        "hugo.toml": "title = 'T'\n[[menu.main]]\nname = 'Me'\npageRef = '/about'\nweight = 3\n"
        "[[menu.main]]\nname = '<i class=\"x\"></i> Blog'\nurl = '/blog/'\nweight = 1\n"
        "[[menu.main]]\nname = 'Code'\nurl = 'https://code.example/me'\nweight = 2\n"
        "[[menu.main]]\nname = 'Gone'\nurl = '/none/'\n[[menu.footer]]\nname = 'Imprint'\nurl = '/imprint/'\n",
        "content/about.md": "---\ntitle: About\n---\nWords.\n",
        "content/blog/a.md": "---\ntitle: A\n---\nWords.\n",
    }
    plan, files = planned(tmp_path, site)

    assert yaml.safe_load(files["site.yml"])["nav"] == [
        {"title": "Blog", "url": "blog/"},
        {"title": "Code", "url": "https://code.example/me"},
        {"title": "Me", "url": "about.md"},
    ]
    notes = [note.message for note in plan.notes]
    assert "settings that a hub has not are left out: menu.footer" in notes
    assert "gone none" in [it.text for it in plan.left]


def test_sections_of_the_navigation_of_mkdocs_are_titles_of_their_folders(tmp_path):
    site = {
        "mkdocs.yml": "site_name: S\nnav:\n- index.md\n- The Guide:\n  - guide/a.md\n- Guide too:\n  - guide/b.md\n"
        "- All parts:\n  - ref/index.md\n  - Deep ones:\n    - ref/deep/x.md\n- News:\n  - news/n.md\n- Mixed:\n  - index.md\n",
        **{f"docs/{it}.md": f"# {it[-1].upper()}\n\nWords.\n" for it in ("index", "guide/a", "guide/b", "ref/index", "ref/deep/x", "news/n")},
    }  # fmt: skip
    plan, files = planned(tmp_path, site)

    titles = {path: text.split("\n")[1] for path, text in files.items() if "index.md" in path}
    assert titles == {
        "index.md": "title: X",
        "guide/index.md": "title: The Guide",
        "ref/index.md": "title: All parts",
        "ref/deep/index.md": "title: Deep ones",
        "news/index.md": "title: News",
    }
    order = ("guide", "ref", "news")
    weights = [
        yaml.safe_load(files[f"{it}/index.md"][4:].partition("\n---")[0])["weight"] for it in order
    ]
    assert weights == sorted(weights)
    left = [it.text for it in plan.left if "section of the navigation" in it.reason]
    assert left == ["Guide too", "Mixed"]


def test_just_the_docs_keeps_its_links_and_no_heading_of_a_list_of_contents(tmp_path):
    contents = "---\ntitle: A\n---\n## Parts\n{: .no_toc .text-delta }\n\n1. TOC\n{:toc}\n\n## One\n\nWords.\n"
    links = 'aux_links:\n  Code: ["//code.example/a"]\nnav_external_links:\n- {title: Far, url: https://far.example}\n'
    _, files = planned(tmp_path, {"_config.yml": links, "a.md": contents})

    assert yaml.safe_load(files["site.yml"])["nav"] == [
        {"title": "Code", "url": "https://code.example/a"},
        {"title": "Far", "url": "https://far.example"},
    ]
    assert files["a.md"].endswith("---\n## One\n\nWords.\n")
