"""A README becomes entries, whatever form its author gave it."""

import pytest
import yaml

from nexusgen.importers.planning import plan_import
from nexusgen.importers.sources import read_repository
from tests.importing import entries_of, front_matter, lost_words, pages_of, plan_of, titles_of

WHOLE = {
    "technology": ["Python", "Django", "Redis"],
    "concept": ["Caching", "Database Design"],
    "challenge": ["Slow queries", "Lost tasks"],
    "practice": ["Write tests first", "Keep functions small"],
}

BULLETS = """\
# Nexus

## Overview

What I learned at work, in a few words.

## Technologies

- **Python** – The language.
- **Django** – The framework.
- **Redis** – The cache.

## Concepts

- **Caching** – Keep what is dear.
- **Database Design** – Tables and keys.

## Challenges and Solutions

- **Challenge:** Slow queries
  - **Solution:** Added an index
- **Challenge:** Lost tasks
  - **Solution:** Acknowledged late

## Best Practices

- Write tests first.
- Keep functions small.
"""

HEADINGS = """\
# Nexus

What I learned at work, in a few words.

## 🧠 What I Learned

### 🛠️ Key Technologies

#### Python

The language.

#### Django

The framework.

#### Redis

The cache.

### 💡 Core Concepts

#### 1. Caching

- Keep what is dear.

#### 2. Database Design

- Tables and keys.

## 🚧 Challenges I Faced

### Challenge 1: Slow queries

**Problem:** Pages took seconds.

**Solution:**

- Added an index

### Challenge 2: Lost tasks

**Problem**

Tasks vanished.

**Solution**

Acknowledged late

## ✅ Conventions

### Write tests first

### Keep functions small
"""

NUMBERS = """\
# Nexus

## 1. Technologies Used

1. Python: The language.
2. Django: The framework.
3. Redis: The cache.

## 2. Principles

1) **Caching:** Keep what is dear.
2) **Database Design:** Tables and keys.

## 3. Obstacles

1. **Slow queries**
   - *Problem*: Pages took seconds.
   - *Solution*: Added an index
2. **Lost tasks**
   - *Problem*: Tasks vanished.
   - *Solution*: Acknowledged late

## 4. Personal Takeaways

1. Write tests first.
2. Keep functions small.
"""

TABLES = """\
# Nexus

## Tech Stack

| Technology | Purpose |
| --- | --- |
| Python | The language |
| **Django** | The framework |
| `Redis` | The cache |

## Concepts

| # | Concept | Description |
|:-:|---|---|
| 1 | Caching | Keep what is dear |
| 2 | Database Design | Tables and keys |

## Problems & Solutions

Challenge | Root Cause | Fix
--- | --- | ---
Slow queries | No index | Added an index
Lost tasks | Early ack | Acknowledged late

## Best Practices

| Practice | Why |
|---|---|
| Write tests first | They last |
| Keep functions small | They read well |
"""

BOLD = """\
**Nexus**

**Overview**

What I learned at work, in a few words.

**🔧 Technologies:**

* Python - The language.
* Django - The framework.
* Redis - The cache.

**Concepts**

* Caching - Keep what is dear.
* Database Design - Tables and keys.

**Challenges & Solutions**

* Challenge: Slow queries
  Solution: Added an index
* Challenge: Lost tasks
  Solution: Acknowledged late

**Best Practices**

* Write tests first.
* Keep functions small.
"""

HTML = """\
<h1 align="center">Nexus</h1>

<h2>Technologies</h2>

- [Python](https://www.python.org) – The language.
- [Django](https://www.djangoproject.com) – The framework.
- `Redis`: The cache.

<h2 id="concepts">Concepts</h2>

+ Caching: Keep what is dear.
+ Database Design: Tables and keys.

<h2>
  Challenges
</h2>

- **Slow queries**: Pages took seconds. **Solution:** Added an index
- **Lost tasks**: Tasks vanished. **Solution:** Acknowledged late

<h2>Best Practices</h2>

- [x] Write tests first
- [ ] Keep functions small
"""

SETEXT = """\
Nexus
=====

Technologies
------------

* __Python__: The language.
* __Django__: The framework.
* __Redis__: The cache.

Concepts
--------

* Caching
  - Keep what is dear.
* Database Design
  - Tables and keys.

Challenges
----------

**Slow queries**

*Problem:* Pages took seconds.

*Solution:* Added an index

**Lost tasks**

*Problem:* Tasks vanished.

*Solution:* Acknowledged late

Takeaways
---------

* Write tests first.
* Keep functions small.
"""

NO_MARK = """\
Nexus
Overview
What I learned at work, in a few words.
Major Learnings
This is a summary of it.
Key Technologies

Python: The language.
Django: The framework.
Redis: The cache.

Important Concepts

Caching: Keep what is dear.
Database Design: Tables and keys.

Challenges and Solutions

Challenge: Slow queries
Solution: Added an index

Challenge: Lost tasks
Solution: Acknowledged late

Best Practices
Write tests first.
Keep functions small.
"""

DOTS = """\
Nexus

🔧 Technologies
• Python – The language.
• Django – The framework.
• Redis – The cache.

💡 Concepts
• Caching – Keep what is dear.
• Database Design – Tables and keys.

🚧 Challenges & Solutions
1. Slow queries
   Problem: Pages took seconds.
   Solution: Added an index
2. Lost tasks
   Problem: Tasks vanished.
   Solution: Acknowledged late

✅ Best Practices
• Write tests first.
• Keep functions small.
"""

ALL_FIRST_LEVEL = """\
# Overview

What I learned at work, in a few words.

# Technologies

- Python
- Django
- Redis

# Concepts

- Caching
- Database Design

# Challenges

- Challenge 1: Slow queries
- Solution: Added an index
- Challenge 2: Lost tasks
- Solution: Acknowledged late

# Takeaways

- Write tests first
- Keep functions small
"""

