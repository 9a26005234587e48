"""How much room text takes on a slide, whichever font the machine that shows it has.

A slide names the fonts of an office (Calibri, Microsoft YaHei), which many a machine has not. What most
often stands in for them is wider: a figure of DejaVu Sans is 0.636 of its height, one of Calibri 0.507,
so that the same number takes a quarter more. Text is measured with the wider font, letter by letter.
"""

import math
from functools import cache

from sim.common.style import style
from sim.report.fonts import latin_file
from sim.report.wrapping import unbroken, width_of

#: A line over the size of its font: of letters, and of Chinese characters, whose free fonts set lines
#: wider (Noto Sans CJK: 1.448).
_LEADING, _WIDE_LEADING = 1.2, 1.45
_POINTS_AN_INCH = 72
#: Points in which a letter is measured; hints for small sizes would round it.
_MEASURED = 100


def height_of(text: str, width: float, size: float, bold: bool = False) -> float:
    """Return how high a text stands in a box.

    Parameters
    ----------
    text : str
    width : float
        Of the box, in inches.
    size : float
        Of the font, in points.
    bold : bool

    Returns
    -------
    float
        Inches.
    """
    leading = _WIDE_LEADING if style().wide else _LEADING
    return lines_of(text, width * _POINTS_AN_INCH / size, bold) * size * leading / _POINTS_AN_INCH


def lines_of(text: str, width: float, bold: bool = False) -> int:
    """Return how many lines a text takes, in a width in heights of its font.

    What is wider than a line by itself is broken anywhere.
    """
    lines, taken = 1, 0.0
    for piece in unbroken(text):
        own = _long(piece.rstrip(), bold)
        if taken and taken + own > width:
            lines, taken = lines + 1, 0.0
        if own > width:
            lines += math.ceil(own / width) - 1
        taken += _long(piece, bold) if taken or piece.strip() else 0.0
    return lines


def _long(text: str, bold: bool) -> float:
    """Return how long a text is, in heights of its font."""
    return sum(_letter(letter, bold) for letter in text)


@cache
def _letter(letter: str, bold: bool) -> float:
    """Return how wide a letter is in the wider font; a Chinese character is as wide as it is high."""
    if width_of(letter) > 1:
        return 1.0
    return float(_font(bold).getlength(letter)) / _MEASURED


@cache
def _font(bold: bool):
    from PIL import ImageFont  # with which matplotlib itself writes PNG

    return ImageFont.truetype(str(latin_file(bold)), _MEASURED)
