"""The law of moving rates: its gradient, its probabilities, what it finds where the truth is known."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.forecast.histories import Histories, histories_until
from sim.calibration.forecast.moving_rates import (
    NAMES,
    MovingRates,
    _slope,
    _usual,
    fit_moving_rates,
    loss_of,
    moves_of,
    rate_grid,
    scale_of_fit,
)
from sim.calibration.forecast.rate_filter import RateFilter
from sim.calibration.forecast.refined_prior import fit_refined_prior
from sim.calibration.forecast.step_counts import count_steps, emission
from sim.calibration.transactions import read_log


@pytest.fixture(scope="module")
def few() -> Histories:
    """Return some customers of the music shop."""
    return histories_until(read_log("cdnow").occasions, pd.Timestamp("1997-09-30")).sample(300)


@pytest.mark.parametrize("phases", [1, 2, 3])
def test_the_slope_of_the_likelihood_is_what_small_steps_show(few, phases):
    counts, rate, usual = count_steps(few, 14), rate_grid(few), _usual(few)
    hidden = RateFilter(counts, rate, 14, phases)
    kept: list = []
    law = moves_of(usual, rate, 2.0)
    hidden.forward(law, kept)
    slope = _slope(usual, rate, 2.0, hidden.gradient(law, kept))
    for i, step in enumerate(np.eye(len(NAMES)) * 1e-4):
        ends = [hidden.forward(moves_of(usual + sign * step, rate, 2.0))[0] for sign in (1, -1)]
        shown = counts.customers @ (ends[0] - ends[1]) / 2e-4
        assert slope[i] == pytest.approx(shown, rel=1e-5, abs=1e-4), NAMES[i]


def test_a_fit_ends_at_the_maximum_and_not_where_rounding_lets_it(few):
    law = fit_moving_rates(few, phases=1)
    loss, customers = loss_of(few, law.rate, phases=1)
    _, slope = loss(scale_of_fit(law.parameters))
    # in log-likelihood of all customers: steps of a tenth gain less than a ten-thousandth
    assert np.abs(slope).max() * customers < 1e-3


def test_other_ids_of_the_same_customers_give_the_same_law():
    log = read_log("cdnow").occasions
    renamed = log.assign(customer=log["customer"].max() - log["customer"])
    end, laws, seen = pd.Timestamp("1997-09-30"), [], []
    for occasions in (log, renamed.sort_values(["customer", "day"], ignore_index=True)):
        few = histories_until(occasions, end).sample(300)
        laws.append(fit_refined_prior(few))
        seen.append(sorted(map(tuple, few.table().to_numpy())))
    assert seen[0] == seen[1]
    assert (laws[0].share == laws[1].share).all() and laws[0].steps == laws[1].steps


@pytest.mark.parametrize("phases", [1, 2, 3])
def test_a_count_and_a_phase_come_with_probability_1(phases):
    likely = emission(np.array([0.01, 0.5, 2.0]), 7, 30, phases)
    assert likely.sum(axis=(0, 2)) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("phases", [1, 2])
def test_probabilities_of_the_horizon_add_up_and_have_its_expected_purchases_as_mean(few, phases):
    values = dict(zip(NAMES, (0.5, 8.0, 0.004, 0.002, 0.3, 0.1, 0.005, 0.02), strict=True))
    made = MovingRates(values, phases, rate_grid(few), 14, {}).ahead(39, 120)(few)
    assert made.pmf.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert made.pmf @ np.arange(121.0) == pytest.approx(made.mean, abs=1e-3)
    assert made.week_mean.sum() == pytest.approx(made.mean.sum(), rel=1e-5)
    assert ((made.active >= 0) & (made.active <= 1)).all()


def test_rates_that_do_not_move_are_filtered_as_gamma_rates_are(few):
    """With no drift, no redraw and nobody who goes, the mean rate ahead is (r + x) / (alpha + T)."""
    still = (0.8, 8.0, 1e-5, 1e-5, 0.5, 1e-5, 1e-5, 1e-5)
    law = MovingRates(dict(zip(NAMES, still, strict=True)), 1, rate_grid(few), 14, {})
    found = law.ahead(10, 60)(few).mean
    exact = 10 * (0.8 + few.frequency) / (8.0 + few.observed)
    # A grid of 30 rates, and days on which one cannot come twice.
    assert found == pytest.approx(exact, rel=0.08, abs=0.02)


def _regular(n: int, phases: int, seed: int) -> Histories:
    """Return customers who buy at steady rates of their own, each purchase taking some phases."""
    luck = np.random.default_rng(seed)
    rate = luck.gamma(3.0, 0.2, n)
    gaps = luck.gamma(phases, 1.0 / (phases * rate[:, None]), (n, 150))
    day = np.floor(7 * np.cumsum(gaps, axis=1)).astype(int)
    table = pd.DataFrame({"customer": np.repeat(np.arange(n), 150), "day": day.ravel()})
    table = table[table["day"] < 210].drop_duplicates()
    table["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(table["day"], "D")
    return histories_until(table, pd.Timestamp("2024-01-01") + pd.Timedelta(days=209))


@pytest.mark.parametrize("phases", [1, 2])
def test_regularity_is_found_where_it_is_and_only_there(phases):
    law = fit_moving_rates(_regular(150, phases, seed=5))
    assert (law.phases > 1) == (phases > 1)
    assert law.described()["regularity"] == (
        "binomial days" if phases == 1 else f"Erlang-{law.phases}"
    )


def test_customers_far_quicker_to_go_are_told_from_the_others():
    """Half leave at 20 % a week, and half stay; none comes back."""
    luck = np.random.default_rng(6)
    n, weeks = 400, 40
    life = np.where(luck.random(n) < 0.5, luck.exponential(5.0, n), weeks)
    counts = luck.poisson(0.8 * np.minimum(life, weeks))
    who = np.repeat(np.arange(n), counts)
    at = luck.uniform(size=who.size) * np.minimum(life, weeks)[who]
    table = pd.DataFrame({"customer": np.r_[np.arange(n), who], "day": np.r_[0.0 * life, 7 * at]})
    table = table.assign(day=table["day"].astype(int)).drop_duplicates()
    table = table.sort_values(["customer", "day"])
    table["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(table["day"], "D")
    known = histories_until(table, pd.Timestamp("2024-01-01") + pd.Timedelta(days=7 * weeks - 1))
    law = fit_moving_rates(known)
    active = law.ahead(10, 60)(known).active
    assert active[life < weeks].mean() < 0.1
    assert active[life == weeks].mean() > 0.9
