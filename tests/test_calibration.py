"""Calibration gives back what was put in, what was published, and what is committed.

Serves: L4.1a I5.4
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.calibration.calibrate import Calibration, build_market, calibrate
from sim.calibration.maximum_likelihood import (
    fit_gamma_gamma,
    fit_nbd,
    fit_pareto_nbd,
    fit_season,
    spend_rate_correlation,
)
from sim.calibration.rfm_histories import cohort_histories
from sim.calibration.transactions import read_log
from sim.common.errors import InputError
from sim.common.paths import root
from sim.market.market import Market, load_market
from sim.market.values import VALUES

MARKETS = {"grocery": "complete-journey", "music_shop": "cdnow"}
Z_LIMIT = 3.89  # false alarm 1e-4, two-sided


@pytest.fixture(scope="module", params=list(MARKETS))
def recalibrated(request) -> tuple[Calibration, Market]:
    return build_market(MARKETS[request.param], request.param), load_market(request.param)


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
    fit = load_market("music_shop").fit
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
    made, committed = recalibrated
    assert made.market.values.keys() == committed.values.keys()
    for name, number in committed.values.items():
        again = made.market.values[name]
        if number.status == "estimated":
            off = abs(again.value - number.value) / number.standard_error
            assert off < 0.01, f"{name}: {again.value} against {number.value}, {off:.3f} errors"
            assert again.standard_error == pytest.approx(number.standard_error, rel=0.02), name
        else:
            assert again == number, name
    assert made.market.data == committed.data
    for name, value in committed.fit.items():
        assert made.market.fit[name] == pytest.approx(value, rel=1e-3), name


def test_the_committed_histories_are_those_of_the_log(recalibrated):
    made, committed = recalibrated
    written = pd.read_csv(committed.history_path)
    pd.testing.assert_frame_equal(written, made.histories, check_exact=False, atol=1e-9)
    assert list(written.columns) == ["frequency", "recency", "T", "monetary_value"]
    assert (written["recency"] <= written["T"]).all()
    assert ((written["frequency"] > 0) | (written["monetary_value"] == 0)).all()


#: Not guesses at an unknown but worlds to choose from; 0 is the world in which nothing of the kind is.
SCENARIOS = ("winback_per_year", "defection_visible", "expectation_drift")


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
    _z_within(fit_nbd(seen), {"purchase_shape": 0.5, "purchase_alpha": 20.0}, len(seen))


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
    histories = _cohort(800, 12.0, (1.0, 6.0, 50.0, 50_000.0), rng)
    assert "drop_out_beta" in fit_pareto_nbd(histories).unidentified()


def test_one_drop_out_rate_for_all_is_told_from_no_drop_out():
    n, weeks, rate = 3_000, 78.0, 0.03
    histories = _cohort(n, weeks, (1.0, 6.0, 1e6, 1e6 / rate), np.random.default_rng(18))
    fitted = fit_pareto_nbd(histories)
    assert fitted.unidentified() == []
    mean = fitted.values["drop_out_shape"] / fitted.values["drop_out_beta"]
    assert mean == pytest.approx(rate, rel=0.15)
    assert fitted.fixed == ("drop_out_shape",)


# --- a firm's own log, end to end ---------------------------------------------------------------


def _write_log(path: Path, kind: str, years: float = 1.0, n: int = 400) -> Path:
    """Write a log of a panel (all customers of long standing) or of a growing firm."""
    rng = np.random.default_rng(17)
    days = int(365 * years)
    begin = rng.integers(0, days - 60, n) if kind == "growing" else np.zeros(n, dtype=int)
    life = rng.exponential(150 if kind == "growing" else 1e9, n)
    rows = []
    for i in range(n):
        rate, mean = rng.gamma(1.2, 0.08), 20 * rng.gamma(5.0, 0.2)
        end = min(days, begin[i] + life[i])
        times = begin[i] + np.cumsum(rng.exponential(1 / rate, 4 * days))
        times = [begin[i] + 0.5, *times] if kind == "growing" else times
        season = 1 + 0.4 * np.cos(2 * np.pi * np.asarray(times) / 365)
        kept = [t for t, s in zip(times, season, strict=True) if t < end and rng.random() < s / 1.4]
        rows += [(f"c{i}", int(t), rng.gamma(3.0, mean / 3.0)) for t in kept]
    table = pd.DataFrame(rows, columns=["customer", "day", "amount"])
    table["date"] = (pd.Timestamp("2021-01-04") + pd.to_timedelta(table["day"], "D")).dt.date
    table["amount"] = table["amount"].round(2)
    table[["customer", "date", "amount"]].to_csv(path, index=False)
    return path


def test_a_panel_of_the_firm_becomes_a_market_with_assumed_drop_out(tmp_path):
    log = _write_log(tmp_path / "log.csv", "panel", years=3)
    made = calibrate(str(log), "own_shop", folder=tmp_path, currency="EUR")
    market = made.market
    assert market.values["yearly_attrition"].status == "assumed"
    assert market["firm_customers"] == len(made.histories)
    assert market["season_cos1"] == pytest.approx(0.4, abs=0.1)
    assert market.currency == "EUR"
    assert market.data.command.endswith("--name own_shop --currency EUR")
    assert any("dollars" in text for text in market.data.cautions)
    assert made.written == (tmp_path / "own_shop.yaml", tmp_path / "own_shop.history.csv")
    text = (tmp_path / "own_shop.yaml").read_text(encoding="utf-8")
    assert Market.model_validate(yaml.safe_load(text)) == market
    assert "c17" not in text + (tmp_path / "own_shop.history.csv").read_text(encoding="utf-8")


def test_a_growing_firm_s_log_has_its_drop_out_measured(tmp_path):
    log = _write_log(tmp_path / "log.csv", "growing", years=1.9, n=900)
    market = build_market(str(log), "own_shop").market
    weeks = market.values["drop_out_beta"]
    assert weeks.status == "estimated"
    assert market.values["drop_out_shape"].status == "assumed"  # all have the same rate here
    expected = market["drop_out_shape"] * 150 / 7
    z = (weeks.value - expected) / weeks.standard_error
    assert abs(z) < Z_LIMIT, f"observed {weeks.value:.0f}, expected {expected:.0f}, z {z:.2f}"
    assert any("first one ever" in text for text in market.data.cautions)
    assumed = build_market(str(log), "own_shop", drop_out="assumed").market
    assert "yearly_attrition" in assumed.values


def test_measured_drop_out_that_the_log_does_not_tell_is_refused_with_the_way_out(tmp_path):
    log = _write_log(tmp_path / "log.csv", "panel")
    with pytest.raises(InputError, match="--drop-out assumed"):
        build_market(str(log), "own_shop", drop_out="measured")


@pytest.mark.parametrize("kind", ["alike", "fixed fee"])
def test_a_log_in_which_customers_hardly_differ_is_calibrated_and_says_so(tmp_path, kind):
    rng = np.random.default_rng(19)
    n = 6_000
    table = pd.DataFrame({"customer": rng.integers(200, size=n), "day": rng.integers(365, size=n)})
    table["date"] = (pd.Timestamp("2023-01-01") + pd.to_timedelta(table["day"], "D")).dt.date
    table["amount"] = rng.uniform(5, 55, n).round(2)
    if kind == "fixed fee":
        table["amount"] = 10.0 * (1 + table["customer"] % 4)
        table = table.drop_duplicates(["customer", "day"])
    table[["customer", "date", "amount"]].to_csv(tmp_path / "log.csv", index=False)
    market = build_market(str(tmp_path / "log.csv"), "alike").market
    for name in ("purchase_shape", "spend_shape_between"):
        assert market.values[name].status == "assumed"
        assert market[name] == 100
    rate = market["purchase_shape"] / market["purchase_alpha"]
    per_week = table.drop_duplicates(["customer", "day"]).shape[0] / 200 / (365 / 7)
    assert rate == pytest.approx(per_week, rel=0.01)
    mean = market["spend_shape"] * market["spend_scale"] / (market["spend_shape_between"] - 1)
    per_trip = table["amount"].sum() / (per_week * 200 * 365 / 7)
    assert mean == pytest.approx(per_trip, rel=0.1 if kind == "fixed fee" else 0.03)


def test_a_panel_needs_enough_customers_in_its_last_year(tmp_path):
    table = pd.read_csv(_write_log(tmp_path / "log.csv", "panel", years=2))
    late = table["date"] > "2021-12-25"
    table[~late | table["customer"].isin(["c1", "c2", "c3"])].to_csv(tmp_path / "log.csv")
    with pytest.raises(InputError, match="last year: customers: found 3"):
        build_market(str(tmp_path / "log.csv"), "own_shop", drop_out="assumed")


@pytest.mark.parametrize("name", ["Shop", "1shop", "my shop", "../shop", "", "shop.yaml", "_x"])
def test_a_name_that_could_be_no_file_is_refused(name):
    with pytest.raises(InputError, match="small letters"):
        build_market("cdnow", name)


def test_an_unknown_choice_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="'measured'"):
        build_market("cdnow", "shop", drop_out="measurd")  # type: ignore[arg-type]


def test_a_market_is_never_overwritten_by_other_numbers_without_force(tmp_path):
    for ending in ("yaml", "history.csv"):
        shutil.copy(root() / "data" / "markets" / f"music_shop.{ending}", tmp_path)
    assert calibrate("cdnow", "music_shop", folder=tmp_path).written == ()
    before = (tmp_path / "music_shop.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        calibrate("cdnow", "music_shop", until="1998-01-31", folder=tmp_path)
    assert (tmp_path / "music_shop.yaml").read_text(encoding="utf-8") == before
    made = calibrate("cdnow", "music_shop", until="1998-01-31", folder=tmp_path, force=True)
    assert len(made.written) == 2
    assert (tmp_path / "music_shop.yaml").read_text(encoding="utf-8") != before
