"""Calibration gives back what was put in, what was published, and what is committed.

Serves: L4.1a I5.4
"""

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.calibration.calibrate import Calibration, build_market
from sim.calibration.holdout import cohort_holdout
from sim.calibration.market_file import AGREE
from sim.calibration.maximum_likelihood import (
    fit_nbd,
    fit_pareto_nbd,
    spend_rate_correlation,
)
from sim.calibration.panel_window import Window
from sim.calibration.rfm_histories import (
    AWAY_BY,
    COLUMNS,
    MOVING_COLUMNS,
    RATE_BY,
    cohort_histories,
)
from sim.calibration.season import fit_season
from sim.calibration.spend_fit import fit_gamma_gamma
from sim.calibration.transactions import read_log
from sim.common.paths import root
from sim.market.market import Market, load_market
from sim.market.values import VALUES
from tests.worlds import Z_LIMIT

MARKETS = {"grocery": "complete-journey", "music_shop": "cdnow"}


@pytest.fixture(
    scope="module", params=["music_shop", pytest.param("grocery", marks=pytest.mark.slow)]
)
def recalibrated(request) -> tuple[Calibration, Market]:
    made = build_market(MARKETS[request.param], request.param, moving=lambda _doing: None)
    return made, load_market(request.param)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    log = read_log("cdnow").until("1997-09-30")
    return cohort_histories(log.occasions, log.last_day)


def _cohort(n, weeks, law, rng) -> pd.DataFrame:
    """Draw histories from the Pareto/NBD, customer by customer, everyone acquired at time 0."""
    r, alpha, s, beta = law
    span = np.minimum(rng.exponential(1 / rng.gamma(s, 1 / beta, n)), weeks)
    rate = rng.gamma(r, 1 / alpha, n)
    x = rng.poisson(rate * span)
    t_x = np.where(x > 0, span * rng.random(n) ** (1 / np.maximum(x, 1)), 0.0)
    return pd.DataFrame({"frequency": x, "recency": t_x, "T": weeks, "rate": rate})


def _z_within(estimate, truth: dict[str, float], n: int) -> None:
    for name, value in truth.items():
        z = (np.log(estimate.values[name]) - np.log(value)) / estimate.log_errors[name]
        found = estimate.values[name]
        assert abs(z) < Z_LIMIT, f"{name}: observed {found:.4g}, expected {value}, z {z:.2f}, n {n}"


# --- published values ---------------------------------------------------------------------------


def test_the_published_pareto_nbd_fit_is_reproduced(published):
    fitted = fit_pareto_nbd(published)
    expected = {
        "purchase_shape": 0.553,
        "purchase_alpha": 10.578,
        "drop_out_shape": 0.606,
        "drop_out_beta": 11.669,
    }
    for name, value in expected.items():
        assert fitted.values[name] == pytest.approx(value, rel=1e-3), name
    assert fitted.results.llf == pytest.approx(-9595.0, abs=0.05)
    assert fitted.unidentified() == []


def test_the_published_gamma_gamma_fit_is_reproduced(published):
    fitted = fit_gamma_gamma(published)
    expected = {"spend_shape": 6.25, "spend_shape_between": 3.74, "spend_scale": 15.44}
    for name, value in expected.items():
        assert fitted.values[name] == pytest.approx(value, rel=2e-3), name
    assert fitted.results.nobs == 946


def test_the_published_holdout_figures_are_reproduced():
    # with the published law of spend, whichever the market has
    fit = cohort_holdout(read_log("cdnow").open_occasions, "gamma_gamma")
    expected = {
        "holdout_weeks": (39, 0),
        "holdout_purchases": (1882, 0),
        "holdout_purchases_error": (-0.115, 5e-4),
        "holdout_cumulative_repeats_error": (-0.016, 5e-4),
        "holdout_weekly_mape": (0.194, 5e-4),
        "holdout_individual_mae": (0.755, 5e-4),
        "holdout_individual_rmse": (1.603, 5e-4),
        "holdout_sales": (70_976, 1),
        "holdout_sales_error": (-0.148, 5e-4),
    }
    for name, (value, tolerance) in expected.items():
        assert fit[name] == pytest.approx(value, abs=tolerance), name


