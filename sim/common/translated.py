"""What playbook, data and command line say, in another language: each text by its English.

The English stands in its record, or in the code of the command line. Tables hold it beside the Chinese
(`sim.common.text_tables`), a row for each text, so that whoever edits one sees the other, and a text
that a firm wrote itself, or whose English was changed since, is shown as it is written.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

#: The language in which texts stand in their records and in the code.
ENGLISH = "en"
#: Texts of the language that is spoken, by their English; none in English.
_TEXTS: ContextVar[Mapping[str, str] | None] = ContextVar("texts", default=None)
#: Those of refusals, which are told by patterns: their gaps are filled where they are raised.
_REFUSALS: ContextVar[Mapping[str, str] | None] = ContextVar("refusals", default=None)


@contextmanager
def shown_with(texts: Mapping[str, str], refusals: Mapping[str, str]) -> Iterator[None]:
    """Show texts and refusals by these, where they have them, inside the block."""
    tokens = _TEXTS.set(texts), _REFUSALS.set(refusals)
    try:
        yield
    finally:
        _TEXTS.reset(tokens[0])
        _REFUSALS.reset(tokens[1])


def refusals() -> tuple[str, ...]:
    """Return the English of the refusals that the language that is spoken has, gaps unfilled."""
    return tuple(_REFUSALS.get() or ())


def translated(text: str) -> str:
    """Return a text in the language that is spoken, else as it is written."""
    texts = _TEXTS.get()
    return text if texts is None else texts.get(text, text)


def told(text: str, /, **gaps: object) -> str:
    """Return a text in the language that is spoken, with its gaps filled as `str.format` does.

    Examples
    --------
    >>> told("{done} of {of}", done=1, of=4)
    '1 of 4'
    """
    return translated(text).format(**gaps)