FORMS = {
    "bullets": BULLETS,
    "headings": HEADINGS,
    "numbers": NUMBERS,
    "tables": TABLES,
    "bold": BOLD,
    "html": HTML,
    "setext": SETEXT,
    "no mark": NO_MARK,
    "dots": DOTS,
    "all first level": ALL_FIRST_LEVEL,
    "crlf": BULLETS.replace("\n", "\r\n"),
    "bom": "\ufeff" + BULLETS,
    "in a fence": f"````markdown\n{BULLETS}````\n",
    "in a bare fence": f"```\n{BULLETS}\n```\n",
    "in a fence after words": f"Here is the file:\n\n```md\n{BULLETS}```\n",
    "escaped": BULLETS.replace("#", "\\#").replace("**", "\\*\\*").replace("- ", "\\- "),
    "no space after marks": BULLETS.replace("## ", "##"),
    "closed headings": BULLETS.replace("## Concepts", "## Concepts ##"),
    "capitals": BULLETS.replace("## Technologies", "## TECHNOLOGIES:"),
    "bold headings": BULLETS.replace("## Concepts", "## **Concepts**"),
    "short code": BULLETS.replace("## Concepts", "## :bulb: Concepts"),
    "one level deeper": BULLETS.replace("\n## ", "\n### "),
    "contents": BULLETS.replace("## Overview", "## Table of Contents\n\n- [Technologies](#technologies)\n- [Concepts](#concepts)\n\n## Overview"),
    "dashes between": BULLETS.replace("\n## ", "\n---\n\n## "),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_entries(form):
    plan = plan_of(FORMS[form])

    assert titles_of(plan) == WHOLE


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_solutions_and_no_other(form):
    challenges = entries_of(plan_of(FORMS[form]))["challenge"]

    assert [it["solution"].lstrip("- ") for it in challenges] == [
        "Added an index",
        "Acknowledged late",
    ]


TRAPS = """\
# Nexus

## Features

- **Best Practices**: what they are
- **Challenges & Solutions**: what went wrong
- Technologies

## Project Overview

It has projects.

## Technologies

### Docker

```bash
# Challenges
docker ps
```

## Checklist

- [ ] Concepts
- [x] Projects

## Collaboration

### Best Practices

- Talk first

## Challenges

## Best Practices

- [Add your practice here]
- Keep notes

## Acknowledgements

- Technologies I love
"""


def test_only_sections_make_entries_and_only_of_their_kind():
    plan = plan_of(TRAPS)

    assert titles_of(plan) == {"technology": ["Docker"], "practice": ["Keep notes"]}


def test_an_empty_section_and_a_placeholder_are_told():
    plan = plan_of(TRAPS)

    told = {left.reason: left.text for left in plan.left}
    assert told["empty section"] == "Challenges"
    assert told["placeholder"] == "[Add your practice here]"
    assert 'the section "Challenges" is empty' in [note.message for note in plan.notes]


def test_both_sides_of_a_merge_are_kept():
    text = "# A\n\n## Best Practices\n\n<<<<<<< HEAD\n- Test first\n=======\n- Test early\n>>>>>>> main\n"

    plan = plan_of(text)

    assert titles_of(plan) == {"practice": ["Test first", "Test early"]}
    assert [left.reason for left in plan.left] == ["mark of an unfinished merge"] * 2


def test_an_unclosed_fence_ends_before_the_next_heading():
    text = "# What I learned\n\n## Setup\n\n```sh\nmake\n# no heading\n\n## Technologies\n\n- **Python** – The language\n\n## Usage\n\n```sh\nrun\n```\n"

    plan = plan_of(text)

    assert titles_of(plan) == {"technology": ["Python"]}
    assert "make\n# no heading\n\n```" in pages_of(plan)["setup.md"]


def test_captions_of_buttons_go():
    plan = plan_of("# What I learned\n\n## Setup\n\nbash\nCopy code\nmake\n")

    assert pages_of(plan)["setup.md"] == "```bash\nmake\n```\n"
    assert [left.text for left in plan.left] == ["Copy code"]


def test_a_problem_without_a_solution_has_none():
    text = "# A\n\n## Challenges\n\n- **Slow queries**: Pages took seconds\n- Lost tasks\n\n### N+1\n\n**Issue:** Many queries\n"

    challenges = entries_of(plan_of(text))["challenge"]

    assert all("solution" not in it for it in challenges)
    assert challenges[-1]["problem"] == "Many queries"


LABELS = [
    "### Slow\n\n#### Problem\n\nP\n\n#### Root Cause\n\nC\n\n#### Solution\n\nS\n\n#### Result\n\nO",
    "### Slow\n\n**Problem**: P\n**Root cause**: C\n**Solution**: S\n**Outcome**: O",
    "### Slow\n\n- **Problem:** P\n- **Cause:** C\n- **Fix:** S\n- **Result:** O",
    "### 1. Challenge: Slow\n\n*Issue:* P\n\n*Why*: C\n\n*How I solved it:* S\n\n*Impact:* O",
    "- **Slow**\n  - Problem: P\n  - Reason: C\n  - Resolution: S\n  - Lesson learned: O",
    "1. **Slow**\n- Problem: P\n- Cause: C\n- Solution: S\n- Outcome: O",
    "| Challenge | Problem | Root Cause | Solution | Result |\n|-|-|-|-|-|\n| Slow | P | C | S | O |",
    "**Slow**\n\n❌ Problem: P\n\n🔍 Cause: C\n\n✅ Solution: S\n\n🎉 Outcome: O",
]


@pytest.mark.parametrize("text", LABELS)
def test_labels_of_all_forms_become_fields(text):
    (entry,) = entries_of(plan_of(f"# A\n\n## Challenges\n\n{text}\n"))["challenge"]

    fields = {
        name: entry.get(name) for name in ("title", "problem", "cause", "solution", "outcome")
    }
    assert fields == {
        "title": "Slow",
        "problem": "P",
        "cause": "C",
        "solution": "S",
        "outcome": "O",
    }


def test_a_readme_of_one_project_is_one_project():
    text = "# Shop API\n\nA shop.\n\n## Features\n\n- Cart\n\n## Tech Stack\n\n- Django\n\n## Installation\n\nRun it.\n"

    plan = plan_of(text)

    assert titles_of(plan) == {"project": ["Shop API"]}
    body = entries_of(plan)["project"][0]["body"]
    assert [line for line in body.split("\n") if line.startswith("#")] == [
        "## Features",
        "## Tech Stack",
        "## Installation",
    ]


def test_projects_are_headings_rows_or_bullets():
    text = (
        "# A\n\n## Projects\n\n### 1. Shop\n\nA shop.\n\n### 2. Chat\n\nA chat.\n\n# B\n\n## Case Studies\n\n"
        "- [Poll](https://github.com/me/poll) – Votes\n- **Blog**: Posts\n"
    )

    projects = entries_of(plan_of(text))["project"]

    assert [it["title"] for it in projects] == ["Shop", "Chat", "Poll", "Blog"]
    assert projects[2]["repository"] == "https://github.com/me/poll"


def test_uses_name_the_technologies_of_the_text_as_whole_words():
    text = (
        "# A\n\n## Technologies\n\n- **Django REST Framework (DRF)** – APIs\n- **Go** – Fast\n- **Redis** – Cache\n\n"
        "## Challenges\n\n- **Versions of DRF** – Going on\n- **Redis-like locks** – Ok\n"
    )

    challenges = entries_of(plan_of(text))["challenge"]

    assert challenges[0]["uses"] == ["technologies/django-rest-framework-drf"]
    assert "uses" not in challenges[1]


AUTHOR = """\
# A

## Overview

Words.

## Author

**Ada Byron**
Engineer of analytical engines
GitHub: [ada](https://github.com/ada-b)
Email: ada@analytical.engine
[LinkedIn](https://linkedin.com/in/your-profile)
"""


def test_the_author_becomes_a_setting_and_placeholders_go():
    plan = plan_of(AUTHOR)

    site, _ = front_matter(plan.files[0])
    assert site["author"] == {
        "name": "Ada Byron",
        "headline": "Engineer of analytical engines",
        "email": "ada@analytical.engine",
        "links": [{"title": "GitHub: ada", "url": "https://github.com/ada-b"}],
    }
    assert "the address ada@analytical.engine will be public" in [it.message for it in plan.notes]
    assert "placeholder" in [left.reason for left in plan.left]


def test_links_within_the_text_lead_to_the_new_pages_and_dead_ones_become_text():
    text = "# A\n\n## Overview\n\nSee [the tools](#-technologies) and [guide](docs/guide.md).\n\n## 🛠 Technologies\n\n- Python\n- Redis\n"

    plan = plan_of(text)

    assert "See [the tools](technologies/index.md) and guide." in pages_of(plan)["index.md"]
    assert any("docs/guide.md" in note.message for note in plan.notes)


NUMBERED_HEADINGS = """\
# Shop

<a id="start"></a>

[a](#1-cors-errors) [b](#-2-leaks) [c](#start) [d](docs/a.md#2-mend) [e](docs/a.md#gone)

## 🚧 Challenges

### 1. CORS errors

Blocked.

### 🔴 2. Leaks

Unlike [the first](#1-cors-errors), it grew. [Up](#start)

## Setup

Run it.
"""
PAGE_BESIDE = """\
# A

[f](../README.md#-challenges) [g](../README.md#1-cors-errors) [h](../README.md#gone) [i](#mend)

## 2. Mend

Words.
"""


def test_links_to_parts_lead_by_the_anchors_of_github_to_where_these_are_now():
    tree = {"README.md": NUMBERED_HEADINGS.encode(), "docs/a.md": PAGE_BESIDE.encode()}

    files = {it.path: it for it in plan_import(read_repository(tree), "shop").files}

    project, leaks, page = (
        front_matter(files[path])[1]
        for path in ("projects/shop.md", "challenges/leaks.md", "docs/a.md")
    )
    assert "[a](../challenges/cors-errors.md) [b](../challenges/leaks.md) [c](#start)" in project
    assert "[d](../docs/a.md#2-mend) [e](../docs/a.md)" in project
    assert "[the first](cors-errors.md), it grew. [Up](../projects/shop.md#start)" in leaks
    assert "[f](../challenges/index.md) [g](../challenges/cors-errors.md) [h](../index.md)" in page
    assert "i\n" in page


def test_text_with_no_heading_at_all_is_the_home_page():
    plan = plan_of("just some words of mine.\nand more of them.\n", "notes.txt")

    assert pages_of(plan) == {"index.md": "just some words of mine.\nand more of them.\n"}


def test_a_section_in_a_section_leaves_the_entries_before_it():
    text = (
        "# What I learned\n\n## Challenges Faced\n\n**Challenge 1: Stale data**\n- *Fix:* signals\n\n**Challenge 2: Deploys**\n"
        "- *Fix:* CI\n\n### Lessons Learned\n\n- Start small\n\n## Technologies\n\n- Python\n\n### Conclusion\n\nDone.\n"
    )

    plan = plan_of(text)

    assert titles_of(plan) == {
        "technology": ["Python"],
        "challenge": ["Stale data", "Deploys"],
        "practice": ["Start small"],
    }
    assert [it["solution"] for it in entries_of(plan)["challenge"]] == ["signals", "CI"]


def test_commands_without_a_fence_are_code_and_their_comments_no_headings():
    text = (
        "# What I learned\n\n## Setup\n\n# Clone it\ngit clone https://example.org/shop.git\ncd shop\n\n"
        "# Run it\npython manage.py runserver\n\nThat is all.\n"
    )

    plan = plan_of(text)

    assert pages_of(plan)["setup.md"] == (
        "```\n# Clone it\ngit clone https://example.org/shop.git\ncd shop\n\n"
        "# Run it\npython manage.py runserver\n```\n\nThat is all.\n"
    )


def test_a_second_section_on_one_project_belongs_to_it():
    text = (
        "# Learnings\n\n## Technologies\n\n- Rust\n\n## Projects\n\n- **Crane** – lifts things\n\n"
        "## Crane: Deployment\n\nOn the quay.\n\n## Key Projects\n\n### Crane\n\nIt got a light.\n"
    )

    (crane,) = entries_of(plan_of(text))["project"]

    assert crane["summary"] == "lifts things"
    assert crane["body"] == "## Deployment\n\nOn the quay.\n\nIt got a light.\n"


def test_what_follows_a_broken_line_or_a_table_of_tabs_is_no_part_of_it():
    text = "# What I learned\n\n## Challenges\n\n- Lamp out  \n  It was old.\n- Stairs:\n  - Steep.\n\n## Page\n\nA\tB\n1\t2\n3\t4\nWords below.\n"

    plan = plan_of(text)

    lamp, stairs = entries_of(plan)["challenge"]
    assert (lamp["title"], lamp["summary"]) == ("Lamp out", "It was old.")
    assert (stairs["title"], stairs["summary"]) == ("Stairs", "Steep.")
    assert pages_of(plan)["page.md"].endswith("| 3 | 4 |\n\nWords below.\n")


def test_bullets_behind_a_tab_are_a_list_and_a_section_of_sentences_is_no_contents_list():
    text = "# A web app\n\n## Features\n\nDisplay\n\t•\tShows sails\n\t\t•\tIn knots\n\n## Installation\n\nRun it.\n\n## Navigation\n\n- It has pages for all that one may want to see\n"

    (app,) = entries_of(plan_of(text))["project"]

    assert "Display\n- Shows sails\n  - In knots\n" in app["body"]
    assert "## Navigation\n\n- It has pages" in app["body"]


def test_paragraphs_that_are_broken_within_sentences_are_no_entries():
    text = (
        "# What I learned\n\n## Technologies\n\n- Python\n\n## Best Practices\n\n"
        "I learned that it is important to write tests before the code is\nmerged, as nobody writes them afterwards.\n"
    )

    assert titles_of(plan_of(text)) == {"technology": ["Python"]}


def test_what_was_done_for_an_aim_is_the_solution_where_one_is_promised():
    text = (
        "# What I learned\n\n## Challenges and how I solved them\n\n"
        "- To prevent collisions at sea in nights without a moon, when nobody sees the rocks, I built a lighthouse with a lamp that turns, and a horn beside it.\n"
        "- Finally, to keep order, we wrote a log\n- Faced challenges reading the maps by turning them around\n"
    )

    found = entries_of(plan_of(text))["challenge"]

    assert [(it["title"], it["solution"].rstrip(".")) for it in found] == [
        (
            "To prevent collisions at sea in nights without a moon, when nobody sees the rocks",
            "I built a lighthouse with a lamp that turns, and a horn beside it",
        ),
        ("Finally, to keep order", "we wrote a log"),
        ("Faced challenges reading the maps", "by turning them around"),
    ]


def test_prose_below_a_heading_that_repeats_the_kind_is_no_practice():
    text = (
        "# What I learned\n\n## Best Practices & Takeaways\n\n### Best Practices\n\n- Write tests first\n- Read the log\n\n"
        "### Personal Takeaways\n\nThe way was long. We came home.\n"
    )

    assert titles_of(plan_of(text)) == {"practice": ["Write tests first", "Read the log"]}


def test_a_table_of_challenges_without_bars_gives_their_solutions():
    rows = [("Lamp out", "New wick"), ("Stairs wet", "Sand on them"), ("Horn silent", "Oiled")]
    lines = "\n\n".join(f"{a}\n\n{b} was put there by the keeper." for a, b in rows)
    drawn = "\n\n".join(f"{a:30}{b}" for a, b in rows)
    heading = "Harbour Log\n\nWhat I learned there.\n\nChallenges & Solutions\n\n"

    stacked = entries_of(plan_of(f"{heading}Challenge\n\nSolution\n\n{lines}\n"))["challenge"]
    spaced = entries_of(plan_of(f"{heading}{'Challenge':30}Solution\n\n{drawn}\n"))["challenge"]

    assert [it["title"] for it in stacked] == [it["title"] for it in spaced] == [a for a, _ in rows]
    assert [it["solution"] for it in spaced] == [b for _, b in rows]


def test_a_title_between_two_lines_is_a_heading():
    line = "-" * 12
    parts = {"Technologies": "- Rust\n- Go", "Landing Rules": "1. Row\n2. Rest"}
    text = "What I Learned\n====\n\nWhat I learned.\n\n" + "\n\n".join(
        f"{line}\n{title}\n{line}\n\n{items}" for title, items in parts.items()
    )

    plan = plan_of(text + "\n")

    assert titles_of(plan) == {"technology": ["Rust", "Go"]}
    assert "landing-rules.md" in pages_of(plan)


def test_the_hardest_part_told_in_prose_and_the_last_of_some_bullets_have_a_solution():
    text = (
        "What I learned\n\nChallenges and How I Overcame Them\n"
        "The most challenging aspect was the fog, which hid the rocks. To address this, I rang the bell.\n\n"
        "Conclusion\nA good year for all of us who were there.\n"
    )
    bullets = "# What I learned\n\n## Challenges I Faced\n\n1. Fog\n- It hid the rocks\n- I ordered a bell\n\n2. Wind\n- It blew\n- Nobody knew why\n"

    (told,) = entries_of(plan_of(text))["challenge"]
    fog, wind = entries_of(plan_of(bullets))["challenge"]

    assert told["solution"] == "To address this, I rang the bell."
    assert (fog["problem"], fog["solution"]) == ("- It hid the rocks", "I ordered a bell")
    assert "solution" not in wind


def test_a_section_without_a_dash_ends_a_list_of_lines_that_have_one():
    dashed = "# Maze\n\nWhat I learned.\n\nTechnologies Used\nRust - the language\nGo - the other one\nChallenges I Faced\n\n1. Fog\n\nIt hid all the rocks that there were.\n\n2. Wind\n\nIt blew from the north for days.\n"

    assert titles_of(plan_of(dashed)) == {
        "technology": ["Rust", "Go"],
        "challenge": ["Fog", "Wind"],
    }


def test_a_label_or_the_name_of_the_file_before_a_title_is_no_part_of_it():
    body = "\n\nOverview\nThis app shows sails to all who pass.\n\nHow to Run\nWait for wind.\n"

    for before in ("Portfolio Entry: ", "reflection.md\nFinal Reflection — "):
        assert titles_of(plan_of(f"{before}Sail Tracker App{body}")) == {
            "project": ["Sail Tracker App"]
        }


def test_titles_above_what_fixed_them_are_challenges_even_after_code_that_was_never_closed():
    text = (
        "# Sail App\n\n## Overview\n\nThis app shows sails.\n\n## Installation\n\n```bash\nnpm install\n\nThen open:\n\nApproach\n\nI did it one step after another.\n\n"
        "Challenges & Learnings\n\nTorn canvas\n\nIt tore in the wind\nFixed by sewing it twice\n\nLost knots\n\nThey came undone\nResolved by wax\n"
    )

    found = entries_of(plan_of(text))

    assert [it["title"] for it in found["challenge"]] == ["Torn canvas", "Lost knots"]
    assert [it["solution"] for it in found["challenge"]] == [
        "Fixed by sewing it twice",
        "Resolved by wax",
    ]


def test_short_lines_above_sentences_are_the_titles_of_practices():
    text = (
        "Core Concepts\n\nTides\nThey come and go twice a day.\n\nTechnologies Covered\n\nRust\nIt is the language of the ship.\n\n"
        "Challenges Faced\n\nFog: nobody saw the rocks\n\nBest Practices\n\nQuiet Watch\nKept a light in each window.\nWrote down who came.\n\nClean Deck\nSwept it each morning.\n"
    )

    assert titles_of(plan_of(text))["practice"] == ["Quiet Watch", "Clean Deck"]
    assert titles_of(plan_of(text))["concept"] == ["Tides"]


@pytest.mark.parametrize("sign", [":", " –", "**:"])
def test_names_with_sentences_that_hold_commas_are_no_line_of_names(sign):
    lines = [
        f"{'**' * sign.startswith('*')}{name}{sign} {rest}"
        for name, rest in (
            ("Tides", "in twice a day, out twice a day, never late."),
            ("Fog", "it comes at night."),
        )
    ]

    plan = plan_of("# What I learned\n\nHello.\n\n## Concepts\n\n" + "\n".join(lines) + "\n")

    assert titles_of(plan) == {"concept": ["Tides", "Fog"]}


def test_a_line_of_contacts_is_taken_piece_by_piece():
    contact = "Email: ada@lamps.eu · [LinkedIn](https://linkedin.com/in/ada-l) · Nairobi"
    plan = plan_of(
        f"# Log\n\nHello.\n\n## Concepts\n\n- Tides: twice a day\n\n## Contact\n\n{contact}\n"
    )
    author = yaml.safe_load(next(file.data for file in plan.files if file.path == "site.yml"))[
        "author"
    ]

    assert author == {
        "email": "ada@lamps.eu",
        "links": [{"title": "LinkedIn", "url": "https://linkedin.com/in/ada-l"}],
        "bio": "Nairobi",
    }
    assert any("author: name" in note.message for note in plan.notes)


def test_the_letter_of_a_tag_takes_no_word_from_a_sentence():
    plan = plan_of("# Log\n\n<p><i>From x to y</i></p>\n\n## About me\n\nI am the keeper of it.\n")

    assert {file.path for file in plan.files} == {"site.yml", "index.md"}


def test_bold_words_over_two_lines_are_plain_in_the_description():
    intro = "Notes on **lamps and\nlenses** and [the\ntower](https://x.example)."
    plan = plan_of(f"# Log\n\n{intro}\n\n## Technologies\n\n- Redis: a cache\n")

    settings = next(file.data for file in plan.files if file.path == "site.yml")
    assert b"description: Notes on lamps and lenses and the tower.\n" in settings


def test_a_list_after_a_colon_in_the_text_of_a_numbered_challenge_belongs_to_it():
    text = (
        "# What I learned\n\n## Challenges and Solutions\n\nChallenge 1: Knots\n\nThey differ. For example:\n- Bowline\n- Hitch\n\n"
        "This was solved by using the right one.\n\nChallenge 2: Fog\n\nTo see in it, the lamp was used to light the way.\n"
    )

    knots, fog = entries_of(plan_of(text))["challenge"]

    assert knots["solution"] == "This was solved by using the right one."
    assert "- Bowline\n- Hitch" in knots["problem"]
    assert fog["solution"] == "the lamp was used to light the way."


def test_a_column_of_technologies_used_is_told_of_the_groups_before_it():
    text = "# What I learned\n\n## Technologies\n\n| Domain | Technologies Used |\n|---|---|\n| Web | Rust, Go |\n| Store | SQLite, Redis |\n"

    assert titles_of(plan_of(text)) == {"technology": ["Web", "Store"]}


def test_titles_with_a_colon_above_their_problem_are_challenges():
    text = (
        "Oar Trainer\n\nOverview\n\nThis app trains those who row.\n\nHow to Run\n\nSit down.\n\nChallenges and Solutions\n\n"
        "Some troubles were met and resolved:\n\n\n\nTorn Sails:\n\n\n\nProblem: The wind was strong.\n\n\n\nSolution: Sewed them.\n\n\n\n"
        "Lost Oars:\n\n\n\nProblem: They swam away.\n\n\n\nSolution: Tied them.\n\nResources Used\n\nThe map\n\nThe log\n"
    )

    found = entries_of(plan_of(text))["challenge"]

    assert [(it["title"], it["solution"]) for it in found] == [
        ("Torn Sails", "Sewed them."),
        ("Lost Oars", "Tied them."),
    ]


def test_what_was_learned_two_levels_below_a_part_of_a_project_becomes_entries():
    text = (
        "# Sail Poll App\n\n## Overview of the Course\n\nIt was long.\n\n### Major Learnings\n\n#### Technologies Covered\n\n- Rust\n- Go\n\n"
        "#### Challenges\n\n- Fog\n- Wind\n\n## Product Overview\n\nIt counts sails.\n\n## Features\n\n- Sails\n\n## Installation\n\nRow.\n"
    )

    found = titles_of(plan_of(text))

    assert found == {
        "project": ["Sail Poll App"],
        "technology": ["Rust", "Go"],
        "challenge": ["Fog", "Wind"],
    }


def test_lines_behind_a_tab_below_a_colon_are_a_list_and_numbered_titles_apart_open_sections():
    text = (
        "Harbour Notes\n\n1. Overview\n\nWe looked at the sea for a while, and wrote down what it did.\n\n"
        "2. Difficulties encountered\n\nSome came up:\n\treading the old charts,\n\tresolving knots.\n\n"
        "3. Larger seas\n\nFor these it is wise to:\n\ttake a larger boat,\n\ttake more rope.\n"
    )

    plan = plan_of(text)

    assert titles_of(plan) == {"challenge": ["reading the old charts", "resolving knots"]}
    assert "- take a larger boat\n- take more rope" in pages_of(plan)["larger-seas.md"]


def test_further_section_of_a_kind_without_text_leaves_no_heading_that_nothing_stands_below():
    text = (
        "# Kiln notes\n\n## Challenges\n\n- **Cracks**: dried too fast\n- **Dull glaze**: too cold\n\n"
        "## Glazing Challenges\n\n- **Runs**: too thick\n- **Pinholes**: dust\n\n"
        "## Challenges Faced\n\n- **Soot**: a closed damper\n- **Warps**: an uneven shelf\n"
    )

    plan = plan_of(text)

    tags = {it["title"]: it.get("tags") for it in entries_of(plan)["challenge"]}
    sort = ["Glazing Challenges"]
    assert tags == {
        "Cracks": None, "Dull glaze": None, "Runs": sort, "Pinholes": sort, "Soot": None, "Warps": None,
    }  # fmt: skip
    index = next(it for it in plan.files if it.path == "challenges/index.md")
    assert b"##" not in index.data
    assert not lost_words(text)


REFERENCES = """\
# My Nexus

Learned at [ALX], see [the
program][Alx].[^year]

## Technologies

- **[Redis][redis]** – Caches, see [docs][redis] and `[docs][redis]`.
- **Celery[^2]** – Tasks.

## Challenges

- **Lost tasks**: Celery lost them. *Solution*: acknowledge late, see [docs][] and ![a graph][graph].[^year]

## License

- [x] MIT, not [none] of these.

```md
[redis][docs]
[docs]: https://code.test
```

## Contact

Name: Jane Roe

[![GitHub][badge]][gh]

<!-- addresses -->
[alx]: https://alx.test
[REDIS]: <https://redis.test>
[redis]: https://second.test
[docs]: https://celery.test/a_(b)
[graph]: https://x.test/a.png 'In 2024'
[x]: https://x.test
[gh]: https://github.com/jane
[badge]: https://img.test/gh.svg
[//]: # (a remark)

[^year]: In 2024, see [ALX]
    and more.
[^2]: A queue.
"""


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("A Loom-based mill", True), ("Loom-powered and fast", True), ("Loom-gestützte Tuche", True),
        ("A mill that is Loom-driven.", True), ("A Loom-backedness", False), ("In Loom-compose", False),
        ("A Loom-free mill", False), ("A hand-Loom-based mill", False), ("A Looms-based mill", False),
    ],
)  # fmt: skip
def test_a_name_with_what_says_that_it_was_used_is_used(text, uses):
    plan = plan_of(
        f"# H\n\n## Technologies\n\n- Loom: weaves.\n- Reed: beats.\n\n## Projects\n\n- **Mill**: {text}\n"
    )
    (project,) = entries_of(plan)["project"]
    assert ("uses" in project) is uses


