"""Which entries are shown as related, and the reason given for each."""

from tests.linked import link


def related(files, path):
    found = link(files).graph.related.get(f"content/{path}", ())
    return [(one.entry.removeprefix("content/"), one.reason) for one in found]


def test_shared_tags_links_and_words_relate_and_are_named():
    files = {
        "n/a.md": "---\ntitle: Caching pages\ntags: [API, web]\n---\n[[hub]]",
        "n/b.md": "---\ntitle: Pages of paper\n---\n",
        "n/c.md": "---\ntitle: Other\ntags: [api]\n---\n",
        "n/d.md": "---\ntitle: More\n---\n[[hub]]",
        "n/hub.md": "---\ntitle: The Hub\n---\n",
    }

    assert related(files, "n/a.md") == [
        ("n/c.md", "tagged API"),
        ("n/d.md", "both link to The Hub"),
        ("n/b.md", "both about pages"),
    ]


def test_who_shares_more_comes_first():
    files = {
        "n/a.md": "---\ntags: [one, two, three]\n---\n",
        "n/b.md": "---\ntags: [one]\n---\n",
        "n/c.md": "---\ntags: [two, three]\n---\n",
    }

    assert related(files, "n/a.md") == [("n/c.md", "tagged three, two"), ("n/b.md", "tagged one")]


def test_entries_that_link_to_each_other_are_no_news():
    files = {"n/a.md": "---\ntags: [x]\n---\n[[b]]", "n/b.md": "---\ntags: [x]\n---\n"}

    assert related(files, "n/a.md") == related(files, "n/b.md") == []


def test_what_everybody_has_relates_nobody():
    files = {f"n/{number}.md": "---\ntags: [all]\n---\n" for number in range(60)}

    assert link(files).graph.related == {}


def test_drafts_are_related_to_nothing():
    files = {"n/a.md": "---\ntags: [x]\n---\n", "n/b.md": "---\ntags: [x]\ndraft: true\n---\n"}

    assert link(files).graph.related == {}
