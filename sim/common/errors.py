"""The errors that a person who wrote something wrong gets to see."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from reprlib import Repr

from sim.common.composed import refused
from sim.common.style import style
from sim.common.translated import told

#: Faults of one file that are told at once.
MOST_FAULTS = 20
_SHORT = Repr(maxlevel=3, maxdict=4, maxlist=6, maxstring=80, maxlong=80, maxother=80)


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

    Attributes
    ----------
    exit_code : int
        With which the command line ends.

    Examples
    --------
    >>> print(InputError("--seed", "seed", -1, "a whole number from 0"))
    --seed: seed: found -1, expected a whole number from 0.
    """

    exit_code = 2

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
        text = told(
            "{where}: {field}: found {found}, expected {expected}.",
            where=plain(self.where),
            field=plain(refused(self.field), 200),
            found=shown(refused(self.found) if isinstance(self.found, str) else self.found),
            expected=plain(refused(self.expected), 1000),
        )
        if self.nearest:
            text += style().gap + told("Did you mean {nearest!r}?", nearest=self.nearest)
        if self.hint:
            text += style().gap + plain(refused(self.hint))
        return text

    @property
    def faults(self) -> "tuple[InputError, ...]":
        """The faults that are told: this one."""
        return (self,)

    def with_hint(self, hint: str) -> "InputError":
        """Return the error with another next step."""
        return type(self)(self.where, self.field, self.found, self.expected, self.nearest, hint)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple:
        """Pickle by the constructor's arguments, so that worker processes can raise it."""
        return (
            type(self),
            (self.where, self.field, self.found, self.expected, self.nearest, self.hint),
        )


class InputErrors(InputError):
    """Several faults of one file, told together; its fields are those of the first.

    Parameters
    ----------
    faults : sequence of InputError
        At least one.
    """

    def __init__(self, faults: Sequence[InputError]) -> None:
        self._faults = tuple(faults)
        _, (where, field, found, expected, near, hint) = self._faults[0].__reduce__()
        super().__init__(where, field, found, expected, near, hint)

    @property
    def message(self) -> str:
        """One line per fault."""
        lines = [fault.message for fault in self._faults[:MOST_FAULTS]]
        if more := len(self._faults) - len(lines):
            lines.append(told("... and {more} more.", more=more))
        return "\n".join(lines)

    @property
    def faults(self) -> tuple[InputError, ...]:
        """All faults."""
        return self._faults

    def with_hint(self, hint: str) -> InputError:
        """Return the errors, the last with another next step."""
        return InputErrors([*self._faults[:-1], self._faults[-1].with_hint(hint)])

    def __reduce__(self) -> tuple:
        """Pickle by the faults."""
        return (type(self), (self._faults,))


def together(faults: Iterable[InputError]) -> InputError:
    """Return several faults as one error; of one, the fault itself."""
    told = [one for fault in faults for one in fault.faults]
    return told[0] if len(told) == 1 else InputErrors(told)


def refuse_all(faults: Sequence[InputError]) -> None:
    """Raise all faults together, if there are any.

    Raises
    ------
    InputError
    """
    if faults:
        raise together(faults)


def check_all(*checks: Callable[[], object]) -> None:
    """Run all checks, and raise what they refuse together, so that nobody mends one fault a run.

    Raises
    ------
    InputError
        With the faults of every check that refused something.
    """
    faults: list[InputError] = []
    for check in checks:
        try:
            check()
        except InputError as fault:
            faults.append(fault)
    refuse_all(faults)


class MachineError(InputError):
    """The machine refuses: a full disk, no permission. What was asked for may be right."""

    exit_code = 1


def nearest(word: object, choices: Iterable[str]) -> str | None:
    """Return the valid word closest to `word`, or None when none is close."""
    if not isinstance(word, str) or len(word) > 100:
        return None
    close = get_close_matches(word, list(islice(choices, 1000)), n=1, cutoff=0.5)
    return close[0] if close else None


def shown(found: object) -> str:
    """Return what was found as a short text, whatever it is; it costs nothing when it is huge."""
    try:
        text = repr(found[:100]) if isinstance(found, str) else _SHORT.repr(found)
    except ValueError:  # a whole number of thousands of digits
        text = f"a {type(found).__name__}"
    return plain(text if len(text) <= 80 else text[:77] + "...")


def plain(text: str, most: int = 5000) -> str:
    """Return text with control characters written out, cut at `most` characters."""
    text = text if len(text) <= most else text[: most - 3] + "..."
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
