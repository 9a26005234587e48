"""The one kind of error that a person who typed something wrong gets to see."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """Something a person wrote cannot be used; the message says what, where and what to do.

    Parameters
    ----------
    where : str
        The file, option or folder in which the value stands.
    field : str
        The column, key or option that is wrong.
    found : object
        The value that was found; shown with ``repr`` and cut at 80 characters.
    expected : str
        What would be right, as a phrase ("a number from 0 to 1").
    nearest : str, optional
        The valid value closest to what was found.
    hint : str, optional
        The next step, as a sentence.
    """

    def __init__(
        self,
        where: str,
        field: str,
        found: object,
        expected: str,
        nearest: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.where, self.field, self.found = str(where), field, found
        self.expected, self.nearest, self.hint = expected, nearest, hint
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole message: where, field, found, expected, nearest, next step."""
        shown = repr(self.found)
        if len(shown) > 80:
            shown = shown[:77] + "..."
        text = f"{self.where}: {self.field}: found {shown}, expected {self.expected}."
        if self.nearest:
            text += f" Did you mean {self.nearest!r}?"
        if self.hint:
            text += f" {self.hint}"
        return text

    def __reduce__(self) -> tuple:
        """Pickle by the constructor's arguments, so that worker processes can raise it."""
        return (
            type(self),
            (self.where, self.field, self.found, self.expected, self.nearest, self.hint),
        )


def nearest(word: object, choices: Iterable[str]) -> str | None:
    """Return the valid word closest to `word`, or None when none is close."""
    close = get_close_matches(str(word), list(choices), n=1, cutoff=0.5)
    return close[0] if close else None
