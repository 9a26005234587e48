"""What playbook and data say, in another language: each text by its English.

The English stands in its record. ``playbook/zh.csv`` and ``data/zh.csv`` hold it beside the Chinese, a
row for each text, so that whoever edits one sees the other, and a text that a firm wrote itself, or
whose English was changed since, is shown as it is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from sim.common.paths import root
from sim.common.tables import read_table

#: The language in which texts stand in their records.
ENGLISH = "en"
#: Folders of the checkout that hold texts, and may hold them in other languages.
FOLDERS = ("playbook", "data")

_LANGUAGE: ContextVar[str] = ContextVar("language of texts", default=ENGLISH)


class Pair(BaseModel):
    """A row: a text as its record has it, and in the other language."""

    model_config = ConfigDict(extra="forbid")
    english: str = Field(min_length=1)
    other: str = Field(min_length=1)


@contextmanager
def texts_in(language: str) -> Iterator[None]:
    """Show what playbook and data say in another language inside the block.

    Parameters
    ----------
    language : str
        Code of a language; one that has no tables of texts shows them as they are written.
    """
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def translated(text: str) -> str:
    """Return a text of playbook or data in the language that is spoken, else as it is written."""
    language = _LANGUAGE.get()
    return text if language == ENGLISH else texts_of(language).get(text, text)


@cache
def texts_of(language: str) -> dict[str, str]:
    """Return all texts of a language by their English.

    Raises
    ------
    InputError
        If a table of it is wrong.
    """
    found: dict[str, str] = {}
    for folder in FOLDERS:
        name = f"{language}.csv"
        if (root() / folder / name).exists():
            rows = read_table(
                name, Pair, lambda row: row.english, "english", "each text once", folder
            )
            found |= {row.english: row.other for row in rows.values()}
    return found
