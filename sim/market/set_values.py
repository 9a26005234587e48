"""What a programmer sets of a market's values: refused, with all faults at once, if it cannot be."""

from collections.abc import Mapping

from sim.common.errors import InputError, nearest, refuse_all
from sim.common.given import setting
from sim.market.numbers import Number, more_than_all
from sim.market.values import range_of_value

#: A number that is certain, or (low, most likely, high).
Given = float | tuple[float, float, float]


def set_values(
    values: Mapping[str, Number], given: Mapping[str, Given], market: str
) -> dict[str, Number]:
    """Return the values of a market in which some are set.

    Parameters
    ----------
    values : mapping of str to Number
    given : mapping of str to float, or tuple of three
    market : str
        Its name, for messages.

    Raises
    ------
    InputError
        With all faults at once: names that it has no value of, what is no number or out of range,
        ends in another order, and shares of failures that are more than all.
    """
    changed, faults = dict(values), []
    for name, found in given.items():
        if name not in values:
            expected = "one of the values of this market"
            faults.append(InputError(market, "values", name, expected, nearest(name, list(values))))
            continue
        field = f"values.{name}"
        try:
            stated = setting(market, field, found)
            _check_range(market, field, stated, *range_of_value(name))
            changed[name] = values[name].set_to(stated)
        except InputError as refused:
            faults.append(refused)
    for fault in more_than_all(changed, "values"):
        told = fault.context or {}
        faults.append(InputError(market, told["field"], told["found"], told["expected"]))
    refuse_all(faults)
    return changed


def _check_range(market: str, field: str, stated: Given, least: float, most: float) -> None:
    """Refuse a number that cannot be, or could be drawn where it cannot."""
    for one in stated if isinstance(stated, tuple) else (stated,):
        if not least <= one <= most:
            raise InputError(market, field, one, f"a number from {least:g} to {most:g}")
