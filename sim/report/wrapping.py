"""Lines of text of some width: between words, and in Chinese between characters.

By the rules for Chinese text (W3C, Requirements for Chinese Text Layout, section 3.1.3) no line begins
with a closing mark, and none ends with an opening one.
"""

import re
import textwrap
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.common.formatting import MINUS
from sim.common.random_numbers import Floats
from sim.common.style import style

#: No line ends at it.
JOINER = "\N{WORD JOINER}"

#: What no line begins with, and what none ends with.
_CLOSING = "，。；：、！？）》」』”’%"
_OPENING = "（《「『“‘"
#: How wide a figure is over the height of its font in DejaVu Sans, which often stands in for a font that
#: a machine has not and is wider than most: a letter is narrower, so that nothing is cut off.
_LETTER = 0.64
_POINTS_AN_INCH = 72
#: Letters: beside the text of a cell, and of a cell that takes several lines wherever it stands.
_BESIDE, _LONG = 3, 120
#: A plus before a currency; not within a run of letters, such as encoded bytes.
_PLUS = re.compile(r"(?<![A-Za-z0-9/+=])\+(?=[^\d\s+])")
#: A run of letters longer than this, such as a list of names in a command, is broken after its commas.
_RUN = 40
#: Signs of currencies, as a part of a pattern: Unicode has a block of them.
_CURRENCIES = "\u20a0-\u20cf"
#: Where a line may end though no blank stands there.
BREAK = "\N{ZERO WIDTH SPACE}"


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text.

    Parameters
    ----------
    text : str
    width : int
        In letters; a Chinese character is two letters wide.
    """
    if width_of(text) == len(text):
        return textwrap.wrap(text, width)
    lines, line = [], ""
    for piece in unbroken(text):
        if line and width_of(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def short(text: str, width: int, lines: int) -> str:
    """Return a text in at most so many lines; what is longer ends with an ellipsis.

    Parameters
    ----------
    text : str
    width : int
        Of a line, in letters, as for `wrapped`.
    lines : int
    """
    found = wrapped(text, width)
    if len(found) > lines:
        last = found[lines - 1]
        while width_of(last) >= width:
            last = last[:-1]
        found = [*found[: lines - 1], last.rstrip() + "\N{HORIZONTAL ELLIPSIS}"]
    return "\n".join(found)


def told_apart(texts: Sequence[str], width: int, lines: int) -> list[str]:
    """Return texts as `short` does; of those that would then be alike the end is kept, not the middle."""
    found = [short(text, width, lines) for text in texts]
    return [
        one if found.count(one) == 1 else _both_ends(text, width, lines)
        for text, one in zip(texts, found, strict=True)
    ]


def _both_ends(text: str, width: int, lines: int) -> str:
    """Return the beginning and the end of a text in so many lines."""
    if len(wrapped(text, width)) <= lines:
        return short(text, width, lines)
    room = width if lines > 1 else width // 2
    begin, end = short(text, room, max(lines - 1, 1)), text.rstrip()
    while width_of(end) > room:
        end = end[1:]
    return begin + ("\n" if lines > 1 else "") + end.lstrip()


def joined(text: str) -> str:
    """Return a text in which no line can end within an amount, nor between a sign and its number.

    In Chinese a line may else end between the number, its size and the characters of its currency.
    """
    text = _PLUS.sub("+" + JOINER, text.replace(MINUS, MINUS + JOINER))
    if not style().wide:
        return text
    return re.sub(
        rf"(?<=\d)(?:{_amount_end()})",
        lambda found: JOINER + JOINER.join(found[0]),
        text,
    )


def breakable(text: str) -> str:
    """Return a text that says where a run too long for a line may end: after a comma."""
    return re.sub(
        rf"[\x21-\u1fff]{{{_RUN},}}", lambda run: re.sub(r",(?=\S)", "," + BREAK, run[0]), text
    )


def width_of(text: str) -> int:
    """Return how wide a text is, in letters; a Chinese font sets a minus as wide as a character."""
    wide = ("W", "F", "A") if style().wide else ("W", "F")
    return sum(1 + (unicodedata.east_asian_width(letter) in wide) for letter in text)


def least_width(text: str) -> int:
    """Return the width of a text's longest piece that no line is to break, in letters."""
    return max((width_of(piece.strip()) for piece in unbroken(text)), default=0)


def letters_in(width: float, size: float) -> int:
    """Return how many letters of a size in points surely stand in a line of so many inches."""
    return int(width * _POINTS_AN_INCH / (size * _LETTER))


def column_shares(frame: pd.DataFrame, letters: float) -> list[float]:
    """Return of each column its share of the width of a table.

    Each column is as wide as what no line is to break; what is left goes to those that wait for more,
    until a column has its longest cell in one line, by how long its cells are on average, so that rows
    take few lines.

    Parameters
    ----------
    frame : DataFrame
        Cells as text.
    letters : float
        As many as stand in a line across the table.
    """
    wide = np.array([_least(name, frame[name]) for name in frame.columns], dtype=float)
    weight = np.array([_usual(name, frame[name]) for name in frame.columns], dtype=float)
    for lines in (2, 1):  # of a name; one only where there is room
        whole = [_whole(name, frame[name], lines) for name in frame.columns]
        wide = _grown(wide, whole, weight, letters)
    return [round(float(part), 4) for part in wide / wide.sum()]


def _grown(wide: Floats, whole: list[int], weight: Floats, letters: float) -> Floats:
    """Return widths that grow towards the whole ones as far as there are letters left."""
    most = np.maximum(wide, whole)
    left, open_ = letters - float(wide.sum()), most > wide
    while left > 0 and open_.any():
        more = np.where(open_, left * weight / weight[open_].sum(), 0.0)
        full = open_ & (wide + more >= most)
        if not full.any():
            return wide + more
        # who has enough leaves the rest to the others
        more = np.where(full, most - wide, 0.0)
        wide, left, open_ = wide + more, left - float(more.sum()), open_ & ~full
    return wide


def _least(name: str, cells: pd.Series) -> int:
    return max(map(least_width, [name, *cells])) + _BESIDE


def _whole(name: str, cells: pd.Series, lines: int) -> int:
    """Return how wide a column is without a broken cell, and with its name in so many lines."""
    return min(max([*map(width_of, cells), width_of(name) // lines]), _LONG) + _BESIDE


def _usual(name: str, cells: pd.Series) -> float:
    """Return how wide a cell of a column is on average."""
    return float(np.mean([width_of(text) for text in (name, *cells)])) + 1.0


def unbroken(text: str) -> list[str]:
    """Return a text in the pieces between which a line may end."""
    pieces: list[str] = []
    runs = breakable(text).split(BREAK)
    for piece in (one for run in runs for one in re.findall(_piece(), run, re.DOTALL)):
        if pieces and (piece[0] in _CLOSING or pieces[-1][-1] in _OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _piece() -> str:
    """Return the pattern of a piece: a run without wide characters and blanks, blanks, or one of these.

    A minus stays with its number, and that with its size and currency, a sign such as the euro's too.
    """
    return rf"{MINUS}?[\x21-\u1fff{_CURRENCIES}]+(?:{_amount_end()})?|\s+|."


def _amount_end() -> str:
    """Return the pattern of what follows the number of an amount: its size, its currency or both."""
    names = (style().sizes, style().symbols.values())
    size, currency = ("|".join(map(re.escape, each)) for each in names)
    return f"(?:{size})(?:{currency})?|(?:{currency})"