def test_addresses_by_a_name_and_footnotes_stand_on_each_page_that_uses_them():
    plan = plan_of(REFERENCES)
    found = entries_of(plan)
    pages = pages_of(plan)

    note = "[^year]: In 2024, see [ALX](https://alx.test)\n    and more."
    home = "Learned at [ALX](https://alx.test), see [the\nprogram](https://alx.test).[^year]"
    assert pages["index.md"].strip() == f"{home}\n\n{note}"
    redis, celery = found["technology"]
    assert (redis["title"], redis["homepage"]) == ("Redis", "https://redis.test")
    assert redis["body"].strip() == "Caches, see [docs](https://redis.test) and `[docs][redis]`."
    assert (celery["title"], "[^2]: A queue." in celery["body"]) == ("Celery", True)
    (challenge,) = found["challenge"]
    link = (
        '[docs](<https://celery.test/a_(b)>) and ![a graph](https://x.test/a.png "In 2024").[^year]'
    )
    assert challenge["solution"] == f"acknowledge late, see {link}\n\n{note}"
    assert "- [x] MIT, not [none] of these." in pages["license.md"]
    assert "[docs]: https://code.test" in pages["license.md"]
    assert not {"contact.md", "imported-rest.md"} & pages.keys()


def test_the_author_has_the_links_of_badges_and_none_of_definitions():
    plan = plan_of(REFERENCES)

    author = {"name": "Jane Roe", "links": [{"title": "GitHub", "url": "https://github.com/jane"}]}
    assert front_matter(plan.files[0])[0]["author"] == author
    assert front_matter(plan.files[0])[0]["description"] == "Learned at ALX, see the program."
    assert not lost_words(REFERENCES)
    told = {(it.line, it.text) for it in plan.left if "nothing uses" in it.reason}
    assert told == {
        (33, "[redis]: https://second.test"),
        (36, "[x]: https://x.test"),
        (39, "[//]: # (a remark)"),
    }


