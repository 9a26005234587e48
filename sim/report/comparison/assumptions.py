"""Every number that goes into a report: how it is known, and to what it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.composed import retold
from sim.common.formatting import (
    capital,
    compact,
    fixed_percent,
    listing,
    money,
    percent,
    range_of,
    some,
    spaced,
)
from sim.common.style import clauses, style
from sim.common.translated import translated
from sim.evidence.indirectness import relation_of, steps_to, trade_of
from sim.evidence.parameters import MARKET_LIFE
from sim.experiment.uncertain_values import LAW
from sim.market.covariances import interval_of, joint_laws
from sim.market.numbers import Number
from sim.report.names import mechanism_label, value_label
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers
    from sim.evidence.parameters import Parameter
    from sim.market.market import Market
    from sim.market.moving_rates import MovingRates

#: With what a unit begins in Chinese that is counted per something.
_PER = "每"
#: How a number may be known, the least first.
STATUS = ("assumed", "published", "stated", "estimated")
#: Parts of a market that have shares, by the first word of their addresses.
_PARTS = {"rivals": "rival", "channels": "channel"}


def used_parameters(comparison: Answers) -> list[Parameter]:
    """Return the rows of the parameters that matter here: of market life and of the levers in use."""
    levers = [MARKET_LIFE, *comparison.levers]
    rows = [row for row in comparison.manifest.parameters if row.lever in levers]
    return sorted(rows, key=lambda row: levers.index(row.lever))


def assumptions_table(comparison: Answers) -> Table:
    """Return every number that goes in, with range, status and source.

    The market first, then ordinary life, then lever by lever, those of the leading strategy first;
    within each the assumed ones first.
    """
    market = comparison.market
    rows = [*_of_market(market), *(_of_parameter(r, market) for r in used_parameters(comparison))]
    frame = pd.DataFrame(rows)
    part = {
        name: place for place, name in enumerate(dict.fromkeys(frame[say("column.belongs_to")]))
    }
    known = [_known_how(status) for status in STATUS]
    order = frame[say("column.belongs_to")].map(part) * len(STATUS) + frame[
        say("column.known_how")
    ].map(known.index)
    frame = frame.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
    return Table(
        say("comparison.assumptions.every_number_that_goes_in"),
        frame,
        say("comparison.assumptions.only_levers_that_a_strategy"),
    )


def address_label(market: Market, address: str) -> str:
    """Return what a report calls an uncertain value of a market by its address in a future."""
    owner, _, name = address.partition(".")
    if address == LAW:
        return say("comparison.assumptions.law.name")
    if owner == "market":
        return value_label(name, market.is_contractual)
    if owner == "moving":
        return _where_rates_move(name)
    if owner in _PARTS:
        name = translated(spaced(name))
        return say(f"comparison.assumptions.share_of.{_PARTS[owner]}", name=name)
    return parameter_label(owner, name)


def parameter_label(lever: str, name: str) -> str:
    """Return what a report calls a parameter of a lever, or of what acts beside the levers."""
    called = translated(spaced(name))
    return say("comparison.assumptions.of_lever", name=called, lever=mechanism_label(lever))


def number_of(comparison: Answers, address: str) -> Number | Parameter:
    """Return the number of the market or the parameter that stands at an address."""
    owner, _, name = address.partition(".")
    market = comparison.market
    if owner == "market":
        return market.values[name]
    if market.moving_rates is not None and owner in ("law", "moving"):
        law = _law_of(market.moving_rates)
        return law if address == LAW else market.moving_rates.values[name]
    for part in {"rivals": market.rivals, "channels": market.channels}.get(owner, ()):
        if part.name == name:
            return part.share
    rows = comparison.manifest.parameters
    return next(row for row in rows if (row.lever, row.parameter) == (owner, name))


def unit_of(comparison: Answers, address: str) -> str:
    """Return the unit of a number at an address; a pure number has none."""
    return unit_shown(number_of(comparison, address).unit, comparison.market.is_contractual)


def amount(comparison: Answers, address: str, value: float, named: bool = True) -> str:
    """Write a number at an address as a person would have written it, a unit in words if `named`."""
    if address == LAW and value in (0.0, 1.0):
        return say(f"comparison.assumptions.law.{'move' if value else 'stay'}")
    unit, market = unit_of(comparison, address), comparison.market
    if unit.startswith("share"):
        whole = round(100 * value, 1) % 1 == 0
        return fixed_percent(value, 0 if whole else 1)
    if unit.startswith("currency"):
        per = translated(unit.removeprefix("currency").strip())
        return _measured(money(value, market.currency), per)
    return _measured(compact(value), translated(unit)) if named else compact(value)


def _measured(number: str, unit: str) -> str:
    """Return a number with its unit; in Chinese what it is counted per stands before it."""
    if not style().wide:
        return f"{number} {unit}".strip()
    if unit.startswith(_PER):
        return unit + number
    thing, mark, per = unit.partition(f"，{_PER}")
    return f"{_PER}{per}{number}{thing}" if mark else number + thing


def _of_market(market: Market) -> list[dict[str, str]]:
    """Return the rows of a market's values, rivals and channels."""
    contract = market.is_contractual
    laws = joint_laws(market.values, market.covariances)
    numbers = {
        capital(value_label(name, contract)): (number, interval_of(name, number, laws))
        for name, number in market.values.items()
    }
    for kind, parts in (("rival", market.rivals), ("channel", market.channels)):
        for part in parts:
            called = translated(spaced(part.name))
            name = say(f"comparison.assumptions.share_of.{kind}", name=called)
            numbers[name] = part.share, (part.share.low, part.share.high)
    if market.moving_rates is not None:
        moving = market.moving_rates
        law = _law_of(moving)
        numbers[capital(say("comparison.assumptions.law.name"))] = law, (law.low, law.high)
        laws = joint_laws(moving.values, moving.covariances)
        for name, number in moving.values.items():
            row = capital(_where_rates_move(name))
            numbers[row] = number, interval_of(name, number, laws)
    return [
        {
            say("column.number"): name,
            say("column.belongs_to"): say("comparison.assumptions.the_market"),
            say("column.value"): compact(number.value),
            say("column.unit"): translated(unit_shown(number.unit, contract)),
            say("column.range"): _ends(*ends),
            say("column.known_how"): _known_how(number.status),
            say("column.source"): retold(number.source),
        }
        for name, (number, ends) in numbers.items()
    ]


