"""Lines of text of some width: between words, and in Chinese between characters.

By the rules for Chinese text (W3C, Requirements for Chinese Text Layout, section 3.1.3) no line begins
with a closing mark, and none ends with an opening one.
"""

import re
import textwrap
import unicodedata

#: What no line begins with, and what none ends with.
_CLOSING = "，。；：、！？）》」』”’%"
_OPENING = "（《「『“‘"
#: A run of what is narrow and holds no blank, blanks, or one wide character.
_PIECE = re.compile(r"[\x21-\u1fff]+|\s+|.", re.DOTALL)


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
    """Return how wide a text is, in letters."""
    return sum(1 + (unicodedata.east_asian_width(letter) in ("W", "F")) for letter in text)


def _unbroken(text: str) -> list[str]:
    """Return a text in the pieces between which a line may end."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if pieces and (piece[0] in _CLOSING or pieces[-1][-1] in _OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
