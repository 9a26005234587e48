"""The law of spend is fitted to single amounts, chosen by later ones, and never stops a calibration."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from sim.calibration.forecast.histories import histories_until
from sim.calibration.forecast.spend import spend_per_purchase
from sim.calibration.spend_choice import fit_spend
from sim.calibration.spend_fit import EVEN_SPREAD, fit_log_normal, spend_table
from sim.calibration.spend_law import law_of
from tests.worlds import FALSE_ALARM


def _log(own: np.ndarray, amounts_of, each: int = 12, seed: int = 3) -> pd.DataFrame:
    """A year's log of customers with these mean spends."""
    rng = np.random.default_rng(seed)
    customer = np.repeat(np.arange(own.size), 1 + rng.poisson(each - 1, own.size))
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(rng.integers(0, 364, customer.size), "D")
    amount = own[customer] * amounts_of(rng, customer.size)
    log = pd.DataFrame({"customer": customer, "day": day, "amount": amount})
    return log.drop_duplicates(["customer", "day"]).sort_values(["customer", "day"])


def _log_normal(mean: float, b: float, w: float, n: int, **more) -> pd.DataFrame:
    own = mean * np.exp(b * np.random.default_rng(1).normal(size=n) - b**2 / 2)
    return _log(own, lambda rng, k: np.exp(w * rng.normal(size=k) - w**2 / 2), **more)


@pytest.mark.parametrize("mean", [0.02, 30.0, 4e6])
def test_known_spreads_and_mean_are_recovered_in_any_currency(mean):
    n, b, w = 3_000, 0.5, 0.9
    found = fit_log_normal(spend_table(_log_normal(mean, b, w, n, each=4)))
    limit = stats.norm.isf(FALSE_ALARM / 2 / 3)  # one false alarm in 10,000 for all
    for name, value in zip(found.values, (mean, b, w), strict=True):
        z = (found.values[name] - value) / found.errors[name]
        assert abs(z) < limit, f"{name}: {found.values[name]:.4g}, expected {value:.4g}, z {z:.2f}"


def test_the_covariance_has_the_errors_that_are_stated():
    found = fit_log_normal(spend_table(_log_normal(30.0, 0.5, 0.9, 500)))
    assert found.covariance is not None
    errors = np.sqrt(np.diag(found.covariance))
    np.testing.assert_allclose(errors, list(found.log_errors.values()), rtol=1e-9)
    assert np.linalg.eigvalsh(found.covariance)[0] > 0


def test_the_mean_is_that_of_the_log_however_heavy_the_tail():
    rng = np.random.default_rng(4)
    own = 2_000 * np.exp(rng.laplace(0, 1.0, 150))
    log = _log(own, lambda rng, k: np.exp(rng.laplace(0, 0.6, k)))
    found, choice = fit_spend(log)
    seen = log.groupby("customer")["amount"].mean()
    assert choice.name == "log_normal"
    assert found.values["spend_mean"] == pytest.approx(seen.mean())
    assert found.errors["spend_mean"] == pytest.approx(seen.sem())


def test_spreads_are_those_of_statsmodels_mixed_model():
    """Whose loop over customers would take minutes on a large log."""
    log = _log_normal(30.0, 0.5, 0.9, 150, each=4)
    found = fit_log_normal(spend_table(log)).values
    logs, one = np.log(log["amount"]), np.ones(len(log))
    fitted = MixedLM(logs, one, groups=log["customer"]).fit(reml=False)
    b, w = np.sqrt(fitted.cov_re.to_numpy().item()), np.sqrt(fitted.scale)
    assert found["spend_spread_between"] == pytest.approx(b, rel=1e-3)
    assert found["spend_spread_within"] == pytest.approx(w, rel=1e-3)


@pytest.mark.parametrize("truth", ["gamma_gamma", "log_normal"])
def test_the_law_that_made_the_amounts_is_chosen(truth):
    n, rng = 1_500, np.random.default_rng(6)
    if truth == "log_normal":
        log = _log_normal(30.0, 0.6, 0.9, n)
    else:
        log = _log(90.0 / rng.gamma(4.0, 1.0, n), lambda rng, k: rng.gamma(2.0, 0.5, k))
    found, choice = fit_spend(log)
    assert choice.name == truth, choice
    assert choice.scores[truth] == max(choice.scores.values())
    assert f"{choice.amounts:,} later purchases" in choice.reason
    assert not found.fixed


def _degenerate(kind: str) -> pd.DataFrame:
    day = pd.Timestamp("2023-01-02")
    if kind == "one purchase each":
        return _log_normal(30.0, 0.6, 0.9, 200).drop_duplicates("customer")
    log = _log_normal(30.0, 0.6, 0.9, 60)
    if kind == "equal amounts":
        return log.assign(amount=10.0)
    if kind == "half of them zero":
        return log.assign(amount=log["amount"] * (np.arange(len(log)) % 2))
    if kind == "each customer a fee":
        return log.assign(amount=10.0 * (1 + log["customer"] % 4))
    if kind == "one customer":
        return log[log["customer"] == 0]
    return log.drop_duplicates("customer").assign(day=day)  # all on one day


@pytest.mark.parametrize(
    "kind",
    [
        "one purchase each", "equal amounts", "half of them zero", "each customer a fee",
        "one customer", "all on one day",
    ],
)  # fmt: skip
def test_a_degenerate_log_has_a_law_of_spend_and_a_forecast(kind):
    log = _degenerate(kind)
    if kind != "one customer":  # too few to calibrate on, not to forecast
        found, choice = fit_spend(log)
        assert np.isfinite(list(found.values.values())).all()
        assert choice.reason
        seen = log.groupby("customer")["amount"].mean()
        level = float(law_of(found.values).expected(0.0, 0.0))
        assert level == pytest.approx(seen[seen > 0].mean(), rel=0.02)
    expected = spend_per_purchase(log, histories_until(log, log["day"].max()))
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()


def test_what_hardly_differs_is_set_and_the_rest_still_estimated():
    fees = fit_log_normal(spend_table(_degenerate("each customer a fee")))
    assert fees.fixed == ("spend_spread_within",)
    assert fees.values["spend_spread_within"] == EVEN_SPREAD
    assert 0.3 < fees.values["spend_spread_between"] < 0.8  # logs of 10, 20, 30, 40: .52
    alike = _log(np.full(40, 20.0), lambda rng, k: np.exp(rng.normal(size=k)), seed=11)
    found = fit_log_normal(spend_table(alike))
    assert not found.unidentified()
    assert found.values["spend_spread_within"] == pytest.approx(1.0, rel=0.2)
