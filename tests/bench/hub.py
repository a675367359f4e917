"""Writes a hub of any size: a size and a seed in, the same realistic notes out, byte for byte."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

FOLDERS = {
    "technologies": 2,
    "concepts": 4,
    "challenges": 3,
    "practices": 2,
    "projects": 1,
    "notes": 8,
}
SECTIONS = tuple(folder for folder, share in FOLDERS.items() for _ in range(share))
TAG_WORDS = (
    "api asyncio auth backups batch builds caching ci compression concurrency containers crypto"
    " databases deployment design encoding filesystems git graphql grpc http indexing json kafka"
    " linux locking logging markdown memory metrics monitoring networking packaging parsing"
    " postgres profiling python queues redis refactoring replication rest review scheduling"
    " search security shell sql sqlite storage streaming templates testing time tls tracing"
    " transactions typing unicode yaml"
)
TOPIC_WORDS = (
    "build cache|byte buffer|change feed|circuit breaker|cold start|commit log|connection pool"
    "|content hash|cron job|cursor|dead letter queue|event loop|feature flag|foreign key"
    "|garbage collector|health check|idempotency key|inverted index|join order|key rotation|lease"
    "|load balancer|lock file|merge queue|object store|page cache|partition key|prepared statement"
    "|query planner|rate limiter|read replica|retry policy|reverse proxy|ring buffer|row lock"
    "|schema migration|session store|task queue|thread pool|trace span|type checker|web socket"
    "|work queue|worker process|write-ahead log"
)
TAGS = TAG_WORDS.split()
TOPICS = TOPIC_WORDS.split("|")
ANGLES = ("in practice", "under load", "step by step", "when it fails", "and its cost", "measured")
SUBJECTS = ("the worker", "a client", "the planner", "each request", "the cache", "our test suite")
VERBS = ("reads", "drops", "retries", "orders", "validates", "waits for", "keeps", "measures")
OBJECTS = (
    "the oldest entry",
    "a bounded number of items",
    "the result of the previous step",
    "its own deadline",
    "an ordered batch",
    "the part that changed",
    "only the fields it needs",
    "a copy of the state",
)
CLAUSES = (
    "because order matters here",
    "so the cost is paid once",
    "which makes the failure visible early",
    "unless the clock moves backwards",
    "as long as the key is stable",
    "before anything is published",
)
HEADINGS = (
    "What it is",
    "Why it matters",
    "How it works",
    "A first example",
    "Failure modes",
    "Trade-offs",
    "Measuring it",
    "Common mistakes",
    "When not to use it",
    "Rules of thumb",
)
NAMES = ("batch", "bucket", "cache", "cursor", "entry", "handler", "index", "lease", "offset")


@dataclass(frozen=True)
class Note:
    """A note to be: where it lies and what others call it."""

    number: int
    path: str
    title: str


def plan_notes(size: int, seed: int = 1) -> list[Note]:
    """Return every note of a hub of `size` notes, without text."""
    return [plan_note(number, Random(f"{seed}:{number}")) for number in range(size)]


def plan_note(number: int, chance: Random) -> Note:
    first, second = chance.sample(TOPICS, 2)
    section = chance.choice(SECTIONS)
    title = f"{first.capitalize()} and {second} {chance.choice(ANGLES)} {number}"
    slug = title.lower().replace(" ", "-")
    return Note(number, f"content/{section}/{slug}.md", title)


def write_hub(root: Path, notes: list[Note], *, code: bool = True) -> None:
    """Write the settings and every note below `root`; `code` adds two code blocks to a note."""
    root.mkdir(parents=True, exist_ok=True)
    for section in FOLDERS:
        (root / "content" / section).mkdir(parents=True, exist_ok=True)
    settings = (
        "title: Bench\ntagline: Notes to measure with\nbase_url: https://example.org/notes/\n"
    )
    (root / "content/site.yml").write_text(settings, encoding="utf-8")
    for note in notes:
        (root / note.path).write_text(note_text(note, notes, code), encoding="utf-8")


def note_text(note: Note, notes: list[Note], code: bool) -> str:
    """Return a note as its author would write it: front matter, sections, links, tables, code."""
    chance = Random(note.title)
    parts = [front_matter(note, chance), paragraph(chance)]
    for heading in chance.sample(HEADINGS, chance.randint(3, 6)):
        parts += [f"## {heading}", paragraph(chance), paragraph(chance)]
        parts.append(chance.choice((listing, quote, table, paragraph))(chance))
        parts.append(f"{sentence(chance)} See {link(chance.choice(notes), chance)} for more.")
    if code:
        parts += [code_block(chance), paragraph(chance), code_block(chance)]
    return "\n\n".join(parts) + "\n"


def front_matter(note: Note, chance: Random) -> str:
    tags = ", ".join(sorted(chance.sample(TAGS, chance.randint(2, 4))))
    date = f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    fields = [f"title: {note.title}", f"date: {date}", f"tags: [{tags}]"]
    fields.append(f"summary: {sentence(chance)}")
    if "/challenges/" in note.path:
        fields += [f"problem: {sentence(chance)}", f"solution: {sentence(chance)}"]
    if "/practices/" in note.path:
        fields.append(f"rule: {sentence(chance)}")
    return "\n".join(["---", *fields, "---"])


def sentence(chance: Random) -> str:
    name = f"`{chance.choice(NAMES)}_{chance.choice(NAMES)}`"
    words = [chance.choice(SUBJECTS), chance.choice(VERBS), chance.choice(OBJECTS)]
    extra = chance.choice(
        ((), (chance.choice(CLAUSES),), (f"in **{chance.choice(TOPICS)}**",), ("as", name))
    )
    return " ".join([*words, *extra]).capitalize() + "."


def paragraph(chance: Random) -> str:
    return " ".join(sentence(chance) for _ in range(chance.randint(3, 6)))


def listing(chance: Random) -> str:
    return "\n".join(f"- {sentence(chance)}" for _ in range(chance.randint(3, 6)))


def quote(chance: Random) -> str:
    return f"> {sentence(chance)}\n> {sentence(chance)}"


def table(chance: Random) -> str:
    rows = [
        f"| `{chance.choice(NAMES)}` | {chance.randint(1, 4096)} | {chance.choice(OBJECTS)} |"
        for _ in range(chance.randint(3, 7))
    ]
    return "\n".join(["| Option | Default | Meaning |", "| --- | --: | --- |", *rows])


def link(target: Note, chance: Random) -> str:
    if chance.random() < 0.5:
        # Named by its file, so that a new title breaks no link and shows in the text of this one.
        return f"[[{Path(target.path).stem}]]"
    return f"[{target.title.lower()}](../{target.path.removeprefix('content/')})"


def code_block(chance: Random) -> str:
    blocks = [python_code(chance) for _ in range(chance.randint(1, 3))]
    return "```python\n" + "\n\n".join(blocks) + "\n```"


def python_code(chance: Random) -> str:
    name, value, item = chance.sample(NAMES, 3)
    return (
        f"def {name}_{value}({item}: str, limit: int = {chance.randint(1, 512)}) -> dict[str, int]:\n"
        f'    """Return {chance.choice(OBJECTS)}."""\n'
        f"    {value} = {{}}  # {chance.choice(CLAUSES)}\n"
        f'    for number, part in enumerate({item}.split("{chance.choice(",;:")}")):\n'
        f"        if number >= limit or not part:\n"
        f'            raise ValueError(f"bad {name}: {{part!r}}")\n'
        f"        {value}[part] = len(part) * {chance.randint(2, 99)}\n"
        f"    return {value}"
    )
