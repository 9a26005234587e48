"""Check what a programmer gives: numbers, as strictly as those of a file are checked."""

from math import inf, isfinite
from numbers import Integral, Real
from typing import Any

from sim.common.errors import InputError


def whole(where: str, field: str, found: object, least: int, most: int | None = None) -> int:
    """Return a whole number; refuse everything else, ``True`` and 4.0 among it.

    Parameters
    ----------
    where, field : str
        The call, and what of it, for the message.
    found : object
        A number of numpy is one too.
    least, most : int
        Its bounds.

    Raises
    ------
    InputError
        If it is none, or out of bounds.
    """
    is_whole = isinstance(found, Integral) and not isinstance(found, bool)
    if is_whole and least <= (number := int(found)) and (most is None or number <= most):  # type: ignore[call-overload]
        return number
    expected = (
        f"a whole number from {least}" if most is None else f"a whole number from {least} to {most}"
    )
    raise InputError(where, field, found, expected)


def number(where: str, field: str, found: object, least: float = -inf, most: float = inf) -> float:
    """Return a finite number; refuse everything else, ``True`` and ``"0.4"`` among it.

    Parameters
    ----------
    where, field : str
        The call, and what of it, for the message.
    found : object
    least, most : float
        Its bounds.

    Raises
    ------
    InputError
        If it is none, or out of bounds.
    """
    if is_finite(found) and least <= float(found) <= most:  # type: ignore[arg-type]
        return float(found)  # type: ignore[arg-type]
    expected = "a finite number"
    if least > -inf:
        expected = (
            f"a number of at least {least:g}"
            if most == inf
            else f"a number from {least:g} to {most:g}"
        )
    raise InputError(where, field, found, expected)


def setting(where: str, field: str, found: Any) -> float | tuple[float, float, float]:
    """Return a number that is certain, or (low, most likely, high).

    Parameters
    ----------
    where, field : str
        The call or the market, and what of it, for the message.
    found : object

    Raises
    ------
    InputError
        If it is neither, or the three are not in order.
    """
    if not isinstance(found, tuple):
        return number(where, field, found)
    if len(found) != 3 or not all(map(is_finite, found)) or list(found) != sorted(found):
        raise InputError(where, field, found, "(low, most likely, high), in this order")
    low, likely, high = map(float, found)
    return low, likely, high


def is_finite(found: object) -> bool:
    """Return whether something is a finite number; ``True`` and ``"0.4"`` are none."""
    try:
        return not isinstance(found, bool) and isinstance(found, Real) and isfinite(found)
    except OverflowError:  # a whole number of hundreds of digits
        return False
