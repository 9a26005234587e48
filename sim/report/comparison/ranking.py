"""The strategies ranked by what they add, and when they add it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.plausibility import flags_of
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import fixed, futures, listing, money, money_in, percent, range_of
from sim.common.style import paragraph
from sim.playbook.strategies import BASELINE
from sim.report.comparison import plausibility
from sim.report.comparison.budget import cost_or_saving
from sim.report.comparison.findings import tells_apart
from sim.report.comparison.unaffordable import best_in
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers

#: Stands beside a number that is hard to believe; the note says why.
FLAG = "*"


def ranking_table(comparison: Answers) -> Table:
    """Return the strategies, best first, with gain, intervals, chance, cost and return."""
    currency, runs = comparison.market.currency, comparison.futures
    regret = comparison.verdict.options["regret"]
    gains = comparison.effects_on("customer_equity")
    signed = money_in(currency, signed=True)
    doubted = {name for name in comparison.ranking if flags_of(comparison, name)}
    rows = []
    for name in comparison.ranking:
        gain, line = gains.loc[name], comparison.money.loc[name]
        rows.append(
            {
                say("column.strategy"): comparison.title(name),
                say("column.gain_in_customer_equity"): signed(gain["difference"])
                + (FLAG if name in doubted else ""),
                say("column.expected_gain"): range_of(
                    gain["expected_low"], gain["expected_high"], signed
                ),
                say("column.what_one_firm_may_see"): range_of(gain["low"], gain["high"], signed),
                say("column.loses_in"): futures(comparison.loses(name), runs),
                say("column.best_in"): best_in(comparison, name),
                say("column.average_regret"): money(regret[name], currency),
                say("column.actual_cost_a_year"): cost_or_saving(line["actual_cost"], currency),
                say("column.return_on_cost"): percent(comparison.return_on_cost(name), signed=True),
            }
        )
    nothing = dict.fromkeys(rows[0], "")
    nothing |= {
        say("column.strategy"): say("column.doing_nothing"),
        say("column.gain_in_customer_equity"): signed(0.0),
        say("column.best_in"): best_in(comparison, BASELINE),
        say("column.average_regret"): money(regret[BASELINE], currency),
        say("column.actual_cost_a_year"): money(0.0, currency),
    }
    frame = pd.DataFrame([*rows, nothing])
    if not tells_apart(comparison):
        frame = frame.drop(columns=say("column.what_one_firm_may_see"))
    note = say(
        "comparison.ranking.customer_equity_is_discounted_profit",
        futures=fixed(runs),
        means=_means(comparison),
    )
    flagged = [f"{FLAG} {text}" for text in plausibility.cautions(comparison, *comparison.ranking)]
    title = say("comparison.ranking.strategies_by_what_they_add")
    return Table(title, frame, paragraph([note, *flagged]))


def short_table(comparison: Answers) -> Table:
    """Return what the story of a page shows of `ranking_table`; the full one stands in the appendix."""
    full = ranking_table(comparison)
    kept = [
        say(f"column.{name}")
        for name in (
            "strategy",
            "gain_in_customer_equity",
            "expected_gain",
            "loses_in",
            "best_in",
            "actual_cost_a_year",
            "return_on_cost",
        )
    ]
    any_doubt = full.frame[kept[1]].str.contains(FLAG, regex=False).any()
    note = say(f"comparison.ranking.short_note{'_doubts' if any_doubt else ''}")
    return Table(full.caption, full.frame[kept], note)


def _means(comparison: Answers) -> str:
    """Write how well the futures tell the mean gain of each leading strategy."""
    currency, gains = comparison.market.currency, comparison.effects_on("customer_equity")
    parts = [
        say(
            "comparison.ranking.mean",
            name=comparison.title(name),
            low=money(gains.loc[name, "ci_low"], currency, signed=True),
            high=money(gains.loc[name, "ci_high"], currency, signed=True),
        )
        for name in comparison.leaders
    ]
    return listing(parts)


def time_table(comparison: Answers) -> Table:
    """Return what each strategy gains within the horizon and after it, and how often it loses there."""
    currency, runs, weeks = (
        comparison.market.currency,
        comparison.futures,
        comparison.manifest.weeks,
    )
    within, after = (comparison.effects_on(name) for name in ("equity_within", "equity_after"))
    signed = money_in(currency, signed=True)
    rows = []
    for name in comparison.ranking:
        first, later = within.loc[name], after.loc[name]
        rows.append(
            {
                say("column.strategy"): comparison.title(name),
                say("column.gain_within"): signed(first["difference"]),
                say("column.gain_a_year"): signed(first["difference"] * WEEKS_A_YEAR / weeks),
                say("column.expected_within"): range_of(
                    first["expected_low"], first["expected_high"], signed
                ),
                say("column.loses_within"): futures(comparison.loses(name, "equity_within"), runs),
                say("column.gain_after"): signed(later["difference"]),
                say("column.expected_after"): range_of(
                    later["expected_low"], later["expected_high"], signed
                ),
                say("column.loses_after"): futures(comparison.loses(name, "equity_after"), runs),
            }
        )
    return Table(
        say("comparison.ranking.when_the_gain_comes", weeks=fixed(weeks)),
        pd.DataFrame(rows),
        say("comparison.ranking.after_is_calculated"),
    )
