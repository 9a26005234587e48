"""Every sentence of the reports, by key: the code chooses keys and numbers, the catalogue holds words.

A phrase is text with named gaps, ``{amount} a year``, or a mapping of plural forms, chosen by the
number given as `count`. A language is one file beside ``en.yaml``; how to add one stands at the head
of that file. What a language lacks is said in English, so that a translation can be read while it
grows; the tests ask that a language kept here lacks nothing.
"""

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from sim.common.errors import InputError
from sim.common.reading import read_yaml
from sim.common.style import Style, written_in
from sim.common.text_tables import texts_in

FOLDER = Path(__file__).parent
#: The part of a catalogue that holds no phrases: how the language writes numbers, lists and plurals.
STYLE = "style"
#: The part of another language that may name what has an English label in its record.
NAMES = "names."
Phrase = str | dict[str, str]


class PhraseError(LookupError):
    """A key that the catalogue does not hold, or gaps that were not filled as it asks."""


@dataclass(frozen=True)
class Language:
    """A catalogue as it was read.

    Attributes
    ----------
    name : str
        Code of the language, as in HTML (``en``).
    phrases : dict
        Text or plural forms by full key.
    forms : tuple of str
        Plural forms of the language.
    form_of : callable
        Place in `forms` of a number.
    style : Style
        How numbers and lists are written.
    """

    name: str
    phrases: dict[str, Phrase]
    forms: tuple[str, ...]
    form_of: Callable[[int], int]
    style: Style


_SPOKEN: ContextVar[Language | None] = ContextVar("language", default=None)


@contextmanager
def in_language(name: str, folder: Path = FOLDER) -> Iterator[Language]:
    """Speak another language inside the block: phrases, numbers, lists and plurals.

    Parameters
    ----------
    name : str
        Its catalogue is ``{name}.yaml``.
    folder : Path
        Where that stands.

    Raises
    ------
    InputError
        If there is no such catalogue, or it has keys that the English one does not know.
    """
    language = _read(name, folder)
    token = _SPOKEN.set(language)
    try:
        with written_in(language.style), texts_in(name):
            yield language
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """Return the language that phrases are in now: English, unless `in_language` says another."""
    return _SPOKEN.get() or _read("en", FOLDER)


def languages() -> list[str]:
    """Return the languages that have a catalogue here, by their codes."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


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
    language = spoken() if key in spoken().phrases else _read("en", FOLDER)
    if key not in language.phrases:
        raise PhraseError(f"{key}: no such phrase in {language.name}.yaml")
    phrase = language.phrases[key]
    if isinstance(phrase, dict):
        if count is None:
            raise PhraseError(f"{key}: which form depends on a number, and none was given")
        phrase = phrase[language.forms[language.form_of(int(count))]]
    wanted = gaps_of(phrase)
    if count is not None and "count" in wanted:
        gaps = {"count": str(count), **gaps}
    if set(gaps) != wanted:
        raise PhraseError(f"{key}: gaps {sorted(wanted)}, but {sorted(gaps)} were given")
    return phrase.format(**gaps)


def named(kind: str, name: str, label: str, in_contracts: bool = False) -> str:
    """Return what the language calls something that has an English label in its record.

    Parameters
    ----------
    kind, name : str
        Part of `NAMES` and key there.
    label : str
        What it is called if the language does not say.
    in_contracts : bool
        Whether the label is one that holds for contracts only.
    """
    key = f"{NAMES}{kind}{'_in_contracts' if in_contracts else ''}.{name}"
    return say(key) if key in spoken().phrases else label


def keys(group: str) -> list[str]:
    """Return the keys of a group, such as ``names.meaning``, without its name, in their order."""
    return list(_keys(group, FOLDER))


@cache
def _keys(group: str, folder: Path) -> tuple[str, ...]:
    """Look a group up once: a table of assumptions asks for each of its rows."""
    start, known = f"{group}.", _read("en", folder).phrases
    return tuple(key.removeprefix(start) for key in known if key.startswith(start))


@cache
def _read(name: str, folder: Path) -> Language:
    """Read a catalogue."""
    path = folder / f"{name}.yaml"
    table: dict[str, Any] = read_yaml(path)
    style = dict(table.pop(STYLE))
    forms = tuple(style.pop("plural_forms"))
    form_of = gettext.c2py(style.pop("plural_form_of"))
    for field in sorted(set(style) - {field.name for field in fields(Style)}):
        raise InputError(str(path), f"{STYLE}.{field}", style[field], "a field of style.Style")
    language = Language(name, dict(_flat("", table, forms)), forms, form_of, Style(**style))
    if (name, folder) != ("en", FOLDER):
        known = _read("en", FOLDER).phrases
        for key in language.phrases:
            if key not in known and not key.startswith(NAMES):
                raise InputError(str(path), "key", key, "a key of en.yaml")
    return language


def _flat(start: str, table: dict[str, Any], forms: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, entry in table.items():
        if isinstance(entry, dict) and set(entry) != set(forms):
            yield from _flat(f"{start}{name}.", entry, forms)
        else:
            yield f"{start}{name}", entry


def gaps_of(phrase: str) -> set[str]:
    """Return the names of the gaps of a phrase."""
    return {name for _text, name, _format, _conversion in Formatter().parse(phrase) if name}
