"""Define the kinds of learning, their fields and the settings of a hub.

What a field is called, which type it has and what it is for stands here once: it validates front
matter and settings, makes the JSON Schema that editors read, and the tables of the README.
"""

from nexusgen.core.model import Field, FieldType, Kind

INDEX_NAMES = ("index", "_index", "readme")
"""The names of files that are the page of their folder, the first of them before the second."""

MARKS = ("square", "circle", "triangle", "triangle-down", "diamond", "ring", "bar", "dot")
STATUSES = ("seedling", "growing", "evergreen")
SEVERITIES = ("error", "warn", "allow")
OWN_TYPES: tuple[FieldType, ...] = (
    "text", "markdown", "date", "flag", "integer", "url", "choice", "list", "references", "path",
)  # fmt: skip
"""The types that a field of a declared kind may have."""

SHARED_FIELDS: tuple[Field, ...] = (
    Field("title", "text", "Its name; else the heading at the top, else the name of the file, which comes first in a vault"),
    Field("summary", "text",
          "One or two sentences for lists, search and feeds; else the first paragraph, such as that of a problem"),
    Field("date", "date", "The day it was learned, which may have a time; else the day in the name of the file, or of the first commit"),
    Field("updated", "date", "The day it was last revised; else the day of the last commit"),
    Field("reviewed", "date", "The day on which you last read it through and found it right"),
    Field("review_every", "duration", "How often it should be reviewed: `90d`, `6 months`, `1y`"),
    Field("tags", "list", "Topics, as a list or as text with commas"),
    Field("aliases", "list", "Other names by which links find it"),
    Field("status", "choice", "How settled it is", choices=STATUSES),
    Field("draft", "flag", "`true` keeps it out of the site until `--drafts` asks for it"),
    Field("private", "flag", "`true` keeps it out of the site always"),
    Field("search", "flag", "`false` keeps it out of the search of the site"),
    Field("cards", "flag", "`false` makes no flashcards of it (`nexusgen export anki`)"),
    Field("featured", "flag", "`true` shows it on the home page before others of its kind"),
    Field("weight", "integer", "Its place in its section, or of an `index.md` that of its folder: the lowest stands first"),
    Field("uses", "references", "Other entries that it builds on, by title, alias or path"),
    Field("image", "path", "A picture for its card and for previews"),
    Field("slug", "text", "The last part of its address; else made from the name of the file"),
    Field("redirect_from", "list", "Old addresses that lead here, such as `old/place/`"),
    Field("links", "links", "Pages elsewhere: a list of `{title, url}` or of addresses"),
    Field("lang", "text", "The language of its text, where it is not that of the hub: `ar`, `pt-BR`"),
    Field("kind", "text", "Its kind, where the folder does not tell"),
)  # fmt: skip

BODY_FIELD = Field("body", "markdown", "The text, in Markdown; in YAML files only")

KINDS: tuple[Kind, ...] = (
    Kind(
        "technology", "Technology", "Technologies", "technologies", "square", "technology.html",
        (
            Field("category", "text", "What sort of tool it is: language, framework, queue", label="Category"),
            Field("level", "text", "How well you know it, in your own words", label="Level"),
            Field("since", "text", "Since when you have used it", label="Since"),
            Field("homepage", "url", "Its own site", label="Homepage"),
        ),
    ),
    Kind("concept", "Concept", "Concepts", "concepts", "circle", "concept.html"),
    Kind(
        "challenge", "Challenge", "Challenges", "challenges", "triangle", "challenge.html",
        (
            Field("problem", "markdown", "What went wrong, as it showed itself", label="Problem"),
            Field("cause", "markdown", "Why it went wrong", label="Cause"),
            Field("solution", "markdown", "What fixed it", label="Solution"),
            Field("outcome", "markdown", "What came of it", label="Outcome"),
        ),
    ),
    Kind(
        "practice", "Practice", "Practices", "practices", "diamond", "practice.html",
        (
            Field("rule", "markdown", "The practice in one sentence", label="Rule"),
            Field("why", "markdown", "What it is good for", label="Why"),
            Field("check", "markdown", "How to see that it is kept", label="Check"),
        ),
    ),
    Kind(
        "project", "Project", "Projects", "projects", "bar", "project.html",
        (
            Field("url", "url", "Where it runs", label="Site"),
            Field("repository", "url", "Where its source is", label="Repository"),
            Field("role", "text", "Your part in it", label="Role"),
            Field("period", "text", "When you worked on it", label="Period"),
        ),
    ),
    Kind("note", "Note", "Notes", "notes", "ring", "note.html", open=True),
    Kind("page", "Page", "Pages", "", "dot", "page.html", open=True),
)  # fmt: skip

AUTHOR_FIELDS: tuple[Field, ...] = (
    Field("name", "text", "The author's name"),
    Field("headline", "text", "What the author does, in a few words"),
    Field("email", "email", "An address to write to"),
    Field("bio", "markdown", "A few sentences about the author, in Markdown"),
    Field("links", "links", "Profiles elsewhere: a list of `{title, url}`"),
    Field("photo", "path", "A portrait: the path of a picture under `content/`"),
)