def _law_of(section: MovingRates) -> Number:
    """Return the chance that rates move as a number of the market."""
    chance = section.weight
    return Number(
        value=chance, unit="share", status="assumed", low=0, high=1, source=section.reason
    )


def _where_rates_move(name: str) -> str:
    return say("comparison.assumptions.law.value", name=value_label(name))


def _of_parameter(row: Parameter, market: Market) -> dict[str, str]:
    """Return the row of a parameter, as it holds in a market."""
    note = clauses(filter(None, [translated(row.note), measured_elsewhere(row, market)]))
    return {
        say("column.number"): capital(translated(spaced(row.parameter))),
        say("column.belongs_to"): mechanism_label(row.lever),
        say("column.value"): compact(row.value),
        say("column.unit"): translated(unit_shown(row.unit)),
        say("column.range"): _ends(row.low, row.high),
        say("column.known_how"): _known_how(row.status),
        say("column.source"): style().label.join(
            filter(None, [style().comma.join(row.evidence), note])
        ),
    }


def measured_elsewhere(row: Parameter, market: Market) -> str:
    """Return what was done to a parameter that was measured in another trade or relation, if it was."""
    steps = sum(steps_to(row, market))
    if not steps:
        return ""
    trades = [say(f"comparison.assumptions.trade.{trade}") for trade in row.trades]
    relations = [say(f"comparison.assumptions.relation.{relation}") for relation in row.relations]
    return say(
        "comparison.assumptions.measured_elsewhere",
        where=listing(trades),
        relation=listing(relations),
        here=say(f"comparison.assumptions.trade.{trade_of(market) or 'none'}"),
        own=say(f"comparison.assumptions.relation.{relation_of(market)}"),
        moved=say(
            f"comparison.assumptions.moved.{'range' if row.no_effect is None else 'effect'}", steps
        ),
    )


def _ends(low: float | None, high: float | None) -> str:
    """Write a range, or that there is none."""
    if low is None or high is None or low == high:
        return say("comparison.assumptions.fixed")
    return range_of(low, high, compact)


def _known_how(status: str) -> str:
    return say(f"comparison.assumptions.status.{status}")


def unit_shown(unit: str, contract: bool = False) -> str:
    """Write a unit; a pure number has none, and under contracts there are uses, not trips."""
    if contract:
        unit = unit.replace("per trip", "per use").replace("buyers", "users")
    return "" if unit == "1" else unit


def shares_table(comparison: Answers) -> Table:
    """Count, for the market and each lever in use, how many numbers there are and how known."""
    frame = assumptions_table(comparison).frame
    counts = (
        frame.groupby(say("column.belongs_to"), sort=False)[say("column.known_how")]
        .value_counts()
        .unstack()
    )
    known = [_known_how(status) for status in STATUS]
    counts = counts.reindex(columns=known).fillna(0).astype(int)
    counts = counts.reindex(dict.fromkeys(frame[say("column.belongs_to")]))
    users = {
        mechanism_label(lever): [
            comparison.title(name)
            for name in comparison.ranking
            if lever in comparison.levers_of(name)
        ]
        for lever in comparison.levers
    }
    rows = [
        {
            say("column.belongs_to"): capital(str(part)),
            say("column.numbers"): str(row.sum()),
            **{capital(word): str(row[word]) for word in known},
            say("column.share_assumed"): percent(row[known[0]] / row.sum()),
            say("column.used_by"): some(users[str(part)], 3)
            if part in users
            else say("comparison.assumptions.all"),
        }
        for part, row in counts.iterrows()
    ]
    return Table(say("comparison.assumptions.how_much_is_known_part"), pd.DataFrame(rows))


def assumed_share(comparison: Answers) -> tuple[int, int]:
    """Return how many of the numbers are assumed, and how many there are."""
    known = assumptions_table(comparison).frame[say("column.known_how")]
    return int((known == _known_how(STATUS[0])).sum()), len(known)


def assumed_sentence(comparison: Answers) -> str:
    """Return what share of the numbers is assumed."""
    assumed, total = assumed_share(comparison)
    share = percent(assumed / total)
    return say(
        "comparison.assumptions.of_the_numbers_behind_this",
        assumed=assumed,
        total=total,
        share=share,
    )
