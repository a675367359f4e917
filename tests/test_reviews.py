"""Keeping entries fresh: when they were reviewed, when they are due, and noting that they were."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusgen.cli import main
from nexusgen.content.dates import day_after, in_words, parse_duration
from nexusgen.core.problems import NexusgenError
from nexusgen.disk.hub import Request, check_hub
from nexusgen.tools.reviews import due_entries, note_reviews

HUB = {
    "content/site.yml": "title: Hub\nkinds:\n  technology: {review_every: 6 months}\n",
    "content/technologies/celery.md": "---\ntitle: Celery\ndate: 2024-01-31\n---\nRuns tasks.\n",
    "content/technologies/redis.md": "---\ntitle: Redis\nreviewed: 2025-03-01 # by me\n---\nFast.\n",
    "content/notes/old.md": "---\ntitle: Old\nreview_every: 1y\n---\nA note.\n",
    "content/notes/free.md": "---\ntitle: Free\n---\nA note.\n",
    "content/technologies/index.md": "---\ntitle: Tools\n---\nAll.\n",
}


@pytest.fixture
def hub(tmp_path):
    for name, text in HUB.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(capsys, *arguments):
    """Run a command; return its exit code, and what it printed."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return ended.value.code, capsys.readouterr()


@pytest.mark.parametrize(
    ("text", "short"),
    [("90d", "90d"), ("6 months", "6m"), ("1y", "1y"), ("2 Weeks", "2w"), ("1 year", "1y"),
     ("soon", None), ("0d", None), ("-1d", None), ("6 moons", None), ("10000d", None), ("", None)],
)  # fmt: skip
def test_spans_of_time_are_read(text, short):
    assert parse_duration(text) == short


@pytest.mark.parametrize(
    ("day", "span", "after"),
    [("2024-01-31", "1m", "2024-02-29"), ("2024-02-29", "1y", "2025-02-28"),
     ("2024-11-30", "3m", "2025-02-28"), ("2024-12-31", "1d", "2025-01-01"),
     ("2024-01-01", "2w", "2024-01-15"), ("9999-06-01", "1y", "")],
)  # fmt: skip
def test_spans_are_counted_in_the_calendar(day, span, after):
    assert day_after(day, span) == after


@given(st.dates(max_value=date(2900, 1, 1)), st.integers(1, 9999), st.sampled_from("dwmy"))
def test_what_is_counted_from_a_day_lies_after_it(day, number, unit):
    after = day_after(day.isoformat(), f"{number}{unit}")

    assert after == "" or date.fromisoformat(after) - day >= timedelta(days=number)
    assert in_words("1m") == "month"
    assert in_words("12d") == "12 days"


def test_each_entry_that_asks_for_it_is_due_in_time(hub):
    rows = [(one.entry.title, one.review.due) for one in due_entries(hub, "2025-09-01")]

    assert rows == [("Old", ""), ("Celery", "2024-07-31"), ("Redis", "2025-09-01")]
    assert [one.entry.title for one in due_entries(hub, "2025-08-31")] == ["Old", "Celery"]


def test_private_entries_and_drafts_are_never_due(hub):
    for name in ("draft", "private"):
        (hub / f"content/technologies/{name}.md").write_text(
            f"---\ntitle: X\ndate: 2020-01-01\n{name}: true\n---\n"
        )

    assert "X" not in [one.entry.title for one in due_entries(hub, "2030-01-01")]


def test_a_check_tells_what_is_due_on_a_day(hub):
    def found(day):
        problems = check_hub(Request(hub, today=day)).problems
        return [(one.path, one.message) for one in problems if one.code == "entry.due"]

    assert ("content/technologies/redis.md" in dict(found("2025-08-31"))) is False
    assert found("2025-09-01")[-1] == (
        "content/technologies/redis.md",
        "its review is due since 2025-09-01: every 6 months, last on 2025-03-01",
    )
    assert dict(found("2025-02-28"))["content/technologies/redis.md"] == (
        "it says that it was reviewed on 2025-03-01, a day to come"
    )


def test_the_command_lists_what_is_due(hub, capsys):
    code, out = run(capsys, "due", "-C", hub, "--on", "2025-08-20", "--within", "30d", "--json")
    document = json.loads(out.out)

    assert code == 0
    assert (document["on"], document["until"]) == ("2025-08-20", "2025-09-19")
    assert [(one["title"], one["overdue"]) for one in document["entries"]] == [
        ("Old", True), ("Celery", True), ("Redis", False),
    ]  # fmt: skip


