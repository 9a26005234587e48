"""The tables of texts in other languages: ``zh.csv`` beside what they translate."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from sim.common.paths import root
from sim.common.tables import read_table
from sim.common.translated import shown_with

#: Folder of the texts of refusals: what was found, what would be right, what to do.
REFUSALS = "sim/common"
#: Folders whose texts may stand in other languages: records, command line, cockpit, refusals.
FOLDERS = ("playbook", "data", "sim/cli", "sim/cockpit", REFUSALS)


class Pair(BaseModel):
    """A row: a text as its record has it, and in the other language."""

    model_config = ConfigDict(extra="forbid")
    english: str = Field(min_length=1)
    other: str = Field(min_length=1)


@contextmanager
def texts_in(language: str) -> Iterator[None]:
    """Show texts of playbook, data and command line in another language inside the block.

    Parameters
    ----------
    language : str
        Code of a language; one that has no tables of texts shows them as they are written.
    """
    with shown_with(texts_of(language), rows_of(REFUSALS, language)):
        yield


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
        found |= rows_of(folder, language)
    return found


def rows_of(folder: str, language: str) -> dict[str, str]:
    """Return the texts of one folder's table by their English, none if it has no such table.

    Raises
    ------
    InputError
        If the table is wrong.
    """
    name = f"{language}.csv"
    if not (root() / folder / name).exists():
        return {}
    rows = read_table(name, Pair, lambda row: row.english, "english", "each text once", folder)
    return {row.english: row.other for row in rows.values()}
