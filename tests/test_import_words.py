"""Words in are words out: each stands in the hub, or is told as left out with its line."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importing import lost_words

LINES = st.sampled_from(
    [
        "# Title", "## Technologies", "### 🛠 Key Technologies", "## Concepts", "## Challenges & Solutions",
        "## Best Practices", "## Projects", "## What I Learned", "## Overview", "## Author", "## Contents", "## Usage",
        "### Docker", "### 1. Challenge: slow", "**Bold line**", "**Problem:** it broke", "**Solution**: mended it",
        "- **Python** – language of mine", "- Redis: a cache", "* plain words here", "1. numbered words", "   - nested words",
        "  continued words", "Key: a sentence of words.", "Bare sentence of words.", "| a | b |", "|---|---|", "| one | two | three |",
        "| Challenge | Solution |", "```", "```python", "# comment words", "~~~", "<<<<<<< HEAD", "=======", ">>>>>>> main", "",
        "", "", "---", "===", "<h2>Html head</h2>", "<h2>", "<!-- hidden words", "-->", "> quoted words", "Copy code",
        "[link words](other/file.md)", "![picture words](a.png)", "<img src='x.png' alt='words'>", "[ref]: b.md", "[Ref]: https://words.example.eu/c 'Titled words'", "[link words][ref]", "- **[Ref]** and ![picture words][ref]",
        "[![badge words][REF]][other words]", "[other words]: <b c.md>", "# Head[^n]", "Noted words.[^n]", "- **Named[^n]**: words", "[^n]: Footnote words,", "    more [^m]", "[^m]: [ref]", "mail me@words.eu",
        "GitHub: [me](https://github.com/me)", "[Your Name]", "\\# escaped", "plain 😀 words", "https://words.example.eu/a", "• dotted words",
        "<details><summary>Sum words</summary>", "a → b", "Challenge: one Solution: two", "- Solution: of it", "`code words`", "- [ ] todo words",
        "<ul>", "</ul>", "<li><b>Listed</b> – words</li>", "<details>", "</details>", "<summary><b>1. Sum</b></summary>", "→ arrow words",
        "## 2.1 Numbered", "### Web", "- [linked](https://a.example.eu/b): words", "| Tool | Purpose |", "- [x] ticked words",
        ": defined words", "A. lettered words", "B) second letter", "*Technologies*", "Python for words.", "Tools: git, docker, make",
        "Python, Redis, and Git.", "Python ..... words", ":rocket: words", "## Défis et solutions", "**🔴 Problem:** words", "Challenge 2: words",
        "<table>", "</table>", "<thead>", "</thead>", "<tr><th>Tool</th><th>Use</th></tr>", "<tr><td>git|x</td><td><b>words</b></td></tr>",
        "<p><b>Problem:</b> words</p>", "# ![Badge](b.svg) Title", "[x] ticked bare words", "technologies:", "Short title", "_Titled_", "*Titled words*", "Which technologies?", "== Concepts ==", "## Skills", "- Data: sql, csv",
    ]
)  # fmt: skip


MANY = int(os.environ.get("NEXUSGEN_EXAMPLES", "150"))
"""How many texts each test draws; 20,000 take some minutes."""


@settings(max_examples=MANY, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_no_word_is_lost_silently(lines):
    assert not lost_words("\n".join(lines))


@settings(max_examples=MANY, deadline=None)
@given(st.lists(st.text(alphabet="ab#*-_`|:.[]()<>!\\ \t\n1é—", max_size=30), max_size=8))
def test_no_text_stops_an_import_or_loses_a_word(pieces):
    assert not lost_words("\n".join(pieces))


@settings(max_examples=MANY, deadline=None)
@given(st.lists(LINES | st.text(max_size=20), max_size=12))
def test_no_character_loses_a_word(lines):
    assert not lost_words("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "1. numbered words\n```\n### 1. Challenge: slow\n1. numbered words",
        "1. numbered words\n```\n### 1. Challenge: slow\n  continued words",
        "```\n## 1. Usage\n### 1. Docker\n1. one\n```\n## 1. Usage\n1. one",
    ],
)
def test_no_number_stands_for_another(text):
    assert not lost_words(text)
