"""Templates of HTML, as every room that writes any takes them."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates_in(folder: Path) -> Environment:
    """Return the templates of a folder.

    Text is escaped unless it is markup already, and a name that nobody gave is a fault.
    """
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
