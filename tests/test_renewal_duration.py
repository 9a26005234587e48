"""Chances to leave that move with the number of renewals: the beta-discrete-Weibull law of contracts."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.calibration.renewal_choice import choose_renewals
from sim.calibration.shifted_beta_geometric import (
    after_renewal,
    chance_to_leave,
    fit_bdw,
    hazard_growth,
    renewal_law,
    survival,
)
from sim.market.market import load_market
from sim.world.population import ACTIVE, LAPSED
from tests.test_contracts import PUBLISHED, alone
from tests.worlds import FALSE_ALARM, Z_LIMIT, assert_mean, assert_share, stating
from tests.worlds import unvalued_world as world

#: Survivors of 1000 of the high-end segment (Fader & Hardie 2007, table 1).
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
ALPHA, BETA, DURATION = 0.5, 2.0, 1.5


def test_survival_is_the_mean_of_everyones_own_weibull_law():
    luck = (np.arange(200_000) + 0.5) / 200_000
    for made in (0, 3):
        theta = chance_to_leave(luck, np.full(luck.size, made), ALPHA, BETA, DURATION)
        for ahead in (1, 4):
            powers = (made + ahead) ** DURATION - made**DURATION
            found = survival(ahead, ALPHA, BETA, DURATION, before=made)
            assert found == pytest.approx(np.mean((1 - theta) ** powers), rel=1e-4)


def test_the_hazard_grows_from_renewal_to_renewal_as_the_power_says():
    hazard, made = np.array([0.1, 0.2]), np.array([0, 3])
    now = np.array([True, False])
    later, renewals = after_renewal(hazard, made, now, DURATION)
    np.testing.assert_allclose(later, [0.1 * (2**DURATION - 1), 0.2])
    np.testing.assert_array_equal(renewals, [1, 3])
    assert hazard_growth(7, 1.0) == 1.0


def test_the_law_with_power_one_is_the_shifted_beta_geometric_bit_by_bit():
    k = np.arange(9.0)
    np.testing.assert_array_equal(
        survival(k, ALPHA, BETA, 1.0, before=4), survival(k, ALPHA, BETA, before=4)
    )
    tables = []
    market = load_market("subscription")
    for stated in (market, stating(market, renewal_duration=1.0)):
        tables.append(world(stated, n=300, weeks=60, start="posterior").run().weekly)
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_known_parameters_are_found_again():
    luck, n = np.random.default_rng(8), 20_000
    theta = chance_to_leave(luck.uniform(size=n), np.zeros(n), ALPHA, BETA)
    # the smallest k with 1 - (1 - theta)^(k^c) above a uniform
    life = np.ceil((np.log(luck.uniform(size=n)) / np.log1p(-theta)) ** (1 / DURATION))
    counts = [int((life > k).sum()) for k in range(11)]
    fitted = fit_bdw(counts)
    assert not fitted.unidentified()
    limit = stats.norm.isf(FALSE_ALARM / 2 / 3)  # one false alarm in 10,000 for all
    for name, value in zip(fitted.values, (ALPHA, BETA, DURATION), strict=True):
        z = np.log(fitted.values[name] / value) / fitted.log_errors[name]
        assert abs(z) < limit, f"{name}: {fitted.values[name]:.3f}, expected {value}, z {z:.2f}"
    chosen = choose_renewals(pd.Series(counts))
    assert chosen.name == "bdw"
    assert chosen.misses["bdw"] < chosen.misses["sbg"]


def test_each_published_cohort_gets_the_law_that_its_renewals_show():
    regular, high = choose_renewals(pd.Series(PUBLISHED)), choose_renewals(pd.Series(HIGH_END))
    assert regular.name == "sbg" and "renewal_duration" not in regular.estimate.values
    assert high.name == "bdw" and high.estimate.values["renewal_duration"] > 1
    assert high.misses["bdw"] < high.misses["sbg"], "and it foretells the later renewals better"
    assert "log-likelihood" in high.reason and "no more than" in regular.reason


@pytest.mark.parametrize("counts", [[100, 60], [100, 60, 50, 45], [100] * 7, [100, 0, 0, 0, 0, 0]])
def test_a_short_or_odd_cohort_has_the_law_of_two_parameters(counts):
    chosen = choose_renewals(pd.Series(counts))
    assert chosen.name == "sbg"
    assert np.isfinite(list(chosen.estimate.values.values())).all()


@pytest.mark.parametrize("duration", [0.7, 1.6])
def test_a_fresh_cohort_renews_by_the_law(duration):
    n = 10_000
    model = alone(n, 52 * 5 + 1, duration, purchase_alpha=100.0)
    law = survival(np.arange(6), *renewal_law(model.market))
    assert renewal_law(model.market)[-1] == duration
    model.run()
    kept = model.weekly.groupby("week")["n_start_active"].sum()
    for year in range(1, 6):
        assert_share(kept[52 * year], n, law[year], f"left after {year} renewals")


def test_known_customers_renew_by_what_their_renewals_say():
    n, duration = 20_000, 1.6
    market = stating(load_market("subscription"), renewal_duration=duration)
    model = world(market, n=n, weeks=1, start="posterior")
    people = model.customers.columns
    stays = np.exp(-people["drop_out_rate"][:n])
    for made in (0, 3):
        expected = float(survival(1, *renewal_law(market), before=made))
        assert_mean(stays[people["renewals"][:n] == made], expected, f"chance after {made}")


def test_the_expected_path_of_the_baseline_counts_the_renewals_to_come():
    n, weeks = 20_000, 110
    model = alone(n, weeks, 1.6, start="posterior")
    path = model.state.baseline.path
    expected = n * path.active[-1] - path.lost[-1]
    model.run()
    allowed = Z_LIMIT * 0.5 * np.sqrt(n)  # nobody's chance varies by more than a half
    assert abs(model.n_active - expected) < allowed, (model.n_active, expected)


def test_who_comes_back_begins_anew():
    market = stating(load_market("subscription"), renewal_duration=1.6)
    model = world(market, n=2_000, weeks=160, start="posterior", winback_per_year=0.9)
    people = model.customers.columns
    first = people["drop_out_rate"] / hazard_growth(people["renewals"], 1.6)
    back = np.zeros(len(first), dtype=bool)
    for _ in range(160):
        away = people["status"] == LAPSED
        model.step()
        back |= away & (people["status"] == ACTIVE)
    assert back.sum() > 100
    grown = first * hazard_growth(people["renewals"], 1.6)
    np.testing.assert_allclose(people["drop_out_rate"], grown, rtol=1e-9)
