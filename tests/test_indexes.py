import pytest

from tests.reading import read, settle


def settled(*paths):
    """Return url, section and whether it is the folder's page, by path below `content/`."""
    entries = [read("Text.", f"content/{path}").entries[0] for path in paths]
    return {
        entry.path.removeprefix("content/"): (entry.url, entry.section, entry.is_index)
        for entry in settle(entries)
    }


@pytest.mark.parametrize("name", ["index.md", "README.md", "Readme.markdown", "ruby.md", "Ruby.md"])
def test_page_of_a_folder_has_the_url_of_the_folder(name):
    pages = settled(f"ruby/{name}", "ruby/blocks.md")

    assert pages == {
        f"ruby/{name}": ("ruby/", "ruby", True),
        "ruby/blocks.md": ("ruby/blocks/", "ruby", False),
    }


def test_root_has_a_page_too():
    assert settled("README.md", "other.md") == {
        "README.md": ("", "", True),
        "other.md": ("other/", "", False),
    }


def test_index_comes_before_readme_and_that_before_the_name_of_the_folder():
    assert settled("ruby/ruby.md", "ruby/README.md", "ruby/index.md") == {
        "ruby/ruby.md": ("ruby/ruby/", "ruby", False),
        "ruby/README.md": ("ruby/readme/", "ruby", False),
        "ruby/index.md": ("ruby/", "ruby", True),
    }
    assert settled("ruby/ruby.md", "ruby/README.md") == {
        "ruby/ruby.md": ("ruby/ruby/", "ruby", False),
        "ruby/README.md": ("ruby/", "ruby", True),
    }


def test_order_of_the_files_makes_no_difference():
    paths = ("ruby/index.md", "ruby/README.md", "ruby/ruby.md", "ruby/a/index.md")

    assert settled(*paths) == settled(*reversed(paths))


def test_folder_with_nothing_but_its_page_is_an_entry_of_the_folder_above():
    assert settled("technologies/django/index.md", "technologies/python.md") == {
        "technologies/django/index.md": ("technologies/django/", "technologies", False),
        "technologies/python.md": ("technologies/python/", "technologies", False),
    }


def test_folder_with_more_than_its_page_is_a_section():
    pages = settled("notes/deep/index.md", "notes/deep/er/x.md", "notes/deep/er/er.md")

    assert pages["notes/deep/index.md"] == ("notes/deep/", "notes/deep", True)
    assert pages["notes/deep/er/er.md"] == ("notes/deep/er/", "notes/deep/er", True)


def test_folder_that_holds_folders_of_one_entry_each_is_a_section():
    pages = settled("notes/deep/index.md", "notes/deep/a/index.md")

    assert pages["notes/deep/index.md"] == ("notes/deep/", "notes/deep", True)
    assert pages["notes/deep/a/index.md"] == ("notes/deep/a/", "notes/deep", False)


def test_section_at_the_root_may_hold_nothing_but_its_page():
    assert settled("notes/index.md") == {"notes/index.md": ("notes/", "notes", True)}


@pytest.mark.parametrize("name", ["ruby.md", "Ruby.markdown"])
def test_note_beside_a_folder_without_a_page_is_its_page(name):
    assert settled(name, "ruby/blocks.md") == {
        name: ("ruby/", "ruby", True),
        "ruby/blocks.md": ("ruby/blocks/", "ruby", False),
    }
    assert settled("a/my-notes.md", "a/My Notes/b/x.md")["a/my-notes.md"] == (
        "a/my-notes/", "a/My Notes", True,
    )  # fmt: skip


def test_folder_that_has_a_page_needs_none_beside_it():
    pages = settled("ruby.md", "ruby/README.md", "ruby/blocks.md", "tags.md", "tags/x.md")

    assert pages["ruby.md"] == ("ruby/", "", False)
    assert pages["ruby/README.md"] == ("ruby/", "ruby", True)
    assert pages["tags.md"] == ("tags/", "", False)
