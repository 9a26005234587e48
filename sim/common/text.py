"""What text may be: how long, and without control characters."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

#: Characters that a name, a title and any other text may have at most.
NAME, TITLE, TEXT = 100, 200, 10_000

#: Control characters but tab and line ends, what turns the direction of writing, and half characters.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
#: Letters and a symbol of Unicode by which nothing is seen.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_LINE_ENDS = re.compile("[\t\n\r\u2028\u2029]")


def unshown(text: str) -> int | None:
    """Return the place of the first character that no text may have, or None."""
    found = _UNSHOWN.search(text)
    return found.start() if found else None


def _one_line(text: str) -> str:
    if unshown(text) is not None or _LINE_ENDS.search(text):
        raise PydanticCustomError("one_line", "one line of text without control characters")
    if text and not shows(text):
        raise PydanticCustomError("shows_nothing", "a text of which something is seen")
    return text


def shows(text: str) -> bool:
    """Return whether anything of a text is seen: a letter, a digit, a sign.

    Examples
    --------
    >>> shows(chr(0x200B)), shows("7")
    (False, True)
    """
    return any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANKS for one in text)


#: One line: a name, a title, and the code of a currency.
Name = Annotated[str, StringConstraints(max_length=NAME), AfterValidator(_one_line)]
Title = Annotated[str, StringConstraints(max_length=TITLE), AfterValidator(_one_line)]
Currency = Annotated[str, StringConstraints(max_length=12), AfterValidator(_one_line)]
