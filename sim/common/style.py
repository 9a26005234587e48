"""How a language writes numbers, dates, lists and the marks between parts of a text."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


def _sizes() -> dict[str, float]:
    return {"bn": 1e9, "m": 1e6, "k": 1e3}


def _symbols() -> dict[str, str]:
    return {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹"}


@dataclass(frozen=True)
class Style:
    """How a language writes numbers, dates, lists and marks; as it stands here, English does.

    Attributes
    ----------
    decimal, thousands : str
        Marks within a number.
    percent, points : str
        A share, and a difference of two shares.
    money : str
        An amount: ``{symbol}``, ``{number}`` and ``{size}``.
    sizes : dict
        What sizes of an amount are called: the first that it reaches is written.
    symbols : dict
        What currencies are called, by their ISO codes; others by their code and a blank.
    comma, pair : str
        Between the words of a list, and around the last two.
    others : str
        What ends a list that is cut.
    span, part : str
        From one number to another; so many of so many.
    none_of, every : str
        None of so many, all of so many, within a sentence.
    stop, clause, label, gap : str
        At the end of a sentence; between its parts; after the label of a line; between sentences.
    bracket, item : str
        What is added in brackets, with the blank before it; a line of a list in plain text.
    day : str
        A date: ``{year}``, ``{month}`` and ``{day}``, whole numbers.
    wide : bool
        Whether it is written in Chinese characters.
    """

    decimal: str = "."
    thousands: str = ","
    percent: str = "{}%"
    points: str = "{} points"
    money: str = "{symbol}{number}{size}"
    sizes: Mapping[str, float] = field(default_factory=_sizes)
    symbols: Mapping[str, str] = field(default_factory=_symbols)
    comma: str = ", "
    pair: str = "{} and {}"
    others: str = "{} others"
    span: str = "{} to {}"
    part: str = "{} of {}"
    none_of: str = "none of {}"
    every: str = "all {}"
    stop: str = "."
    clause: str = "; "
    label: str = ": "
    gap: str = " "
    bracket: str = " ({})"
    item: str = "- {}"
    day: str = "{year:04d}-{month:02d}-{day:02d}"
    wide: bool = False


ENGLISH = Style()
_STYLE: ContextVar[Style] = ContextVar("style", default=ENGLISH)


@contextmanager
def written_in(new: Style) -> Iterator[None]:
    """Write numbers and lists in another style inside the block."""
    token = _STYLE.set(new)
    try:
        yield
    finally:
        _STYLE.reset(token)


def style() -> Style:
    """Return how the language of now writes."""
    return _STYLE.get()


def ended(text: str) -> str:
    """End a sentence with its stop."""
    return text + style().stop


def unended(text: str) -> str:
    """Return a sentence without its stop, as a heading has none."""
    return text.removesuffix(style().stop)


def clauses(parts: Iterable[str]) -> str:
    """Join the parts of a sentence."""
    return style().clause.join(parts)


def paragraph(sentences: Iterable[str]) -> str:
    """Join sentences that have their stops."""
    return style().gap.join(sentences)


def bracketed(text: str, more: str) -> str:
    """Add something in brackets."""
    return text + style().bracket.format(more)


def labelled(label: str, text: str) -> str:
    """Put a label before a text."""
    return label + style().label + text


def item(text: str) -> str:
    """Write a line of a list in plain text."""
    return style().item.format(text)


def split_label(text: str) -> tuple[str, str]:
    """Return what stands before the first mark of a label, and what after it; no label is empty."""
    label, mark, rest = text.partition(style().label)
    return (label, rest) if mark else ("", text)


def day(written: datetime.date | str) -> str:
    """Write a date, given as such or as in ISO 8601; what is none stays as it is."""
    try:
        date = datetime.date.fromisoformat(str(written))
    except ValueError:
        return str(written)
    return style().day.format(year=date.year, month=date.month, day=date.day)
