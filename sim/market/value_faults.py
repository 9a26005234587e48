"""What makes the values of a market fit together; all that does not is told at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pydantic_core import PydanticCustomError

from sim.common.errors import MOST_FAULTS, nearest
from sim.common.reading import wrong
from sim.market.declared import declared
from sim.market.numbers import Number
from sim.market.renamed import renamed_to
from sim.market.values import (
    CONTRACT_VALUES,
    DROP_OUT_VALUES,
    FAILURE_SHARES,
    LEAVING_VALUES,
    PAUSE_VALUES,
    PURCHASE_VALUES,
    RATE_VALUES,
    SEASON,
    SPEND_LAWS,
    VALUES,
    WAGE,
    WHOLE,
    is_required,
    range_of_value,
)

#: Trips a week of an average customer: no customer makes more, and a week would take too long to run.
_MOST_TRIPS = 200.0
#: Shares whose sum is this close to 1 add up to it.
_ROUNDING = 1e-12


def value_faults(
    values: Mapping[str, Number],
    section: str = "values",
    own_wage: str = "",
    unread: Collection[str] = (),
) -> list[PydanticCustomError]:
    """Return what is wrong with a market's values: unknown, missing, out of range, not of one kind.

    Parameters
    ----------
    values : mapping of str to Number
    section : str
        Where they stand, for messages.
    own_wage : str
        The market's name where no declared wage is in its currency, so that only the firm knows its own.
    unread : collection of str
        Names of values that are there, and whose numbers are too wrong to be judged.

    Returns
    -------
    list of PydanticCustomError
        Each names its field, what was found and what would be right.
    """
    written = [*values, *unread]
    unknown = [name for name in written if name not in VALUES and not SEASON.fullmatch(name)]
    meant = {name: _meant(name) for name in unknown[:MOST_FAULTS]}  # no more are told
    contract = any(name in written for name in CONTRACT_VALUES)
    there = {*written, *_not_missing(filter(None, meant.values()), written, contract)}
    faults = [_unknown(name, meant.get(name)) for name in unknown]
    faults += _moving_faults(there, section, contract)
    two_kinds = not contract and any(name in there for name in LEAVING_VALUES)
    missing = [
        name
        for name in VALUES
        if is_required(name, contract)
        and name not in there
        and not (two_kinds and name == "drop_out_shape")
    ]
    if missing:
        expected = _required(missing, own_wage)
        faults.append(wrong(f"{section}.{', '.join(missing)}", "nothing", expected))
    given = [name for name in DROP_OUT_VALUES if name in there]
    if len(given) != (0 if contract or two_kinds else 1):
        expected = "exactly one of drop_out_beta, yearly_attrition and the values of renewal"
        found = [*given, *(name for name in CONTRACT_VALUES if name in there)]
        faults.append(wrong(section, ", ".join(found) or "none of them", expected))
    faults += _contract_faults(values, there) if contract else _spend_faults(there, section)
    faults += _rate_faults(values, section)
    known = [name for name in values if name not in unknown]
    faults += [fault for name in known for fault in out_of_range(values[name], name, section)]
    return [*faults, *more_than_all(values, section)]


def out_of_range(number: Number, name: str, section: str) -> Iterator[PydanticCustomError]:
    """Yield what is wrong with a number of its own."""
    yield from number.out_of(f"{section}.{name}", *range_of_value(name))
    if name in WHOLE and name not in CONTRACT_VALUES and number.value != round(number.value):
        yield wrong(f"{section}.{name}.value", number.value, "a whole number")


def more_than_all(values: Mapping[str, Number], section: str) -> list[PydanticCustomError]:
    """Return the fault that shares of failures are, or could be drawn to be, more than all, if any."""
    parts = [values[name] for name in FAILURE_SHARES if name in values]
    if sum(max(part.value, part.high or 0.0) for part in parts) <= 1.0 + _ROUNDING:
        return []
    found = " and ".join(f"up to {max(part.value, part.high or 0.0):g}" for part in parts)
    expected = "shares that are 1 together at most, at their high ends too"
    return [wrong(f"{section}.{', '.join(FAILURE_SHARES)}", found, expected)]


def _moving_faults(
    there: Collection[str], section: str, contract: bool
) -> Iterator[PydanticCustomError]:
    """Yield what is wrong with values of rates that move unless they are whole."""
    moving = [n for n in (*RATE_VALUES, *LEAVING_VALUES, *PAUSE_VALUES) if n in there]
    if not moving:
        return
    if contract:
        expected = "no such value, as this market has contracts"
        yield wrong(f"{section}.{moving[0]}", moving[0], expected)
        return
    away = [group for group in (LEAVING_VALUES, PAUSE_VALUES) if any(n in there for n in group)]
    if len(away) != 1:
        expected = "either quick_leavers with its hazards, or quick_pausers with theirs"
        yield wrong(section, ", ".join(moving), expected)
        return
    for name in (*RATE_VALUES, *away[0]):
        if name not in there:
            yield wrong(f"{section}.{name}", "nothing", "a value (this key is required)")


def _required(names: Sequence[str], own_wage: str) -> str:
    """Return what to expect where values are missing: the commands that add them, if any can."""
    others = [name for name in names if name != WAGE]
    if own_wage and len(others) < len(names):
        rest = ", after `loyalty check --fix` has added the others" if others else ""
        return (
            f"an hour of a service employee in the market's own currency, which only the firm knows; "
            f'`loyalty assume {own_wage} --set "{WAGE}=AMOUNT,SOURCE"` states it{rest}'
        )
    what = "a value (this key is required" if len(names) == 1 else "values (these keys are required"
    if all(name in declared().values for name in names):
        return f"{what}; `loyalty check --fix` adds what is assumed of its trade)"
    return f"{what})"


def _meant(name: str) -> str | None:
    """Return the value that is meant by a name that is no value's, or no longer."""
    renamed = renamed_to(name)
    return renamed.new if renamed else nearest(name, list(VALUES))


