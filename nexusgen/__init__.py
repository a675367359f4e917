"""nexusgen turns a folder of Markdown and YAML learnings into a static portfolio site."""

__version__ = "0.1.0"
