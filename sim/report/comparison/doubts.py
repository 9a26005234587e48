"""Where the answer may be another one: in some futures, and at the ends of what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.formatting import capital, compact, futures, listing, money, range_of
from sim.playbook.strategies import BASELINE
from sim.report.names import value_label
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers, Verdict


def verdict_name(comparison: Answers, verdict: Verdict) -> str:
    """Return a verdict in words: the winner's title, `No clear winner` or `Do nothing`."""
    if verdict.kind == "winner":
        return comparison.title(str(verdict.strategy))
    return say(f"comparison.doubts.verdict.{verdict.kind}")


def most_often_best(comparison: Answers, first: str) -> str:
    """Return the title of what is best in most futures, the leading strategy left out."""
    name = str(comparison.probability_best.drop(first).idxmax())
    title = comparison.title(name)
    return say("common.doing_nothing") if name == BASELINE else title


def leader_at(verdict: Verdict) -> str:
    """Return the strategy with the largest mean gain under a verdict, whether that is clear or not."""
    return next(str(name) for name in verdict.options.index if name != BASELINE)


def said_of(comparison: Answers, verdict: Verdict) -> tuple[str, str]:
    """Return what makes two verdicts the same answer: their kind, and the winner if there is one."""
    return verdict.kind, verdict_name(comparison, verdict)


def losing(comparison: Answers) -> list[str]:
    """Return when the leading strategy is not the one to have chosen: in which futures, at which ends."""
    first, runs = comparison.ranking[0], comparison.replications
    name, best = comparison.title(first), comparison.probability_best
    wide = comparison.draws_of("customer_equity")
    worse = float((wide[first] <= wide[BASELINE]).mean())
    says = [
        say(
            "comparison.doubts.futures_does_worse_than_doing",
            name=name,
            futures=futures(worse, runs),
        )
    ]
    beaten = 1.0 - best[first]
    if beaten > 0:
        rival = most_often_best(comparison, first)
        says[0] += say(
            "comparison.doubts.and_is_not_the_best", futures=futures(beaten, runs), rival=rival
        )
    says[0] += "."
    rivals = _other_leaders(comparison)
    says += [
        say(
            "comparison.doubts.another_leads_comes_first_of",
            strategy=comparison.title(rival),
            names=listing(places),
        )
        for rival, places in rivals.items()
    ]
    if comparison.verdict.ends and not rivals:
        says.append(say("comparison.doubts.other_values_comes_first_of", name=name))
    return says


def _other_leaders(comparison: Answers) -> dict[str, list[str]]:
    """Return the strategies that lead at some end, and at which."""
    rivals: dict[str, list[str]] = {}
    for value, ends in comparison.verdict.ends.items():
        for end, verdict in ends.items():
            if leader_at(verdict) != comparison.ranking[0]:
                place = say(
                    "comparison.doubts.of",
                    value=value_label(value, comparison.market.is_contractual),
                )
                place += end_value(comparison, value, end)
                rivals.setdefault(leader_at(verdict), []).append(place)
    return rivals


def _but(comparison: Answers) -> str:
    """Add who leads elsewhere, if the answer stays the same and its leader does not."""
    rivals = _other_leaders(comparison)
    if not rivals:
        return ""
    parts = [
        say("comparison.doubts.at", strategy=comparison.title(name), names=listing(at))
        for name, at in rivals.items()
    ]
    return say("comparison.doubts.but_others_lead_at_some", names=listing(parts))


def changed_ends(comparison: Answers) -> tuple[list[tuple[str, str]], int]:
    """Return the ends (value, ``low`` or ``high``) at which the verdict changes; and count all."""
    verdict, changed, count = comparison.verdict, [], 0
    for value, ends in verdict.ends.items():
        for end in ("low", "high"):
            other = ends[end]
            count += 1
            if said_of(comparison, other) != said_of(comparison, verdict):
                changed.append((value, end))
    return changed, count


def end_value(comparison: Answers, value: str, end: str) -> str:
    """Write the low or high end of a value of the market."""
    number = comparison.market.values[value]
    amount = getattr(number, end)
    return _input(amount, number.unit)


def assumption(comparison: Answers) -> str:
    """Name the assumption the answer leans on most."""
    changed, count = changed_ends(comparison)
    if not count:
        return say("comparison.doubts.main_assumption_people_respond_here")
    if not changed:
        contract = comparison.market.is_contractual
        names = listing([value_label(name, contract) for name in comparison.verdict.ends])
        return say(
            "comparison.doubts.main_assumptions_which_this_firms",
            names=names,
            number=count,
            but=_but(comparison),
        )
    value, end = changed[0]
    other = verdict_name(comparison, comparison.verdict.ends[value][end])
    name = value_label(value, comparison.market.is_contractual)
    return say(
        "comparison.doubts.main_assumption_of_which_this",
        name=name,
        central=_central(comparison, value),
        end_value=end_value(comparison, value, end),
        other=other,
        number=count - len(changed),
        number_2=count,
    )


def _central(comparison: Answers, value: str) -> str:
    """Write the central value of a number of the market."""
    number = comparison.market.values[value]
    return _input(number.value, number.unit)


def _input(value: float, unit: str) -> str:
    """Write a number that goes in as a person would have written it."""
    return compact(value * 100) + "%" if unit.startswith("share") else compact(value)


def ends_table(comparison: Answers) -> Table:
    """Return the verdict at both ends of each assumed value that the report must show."""
    currency, rows = comparison.market.currency, []

    def signed(value: float) -> str:
        return money(value, currency, signed=True)

    for value, ends in comparison.verdict.ends.items():
        for end in ("low", "high"):
            other = ends[end]
            same = said_of(comparison, other) == said_of(comparison, comparison.verdict)
            rows.append(
                {
                    say("column.assumed_value"): capital(
                        value_label(value, comparison.market.is_contractual)
                    ),
                    say("column.end"): say(f"comparison.doubts.end.{end}"),
                    say("column.set_to"): end_value(comparison, value, end),
                    say("column.verdict_there"): verdict_name(comparison, other),
                    say("column.leads_there"): comparison.title(leader_at(other)),
                    say("column.its_gain"): signed(other.gain),
                    say("column.90_interval_of_the_average"): range_of(
                        other.gain_low, other.gain_high, signed
                    ),
                    say("column.same_answer"): say("common.yes")
                    if same
                    else say("comparison.doubts.no"),
                }
            )
    reduced = any(part.reduced for part in comparison.manifest.variants.values())
    fewer = say("comparison.doubts.these_checks_use_fewer_simulated")
    fewer = fewer if reduced else ""
    columns = [
        say("column.assumed_value"),
        say("column.end"),
        say("column.set_to"),
        say("column.verdict_there"),
        say("column.leads_there"),
        say("column.its_gain"),
        say("column.90_interval_of_the_average"),
        say("column.same_answer"),
    ]
    return Table(
        say("comparison.doubts.the_verdict_at_both_ends"),
        pd.DataFrame(rows, columns=columns),
        say("comparison.doubts.each_row_changes_one_value") + fewer,
    )
