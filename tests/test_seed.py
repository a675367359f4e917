"""The hub in `content/` holds every word that its author wrote, and a page for each learning."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nexusgen.build import build_site
from nexusgen.core.builds import Build
from nexusgen.disk.snapshot import read_snapshot
from nexusgen.incremental.memo import Memo

ROOT = Path(__file__).parent.parent
README = ROOT.parent / "shared" / "seed" / "README.md"

LEARNINGS = {
    "technologies/python/": (
        "Python",
        "Core programming language for backend development.",
    ),
    "technologies/django/": (
        "Django",
        "Web framework for building robust, scalable web applications.",
    ),
    "technologies/django-rest-framework/": (
        "Django REST Framework (DRF)",
        "For designing and implementing RESTful APIs.",
    ),
    "technologies/graphql/": (
        "GraphQL",
        "For flexible, efficient data querying and schema design.",
    ),
    "technologies/celery-rabbitmq/": (
        "Celery & RabbitMQ",
        "For asynchronous task processing and message queuing.",
    ),
    "technologies/docker/": (
        "Docker",
        "For containerization and environment consistency.",
    ),
    "technologies/ci-cd/": (
        "CI/CD (GitHub Actions / Jenkins)",
        "For continuous integration, testing, and deployment.",
    ),
    "concepts/database-design-modeling/": (
        "Database Design & Modeling",
        "Normalization, relationships, migrations, ORM usage.",
    ),
    "concepts/authentication-authorization/": (
        "Authentication & Authorization",
        "JWT, OAuth2, and session handling.",
    ),
    "concepts/asynchronous-programming/": (
        "Asynchronous Programming",
        "Using Celery and async views for background tasks.",
    ),
    "concepts/caching-strategies/": (
        "Caching Strategies",
        "Redis-based caching for faster response times.",
    ),
    "concepts/system-design/": (
        "System Design",
        "Scalability, fault tolerance, and service-oriented architecture.",
    ),
    "challenges/deploying-django-with-celery-redis/": (
        "Deploying Django with Celery & Redis",
        "Celery workers failed to start in production",
        "Used Redis as a broker on Render; configured worker Dynos with proper --app flags",
    ),
    "challenges/api-versioning/": (
        "API Versioning",
        "Breaking changes during development",
        "Implemented versioning through DRF's DefaultVersioning",
    ),
    "challenges/handling-large-file-uploads/": (
        "Handling Large File Uploads",
        "Memory errors with large requests",
        "Used Django FileResponse + S3-compatible storage for streaming",
    ),
    "practices/modular-testable-code/": (
        "Write modular, testable code following the MVT architecture.",
    ),
    "practices/environment-variables/": (
        "Use environment variables and .env files for managing secrets securely.",
    ),
    "practices/debug-false-in-production/": (
        "Always set DEBUG=False in production and configure CORS & ALLOWED_HOSTS correctly.",
    ),
    "practices/ci-cd-pipelines/": (
        "Implement CI/CD pipelines early to automate builds, testing, and deployment.",
    ),
    "practices/frontend-peers/": (
        "Collaborate actively with frontend peers for API documentation and version control.",
    ),
    "practices/clean-commits/": (
        "Prioritize clean commits, meaningful messages, and detailed documentation.",
    ),
}

OTHER_PAGES = {
    "": ("ALX Project Nexus", "Backend Engineering Learnings"),
    "overview/": (
        "Overview",
        "This repository documents the key concepts, technologies, and best practices I learned"
        " throughout the ALX ProDev Backend Engineering Program.",
        "It serves as a knowledge hub and reflection on my backend journey — consolidating"
        " insights, challenges, and real-world problem-solving experiences.",
        "Major Learnings",
    ),
    "conclusion/": (
        "Conclusion",
        "This repository marks the completion of my ALX Backend Engineering journey — showcasing"
        " my growth from learning Python fundamentals to building scalable, production-ready"
        " backend systems.",
        "I'm committed to applying these principles in real-world projects and continuing to"
        " evolve as a backend developer.",
    ),
    "about/": (
        "Tsega Ephrem Tilahun",
        "Backend Engineering Learner – ALX ProDev Program",
        "tsegaephrem@gmail.com",
        "Portfolio Website",
        "GitHub: alx-project-nexus",
    ),
    "technologies/": ("Key Technologies",),
    "concepts/": ("Important Backend Concepts",),
    "challenges/": ("Challenges & Solutions",),
    "practices/": ("Best Practices & Personal Takeaways",),
    "projects/": ("Repository",),
    "projects/alx-project-nexus/": ("ALX Project Nexus — Backend Engineering Learnings",),
}

PAGES = LEARNINGS | OTHER_PAGES
INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "wbr"}


class Words(HTMLParser):
    """Collects the text that a reader of a page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        self.text.append("" if tag in INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}
        self.text.append("" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        self.text.append("" if self.hidden else data)


def visible_text(html: str) -> str:
    words = Words()
    words.feed(html)
    return " ".join("".join(words.text).split())


@pytest.fixture(scope="module")
def hub() -> Build:
    return build_site(read_snapshot(ROOT), Memo())


@pytest.fixture(scope="module")
def html(hub: Build) -> dict[str, str]:
    pages = (path for path in hub.outputs if path.endswith("index.html"))
    return {path.removesuffix("index.html"): hub.outputs[path].render().decode() for path in pages}


@pytest.fixture(scope="module")
def text(html: dict[str, str]) -> dict[str, str]:
    return {url: visible_text(page) for url, page in html.items()}


def seed_phrases(readme: str) -> list[str]:
    """Return what the README says as plain text: headings, names, sentences and table cells."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", readme)
    plain = re.sub(r"^\|.*\n(?=\|-)", "", plain, flags=re.MULTILINE)
    plain = re.sub(r"^(- \*\*[^*]+\*\*) – ", r"\1\n", plain, flags=re.MULTILINE)
    pieces = re.split(r"\n|\||(?<=\.) ", plain.replace("**", "").replace("`", ""))
    phrases = (re.sub(r"^[^\w(]+", "", piece).strip() for piece in pieces)
    return [phrase for phrase in phrases if phrase]


def test_the_hub_has_no_problems(hub: Build) -> None:
    assert hub.problems == ()


def test_every_learning_has_a_page_of_its_own(html: dict[str, str]) -> None:
    assert len(LEARNINGS) == 21
    assert LEARNINGS.keys() <= html.keys()


@pytest.mark.parametrize("url", PAGES)
def test_a_page_says_what_the_author_wrote(url: str, text: dict[str, str]) -> None:
    missing = [phrase for phrase in PAGES[url] if phrase not in text[url]]

    assert missing == []


def test_the_author_can_be_reached(html: dict[str, str]) -> None:
    links = set(re.findall(r'href="([^"]+)"', html["about/"]))

    assert links >= {
        "https://github.com/tsegaeph/alx-project-nexus",
        "https://tsega-ephrem.onrender.com",
        "mailto:tsegaephrem@gmail.com",
    }


@pytest.mark.skipif(
    not README.exists(), reason="the author's own README is not beside the checkout"
)
def test_every_phrase_of_the_author_is_on_a_page(text: dict[str, str]) -> None:
    phrases = seed_phrases(README.read_text(encoding="utf-8"))
    pages = list(text.values())

    missing = [phrase for phrase in phrases if not any(phrase in page for page in pages)]

    assert len(phrases) > 50
    assert missing == []


def test_a_first_visit_of_an_entry_is_three_light_requests(
    hub: Build, html: dict[str, str]
) -> None:
    """The page, a style sheet and a script; the icon is within the page."""
    for url in LEARNINGS:
        page = html[url]
        files = re.findall(r'<(?:link rel="stylesheet" href|script src)="(?:\.\./)+([^"]+)"', page)
        assert len(files) == 2, files
        assert '<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,' in page
        parts = [page.encode(), *(hub.outputs[path].render() for path in files)]
        assert sum(len(gzip.compress(part)) for part in parts) <= 10_240, url