LOOM = """\
# Loom diary

Learned <strong>much</strong> in a <em>year</em>.

## Tech:<b>

- Heddle, Reed, Shuttle and Treadle</b>

## Concepts

<b>Warp:</b> The threads that stay.

*<b>Weft</b>*: The threads that move, see `<b>x</b>`.

## Challenges

- **Torn threads**:
  <i>Problem:</i> I let them tear. In my loom I did.
  <i>Solution:</i> I wax them. So I do.
- <strong> Knots </strong> - <em>Issue</em>: too many. <strong>Fix:</strong> Comb first.

## Best Practices

<p align="center">
<b>Centered</b> words</p>

- <b >Count <i>every</i> thread</b >
- Keep them dry

```html
<b>code</b>
```
"""


def test_bold_and_italic_of_html_are_read_as_those_of_markdown():
    plan = plan_of(LOOM)
    found = entries_of(plan)

    assert titles_of(plan) == {
        "technology": ["Heddle", "Reed", "Shuttle", "Treadle"],
        "concept": ["Warp", "Weft"],
        "challenge": ["Torn threads", "Knots"],
        "practice": ["Count every thread", "Keep them dry"],
    }
    assert [(it["problem"], it["solution"]) for it in found["challenge"]] == [
        ("I let them tear. In my loom I did.", "I wax them. So I do."),
        ("too many.", "Comb first."),
    ]
    assert found["concept"][1]["body"].strip() == "The threads that move, see `<b>x</b>`."
    assert found["practice"][0]["rule"] == "Count *every* thread"
    index = next(it for it in plan.files if it.path == "practices/index.md")
    assert b"<b>Centered</b> words</p>" in index.data
    assert "imported-rest.md" not in pages_of(plan)
    assert not lost_words(LOOM)


