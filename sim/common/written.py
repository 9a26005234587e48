"""What is written in a file, or built in code by the same rules."""

from numbers import Integral
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.common.reading import refusal


class Written(BaseModel):
    """A schema whose objects are built in code as well, where it refuses what it refuses in a file.

    Examples
    --------
    >>> class Word(Written):
    ...     letters: int
    >>> Word(letters=True)
    Traceback (most recent call last):
    sim.common.errors.InputError: Word: letters: found True, expected a whole number.
    """

    def __init__(self, **given: Any) -> None:
        try:
            self.__pydantic_validator__.validate_python(
                {name: _plain(found) for name, found in given.items()},
                self_instance=self,
                strict=True,
            )
        except ValidationError as error:
            raise refusal(type(self), error, type(self).__name__) from None

    # so marked, it is not called by pydantic where a file is read: faults there name their place
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


def _plain(found: Any) -> Any:
    """Return whole numbers of numpy as Python's, and tuples as lists, which mean the same."""
    if isinstance(found, dict):
        return {name: _plain(one) for name, one in found.items()}
    if isinstance(found, tuple):
        return list(found)
    return int(found) if not isinstance(found, bool) and isinstance(found, Integral) else found