def _not_missing(meant: Iterable[str], written: Collection[str], contract: bool) -> Iterator[str]:
    """Yield values that were meant, where the market is of their kind and lacks them."""
    moving = ((*RATE_VALUES, *LEAVING_VALUES), (*RATE_VALUES, *PAUSE_VALUES))
    for name in meant:
        if is_required(name, contract):
            yield name
        elif not contract and name in DROP_OUT_VALUES:
            if not any(other in written for other in (*DROP_OUT_VALUES, *LEAVING_VALUES)):
                yield name
        elif not contract and any(
            name in group and any(other in written for other in group)
            for group in (*SPEND_LAWS.values(), *moving)
        ):
            yield name


def _unknown(name: str, meant: str | None) -> PydanticCustomError:
    """Return the error for a name that is no value's, or no longer."""
    field = f"values.{name}"
    renamed = renamed_to(name)
    if renamed:
        expected = (
            f"{renamed.new}, its name since version {renamed.version} "
            "(`loyalty check --fix` converts the file)"
        )
        return wrong(field, name, expected)
    return wrong(field, name, "one of the values of a market", meant)


def _spend_faults(there: Collection[str], section: str) -> Iterator[PydanticCustomError]:
    """Yield the fault of values that state no law of spend in full, or two."""
    names = [name for law in SPEND_LAWS.values() for name in law]
    given = tuple(name for name in names if name in there)
    if given not in SPEND_LAWS.values():
        choices = ", or ".join(", ".join(law) for law in SPEND_LAWS.values())
        found = ", ".join(given) or "no law of spend"
        yield wrong(section, found, f"one law of spend: {choices}")


def _contract_faults(
    values: Mapping[str, Number], there: Collection[str]
) -> Iterator[PydanticCustomError]:
    """Yield values that no contract has, and periods that are not whole weeks."""
    for name in PURCHASE_VALUES:
        if name in there:
            yield wrong(f"values.{name}", name, "no such value, as this market has contracts")
    if "renewal_weeks" in values:
        for end in ("value", "low", "high"):
            weeks = getattr(values["renewal_weeks"], end)
            if weeks is not None and weeks != round(weeks):
                yield wrong(f"values.renewal_weeks.{end}", weeks, "whole weeks")


def _rate_faults(values: Mapping[str, Number], section: str) -> Iterator[PydanticCustomError]:
    """Yield the fault of customers who buy more often than can be run."""
    if not {"purchase_shape", "purchase_alpha"} <= values.keys():
        return
    rate = values["purchase_shape"].value / max(values["purchase_alpha"].value, 1e-9)
    if rate > _MOST_TRIPS:
        expected = (
            f"a mean of at most {_MOST_TRIPS:g} trips a week (purchase_shape / purchase_alpha)"
        )
        yield wrong(f"{section}.purchase_alpha", f"{rate:.3g} trips a week", expected)