def test_code_after_a_list_stays_one_block():
    practice = entries_of(plan_of(LOOM))["practice"][1]

    assert practice["body"].strip() == "```html\n<b>code</b>\n```"


def test_several_items_of_names_are_one_entry_each():
    text = "# A\n\n## Technologies\n\n- Torch, TorchVision, CUDA\n- numpy, PIL, scipy\n"

    assert titles_of(plan_of(text)) == {
        "technology": ["Torch, TorchVision, CUDA", "numpy, PIL, scipy"]
    }


def test_a_column_of_icons_is_no_label():
    text = (
        "# A\n\n## Technologies\n\n| <img src='https://x.test/i.png' width='20'> | Name | Why |\n|---|---|---|\n"
        "| 1 | Django | Web |\n| ![logo](https://x.test/r.png) | Redis | Cache |\n"
    )

    django, redis = entries_of(plan_of(text))["technology"]

    assert (django["summary"], django["body"].strip()) == ("Web", "")
    assert redis["body"].strip() == "![logo](https://x.test/r.png)"


@pytest.mark.parametrize("words", ["  Shop API\n  <br>\n", ""])
def test_the_logo_in_a_title_of_html_stands_on_its_page(words):
    text = (
        '<h1 align="center">\n  <br>\n  <a href="https://shop.test"><img src="https://shop.test/logo.png" alt="Shop API" width="200"></a>\n'
        f"{words}</h1>\n\nA shop, for those who shop.\n\n## Installation\n\nRun https it.\n"
    )

    plan = plan_of(text)

    (project,) = entries_of(plan)["project"]
    assert project["title"] == "Shop API"
    assert project["body"].startswith(
        "[![Shop API](https://shop.test/logo.png)](https://shop.test)"
    )
    assert "imported-rest.md" not in pages_of(plan)
    assert not lost_words(text)


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        (
            "For questions:  \n**Ada Lovelace** – [ada@me.test](mailto:ada@me.test)\n",
            {"name": "Ada Lovelace", "email": "ada@me.test"},
        ),
        (
            "Ada Lovelace - [@ada](https://x.test/ada) - ada@me.test\n\nProject Link: [home](https://me.test/p)\n",
            {
                "name": "Ada Lovelace",
                "email": "ada@me.test",
                "links": [
                    {"title": "@ada", "url": "https://x.test/ada"},
                    {"title": "Project Link: home", "url": "https://me.test/p"},
                ],
            },
        ),
        ("Email Me - [ada@me.test](mailto:ada@me.test)\n", {"email": "ada@me.test"}),
    ],
)
def test_whose_the_address_is_stands_beside_it(lines, author):
    text = f"# A\n\nWords.\n\n## Contact\n\n{lines}"

    plan = plan_of(text)

    assert front_matter(plan.files[0])[0]["author"] == author
    assert pages_of(plan).keys() == {"index.md"}
    assert not lost_words(text)


@pytest.mark.parametrize(
    "lines",
    [
        "| Name | Email |\n|---|---|\n| Ann Lee | ann@e.org |\n| Bob Ray | bob@e.org |",
        "- Ann Lee - [@ann](https://github.com/ann)\n- Bob Ray - [@bob](https://github.com/bob)",
        "- **Ann Lee** (ann@e.org)\n- **Bob Ray** (bob@e.org)",
        "[Ann](https://linkedin.com/in/ann), [Bob](https://linkedin.com/in/bob)",
        "**Ann Lee**\nBackend Engineer\n\n**Bob Ray**\nFrontend Engineer",
    ],
)
def test_a_section_on_several_people_is_a_page_as_it_is(lines):
    plan = plan_of(f"# TP\n\n## Authors\n\n{lines}\n\n## Notes\n\nWords.\n")

    assert pages_of(plan)["authors.md"] == f"{lines}\n"
    assert "author" not in front_matter(plan.files[0])[0]


@pytest.mark.parametrize(
    "lines",
    [
        "| Name | E-mail | Role |\n|---|---|---|\n| Ann Lee | ann@e.org | Backend Engineer |",
        "| | |\n|---|---|\n| Name | Ann Lee |\n| E-mail | ann@e.org |\n| Role | Backend Engineer |",
        "**Ann Lee**\n**Backend Engineer**\n- ann@e.org",
    ],
)
def test_a_table_on_one_author_is_read_cell_by_cell(lines):
    plan = plan_of(f"# TP\n\n## Author\n\n{lines}\n\n## Notes\n\nWords.\n")

    site = front_matter(plan.files[0])[0]
    assert site["author"]["name"] == "Ann Lee"
    assert site["author"]["email"] == "ann@e.org"
    assert site["author"]["headline"].endswith("Backend Engineer")
    assert [*pages_of(plan)] == ["index.md", "notes-page.md"]


