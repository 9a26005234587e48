"""Each case runs, is what its file states, and says on its page that everything is assumed.

Serves: I6.4 I4.3 I5.6 L2.1 C1.2
"""

import numpy as np
import pytest
from scipy import stats
from worlds import FALSE_ALARM, Z_LIMIT, assert_mean

from sim.analysis.load_comparison import load_comparison
from sim.calibration.drawn_histories import drawn_histories
from sim.calibration.spend_law import GammaGamma
from sim.checks.check import check
from sim.common.errors import InputError
from sim.common.random_numbers import Draws
from sim.experiment.compare import compare
from sim.experiment.plan import make_plan
from sim.market.case_market import read_case_market
from sim.market.market import load_market
from sim.market.places import case_market_names, market_names
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.cases import case_names, load_case
from sim.playbook.strategy_files import load_strategy
from sim.world.week_zero import read_history
from tests.quick import make_quick


def test_the_cases_of_the_sources_are_there():
    told = {"ecommerce_platform", "airline", "hotel_group", "coffee_chain", "subscription_service"}
    told |= {"device_maker", "theme_park", "clothing_retailer", "hot_pot_chain", "bank"}
    told |= {"online_retailer", "travel_agency"}
    assert told <= set(case_names())
    assert not set(case_market_names()) & set(market_names())


@pytest.mark.parametrize("name", case_names())
def test_a_case_runs_with_each_of_its_strategies(name):
    case = load_case(name)
    market = load_market(case.market)
    for strategy in ("baseline", *case.strategies):
        scenario = Scenario(market, load_strategy(strategy), 200, 6)
        weekly = LoyaltyModel(scenario).run().weekly
        assert weekly["trips"].sum() > 0 and np.isfinite(weekly.select_dtypes("number")).all(
            axis=None
        )


@pytest.mark.parametrize("name", case_market_names())
def test_every_number_of_a_case_is_declared_an_assumption(name):
    market = load_market(name)
    assert {number.status for number in market.values.values()} == {"assumed"}
    assert any("every number of it is assumed" in caution for caution in market.data.cautions)


@pytest.mark.parametrize("name", case_market_names())
def test_customers_buy_as_often_and_pay_as_much_as_the_case_states(name):
    """The year before week 0, by customer: its mean, and its spread around it, are the law's."""
    stated, market = read_case_market(name), load_market(name)
    history = read_history(market)
    assert_mean(history["frequency"].to_numpy(), stated.purchases_per_year.value, "purchases")
    zero = (1 + stated.purchases_per_year.value / market["purchase_shape"]) ** -market[
        "purchase_shape"
    ]
    seen = int((history["frequency"] == 0).sum())
    assert stats.binomtest(seen, len(history), zero).pvalue > FALSE_ALARM
    assert market.mean_trip_spend == pytest.approx(stated.spend_per_purchase.value)
    assert market["yearly_attrition"] == stated.values["yearly_attrition"].value


def test_a_drawn_year_follows_its_laws():
    """All customers alike: counts are Poisson, the last purchase of x stands at x / (x + 1)."""
    n, rate, spend, shape = 20_000, 0.1, 30.0, 0.5
    law = GammaGamma(shape, 4.0, 1.0)
    table = drawn_histories(Draws(7, n), np.full(n, rate), np.full(n, spend), law)
    assert_mean(table["frequency"].to_numpy(), 52 * rate, "purchases")
    once = table[table["frequency"] == 3]
    assert_mean(once["recency"].to_numpy(), 52 * 3 / 4, "last purchase")
    assert_mean(once["monetary_value"].to_numpy(), spend, "mean spend")
    spread = once["monetary_value"].var() / (spend**2 / (3 * shape))
    kurtosis = 3 + 6 / (3 * shape)  # of the gamma law
    assert abs(spread - 1) < Z_LIMIT * np.sqrt((kurtosis - 1) / len(once))
    assert (table.loc[table["frequency"] == 0, ["recency", "monetary_value"]] == 0).all(axis=None)


def test_a_case_is_compared_like_any_market(tmp_path, monkeypatch):
    make_quick(monkeypatch.setattr)
    compare("airline", ["balanced"], 100, 4, 2, 1, tmp_path / "air", jobs=1)
    comparison = load_comparison(tmp_path / "air")
    assert comparison.market.based_on == "grocery"
    assert len(make_plan("balanced", "airline", 4).costs) == 2


AIRLINE = "playbook/cases/airline.yaml"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("based_on: grocery", "based_on: grocer", ["based_on", "'grocery'"]),
        ("based_on: grocery", "based_on: subscription", ["based_on", "without contracts"]),
        ("name: airline", "name: airlines", ["own name, airline"]),
        ("  gross_margin:", "  gros_margin:", ["gros_margin", "'gross_margin'"]),
        ("  gross_margin:", "  purchase_alpha:", ["purchases_per_year"]),
        ("  yearly_attrition:", "  drop_out_shape:", ["yearly_attrition", "required"]),
        ("  low: 1.5", "  low: 15", ["purchases_per_year", "low <= value"]),
        ("  low: 1.5", "  low: 0", ["purchases_per_year", "above 0"]),
        ("share: {value: 0.5,", "share: {value: 0.6,", ["rivals", "add up to 1"]),
    ],
)
def test_a_mistake_in_a_case_is_named(untabled, old, new, words):
    path = untabled / AIRLINE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as fault:
        load_market("airline")
    told = fault.value.message
    assert told.startswith(AIRLINE) and all(word in told for word in words), told
    assert told in [each.message for each in check()]


def test_a_mistake_on_a_page_of_a_case_is_named(untabled):
    page = untabled / "playbook" / "cases" / "airline.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("market: airline", "market: airlin").replace("[ask_after_the", "[ask_after_a"),
        encoding="utf-8",
    )
    said = "\n".join(fault.message for fault in check())
    assert "'airline'" in said and "'ask_after_the_flight'" in said