def test_degrees_of_freedom_aic_and_bic_count_the_parameters(published):
    for fitted, k, n in (
        (fit_pareto_nbd(published), 4, 2357),
        (fit_gamma_gamma(published), 3, 946),
    ):
        results = fitted.results
        assert results.df_resid == n - k
        assert results.aic == pytest.approx(-2 * results.llf + 2 * k)
        assert results.bic == pytest.approx(-2 * results.llf + k * np.log(n))
        assert "log " in str(results.summary())


# --- committed markets --------------------------------------------------------------------------


def test_recalibration_agrees_with_the_committed_market(recalibrated):
    _assert_agree(*recalibrated)


def test_recalibration_of_the_larger_log_agrees_in_all_but_how_rates_move():
    """Three quarters of its time go to how rates move, which the smaller log shows as well."""
    made, committed = build_market(MARKETS["grocery"], "grocery"), load_market("grocery")
    _assert_agree(made, committed, moving=("purchase_level",))
    written = pd.read_csv(committed.history_path)[list(made.histories)]
    pd.testing.assert_frame_equal(written, made.histories, rtol=AGREE, atol=AGREE)


def _assert_agree(made: Calibration, committed: Market, moving: tuple[str, ...] = ()) -> None:
    """Assert that values, source and fit are the same; those of moving rates may be absent."""
    assert committed.values.keys() - made.market.values.keys() <= set(moving)
    assert made.market.values.keys() <= committed.values.keys()
    for name in made.market.values:
        if name in moving:
            continue
        number = committed.values[name]
        again = made.market.values[name]
        if number.status == "estimated" and number.standard_error:
            off = abs(again.value - number.value) / number.standard_error
            assert off < 0.01, f"{name}: {again.value} against {number.value}, {off:.3f} errors"
            assert again.standard_error == pytest.approx(number.standard_error, rel=0.02), name
        else:
            assert again == number, name
    # the digest of histories hangs on their last digits, which machines round differently
    data = (one.data.model_copy(update={"history": ""}) for one in (made.market, committed))
    assert next(data) == next(data)
    for name, value in committed.fit.items():
        assert made.market.fit[name] == pytest.approx(value, rel=1e-3), name


def test_the_committed_histories_are_those_of_the_log(recalibrated):
    made, committed = recalibrated
    written = pd.read_csv(committed.history_path)
    pd.testing.assert_frame_equal(written, made.histories, rtol=AGREE, atol=AGREE)
    law = committed.moving_rates.covariances[0].values
    leans = [prefix + name for prefix in (RATE_BY, AWAY_BY) for name in law]
    assert list(written.columns) == [*COLUMNS, *MOVING_COLUMNS, *leans]
    assert (written["recency"] <= written["T"]).all()
    assert ((written["frequency"] > 0) | (written["monetary_value"] == 0)).all()


#: Not guesses at an unknown but worlds to choose from; 0 is the world in which nothing of the kind is.
SCENARIOS = (
    "winback_per_year",
    "defection_visible",
    "expectation_drift",
    "usual_rebate",
    "usual_community",
)


def test_what_the_log_does_not_show_is_marked_as_assumed_with_both_ends():
    grocery, shop = load_market("grocery"), load_market("music_shop")
    assert grocery.values["yearly_attrition"].status == "assumed"
    assert shop.values["drop_out_beta"].status == "estimated"
    for market in (grocery, shop):
        for name in ("share_of_wallet", "gross_margin", "inflow_per_year"):
            assert market.values[name].show_ends, name
        for name, number in market.values.items():
            if number.status == "assumed" and name not in SCENARIOS:
                assert number.low < number.value < number.high, name
    assert any("disputed" in text for text in grocery.data.cautions)


def test_assumptions_carry_the_units_of_the_market():
    sections = yaml.safe_load((root() / "data" / "assumptions.yaml").read_text(encoding="utf-8"))
    for section in sections.values():
        for name, number in section["values"].items():
            assert number["unit"] == VALUES[name].unit, name


def test_weekly_spread_is_reported_where_yearly_counts_miss_it():
    fit = load_market("grocery").fit
    alpha = load_market("grocery")["purchase_alpha"]
    assert fit["weekly_variance_to_mean_implied"] == pytest.approx(1 + 1 / alpha, rel=1e-4)
    assert fit["weekly_variance_to_mean_observed"] == pytest.approx(1.54, abs=0.01)
    assert abs(fit["weekly_mean_implied"] / fit["weekly_mean_observed"] - 1) < 0.02


# --- synthetic data with known parameters -------------------------------------------------------


