"""Looking rules up by the next character gives the tokens that Pygments gives."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from nexusgen.markdown.code import FOREIGN, first_characters, tokens_of

LANGUAGES = (
    "bash", "c", "cpp", "csharp", "css", "diff", "docker", "go", "html", "ini", "java",
    "javascript", "json", "kotlin", "lua", "make", "nginx", "perl", "php", "postgresql",
    "powershell", "python", "pycon", "rst", "ruby", "rust", "scss", "sql", "swift", "toml",
    "typescript", "xml", "yaml",
)  # fmt: skip

SOUP = """
class Ünïcode(Base): # a comment // or this /* or that */ -- or this
    def name_1(self, x: int = 0x1F, *args) -> "str": return f'{x!r:>10} {{}}' + r"\\d" * 1.5e-3
#include <stdio.h>
int main(void) { char *s = "a\\n\\"b\\""; return s[0] == 'x' ? 1 : ~2 ^ 3 % 4 & 5 | 6; }
SELECT a, 'b''c' FROM t WHERE x IS NOT NULL AND y >= $1; CREATE TABLE "t" (id BIGINT);
<div class="a" id=b><!-- c --><script>let f = (x) => `a ${x}`;</script>&amp;</div>
key: [1, true, null, "x"] # yaml
  - item: &anchor !!str |
      text
$VAR="${1:-x}" && echo $(ls) <<EOF | grep -c '^a' >&2
EOF
FROM python:3.12 AS build
RUN apt-get update
@media (min-width: 10px) { .a > b::before { color: #fff; margin: -1px 2em } }
fn main() -> Result<(), Box<dyn Error>> { let v: Vec<&'a str> = vec!["a"]; println!("{}", v?); }
<?php echo $x->y ?? "z"; ?>
[section]
option = value ; note
--- a/x
+++ b/x
@@ -1 +1 @@
-old
+new
>>> print(1)
1
"""

PATTERNS = (
    r"a|b*c", r"[^a-y]z", r"(?i)k[a-c]", r"(?:x|)y", r"\s+=", r"(?<=q)r", r"\bif\b", r"[ſ]",
    r"(?i)[ſ]x", r"(?a)\W", r"(?a)[^\s]", r".x", r"(a)?\1b", r"(?i:é|t)", r"[^é]", r"\d{2,}|-",
    r"(?s).", r"$|a", r"(?=b)", r"(?x) a # note", r"[\x00-\U0010FFFF]", r"(?i)[^k]", r"é",
)  # fmt: skip


def plain_tokens(language: str, code: str) -> list[tuple[object, str]]:
    lexer = get_lexer_by_name(language, stripnl=False)
    return [(token, text) for token, text in lexer.get_tokens(code) if text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tokens_are_those_of_pygments(language: str) -> None:
    lexer = get_lexer_by_name(language, stripnl=False)

    for code in (SOUP, SOUP[::-1], Path(__file__).read_text(encoding="utf-8")):
        assert list(tokens_of(lexer, code)) == plain_tokens(language, code)


@settings(deadline=None)
@given(language=st.sampled_from(LANGUAGES), code=st.text(st.sampled_from(SOUP), max_size=60))
def test_tokens_of_any_text_are_those_of_pygments(language: str, code: str) -> None:
    lexer = get_lexer_by_name(language, stripnl=False)

    assert list(tokens_of(lexer, code)) == plain_tokens(language, code)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_match_starts_with_one_of_the_first_characters(pattern: str) -> None:
    compiled = re.compile(pattern)
    firsts = first_characters(compiled.pattern, compiled.flags)

    for character in map(chr, range(0x250)):
        for rest in ("", "a", "b", "c", "x", "y", "z", "=", "-", "if", "00"):
            if compiled.match(character + rest):
                assert min(ord(character), FOREIGN) in firsts


def test_first_characters_rule_out_what_cannot_match() -> None:
    assert first_characters("if|else", 0) == {ord("i"), ord("e"), FOREIGN}
    assert first_characters(r"\d+", re.IGNORECASE) == {*map(ord, "0123456789"), FOREIGN}