def test_a_further_address_of_the_author_is_a_link():
    site, _ = front_matter(plan_of("# A\n\n## Author\n\nAnn Lee\nann@e.org\nann@w.org\n").files[0])

    assert (site["author"]["email"], site["author"]["links"]) == ("ann@e.org", ["mailto:ann@w.org"])


def test_a_sentence_with_a_link_gives_the_link_and_stays():
    text = "# A\n\nWords.\n\n## Contact\n\nPlease write to [Ada](https://ada.test).\n"

    plan = plan_of(text)

    assert front_matter(plan.files[0])[0]["author"]["links"] == [
        {"title": "Ada", "url": "https://ada.test"}
    ]
    assert pages_of(plan)["contact.md"].strip() == "Please write to [Ada](https://ada.test)."


def test_a_heading_alone_below_the_title_stands_on_the_home_page():
    text = "# ada\n\n### Hi, I am Ada, also [here](https://ada.test) 👋\n\n## Technologies\n\n- Looms\n- Cards\n<br/>\n\n## What I learned\n\n## Concepts\n\n- Loops\n"

    plan = plan_of(text)

    assert pages_of(plan)["index.md"].startswith("Hi, I am Ada, also [here](https://ada.test) 👋")
    assert [it["body"] for it in entries_of(plan)["technology"]] == ["", ""]
    assert titles_of(plan)["technology"] == ["Looms", "Cards"]
    assert not lost_words(text)


def test_a_title_ends_with_its_sentence_and_not_with_a_short_word_or_in_a_bracket():
    titles = [
        "Rules catch obvious scans (e.g. Nmap. And those of others) very well, but miss slower ones",
        "Do not trust St. Petersburg time zones",
        "Ask Dr. Lee, i.e. Ann, before you measure",
        "Keep the U.S. format apart",
    ]
    first = f"{titles[0]}. Some more."
    text = "\n".join(f"- {it}" for it in [first, *(f"{it}. They changed." for it in titles[1:])])

    plan = plan_of(
        f"# Lab, e.g. Mine\n\nTests of St. Petersburg (e.g. its clocks) by me. More.\n\n## Lessons Learned\n\n{text}\n"
    )

    assert titles_of(plan)["practice"] == titles
    site, _ = front_matter(plan.files[0])
    assert site["description"] == "Tests of St. Petersburg (e.g. its clocks) by me."


def test_a_title_that_is_cut_leaves_no_bracket_open():
    (title,) = titles_of(
        plan_of(f"# A\n\n## Lessons Learned\n\n- {'Cut it ' * 15}(and {'on ' * 30}end)\n- B\n")
    )["practice"][:1]

    assert title == f"{'Cut it ' * 14}Cut it…"


PARTS = """\
# Weather Station App

## Sensors

### What I Built

A mast.

### Challenges

- **Rust** - painted it

### Cleanup

```text
one


two
```


## Wind

### Major Learnings

#### Challenges

- **Gusts** - anchored it

#### Best Practices

- Measure twice

### Setup

Run it.
"""


def test_entries_of_a_project_are_linked_where_they_stood_and_one_line_parts_headings():
    (project,) = entries_of(plan_of(PARTS))["project"]

    assert project["body"].strip() == PARTS.partition("\n\n")[2].strip().replace(
        "- **Rust** - painted it", "- [Rust](../challenges/rust.md)"
    ).replace("- **Gusts** - anchored it", "- [Gusts](../challenges/gusts.md)").replace(
        "- Measure twice", "- [Measure twice](../practices/measure-twice.md)"
    ).replace("\n\n\n##", "\n\n##")


@pytest.mark.parametrize(
    "name",
    [
        "**🔴 Challenge {}: {}**",
        "***🔴 Challenge {}: {}***",
        "**:red_circle: Problem {}: {}**",
        "**1️⃣ Challenge #{} – {}** 🔥",
        "🔴 Challenge {}: {}",
    ],
)
def test_a_picture_in_the_name_of_a_challenge_takes_nothing_of_it(name):
    told = "\n- ❗ Problem: It was told twice\n- ✅ Solution: Read it first\n"
    parts = [name.format(i, title) + told for i, title in enumerate(["Double cipher", "Shell"], 1)]

    found = entries_of(plan_of("# CTF\n\n## Challenges Faced\n\n" + "\n".join(parts)))["challenge"]

    assert [(it["title"], it["problem"], it["solution"]) for it in found] == [
        ("Double cipher", "It was told twice", "Read it first"),
        ("Shell", "It was told twice", "Read it first"),
    ]


def test_what_a_sort_of_technologies_lists_connects_with_who_names_it():
    text = (
        "# Notes\n\n## Tech Stack\n\n- **Backend:** Node.js, Express and Redis\n- **Database:** PostgreSQL\n- Redis\n\n"
        "## Challenges\n\n- **Slow pages** - an index in PostgreSQL and a cache in Redis\n"
    )

    plan = plan_of(text)

    assert [it.get("aliases") for it in entries_of(plan)["technology"]] == [
        ["Node.js", "Express"],
        ["PostgreSQL"],
        None,
    ]
    (challenge,) = entries_of(plan)["challenge"]
    assert challenge["uses"] == ["technologies/database", "technologies/redis"]


def test_a_description_ends_above_a_list():
    text = "# A\n\n## Overview\n\nIt tells of what I need for work:\n- tools\n1. rules\n\nMore of it stands below.\n"

    site, _ = front_matter(plan_of(text).files[0])

    assert site["description"] == "More of it stands below."


def test_no_title_ends_within_code_or_loses_an_arrow_between_words():
    text = "# A\n\n## Concepts\n\n- The `add → commit - push` cycle\n- `a: b` - a pair\n"

    assert titles_of(plan_of(text))["concept"] == ["The add → commit - push cycle", "a: b"]


UNSEEN_MARKS = """\
# My hub <!-- omit in toc -->

[1](#slow) [2](#lost-tasks-id) [3](#back)

## Challenges

<a name="slow"></a>

### Slow pages <!-- ask Bob -->
**Problem:** slow <!-- very --> pages
**Solution:** run `<!-- kept -->`

([back to top](#my-hub))

### Lost tasks {#lost-tasks-id}
{: .no_toc }
**Problem:** lost

### <span id="back">Wrong totals</span> [⬆](#my-hub)
**Problem:** wrong

### Leaks <!-- ask
Eve -->
1. **Problem:** leaks
2. **Root-cause:** open
3. **Solution:** close

## Best Practices
- Test first <!-- always -->
<!-- lint off -->
"""


def test_comments_names_and_links_back_are_no_part_of_titles_and_fields():
    plan = plan_of(UNSEEN_MARKS)

    assert titles_of(plan) == {
        "challenge": ["Slow pages", "Lost tasks", "Wrong totals", "Leaks"],
        "practice": ["Test first"],
    }
    slow, lost, _, leaks = entries_of(plan)["challenge"]
    assert (leaks["problem"], leaks["cause"], leaks["solution"]) == ("leaks", "open", "close")
    assert (slow["problem"], slow["solution"]) == ("slow pages", "run `<!-- kept -->`")
    assert lost["problem"] == "lost"
    assert set(entries_of(plan)["practice"][0]) == {"title", "weight", "body"}
    links = [
        f"[{i}](challenges/{it})"
        for i, it in enumerate(("slow-pages.md", "lost-tasks.md", "wrong-totals.md"), 1)
    ]
    assert " ".join(links) in pages_of(plan)["index.md"]
    assert {"comment", "name or attribute of a heading", "link back to the top"} <= {
        it.reason for it in plan.left
    }
    assert not lost_words(UNSEEN_MARKS)


@pytest.mark.parametrize(
    ("heading", "title", "body"),
    [("[Lost tasks](https://a.test/7)", "Lost tasks", "[Lost tasks](https://a.test/7)"),
     ("Wrong totals ([#12](https://a.test/12))", "Wrong totals (#12)", "[#12](https://a.test/12)")],
)  # fmt: skip
def test_the_link_in_the_title_of_a_challenge_is_no_part_of_its_problem(heading, title, body):
    text = f"# A\n\n## Challenges\n\n### {heading}\n**Problem:** died\n**Solution:** late\n"

    (found,) = entries_of(plan_of(text))["challenge"]

    assert (found["title"], found["problem"], found["body"].strip()) == (title, "died", body)