@pytest.mark.parametrize("law", [(0.8, 6.0, 0.7, 12.0), (1.5, 3.0, 2.0, 60.0)])
def test_known_rates_of_purchase_and_drop_out_are_recovered(law):
    n = 6_000
    histories = _cohort(n, 78.0, law, np.random.default_rng(11))
    names = ("purchase_shape", "purchase_alpha", "drop_out_shape", "drop_out_beta")
    _z_within(fit_pareto_nbd(histories), dict(zip(names, law, strict=True)), n)


def test_known_rates_of_a_panel_are_recovered_though_the_unseen_are_missing():
    n, rng = 5_000, np.random.default_rng(12)
    x = rng.poisson(rng.gamma(0.5, 1 / 20.0, n) * 52.0)
    seen = pd.DataFrame({"frequency": x[x > 0], "T": 52.0})
    assert len(seen) < 0.7 * n
    window = Window(pd.Timestamp("2023-01-02"), pd.Timestamp("2023-12-31"))  # 52 weeks
    _z_within(fit_nbd(seen, window), {"purchase_shape": 0.5, "purchase_alpha": 20.0}, len(seen))


def test_known_spend_is_recovered_in_any_currency():
    n, rng = 4_000, np.random.default_rng(13)
    x = 1 + rng.poisson(3, n)
    for scale in (0.01, 20.0, 3e6):
        mean = rng.gamma(4.0 * x, 1 / (rng.gamma(5.0, 1 / scale, n) * x))
        histories = pd.DataFrame({"frequency": x, "monetary_value": mean})
        truth = {"spend_shape": 4.0, "spend_shape_between": 5.0, "spend_scale": scale}
        _z_within(fit_gamma_gamma(histories), truth, n)


def test_correlation_of_rate_and_spend_is_recovered_where_rates_are_well_known():
    n, rng = 3_000, np.random.default_rng(14)
    normal = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    histories = pd.DataFrame(
        {
            "frequency": np.round(1000 * np.exp(0.5 * normal[:, 0])),
            "T": 52.0,
            "monetary_value": np.exp(normal[:, 1]),
        }
    )
    rho, error = spend_rate_correlation(histories, 1.0, 0.05)
    assert abs(rho - 0.4) / error < Z_LIMIT, f"observed {rho:.3f}, error {error:.3f}, n {n}"


def test_season_of_a_three_year_log_is_recovered_and_runs_on_into_week_0():
    weeks, rng = 156, np.random.default_rng(15)
    time = np.arange(-weeks, 0)
    log_rate = 0.3 * np.cos(2 * np.pi * time / 52) - 0.1 * np.sin(4 * np.pi * time / 52)
    counts = rng.poisson(400 * np.exp(log_rate + 0.1 * time / 52))
    truth = {"season_cos1": 0.3, "season_sin1": 0.0, "season_cos2": 0.0, "season_sin2": -0.1}
    found = fit_season(counts, np.ones(weeks))
    assert found.keys() == truth.keys()
    for name, value in truth.items():
        z = (found[name][0] - value) / found[name][1]
        assert abs(z) < Z_LIMIT, (
            f"{name}: observed {found[name][0]:.3f}, expected {value}, z {z:.2f}"
        )


def test_less_than_two_full_years_show_no_season():
    assert fit_season(np.full(103, 50), np.ones(103)) == {}
    for name in MARKETS:
        assert not [v for v in load_market(name).values if v.startswith("season_")]


def test_drop_out_that_the_data_do_not_show_is_not_estimated():
    rng = np.random.default_rng(16)
    histories = _cohort(400, 12.0, (1.0, 6.0, 50.0, 50_000.0), rng)
    assert "drop_out_beta" in fit_pareto_nbd(histories).unidentified()


def test_one_drop_out_rate_for_all_is_told_from_no_drop_out():
    n, weeks, rate = 400, 78.0, 0.03
    histories = _cohort(n, weeks, (1.0, 6.0, 1e6, 1e6 / rate), np.random.default_rng(18))
    fitted = fit_pareto_nbd(histories)
    assert fitted.unidentified() == []
    assert fitted.fixed == ("drop_out_shape",)
    mean = fitted.values["drop_out_shape"] / fitted.values["drop_out_beta"]
    z = np.log(mean / rate) / fitted.log_errors["drop_out_beta"]
    assert abs(z) < Z_LIMIT, f"observed {mean:.4f}, expected {rate}, z {z:.2f}"
