"""What a programmer sets of a market's values: refused, with all faults at once, if it cannot be."""

from collections.abc import Mapping

from sim.common.errors import InputError, nearest, refuse_all
from sim.common.given import is_finite, setting
from sim.market.numbers import Number
from sim.market.renamed import renamed_to
from sim.market.value_faults import more_than_all
from sim.market.values import NEVER_DRAWN, range_of_value

#: A number that is certain, or (low, most likely, high).
Given = float | tuple[float, float, float]
_NOT_DRAWN = "one number: no future draws this value"


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
        With all faults at once: names that it has no value of, what is no number, ends in another
        order, a range of what no future draws, and shares of failures that are more than all.
    """
    changed, faults = dict(values), []
    for name, found in given.items():
        if name not in values:
            faults.append(_unknown(name, values, market))
            continue
        try:
            given_one = setting(market, f"values.{name}", found)
            if name in NEVER_DRAWN and isinstance(given_one, tuple):
                raise InputError(market, f"values.{name}", found, _NOT_DRAWN)
            changed[name] = values[name].set_to(given_one)
        except InputError as refused:
            faults.append(refused)
    for fault in more_than_all(changed, "values"):
        told = fault.context or {}
        faults.append(InputError(market, told["field"], told["found"], told["expected"]))
    refuse_all(faults)
    return changed


def _unknown(name: str, values: Mapping[str, Number], market: str) -> InputError:
    """Return the fault that a market has no such value, or has it by a newer name."""
    renamed = renamed_to(name)
    if renamed is not None and renamed.new in values:
        expected = f"{renamed.new}, its name since version {renamed.version}"
        return InputError(market, "values", name, expected, renamed.new)
    expected = "one of the values of this market"
    return InputError(market, "values", name, expected, nearest(name, list(values)))


def check_ranges(values: Mapping[str, Number], given: Mapping[str, Given], market: str) -> None:
    """Refuse what a programmer sets of a market's values if it, or an end, is out of its range.

    Parameters
    ----------
    values, given, market
        As for `set_values`, which says all else that is wrong with them.

    Raises
    ------
    InputError
        With all faults at once.
    """
    faults = []
    for name in given.keys() & values.keys():
        found, (least, most) = given[name], range_of_value(name)
        expected = f"a number from {least:g} to {most:g}"
        faults += [
            InputError(market, f"values.{name}", end, expected)
            for end in (found if isinstance(found, tuple) else (found,))
            if is_finite(end) and not least <= end <= most
        ]
    refuse_all(sorted(faults, key=lambda fault: fault.field))