@pytest.mark.parametrize(
    ("lines", "solution", "body"),
    [
        ("**Problem:** p\n**Why it mattered:** w\n**Solution:** s\n**Tech used:** t", "s", "**Why it mattered:** w\n\n**Tech used:** t"),
        ("- **Problem:** p\n- **Solution:** s\n- **Tech used (all):** t\n- **Results:** r", "s", "- **Tech used (all):** t"),
        ("Problem: p\nSolution: s\nTools: t", "s", "Tools: t"),
        ("#### Problem\np\n#### Solution\ns\n##### Step\nt\n#### Time\nu", "s\n\n### Step\n\nt", "## Time\n\nu"),
        ("- **Problem:** p\n- **Solution:**\n  - **Cache:** a\n  - **Index:** b", "- **Cache:** a\n- **Index:** b", ""),
        ("**Problem:** p\n**Solution:**\n**Cache:** a\n**Index:** b", "**Cache:** a\n**Index:** b", ""),
        ("**Problem:** p\n**Solution:** s\n- **Cache:** a", "s\n\n- **Cache:** a", ""),
        ("Problem:\np\n\nFix:\nOne file.\n\nSteps:\nt", "One file.\n\nSteps:\nt", ""),
    ],
)  # fmt: skip
def test_a_label_that_no_field_has_ends_the_field_before_it(lines, solution, body):
    text = f"# A\n\n## Challenges\n\n### Slow pages\n{lines}\n"

    (found,) = entries_of(plan_of(text))["challenge"]

    assert (found["problem"], found["solution"], found["body"].strip()) == ("p", solution, body)
    assert not lost_words(text)


def test_no_comment_is_taken_off_indented_code_and_none_ends_in_code():
    text = "# What I learned\n\n## Challenges\n\n### Odd marks\n\n**Solution:** Close <!-- at once, in HTML too.\n\n```mermaid\nA --> B\n```\n\nSo:\n\n    <!-- kept -->\n    <b>x</b>\n"

    odd = entries_of(plan_of(text))["challenge"][0]

    assert "Close <!-- at once, in HTML too." in odd["solution"]
    assert "    <!-- kept -->" in odd["solution"]


def test_a_text_that_speaks_of_wrong_letters_in_code_keeps_them():
    text = "# Café\n\nIt showed `Ã©` in place of é.\n"

    assert "`Ã©`" in pages_of(plan_of(text))["index.md"]


def test_counted_sentences_in_bold_below_a_line_on_takeaways_are_practices():
    text = "I was at sea.\n\nHere are my biggest takeaways from the months of the voyage 👇\n\n**1. Reef early, as the wind grows.**\n\nWe did it late.\n\n**2. Sleep in turns.**\n\nIt is long.\n\n**What's next?**\n\nThe south.\n"

    plan = plan_of(text)

    practices = titles_of(plan)["practice"]
    assert [it.rstrip(".") for it in practices] == [
        "Reef early, as the wind grows",
        "Sleep in turns",
    ]
    assert "I was at sea." in pages_of(plan)["index.md"]
    assert "The south." in pages_of(plan)["index.md"]
    assert not lost_words(text)


def settings_of(plan):
    """Return the settings that a plan writes."""
    return front_matter(next(it for it in plan.files if it.path == "site.yml"))[0]


def test_front_matter_gives_settings_and_tags_and_the_rest_is_told():
    text = "---\ntitle: My Space\nemoji: 🚀\nsdk: gradio\ndescription: All of it\ntags: [a, b]\nlang: fr\n---\n\n# My notes\n\nI learn much here.\n"

    plan = plan_of(text)

    site = {"title": "My Space", "description": "All of it", "language": "fr"}
    assert settings_of(plan).items() >= site.items()
    home = front_matter(next(it for it in plan.files if it.path == "index.md"))
    assert home == ({"title": "My notes", "tags": ["a", "b"]}, "I learn much here.\n")
    assert [it.message for it in plan.notes] == [
        "front matter that a hub has not is left out: emoji, sdk"
    ]
    assert not lost_words(text)


@pytest.mark.parametrize(
    "text", ["---\nSaid here: much.\n\n# A\n\nWords.\n", "---\n\n# A\n\nWords.\n\n---\n\nMore.\n"]
)
def test_a_line_across_the_page_at_the_top_is_no_front_matter(text):
    plan = plan_of(text)

    assert "Words." in pages_of(plan)["index.md"]
    assert not lost_words(text)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Je note ce que j'ai appris dans les projets et le travail de la semaine.", "fr"),
        ("Aquí escribo lo que aprendí en los proyectos y con las herramientas del curso.", "es"),
        ("Aqui escrevo o que aprendi com os projetos e as ferramentas do curso, não é pouco.", "pt"),
        ("Ich schreibe auf, was ich mit den Werkzeugen und für die Projekte gelernt habe.", "de"),
        ("Я пишу о том, чему научился, и о том, что было трудно.", "ru"),
        ("ここでは学んだことを書きます。とても楽しいです。", "ja"),
        ("أكتب هنا ما تعلمته في المشاريع", "ar"),
        ("I write down what I learned in the projects, and the hard parts of it.", None),
        ("`le la les des une` Redis, Django", None),
        ("Тут я пишу про те, що вивчив, і що було їй важко.", None),
        ("Тук пиша какво научих и кое беше трудно за мен.", None),
        ("Овде пишем шта сам научио, џабе и шта је било тешко.", None),
        ("Der er en del ting, der gik ned den dag, og den der kendte den, var der ikke.", None),
        ("Jag skriver det som jag lärde mig i kursen och det som inte är lätt.", "sv"),
    ],
)  # fmt: skip
def test_the_language_of_the_words_becomes_a_setting(words, language):
    assert settings_of(plan_of(f"# Hub\n\n{words}\n")).get("language") == language


