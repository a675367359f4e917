"""Take paths of sources apart."""

SOURCES = frozenset({"md", "markdown", "yml", "yaml"})
"""Extensions of the files that hold entries; a link may leave them out."""


def without_extension(path: str) -> str:
    """Return `path` without the extension of a source file; any other extension stays."""
    stem, dot, extension = path.rpartition(".")
    return stem if dot and extension.lower() in SOURCES else path


def content_path(path: str, content: str) -> str:
    """Return a path relative to the content root for one relative to the hub's folder."""
    return path.removeprefix(f"{content}/") if content else path


def hub_path(name: str, content: str) -> str:
    """Return a path relative to the hub's folder for one relative to the content root."""
    return f"{content}/{name}" if content else name


def settings_path(content: str) -> str:
    """Return the path of the settings, relative to the hub's folder."""
    return hub_path("site.yml", content)


def folder_of(path: str) -> str:
    """Return the folder that a path lies in, the empty string at the root."""
    return path.rpartition("/")[0]