SITE_FIELDS: tuple[Field, ...] = (
    Field("title", "text", "The name of the hub; required"),
    Field("tagline", "text", "One line under the name"),
    Field("description", "text", "A few sentences for search engines and feeds"),
    Field("base_url", "url", "Where the hub is published: `https://name.github.io/hub/`"),
    Field("language", "text", "The language of the texts, such as `en` or `pt-BR`"),
    Field("author", "mapping", "Who the hub is about: `name`, `headline`, `email`, `bio`, `links`, `photo`"),
    Field("repository", "url", "Where the source of the hub is; pages link to their source there"),
    Field("licence", "text", "The licence of the texts, shown on every page"),
    Field("page_size", "integer",
          "How many entries a list shows before it goes on to a second page"),
    Field("titles_above", "integer",
          "A section of more entries than this lists their titles alone, by letter, or in the order of their `weight`"),
    Field("nav", "links", "Links of the header, a list of `{title, url}`: further ones, or its own in other words and order"),
    Field("markdown_extensions", "mapping",
          "Python-Markdown extensions by name, with their options"),
    Field("raw_html", "choice",
          "What happens to HTML in Markdown", choices=("allow", "sanitise", "escape")),
    Field("frames", "list",
          "Hosts whose frames pages may show, such as `www.youtube-nocookie.com`; else a link"),
    Field("missing_links", "choice",
          "What a link to an entry that does not exist is: `[[name]]`, `name.md`", choices=SEVERITIES),
    Field("checks", "mapping",
          "How grave a problem is: `{link.broken: warn}`; `error`, `warn` or `allow`"),
    Field("cname", "text", "The domain of the hub, for the file `CNAME`; its address where there is no `base_url`"),
    Field("redirects", "mapping",
          "Old addresses and where they lead: `{tags/js/: tags/javascript/}`; a page, or `https://...`"),
    Field("static", "list",
          "Folders under `content/` whose files are all published, shown or not; else `static`"),
    Field("search", "flag", "`false` leaves out the search of the site"),
    Field("images", "flag", "`false` makes no smaller copies of images"),
    Field("widths", "list", "How wide the smaller copies of images are; else `640, 1280`"),
    Field("quality", "integer", "How good the smaller copies of images are, 1 to 100; else `75`"),
    Field("keep_metadata", "list",
          "What published images may tell: `artist`, `camera`, `copyright`, `date`, `description`; "
          "files and folders named here stay as they are"),
    Field("cards", "choice",
          "Whether links to pages show pictures of their titles: `auto` draws one for each of up to "
          "1000 entries, of more only for their sections", choices=("auto", "on", "off")),
    Field("webmention", "url", "Where other sites tell that they link to yours: the endpoint of a service"),
    Field("indieauth", "url", "Where you sign in elsewhere with the address of your hub: the endpoint of a service"),
    Field("tag_feeds", "choice",
          "Whether tags have feeds: `auto` makes one for each tag of a hub of up to 1000 entries",
          choices=("auto", "on", "off")),
    Field("hashtags", "choice",
          "Whether `#tags` in the text count: `auto` where Obsidian keeps its settings in the hub, "
          "which a clone of it may lack", choices=("auto", "on", "off")),
    Field("card_fonts", "list",
          "Fonts under `content/` for titles in further scripts, such as `fonts/naskh.ttf`"),
    Field("strings", "mapping",
          "Words of the theme that you would rather have otherwise: `{Search: Find}`"),
    Field("kinds", "kinds",
          "Kinds of your own by name: `label`, `plural`, `folder`, `mark`, `template`, `fields`, `open`"),
)  # fmt: skip

SETTINGS_ELSEWHERE = {
    other: meant if " " in meant else f'it is called "{meant}" here'
    for meant, others in (
        ("language", "lang locale"),
        ("base_url", "url site_url siteurl"),
        ("title", "name site_name sitename site_title"),
        ("description", "site_description"),
        ("repository", "repo repo_url github"),
        ("nav", "menu menus navigation"),
        ('write it below "author:"', "email headline bio photo author_name"),
        ("put templates and sheets of your own under templates/", "theme css extra_css sheets"),
    )
    for other in others.split()
}
"""The hints to what other generators call a setting that has another name here, or none."""

KIND_FIELDS: tuple[Field, ...] = (
    Field("label", "text", "What one of them is called"),
    Field("plural", "text", "What several are called; the title of their section"),
    Field("folder", "text", "The folder under `content/` they lie in"),
    Field("mark", "choice", "The shape that marks them", choices=MARKS),
    Field("template", "text", "The template of their pages"),
    Field("fields", "mapping",
          "Their own fields by name: a type, or `{type, description, choices, label}`"),
    Field("open", "flag", "`true` keeps fields that are not declared"),
    Field("review_every", "duration", "How often its entries should be reviewed: `90d`, `6 months`, `1y`"),
)  # fmt: skip

FIELD_FIELDS: tuple[Field, ...] = (
    Field("type", "choice", "What its value is", choices=OWN_TYPES),
    Field("description", "text", "What it is for"),
    Field("choices", "list", "The values it may have, where its type is `choice`"),
    Field("label", "text", "What it is called on the page"),
)


def kind_named(name: str, kinds: tuple[Kind, ...]) -> Kind | None:
    """Return the kind of that name, or None."""
    return next((kind for kind in kinds if kind.name == name), None)


def kind_of_folder(section: str, kinds: tuple[Kind, ...]) -> Kind:
    """Return the kind of what lies in a folder under the content root.

    The deepest folder that belongs to a kind decides; the root holds pages, any other folder notes.
    """
    if not section:
        return kind_named("page", kinds) or kinds[-1]
    matches = [
        kind for kind in kinds if kind.folder and f"{section}/".startswith(f"{kind.folder}/")
    ]
    if matches:
        return max(matches, key=lambda kind: len(kind.folder))
    return kind_named("note", kinds) or kinds[-1]
