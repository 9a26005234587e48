"""Every sentence of the reports, by key: the code chooses keys and numbers, the catalogue holds words.

A phrase is text with named gaps, ``{amount} a year``, or a mapping of plural forms, ``one`` and
``other``, chosen by the number given as `count`. A second language is a second file beside
``en.yaml`` with the same keys and the same gaps.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

FOLDER = Path(__file__).parent
LANGUAGE = "en"
#: Forms of a phrase that depends on a number.
FORMS = ("one", "other")


class PhraseError(LookupError):
    """A key that the catalogue does not hold, or gaps that were not filled as it asks."""


def say(key: str, count: int | None = None, **gaps: object) -> str:
    """Return a phrase with its gaps filled.

    Parameters
    ----------
    key : str
        Place in the catalogue, such as ``page.kicker``.
    count : int, optional
        Chooses the plural form; also fills the gap ``{count}`` where the phrase has one.
    **gaps : object
        Text or a whole number for each named gap: exactly those of the phrase.

    Returns
    -------
    str

    Raises
    ------
    PhraseError
        If there is no such phrase, or its gaps are others than those given.
    """
    if key not in catalogue():
        raise PhraseError(f"{key}: no such phrase in {LANGUAGE}.yaml")
    phrase = catalogue()[key]
    if isinstance(phrase, dict):
        if count is None:
            raise PhraseError(f"{key}: which form depends on a number, and none was given")
        phrase = phrase["one" if count == 1 else "other"]
    wanted = gaps_of(phrase)
    if count is not None and "count" in wanted:
        gaps = {"count": str(count), **gaps}
    if set(gaps) != wanted:
        raise PhraseError(f"{key}: gaps {sorted(wanted)}, but {sorted(gaps)} were given")
    return phrase.format(**gaps)


@cache
def catalogue(language: str = LANGUAGE) -> dict[str, Any]:
    """Return all phrases of a language by their full key."""
    text = (FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(_flat("", yaml.safe_load(text)))


def _flat(start: str, table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, entry in table.items():
        if isinstance(entry, dict) and set(entry) != set(FORMS):
            yield from _flat(f"{start}{name}.", entry)
        else:
            yield f"{start}{name}", entry


def gaps_of(phrase: str) -> set[str]:
    """Return the names of the gaps of a phrase."""
    return {name for _text, name, _format, _conversion in Formatter().parse(phrase) if name}
