"""The closed forms of purchase, drop-out and spend agree with integration and published figures.

Serves: L1.1d I5.4
"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import gamma as gamma_law
from scipy.stats import nbinom

from sim.calibration import gamma_gamma
from sim.calibration.pareto_nbd import (
    conditional_expected_purchases,
    expected_purchases,
    log_likelihood,
    nbd_log_likelihood,
    probability_alive,
)

CDNOW = (0.553, 10.578, 0.606, 11.669)
LAWS = [CDNOW, (1.3, 1.3, 1.0, 468.0), (0.3, 20.0, 2.5, 4.0), (2.0, 5.0, 0.8, 5.0)]
HISTORIES = [(0, 0.0, 39.0), (1, 3.0, 39.0), (7, 35.0, 38.0), (26, 30.9, 38.9), (60, 20.0, 25.0)]


def _integral(x, t_x, T, r, alpha, s, beta):
    """Integrate over the week of dropping out, relative to having stayed until T."""

    def density(u):
        power = (r + x) * np.log((alpha + T) / (alpha + u)) + s * np.log((beta + T) / (beta + u))
        return s * np.exp(power) / (beta + u)

    return quad(density, t_x, T, epsabs=0, epsrel=1e-12)[0]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("history", HISTORIES)
def test_likelihood_and_probability_alive_agree_with_integration(law, history):
    x, _, T = history
    r, alpha, s, beta = law
    gone = _integral(*history, *law)
    stayed = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    stayed -= (r + x) * np.log(alpha + T) + s * np.log(beta + T)
    assert log_likelihood(*history, *law) == pytest.approx(stayed + np.log1p(gone), rel=1e-10)
    assert probability_alive(*history, *law) == pytest.approx(1 / (1 + gone), rel=1e-9)


@pytest.mark.parametrize(
    "law",
    [
        (0.5, 1e5, 0.6, 1.0),
        (0.5, 1.0, 0.6, 1e5),
        (1.5, 3.0, 300.0, 3e4),
        (1.0, 3.0, 20.0, 1000.0),  # whole numbers, on which the library function fails
        (1.0, 400.0, 2.0, 8.0),
    ],
)
@pytest.mark.parametrize("history", HISTORIES)
def test_rates_far_apart_do_not_spoil_the_likelihood(law, history):
    gone = _integral(*history, *law)
    assert probability_alive(*history, *law) == pytest.approx(1 / (1 + gone), rel=1e-7)


def test_heavy_buyers_do_not_overflow():
    x = np.array([300, 2_000, 20_000])
    t_x, T = np.array([10.0, 50.0, 103.99]), np.array([52.0, 52.0, 104.0])
    for law in LAWS:
        assert np.isfinite(log_likelihood(x, t_x, T, *law)).all()
        alive = probability_alive(x, t_x, T, *law)
        assert ((alive >= 0) & (alive <= 1)).all()
        assert np.isfinite(conditional_expected_purchases(39, x, t_x, T, *law)).all()
    assert probability_alive(300, 10.0, 52.0, *CDNOW) < 1e-100
    assert probability_alive(2_000, 52.0, 52.0, *CDNOW) == 1.0


def test_probability_alive_of_someone_who_bought_on_the_last_day_is_one():
    assert probability_alive(3, 39.0, 39.0, *CDNOW) == 1.0


@pytest.mark.parametrize("law", LAWS)
def test_expected_purchases_agree_with_integration(law):
    r, alpha, s, beta = law
    active = quad(lambda u: (beta / (beta + u)) ** s, 0, 39, epsrel=1e-12)[0]
    assert expected_purchases(39.0, *law) == pytest.approx(r / alpha * active, rel=1e-10)
    assert expected_purchases([-3.0, 0.0], *law).tolist() == [0.0, 0.0]


def test_drop_out_shape_of_one_is_the_limit_and_not_a_hole():
    near = [expected_purchases(39.0, 0.5, 10.0, s, 12.0) for s in (1 - 1e-7, 1.0, 1 + 1e-7)]
    assert near[0] == pytest.approx(near[1], rel=1e-6)
    assert near[2] == pytest.approx(near[1], rel=1e-6)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("history", HISTORIES)
def test_conditional_expectation_agrees_with_integration(law, history):
    r, alpha, s, beta = law
    x, _, T = history
    active = quad(lambda u: ((beta + T) / (beta + T + u)) ** s, 0, 39, epsrel=1e-12)[0]
    alive = 1 / (1 + _integral(*history, *law))
    expected = (r + x) / (alpha + T) * active * alive
    found = conditional_expected_purchases(39.0, *history, *law)
    assert found == pytest.approx(expected, rel=1e-9)


def test_conditional_expectations_average_to_the_unconditional_one():
    """Over simulated histories: what is expected to follow is what is expected in all, less x."""
    n, rng = 40_000, np.random.default_rng(5)
    r, alpha, s, beta = CDNOW
    life = rng.exponential(1 / rng.gamma(s, 1 / beta, n))
    rate, T = rng.gamma(r, 1 / alpha, n), 39.0
    span = np.minimum(life, T)
    x = rng.poisson(rate * span)
    with np.errstate(divide="ignore"):
        t_x = np.where(x > 0, span * rng.random(n) ** (1 / np.maximum(x, 1)), 0.0)
    ahead = conditional_expected_purchases(39.0, x, t_x, T, *CDNOW)
    expected = float(expected_purchases(78.0, *CDNOW) - expected_purchases(39.0, *CDNOW))
    z = (ahead.mean() - expected) / (ahead.std() / np.sqrt(n))
    assert abs(z) < 3.89, f"observed {ahead.mean():.4f}, expected {expected:.4f}, z {z:.2f}, n {n}"
    alive = probability_alive(x, t_x, T, *CDNOW)
    spread = np.sqrt((alive * (1 - alive)).sum())
    z = ((life > T).sum() - alive.sum()) / spread
    assert abs(z) < 3.89, f"alive {(life > T).sum()}, expected {alive.sum():.0f}, z {z:.2f}"


def test_counts_without_drop_out_are_negative_binomial_and_truncation_adds_up():
    r, alpha, T = 1.3, 1.3, 52.0
    x = np.arange(0, 3_000)
    plain = nbd_log_likelihood(x, T, r, alpha, seen=False)
    assert np.allclose(plain, nbinom.logpmf(x, r, alpha / (alpha + T)), rtol=1e-9)
    assert np.exp(nbd_log_likelihood(x[1:], T, r, alpha)).sum() == pytest.approx(1, abs=1e-9)


def test_spend_likelihood_agrees_with_integration():
    x, mean, p, q, v = 3, 35.0, 6.25, 3.74, 15.44

    def density(nu):
        own = gamma_law.pdf(mean, p * x, scale=1 / (nu * x))
        return own * gamma_law.pdf(nu, q, scale=1 / v)

    expected = np.log(quad(density, 0, 10, epsrel=1e-11, limit=400)[0])
    assert gamma_gamma.log_likelihood(x, mean, p, q, v) == pytest.approx(expected, rel=1e-7)


def test_expected_spend_lies_between_own_mean_and_population_mean():
    p, q, v = 6.25, 3.74, 15.44
    population = p * v / (q - 1)
    found = gamma_gamma.expected_spend([0, 1, 10, 1000], 100.0, p, q, v)
    assert found[0] == pytest.approx(population)
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(100.0, rel=2e-3)
    assert gamma_gamma.expected_spend(0, 0.0, p, 0.9, v) == np.inf


def test_spread_of_spend_agrees_with_a_draw():
    n, rng = 200_000, np.random.default_rng(3)
    p, q, v = 3.0, 8.0, 20.0
    spend = rng.gamma(p, 1 / rng.gamma(q, 1 / v, n))
    expected = gamma_gamma.coefficient_of_variation(p, q)
    halves = [part.std() / part.mean() for part in np.split(spend, 100)]
    z = (np.mean(halves) - expected) / (np.std(halves) / 10)
    assert abs(z) < 4.5, f"observed {np.mean(halves):.4f}, expected {expected:.4f}, z {z:.2f}"
    assert gamma_gamma.coefficient_of_variation(3.0, 1.5) == float("inf")
