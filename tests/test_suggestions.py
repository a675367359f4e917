import pytest

from nexusgen.core.problems import closest, did_you_mean, suggest

KNOWN = ("title", "tags", "date", "uses")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("titel", "title"),
        ("dtae", "date"),
        ("tag", "tags"),
        ("TITLES", "title"),
        ("user", ""),
        ("rate", ""),
        ("", ""),
    ],
)
def test_one_slip_of_the_finger_is_seen_through(name, meant):
    assert did_you_mean(name, KNOWN) == (f'did you mean "{meant}"?' if meant else "")


def test_all_names_are_listed_where_none_is_alike():
    assert suggest("x", KNOWN) == "use title, tags, date or uses"
    assert suggest("x", ("title",)) == "use title"
    assert suggest("titel", KNOWN) == 'did you mean "title"?'


def test_long_names_are_compared_whole_where_they_may_be_long():
    name = "specify-default-team-and-app-for-a-project-of-mine"

    assert closest(name.replace("mine", "yours"), [name]) == name
    assert did_you_mean("title" + "x" * 5000, KNOWN) == ""