@pytest.mark.parametrize("given", [("--on", "tomorrow"), ("--within", "soon")])
def test_what_is_no_day_or_span_is_told(hub, capsys, given):
    code, out = run(capsys, "due", "-C", hub, *given)

    assert code == 2
    assert f'{given[0]} cannot be "{given[1]}"' in out.err


def test_no_review_is_noted_of_a_day_that_has_not_come(hub, capsys):
    code, out = run(capsys, "reviewed", "Celery", "-C", hub, "--on", "2999-01-01")

    assert code == 2
    assert "nothing was reviewed on 2999-01-01 yet" in out.err


def test_a_span_that_cannot_be_read_is_a_problem(hub):
    (hub / "content/notes/free.md").write_text("---\ntitle: Free\nreview_every: soon\n---\n")
    problems = check_hub(Request(hub)).problems

    assert [one.line for one in problems if one.code == "field.duration"] == [3]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: A\n---\nText\n", "---\nreviewed: 2026-01-02\ntitle: A\n---\nText\n"),
        ("---\r\ntitle: A\r\ndate: 2024-01-01\r\n---\r\n",
         "---\r\ntitle: A\r\nreviewed: 2026-01-02\r\ndate: 2024-01-01\r\n---\r\n"),
        ("---\nreviewed: 2024-01-01 # me\n---\n", "---\nreviewed: 2026-01-02 # me\n---\n"),
        ("---\nreviewed: '2024-01-01'\n---\n", "---\nreviewed: '2026-01-02'\n---\n"),
        ("---\nreviewed:   # never\ntitle: A\n---\n",
         "---\nreviewed: 2026-01-02 # never\ntitle: A\n---\n"),
        ("---\nreviewed: ~\n---\n", "---\nreviewed: 2026-01-02\n---\n"),
        ("Only text", "---\nreviewed: 2026-01-02\n---\nOnly text"),
    ],
)  # fmt: skip
def test_a_review_is_noted_and_nothing_else_changes(tmp_path, before, after):
    path = tmp_path / "content/notes/a.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(before.encode())
    note_reviews(tmp_path, ["notes/a"], "2026-01-02", dry_run=False)

    assert path.read_bytes().decode() == after
    assert note_reviews(tmp_path, ["notes/a.md"], "2026-01-02", dry_run=True).changed == {}


def test_an_item_of_a_list_is_reviewed_alone(tmp_path):
    path = tmp_path / "content/notes/list.yml"
    path.parent.mkdir(parents=True)
    path.write_text("- title: One\n- title: Two\n  body: |\n    Text\n")
    note_reviews(tmp_path, ["Two"], "2026-01-02", dry_run=False)

    assert path.read_text() == (
        "- title: One\n- reviewed: 2026-01-02\n  title: Two\n  body: |\n    Text\n"
    )


def test_what_is_no_entry_or_more_than_one_is_told(hub):
    (hub / "content/notes/again.md").write_text("---\ntitle: Celery\n---\n")

    with pytest.raises(NexusgenError, match='there is no entry "Celary"'):
        note_reviews(hub, ["Celary"], "2026-01-02", dry_run=False)
    with pytest.raises(NexusgenError, match="names 2 entries"):
        note_reviews(hub, ["celery"], "2026-01-02", dry_run=False)


def test_the_command_notes_today_unless_a_day_is_given(hub, capsys):
    code, out = run(capsys, "reviewed", "-C", hub, "Celery", "Redis", "--on", "2026-01-02")

    assert (code, out.out) == (0, "Noted a review on 2026-01-02 in 2 files\n")
    assert "reviewed: 2026-01-02 # by me\n" in (hub / "content/technologies/redis.md").read_text()


def test_the_page_says_when_it_was_reviewed_and_is_due(site):
    for name, text in HUB.items():
        site.write(name, text)
    built = site.note("notes/odd.md", title="Odd", date="2024-01-01", review_every="9999y").build()
    page = built.output("technologies/redis/index.html")

    assert '<time datetime="2025-03-01">1 March 2025</time>' in page
    assert '<time datetime="2025-09-01">1 September 2025</time>' in page
    assert '<span hidden data-overdue="2025-09-01">overdue</span>' in page
    assert "overdue" not in built.output("notes/odd/index.html")
    assert "overdue" not in built.output("technologies/index.html")
