"""The classics that a forecast stands beside are those of the papers, and their probabilities add up."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sim.calibration.forecast.classics import Classic, fit_classics
from sim.calibration.forecast.histories import (
    Histories,
    histories_until,
    most_purchases,
    purchases_after,
)
from sim.calibration.forecast.prediction import quantile
from sim.calibration.forecast.refined_prior import fit_refined_prior
from sim.calibration.forecast.scores import score_group
from sim.calibration.transactions import read_log

END = pd.Timestamp("1997-09-30")


@pytest.fixture(scope="module")
def cdnow():
    """The music shop's histories in the first 39 weeks, and the classics fitted on them."""
    log = read_log("cdnow")
    known = histories_until(log.occasions, END)
    return log.occasions, known, fit_classics(known)


@pytest.mark.parametrize(
    ("kind", "published"),
    [
        # Fader, Hardie & Lee (2005), "Counting your customers the easy way", table 2
        ("pareto_nbd", (0.553, 10.578, 0.606, 11.669)),
        ("bg_nbd", (0.243, 4.414, 0.793, 2.426)),
    ],
)
def test_a_classic_fitted_on_the_music_shop_has_the_published_parameters(cdnow, kind, published):
    found = list(cdnow[2][kind].parameters.values())
    assert found == pytest.approx(published, rel=2e-3)  # published with three decimals


@pytest.mark.parametrize("kind", ["nbd", "bg_nbd", "pareto_nbd", "refined_prior"])
def test_probabilities_add_up_and_have_the_expected_purchases_as_mean(cdnow, kind):
    _, known, laws = cdnow
    law = fit_refined_prior(known) if kind == "refined_prior" else laws[kind]
    most = most_purchases(known, 39)
    made = law.ahead(39, most)(known)
    assert made.pmf.min() >= 0
    assert made.pmf.sum(axis=1) == pytest.approx(1.0, abs=1e-5)  # single precision
    assert made.pmf @ np.arange(most + 1.0) == pytest.approx(made.mean, abs=1e-3)
    assert made.week_mean.sum() == pytest.approx(made.mean.sum(), rel=1e-5)
    assert (made.week_variance > 0).all()
    assert ((made.active >= 0) & (made.active <= 1 + 1e-6)).all()


def _live_on(kind: str, values: tuple[float, ...], n: int, luck) -> np.ndarray:
    """Return purchases in 20 weeks of customers with 2 repeats in 10 weeks, by rejection."""
    r, alpha, a, b = values
    found: list[int] = []
    while len(found) < n:
        rate = luck.gamma(r, 1 / alpha)
        leaving = luck.gamma(a, 1 / b) if kind == "pareto_nbd" else luck.beta(a, b)
        life = luck.exponential(1 / leaving) if kind == "pareto_nbd" else np.inf
        times = np.cumsum(luck.exponential(1 / rate, 60))
        times = times[times < min(life, 30.0)]
        if kind == "bg_nbd":
            gone = np.flatnonzero(luck.random(len(times)) < leaving)
            times = times[: gone[0] + 1] if len(gone) else times
        if (times < 10).sum() == 2 and 6 < times[1] < 8:
            found.append(int((times >= 10).sum()))
    return np.array(found)


@pytest.mark.parametrize(
    ("kind", "values"), [("bg_nbd", (1.0, 5.0, 1.0, 3.0)), ("pareto_nbd", (1.0, 5.0, 1.0, 15.0))]
)
def test_a_classic_foretells_what_simulated_customers_with_a_history_do(kind, values):
    known = Histories(*map(np.array, ([0], [2], [70], [21], [0, 0, 0], [70, 40, 21])))
    made = Classic(kind, dict(zip("rabc", values, strict=True))).ahead(20, 40)(known)
    n = 1_500
    lived = _live_on(kind, values, n, np.random.default_rng(1))
    share = np.bincount(np.minimum(lived, 40), minlength=41) / n
    error = np.sqrt(made.pmf[0] * (1 - made.pmf[0]) / n)
    # 1 in 10,000 over the first eight counts, and .01 since the last purchase is not always at week 7
    assert (np.abs(share - made.pmf[0])[:8] < 4.4 * error[:8] + 0.01).all()


def test_scores_are_those_worked_out_by_hand():
    pmf = np.array([[0.5, 0.3, 0.2]], dtype=np.float32)
    found = score_group(pmf, np.cumsum(pmf, axis=1), np.array([0.7]), np.array([1]))
    assert found.log_score[0] == pytest.approx(-np.log(0.3), rel=1e-6)
    assert found.crps[0] == pytest.approx(0.5**2 + 0.2**2, rel=1e-5)
    assert (found.median_error[0], found.mean_error[0]) == (-1.0, pytest.approx(-0.3))
    assert found.coverage[0] == pytest.approx(1.0)
    assert quantile(np.cumsum(pmf, axis=1), 0.95)[0] == 2


def test_purchases_after_the_end_are_those_of_known_customers_alone(cdnow):
    occasions, known, _ = cdnow
    by_customer, by_week = purchases_after(occasions, known, END, 39)
    assert by_customer.sum() == by_week.sum()
    later = occasions[occasions["day"] > END]
    assert by_customer.sum() == len(later)
    few = known.take(np.array([3, 0]))
    assert few.codes.tolist() == known.codes[[3, 0]].tolist()
    assert len(few.visit_ago) == (known.frequency[[3, 0]] + 1).sum()


def test_a_sample_is_spread_over_the_days_on_which_customers_began(cdnow):
    known = cdnow[1]
    few = known.sample(200)
    assert len(few) == 200
    assert few.observed.mean() == pytest.approx(known.observed.mean(), rel=0.01)
    assert all(a < b for a, b in pairwise(few.codes))
