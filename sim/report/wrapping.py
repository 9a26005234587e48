"""Lines of text of some width: between words, and in Chinese between characters.

By the rules for Chinese text (W3C, Requirements for Chinese Text Layout, section 3.1.3) no line begins
with a closing mark, and none ends with an opening one.
"""

import re
import textwrap
import unicodedata
from math import sqrt

from sim.common.formatting import MINUS
from sim.common.style import style

#: What no line begins with, and what none ends with.
_CLOSING = "，。；：、！？）》」』”’%"
_OPENING = "（《「『“‘"
#: A letter is about half as wide as its font is high, a figure somewhat more: nothing is cut off.
_LETTER = 0.56
#: A line is this many times as high as its font.
_LEADING = 1.2
_POINTS_AN_INCH = 72
#: A cell of a table weighs for the width of its column by the root of its length, between these.
_NARROW, _WIDE = 2.2, 13.0


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
    for piece in _unbroken(text):
        if line and width_of(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def width_of(text: str) -> int:
    """Return how wide a text is, in letters; a Chinese font sets a minus as wide as a character."""
    wide = ("W", "F", "A") if style().wide else ("W", "F")
    return sum(1 + (unicodedata.east_asian_width(letter) in wide) for letter in text)


def least_width(text: str) -> int:
    """Return the width of a text's longest piece that no line is to break, in letters."""
    return max((width_of(piece.strip()) for piece in _unbroken(text)), default=0)


def height_of(text: str, width: float, size: float) -> float:
    """Return how high a text stands in a box.

    Parameters
    ----------
    text : str
    width : float
        Of the box, in inches.
    size : float
        Of the font, in points.

    Returns
    -------
    float
        Inches.
    """
    letters = max(int(width * _POINTS_AN_INCH / (size * _LETTER)), 1)
    return max(len(wrapped(text, letters)), 1) * size * _LEADING / _POINTS_AN_INCH


def column_weight(name: str, cells: list[str]) -> float:
    """Return the weight of a column: of its longest cell, and the longest word of its name.

    A name in Chinese may take two lines, as it breaks between any characters.
    """
    words = [width_of(word) / (2 if width_of(word) > len(word) else 1) for word in name.split()]
    longest = max([*map(width_of, cells), *words])
    return round(min(max(sqrt(longest), _NARROW), _WIDE), 2)


def _unbroken(text: str) -> list[str]:
    """Return a text in the pieces between which a line may end."""
    pieces: list[str] = []
    for piece in re.findall(_piece(), text, re.DOTALL):
        if pieces and (piece[0] in _CLOSING or pieces[-1][-1] in _OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _piece() -> str:
    """Return the pattern of a piece: a run without wide characters and blanks, blanks, or one of these.

    A minus stays with its number, and that with its size and currency.
    """
    names = (style().sizes, style().symbols.values())
    size, currency = ("|".join(map(re.escape, each)) for each in names)
    return rf"{MINUS}?[\x21-\u1fff]+(?:{size})?(?:{currency})?|\s+|."
