"""How much room text takes on a slide, whichever font the machine that shows it has.

A slide names the fonts of an office (Calibri, Microsoft YaHei), which many a machine has not. What most
often stands in for them is wider: a figure of DejaVu Sans is 0.636 of its height, one of Calibri 0.507,
so that the same number takes a quarter more. Text is measured with the wider font, letter by letter.
"""

import math

from sim.common.style import style
from sim.report.letters import length_of, lines_within

#: A line over the size of its font: of letters, and of Chinese characters, whose free fonts set lines
#: wider (Noto Sans CJK: 1.448).
_LEADING, _WIDE_LEADING = 1.2, 1.45
_POINTS_AN_INCH = 72


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
    lines = lines_within(text, width, bold)
    return max(sum(math.ceil(length_of(line, bold) / width) for line in lines), 1)