@pytest.mark.parametrize(
    ("section", "number", "labels"),
    [
        ("Défis", "Défi n°1 :", ("Le problème :", "Cause racine :", "La solution :", "Résultats :")),
        ("Défis", "Défi 2 –", ("Problème rencontré :", "Pourquoi :", "Solution mise en place :", "Impact :")),
        ("Retos", "Reto 1:", ("El problema:", "Causa raíz:", "La solución:", "Resultados obtenidos:")),
        ("Desafíos", "Desafío 3.", ("Problema:", "Causas:", "Solución aplicada:", "Lecciones aprendidas:")),
        ("Desafios", "Desafio 1 -", ("O problema:", "Causa raiz:", "A solução:", "Impacto:")),
        ("Desafios", "Problema 2:", ("Problema encontrado:", "Motivo:", "Soluções adotadas:", "Aprendizados:")),
        ("Herausforderungen", "Herausforderung 1:", ("Das Problem:", "Die Ursache:", "Die Lösung:", "Ergebnisse:")),
        ("Herausforderungen", "Problem Nr. 2:", ("Problem:", "Ursachen:", "Lösungsansatz:", "Auswirkung:")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["**{}** {}", "- **{}** {}", "{} {}"])
def test_labels_and_numbers_of_challenges_are_known_in_five_languages(
    section, number, labels, form
):
    lines = "\n".join(form.format(label, f"t{i}") for i, label in enumerate(labels))
    text = f"# Hub\n\n## {section}\n\n### {number} Lenta\n{lines}\n"

    (found,) = entries_of(plan_of(text))["challenge"]

    assert found["title"] == "Lenta"
    fields = ("problem", "cause", "solution", "outcome")
    assert [found.get(field) for field in fields] == ["t0", "t1", "t2", "t3"]


@pytest.mark.parametrize(
    ("table", "body"),
    [
        ("| Problem | Solution |\n|---|---|\n| slow | fast |", ""),
        ("| # | Problem | Solution | Tech |\n|---|---|---|---|\n| 1 | slow | fast | Redis |", "**Tech:** Redis"),
        ("| Aspect | Details |\n|---|---|\n| Problem | slow |\n| Solution | fast |", ""),
        ("| **Problem** | slow |\n|---|---|\n| Tools | Redis |\n| Solution | fast |", "**Tools:** Redis"),
    ],
)  # fmt: skip
def test_a_table_below_the_title_of_a_challenge_gives_its_fields(table, body):
    text = f"# Hub\n\n## Challenges\n\n### Pages\n\n{table}\n\n### More\n\nWords.\n"

    found = entries_of(plan_of(text))["challenge"][0]

    assert (found["title"], found["problem"], found["solution"]) == ("Pages", "slow", "fast")
    assert found["body"].strip().removeprefix("**#:** 1").strip() == body
    assert not lost_words(text)


def test_a_table_of_challenges_below_a_sort_of_them_has_an_entry_in_each_row():
    rows = "| Problem | Solution |\n|---|---|\n| Slow pages | cache |\n| Leaks | close |\n"

    found = entries_of(plan_of(f"# Hub\n\n## Challenges\n\n### Backend\n\n{rows}"))["challenge"]

    told = [(it["title"], it["solution"], it["tags"]) for it in found]
    assert told == [("Slow pages", "cache", ["Backend"]), ("Leaks", "close", ["Backend"])]


@pytest.mark.parametrize(
    "contents",
    [
        "<!-- START doctoc -->\n**Table of Contents**  *generated with [DocToc](https://a.test)*\n\n- [Tools](#tools)\n- [Bugs](#bugs)\n<!-- END doctoc -->",
        "**Sommaire**\n\n- [Tools](#tools)",
        "1. [Tools](#tools)\n   - [Redis](#redis)",
        "<details>\n<summary>Table of Contents</summary>\n<ol>\n<li><a href=\"#tools\">Tools</a></li>\n</ol>\n</details>",
        "## Inhaltsverzeichnis\n\n- [Tools](#tools)",
    ],
)  # fmt: skip
def test_a_contents_list_is_left_out_with_its_label_where_it_has_no_heading(contents):
    text = f"# Hub\n\nI learn here.\n\n{contents}\n\n## Tools\n\n- Redis\n"

    plan = plan_of(text)

    assert pages_of(plan) == {"index.md": "I learn here.\n"}
    assert "contents list" in {it.reason for it in plan.left}
    assert not lost_words(text)


def test_a_list_of_links_within_a_text_that_is_no_contents_list_stays():
    text = "# Hub\n\nBegin with this:\n\n- [Tools](#tools) are what I used\n- [Site](https://a.test)\n\n## Tools\n\n- Redis\n"

    assert "are what I used" in pages_of(plan_of(text))["index.md"]


@pytest.mark.parametrize("page", ["cp1252", "mac_roman", "cp1251", "cp437"])
def test_text_that_was_read_as_something_else_is_repaired_and_keeps_its_quotes(page):
    pytest.importorskip("ftfy")
    text = "# Hub\n\nIt is 9 s → 80 ms – a ‘gain’ of ½.\n"
    try:
        spoilt = text.encode().decode(page)
    except UnicodeDecodeError:
        pytest.skip("has no letter for a byte of it")

    assert "9 s → 80 ms – a ‘gain’ of ½." in pages_of(plan_of(spoilt))["index.md"]


@pytest.mark.parametrize(
    ("fixes", "solved"),
    [
        (["Tried queues.", "Wrote lists.", "Read of indexes."], ["Tried", "Wrote", "Read"]),
        (
            ["Wrote down hours.", "An index on orders.", "Queues of mails."],
            ["An", "Queues", "Wrote"],
        ),
        (["Hours.", "Orders and mails.", "Orders again, mails too."], ["", "", ""]),
    ],
)
def test_solutions_in_a_list_of_their_own_belong_to_the_challenges_with_their_words(fixes, solved):
    lists = [["Slow orders", "Lost mails", "Keeping my hours"], fixes]
    asked, given = ("\n".join(f"- {it}" for it in one) for one in lists)

    text = f"# Hub\n\n## Challenges\n\n{asked}\n\n## Solutions\n\n{given}\n"
    found = entries_of(plan_of(text))["challenge"]

    assert [it.get("solution", "").partition(" ")[0] for it in found] == solved
    assert not lost_words(text)


def test_words_of_cyrillic_bytes_are_read_as_such():
    plan = plan_of("# Хаб\n\nЗдесь то, чему я научился – “всё”.\n".encode("cp1251"))

    assert "Здесь то, чему я научился – “всё”." in pages_of(plan)["index.md"]
    assert any("Windows-1251" in it.message for it in plan.notes)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Bewährte Vorgehensweisen", "practice"), ("Was ich mitnehme", "practice"), ("Ce que je retiens", "practice"),
     ("Problèmes rencontrés", "challenge"), ("Dificultades encontradas", "challenge"), ("Schwierigkeiten", "challenge")],
)  # fmt: skip
def test_sections_are_known_by_further_words_of_other_languages(heading, kind):
    assert titles_of(plan_of(f"# Hub\n\n## {heading}\n\n- Redis\n- Celery\n")) == {
        kind: ["Redis", "Celery"]
    }


@pytest.mark.parametrize(
    "title", ["Log of a tower – what a year with lamps and lenses has taught me", "Log"]
)
def test_a_first_line_with_a_motto_is_the_title_before_sections_without_marks(title):
    body = "\n\nIntroduction\n\nI keep lamps.\n\nTools\n\nRust: the language\nRedis: a cache\n\nConcepts\n\nTides: twice a day\nFog: at night\n"

    settings = next(it.data for it in plan_of(title + body).files if it.path == "site.yml")

    assert settings.startswith(b"title: Log")


def test_a_number_in_a_box_behind_the_mark_of_bold_words_spoils_no_heading():
    plan = plan_of("# Log\n\nHello.\n\n## Features\n\n### **1️⃣ Lamps – lit at dusk**\n\n- Oil\n")

    assert any("## **Lamps – lit at dusk**" in file.data.decode() for file in plan.files)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Lessons to Remember", "practice"), ("Things I Want to Remember", "practice"),
     ("Concepts, Challenges & Best Practices", "concept"), ("Core Concepts, Best Practices", "concept"), ("Concepts, Challenges & Solutions", "challenge")],
)  # fmt: skip
def test_a_section_is_known_by_what_is_to_be_kept_and_by_the_concepts_named_first(heading, kind):
    assert titles_of(plan_of(f"# Hub\n\n## {heading}\n\n- Redis\n- Celery\n")) == {
        kind: ["Redis", "Celery"]
    }


def test_lines_of_a_key_each_are_no_list_of_names():
    text = "# Hub\n\n## Key Concepts\n\nTables: rows, columns, keys.\n\nQueues: tasks that wait.\n"

    assert titles_of(plan_of(text)) == {"concept": ["Tables", "Queues"]}


def test_a_line_that_tells_what_a_tool_is_for_stands_beside_lines_of_a_key():
    text = "# Hub\n\n## Tools Used\n\nPython: the language.\nGreat for small tasks.\nJupyter Notebook for trying things.\n"

    assert titles_of(plan_of(text)) == {"technology": ["Python", "Jupyter Notebook"]}


def test_a_word_alone_above_the_title_is_its_label_whatever_its_marks():
    text = "📌 **Project**\n\n**Lamps of a Tower**\n\nA tower is lit by lamps.\n\n**Challenges Faced**\n\n- Fog\n- Wind\n"

    settings = next(it.data for it in plan_of(text).files if it.path == "site.yml")

    assert settings.startswith(b"title: Lamps of a Tower")


def test_a_letter_with_a_dot_and_a_bracket_counts_a_section():
    text = "# Lamps\nA.) Tools Used:\n\nRust: the language.\nRedis: a cache.\n\nB.) Challenges & Solutions:\n\nFog: Used a horn.\nWind: Built a wall.\n\nC.) Outcome & Impact:\nAll lamps burn at night now, and the ships that pass by the tower know where the rocks are.\n"

    assert titles_of(plan_of(text))["challenge"] == ["Fog", "Wind"]


def test_lessons_to_remember_right_below_a_bare_list_are_practices():
    text = "Checkpoint 01\nTopic\n\nObjective\n\nKnow how lamps work.\n\n1. Oil\n\nOil burns in a lamp for a night.\n\n2. Wicks\n\nThe same idea appears in:\n\nOld Candles\nTall Torches\nLessons I Want to Remember\nLook before you light it.\nObserve the flame.\n"

    assert titles_of(plan_of(text))["practice"] == ["Look before you light it", "Observe the flame"]
