"""Whoever looks for the most absurd plan finds none that passes for an ordinary one.

What is held, written down before any plan was looked at: nothing crashes, no figure is missing or
infinite that is there under doing nothing, no plan adds more than the firm's customers are worth in all
when nothing is done, and whatever returns more than ten to one, lets people wait for more than a week or
earns more per customer than the best of the trade says so wherever its number stands.

Serves: L1.2c C3.1
"""

import numpy as np
import pandas as pd
import pytest

from sim import compare
from sim.analysis.plausibility import MOST_RETURN, flags_of
from sim.market.market import load_market
from sim.market.places import market_names
from sim.measures.definitions import PAIRED
from sim.measures.weekly import TOTAL
from sim.playbook.strategies import BASELINE
from sim.report.comparison import glance, plausibility, ranking
from tests.adversary import SCORES, Size, absurd_plans
from tests.quick import make_quick
from tests.sections import parts_of

#: A market of each kind; in a quarter of a year grocery's adversary finds what is to be flagged.
QUICK = {"grocery": Size(200, 13, 1, 2, 20), "subscription": Size(150, 6, 1, 2, 20)}
LARGE = Size(500, 52, 2, 6)
#: No plan adds more than this share of what customers are worth when nothing is done.
MOST_OF_EQUITY = 1.0


def _compared(market: str, size: Size):
    """Compare the plans that the adversary finds, under the market's budget as anybody would."""
    plans = absurd_plans(market, size)
    again = {"customers": size.customers, "weeks": max(26, size.weeks), "seed": 2}
    return compare(market, plans, futures=2 * size.futures, jobs=1, **again)


def _figures(comparison) -> pd.DataFrame:
    """Each measure of each run over all customers: scenarios and futures by measures."""
    table = comparison.measures
    total = table[(table["segment"] == TOTAL) & ~table["measure"].isin(PAIRED)]
    return total.pivot(index=["scenario", "future", "luck"], columns="measure", values="value")


def _assert_all_is_finite(comparison) -> None:
    figures = _figures(comparison)
    known = np.isfinite(figures.loc[BASELINE]).all()
    assert np.isfinite(figures.loc[:, known[known].index]).all(axis=None)
    money = comparison.gains[["gain", "expected_low", "expected_high", "low", "high"]]
    assert np.isfinite(money).all(axis=None)


def _what_is_wrong(comparison, name: str) -> set[str]:
    """What speaks against a plan, worked out from the runs' own figures."""
    market, means = load_market(comparison.market.name), _figures(comparison)
    means = means.groupby("scenario").mean()
    mine, usual = means.loc[name], means.loc[BASELINE]
    gained = mine["customer_equity"] - usual["customer_equity"]
    found = set()
    rate = comparison.draws_of("return")[name]
    gains = comparison.draws_of("customer_equity")
    each = gains[name] - gains[BASELINE]
    cost = (each[rate != 0] / rate[rate != 0]).mean()
    if gained > 0 and (not np.isfinite(cost) or cost <= 0 or gained / cost > 1.1 * MOST_RETURN):
        found.add("return")
    if mine["response_minutes"] > 1.1 * market["desk_hours"] * 60:
        found.add("desk")
    lift = (mine["margin"] / mine["active_customers"]) / (
        usual["margin"] / usual["active_customers"]
    )
    if lift > 1.02 * market["best_in_class"]:
        found.add("best_in_class")
    return found


def _assert_what_is_wrong_is_said(comparison, name: str) -> None:
    wrong = _what_is_wrong(comparison, name)
    assert wrong <= {flag.kind for flag in flags_of(comparison, name)}, f"{name}: {wrong}"
    if wrong:
        said = plausibility.cautions(comparison, name)[0]
        assert said in glance.at_a_glance(comparison)[0]
        table = ranking.ranking_table(comparison)
        row = table.frame.set_index("Strategy").loc[comparison.title(name)]
        assert row["Gain in customer equity"].endswith("*") and said in table.note
        if name == comparison.ranking[0]:
            assert said in " ".join(parts_of(comparison, "answer")["answer"].sentences)


def _assert_nobody_is_fooled(comparison) -> None:
    _assert_all_is_finite(comparison)
    whole = comparison.draws_of("customer_equity")[BASELINE].mean()
    for name in comparison.ranking:
        assert comparison.gains.loc[name, "gain"] < MOST_OF_EQUITY * whole
        _assert_what_is_wrong_is_said(comparison, name)


@pytest.mark.parametrize("market", QUICK)
def test_the_most_absurd_plan_of_a_market_is_flagged_and_bounded(market, monkeypatch) -> None:
    make_quick(monkeypatch.setattr)
    found = _compared(market, QUICK[market])
    assert set(found.strategies) <= set(SCORES)
    _assert_nobody_is_fooled(found)


@pytest.mark.slow
@pytest.mark.parametrize("market", market_names())
def test_no_longer_search_finds_a_plan_that_fools_anybody(market) -> None:
    _assert_nobody_is_fooled(_compared(market, LARGE))
