"""Log-normal spend: its law in closed form, what a history says, and a market that states it."""

import numpy as np
import pytest
from scipy import integrate, stats

from sim.calibration import log_normal
from sim.calibration.drawn_histories import drawn_histories
from sim.calibration.spend_law import GammaGamma, LogNormal
from sim.common.errors import InputError
from sim.common.random_numbers import Draws, WeekDraws
from sim.common.reading import validate
from sim.market.case_market import derive, read_case_market
from sim.market.market import Market, load_market
from tests.worlds import (
    FALSE_ALARM,
    GAMMA_GAMMA,
    LOG_NORMAL,
    Z_LIMIT,
    assert_mean,
    uncoupled,
    with_spend,
)
from tests.worlds import (
    unvalued_world as world,
)

LAW = LogNormal(*LOG_NORMAL.values())


def test_the_likelihood_is_that_of_jointly_normal_logs():
    amounts, (mean, b, w) = np.array([3.0, 8.0, 40.0]), (20.0, 0.7, 1.1)
    logs = np.log(amounts)
    centre = np.full(3, np.log(mean) - (b**2 + w**2) / 2)
    joint = stats.multivariate_normal(centre, w**2 * np.eye(3) + b**2)
    squares = float(((logs - logs.mean()) ** 2).sum())
    found = log_normal.log_likelihood(3.0, logs.mean(), squares, mean, b, w)
    assert found == pytest.approx(joint.logpdf(logs) - logs.sum(), rel=1e-10)


@pytest.mark.parametrize("law", [LAW, GammaGamma(*GAMMA_GAMMA.values())])
@pytest.mark.parametrize(("trips", "mean"), [(1.0, 12.0), (9.0, 80.0)])
def test_an_amount_to_come_has_a_density_whose_mean_is_what_is_expected(law, trips, mean):
    def density(log_amount: float) -> float:
        amount = np.exp(log_amount)
        return float(np.exp(law.log_density(amount, np.array(trips), np.array(mean)))) * amount

    ends = (-15.0, 25.0)
    assert integrate.quad(density, *ends, limit=300)[0] == pytest.approx(1.0, rel=1e-5)
    expected = integrate.quad(lambda y: np.exp(y) * density(y), *ends, limit=300)[0]
    assert expected == pytest.approx(float(law.expected(trips, mean)), rel=1e-4)


def test_of_one_purchase_the_own_mean_is_drawn_by_bayes_rule():
    """Ranks of the true means among those drawn are uniform (Talts et al. 2018)."""
    n, rng = 20_000, np.random.default_rng(5)
    own = LAW.own_mean(rng.normal(size=n))
    seen = LAW.mean_of(rng.uniform(size=n), np.ones(n), own)
    centre, spread = log_normal.own_log(np.ones(n), seen, LAW.mean, LAW.between, LAW.within)
    rank = stats.norm.cdf((np.log(own) - centre) / spread)
    assert stats.kstest(rank, "uniform").pvalue > FALSE_ALARM
    drawn = LAW.own_mean_given(rng.uniform(size=n), np.ones(n), seen)
    assert stats.ks_2samp(drawn, own).pvalue > FALSE_ALARM  # as a whole they are the population


@pytest.mark.parametrize("trips", [2, 5, 30])
def test_totals_of_histories_are_kept_by_what_is_expected_of_them(trips):
    n, rng = 40_000, np.random.default_rng(trips)
    own = LAW.own_mean(rng.normal(size=n))
    amounts = own[:, None] * log_normal.deviation(rng.uniform(size=(n, trips)), LAW.within)
    mean = amounts.mean(axis=1)
    assert_mean(LAW.expected(np.full(n, trips), mean) - mean, 0.0, f"{trips} purchases")


def test_who_has_no_history_is_expected_to_spend_the_mean():
    np.testing.assert_allclose(LAW.expected(np.zeros(2), np.zeros(2)), LAW.mean)
    assert LAW.own_mean_given(np.full(1, 0.5), np.zeros(1), np.zeros(1)) == pytest.approx(
        LAW.mean * np.exp(-(LAW.between**2) / 2)
    )


@pytest.mark.parametrize(
    "law", [LogNormal(5.0, 0.0, 0.9), LogNormal(5.0, 0.6, 0.0), LogNormal(5.0, 0.0, 0.0)]
)
def test_customers_who_do_not_differ_have_an_answer(law):
    found = law.expected(np.array([0.0, 1.0, 50.0]), np.array([0.0, 5.0, 5.0]))
    np.testing.assert_allclose(found[[0, 1]], 5.0, rtol=0.5)
    assert np.isfinite(law.own_mean_given(np.full(3, 0.7), np.arange(3.0), np.full(3, 5.0))).all()


def test_spend_of_a_fresh_cohort_follows_the_law():
    n = 30_000
    model = world(with_spend("music_shop", LOG_NORMAL), n=n, weeks=8, parameters=uncoupled())
    own = model.customers.columns["mean_spend"][:n].copy()
    assert_mean(own, LAW.mean, "mean spend of customers")
    logs = np.log(own)
    spread = logs.std(ddof=1) / LAW.between
    assert abs(spread - 1) < Z_LIMIT / np.sqrt(2 * n)  # the SD of normal variables
    people = model.run().customers.columns
    bought = people["frequency"][:n] > 0
    assert_mean(people["monetary_value"][:n][bought] / own[bought], 1.0, "spend over the own mean")


def test_a_drawn_year_has_means_of_the_law():
    n, spend = 20_000, 30.0
    table = drawn_histories(Draws(7, n), np.full(n, 0.1), np.full(n, spend), LAW)
    three = table.loc[table["frequency"] == 3, "monetary_value"].to_numpy()
    assert_mean(three, spend, "mean of three")
    assert_mean((three / spend - 1) ** 2, np.expm1(LAW.within**2) / 3, "its variance")


def test_purchases_of_a_week_are_drawn_each_by_itself():
    """Their sum then has the variance of one purchase times their number."""
    n, trips = 20_000, 4
    rows, draw = np.arange(n), WeekDraws(Draws(9, n), 1)
    total = LAW.spend(draw, rows, np.full(n, trips), np.ones(n))
    assert_mean(total, trips, "four purchases")
    variance = trips * np.expm1(LAW.within**2)
    assert_mean((total - trips) ** 2, variance, "variance of four purchases")


def test_a_market_has_one_law_of_spend_in_full():
    market = with_spend("grocery", LOG_NORMAL)
    assert market.mean_trip_spend == LOG_NORMAL["spend_mean"]
    whole, extra = market.model_dump(), load_market("music_shop").values["gross_margin"]
    number = extra.model_dump()
    two = whole | {"values": whole["values"] | {"spend_shape": number}}
    part = {k: v for k, v in whole["values"].items() if k != "spend_spread_within"}
    none = {k: v for k, v in whole["values"].items() if not k.startswith("spend_m")}
    for wrong in (two, whole | {"values": part}, whole | {"values": none}):
        with pytest.raises(InputError, match="one law of spend"):
            validate(Market, wrong, "trial.yaml")


def test_a_case_states_the_mean_of_a_log_normal_law_by_itself():
    case = read_case_market("coffee_chain")
    base = with_spend("grocery", LOG_NORMAL)
    market = Market.model_validate(derive(case, base.values, "none"))
    assert market.mean_trip_spend == case.spend_per_purchase.value
    assert market["spend_spread_within"] == LOG_NORMAL["spend_spread_within"]
    assert market.values["spend_mean"].low == case.spend_per_purchase.low
