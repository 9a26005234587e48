"""What the report says, in sentences for a strategist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.choice import told_best
from sim.analysis.of_budget import share_of_budget
from sim.analysis.verdict import MOST_FUTURES
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import (
    NEAR_BUDGET,
    brief_money,
    capital,
    fixed,
    fixed_percent,
    in_futures,
    money,
    percent,
)
from sim.common.size import ENOUGH_FUTURES, REPORT_SIZE
from sim.common.style import clauses, ended, paragraph
from sim.playbook.strategies import BASELINE
from sim.report.comparison import unaffordable
from sim.report.comparison.as_it_is import as_it_is
from sim.report.comparison.budget import how_many_ranked
from sim.report.comparison.chosen import of_whom_in_full
from sim.report.comparison.doubts import most_often_best
from sim.report.comparison.findings import effect, is_clear, loyalty, segments, tells_apart
from sim.report.comparison.plausibility import is_shown, not_believed
from sim.report.parts_words import play_label
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def headline(comparison: Answers) -> str:
    """Return which strategy, by how much, how sure, and why."""
    if comparison.pays_none:
        return unaffordable.headline(comparison)
    verdict, first = comparison.verdict, comparison.ranking[0]
    runs, best = comparison.futures, told_best(verdict, comparison.futures)
    gain = effect(comparison, first, "customer_equity")
    name = comparison.title(first)
    amount = _gain(comparison, gain)
    if verdict.kind == "winner":
        return say(
            "comparison.sentences.choose_it_adds_to_customer",
            name=name,
            amount=amount,
            futures=in_futures(best[first], runs),
            reason=reason(comparison),
        )
    if verdict.doubtful and not is_shown(verdict.found):
        plays = [play_label(key) for key in verdict.doubtful]
        return not_believed(name, amount, plays, verdict.found, comparison.market.currency)
    if verdict.kind == "no_clear_winner":
        return say(
            "comparison.sentences.no_clear_winner",
            name=name,
            amount=amount,
            futures=in_futures(best[first], runs),
            rival=most_often_best(comparison, first),
            futures_2=in_futures(best.drop(first).max(), runs),
        )
    if verdict.kind == "undecided":
        so_far = "nothing" if verdict.strategy is None else "strategy"
        return say(
            f"comparison.sentences.undecided.{so_far}",
            runs=fixed(runs),
            name=name,
            does=_does(comparison, gain),
            futures=in_futures(best[verdict.chosen], runs),
            settle=_settle(verdict.needed, runs),
        )
    return _do_nothing(comparison, gain)


def _do_nothing(comparison: Answers, gain: pd.Series) -> str:
    """Return that nothing is to be done, and what the best strategy would have brought."""
    share = told_best(comparison.verdict, comparison.futures)[BASELINE]
    sure = say(
        "comparison.sentences.doing_nothing_is_best_in",
        futures=in_futures(share, comparison.futures),
    )
    if gain["difference"] > 0:
        return say(
            "comparison.sentences.do_nothing_adds_to_customer",
            nobody=_nobody(comparison, "adds_enough"),
            amount=_gain(comparison, gain),
            sure=sure,
        )
    return say(
        "comparison.sentences.do_nothing_changes_customer_equity",
        nobody=_nobody(comparison, "earns"),
        does=_does(comparison, gain),
        reason=reason(comparison),
        sure=sure,
    )


def _settle(needed: int | None, runs: int) -> str:
    """Return about how many futures would settle what these leave open, if they can tell."""
    if runs < ENOUGH_FUTURES:
        return say("comparison.sentences.too_few_to_settle", least=fixed(REPORT_SIZE["futures"]))
    if needed is None:
        return say("comparison.sentences.not_settled", most=fixed(MOST_FUTURES))
    return say("comparison.sentences.settled", needed=fixed(needed))


def _nobody(comparison: Answers, does: str) -> str:
    """Return that no strategy does something, and begin a sentence on the best of them."""
    name = comparison.title(comparison.ranking[0])
    count = len(comparison.ranking)
    among = {} if count == 1 else {"total": how_many_ranked(comparison)}
    return say(f"comparison.sentences.nobody_{does}", count=count, name=name, **among)


def _does(comparison: Answers, gain: pd.Series) -> str:
    """Return by how much a strategy raises or lowers customer equity."""
    does = "adds" if gain["difference"] > 0 else "lowers"
    return say(f"comparison.sentences.{does}", amount=_gain(comparison, gain))


def _gain(comparison: Answers, gain: pd.Series) -> str:
    """Write how large a gain or a loss is, with the interval of the expected gain."""
    currency = comparison.market.currency
    low, high = (money(gain[end], currency) for end in ("expected_low", "expected_high"))
    return say(
        "common.expected_gain",
        amount=money(abs(gain["difference"]), currency),
        low=low,
        high=high,
    )


def reason(comparison: Answers) -> str:
    """Return in half a sentence why the leading strategy wins or loses."""
    first, currency = comparison.ranking[0], comparison.market.currency
    if comparison.verdict.kind == "do_nothing":
        margin = effect(comparison, first, "margin")["difference"]
        cost = effect(comparison, first, "cost")["difference"]
        if cost < 0 and margin < 0:
            saved, lost = money(-cost, currency), money(-margin, currency)
            return say("comparison.sentences.it_saves_a_year_and", amount=saved, lost=lost)
        if margin < 0:
            lost = money(-margin, currency)
            return say(
                "comparison.sentences.it_costs_a_year_and", amount=money(cost, currency), lost=lost
            )
        return say(
            "comparison.sentences.it_costs_a_year_and_2",
            amount=money(cost, currency),
            amount_2=money(margin, currency),
        )
    causes = {}
    ways = {"active_customers": say("comparison.sentences.more_customers_stay_or_join")}
    if not comparison.market.is_contractual:  # a use brings no money
        ways = {"trips": say("comparison.sentences.customers_buy_more_often")} | ways
    for measure, words in ways.items():
        row = effect(comparison, first, measure)
        if is_clear(row) and row["difference"] > 0 and row["baseline_mean"] > 0:
            causes[words] = row["difference"] / row["baseline_mean"]
    if not causes:
        return say("comparison.sentences.it_brings_more_margin_than")
    words = max(causes, key=lambda name: causes[name])
    return say(
        "comparison.sentences.at_the_end", words=words, share=percent(causes[words], signed=True)
    )


def facts(comparison: Answers) -> list[str]:
    """Return the facts beside the headline, said first of what they are if that is not chosen."""
    first = comparison.ranking[0]
    return [
        *of_whom_in_full(comparison),
        risk(comparison),
        over_time(comparison),
        _cost(comparison),
        *as_it_is(comparison, first),
        say("comparison.sentences.loyalty", loyalty=loyalty(comparison, first)),
        say("comparison.sentences.customers", segments=segments(comparison)),
    ]


def saves(comparison: Answers, name: str) -> bool:
    """Return whether a strategy costs less than doing nothing: it ends or lowers what the firm does."""
    return bool(comparison.money.loc[name, "actual_cost"] < 0)


def _cost(comparison: Answers) -> str:
    """Return what the leading strategy costs or saves, against its plan, and what comes back of it."""
    first, currency = comparison.ranking[0], comparison.market.currency
    name, line = comparison.title(first), comparison.money.loc[first]
    if saves(comparison, first):
        return say(
            "comparison.sentences.cost_saves_a_year",
            name=name,
            amount=money(-line["actual_cost"], currency),
            planned=money(-line["planned_cost"], currency),
        )
    cost = say(
        "comparison.sentences.cost_costs_a_year",
        name=name,
        amount=money(line["actual_cost"], currency),
        share=fixed_percent(share_of_budget(line, "actual")),
    )
    off = say("comparison.sentences.more_than_5_off_plan") if line["off_plan"] else ""
    cost += say(
        "comparison.sentences.against_planned",
        amount=money(line["planned_cost"], currency),
        share=fixed_percent(share_of_budget(line, "planned")),
        off=off,
    )
    written = share_of_budget(line, "design")
    if written > 1 + NEAR_BUDGET and not comparison.pays_none:  # else it is planned as written
        cost += say("comparison.sentences.design_above", share=fixed_percent(written))
    returns = ended(clauses([capital(back(comparison)), payback(comparison)]))
    return paragraph([ended(cost), returns])


def risk(comparison: Answers) -> str:
    """Return what one firm may see of the leading strategy's gain, and in how many futures it loses."""
    first, currency = comparison.ranking[0], comparison.market.currency
    gain = effect(comparison, first, "customer_equity")
    which = "risk" if tells_apart(comparison) else "risk_with_luck"
    return say(
        f"comparison.sentences.{which}",
        name=comparison.title(first),
        low=money(gain["low"], currency, signed=True),
        high=money(gain["high"], currency, signed=True),
        loses=in_futures(comparison.loses(first), comparison.futures),
    )


