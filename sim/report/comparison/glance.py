"""What a terminal shows of a finished comparison: the answer, and a line for each strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.formatting import fixed_percent, money_in, range_of
from sim.report.comparison.budget import cost_or_saving, planned_and_actual
from sim.report.comparison.plausibility import cautions
from sim.report.comparison.sentences import headline
from sim.report.comparison.unaffordable import best_in, one_by_one
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def at_a_glance(comparison: Answers) -> tuple[str, list[tuple[str, ...]]]:
    """Return the answer and a table of the strategies, best first.

    Parameters
    ----------
    comparison : Answers

    Returns
    -------
    tuple of str and list of tuple of str
        The headline of the report, a line for each strategy that is too dear for the firm and for each
        reason for which numbers are hard to believe (`sim.analysis.plausibility`); and a header with a
        row for each strategy: mean gain in customer equity, the 90 % interval of the expected gain,
        futures in which it is best, actual cost a year, what shares of the budget are planned and spent,
        and return on cost. It fits 100 columns.
    """
    currency, gains = comparison.market.currency, comparison.effects_on("customer_equity")
    signed = money_in(currency, signed=True)
    rows: list[tuple[str, ...]] = [
        (
            say("comparison.glance.strategy"),
            say("comparison.glance.gain"),
            say("comparison.glance.expected"),
            say("comparison.glance.best_in"),
            say("comparison.glance.cost_a_year"),
            say("comparison.glance.budget"),
            say("comparison.glance.return"),
        )
    ]
    for name in comparison.ranking:
        gain, line = gains.loc[name], comparison.money.loc[name]
        rows.append(
            (
                comparison.title(name),
                signed(gain["difference"]),
                range_of(gain["expected_low"], gain["expected_high"], signed),
                best_in(comparison, name),
                cost_or_saving(line["actual_cost"], currency),
                planned_and_actual(line),
                fixed_percent(comparison.return_on_cost(name), signed=True),
            )
        )
    doubts = cautions(comparison, *comparison.ranking)
    return "\n".join([headline(comparison), *one_by_one(comparison), *doubts]), rows