def over_time(comparison: Answers) -> str:
    """Return what the leading strategy gains within the horizon, a year of it, and after it."""
    first, currency = comparison.ranking[0], comparison.market.currency
    within, after = (
        effect(comparison, first, measure)["difference"]
        for measure in ("equity_within", "equity_after")
    )
    loses = [
        in_futures(comparison.loses(first, measure), comparison.futures)
        for measure in ("equity_within", "equity_after")
    ]
    weeks = comparison.manifest.weeks
    return say(
        "comparison.sentences.when",
        weeks=fixed(weeks),
        within=money(within, currency, signed=True),
        yearly=money(within * WEEKS_A_YEAR / weeks, currency, signed=True),
        loses_within=loses[0],
        after=money(after, currency, signed=True),
        loses_after=loses[1],
    )


def back(comparison: Answers) -> str:
    """Return what a unit of money spent on the leading strategy returns."""
    currency = comparison.market.currency
    first = comparison.ranking[0]
    rate, unit = comparison.return_on_cost(first), brief_money(1, currency)
    if saves(comparison, first):
        saved = money(-comparison.money.loc[first, "actual_cost"], currency)
        return say("comparison.sentences.a_year_is_saved", amount=saved)
    if rate >= 0:
        return say(
            "comparison.sentences.each_spent_comes_back_with",
            unit=unit,
            amount=money(rate, currency),
        )
    return say("comparison.sentences.each_spent_loses", unit=unit, amount=money(-rate, currency))


def payback(comparison: Answers) -> str:
    """Return in how many futures the leading strategy earns its cost back, and by when."""
    line = comparison.money.loc[comparison.ranking[0]]
    if saves(comparison, comparison.ranking[0]):
        return say("comparison.sentences.nothing_to_earn_back")
    share, week = line["payback_share"], line["payback_week"]
    if not share > 0:
        return say("comparison.sentences.it_is_not_earned_back")
    when = (
        say(
            "comparison.sentences.in_half_of_all_futures", count=int(week) + 1, week=fixed(week + 1)
        )
        if np.isfinite(week)
        else ""
    )
    return say(
        "comparison.sentences.it_is_earned_back_in",
        futures=in_futures(share, comparison.futures),
        when=when,
    )
