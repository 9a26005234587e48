"""A firm's own log becomes a market, or is refused with the way out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.calibration.calibrate import build_market, calibrate
from sim.common.errors import InputError
from sim.market.market import Market

MARKETS = {"grocery": "complete-journey", "music_shop": "cdnow"}
Z_LIMIT = 3.89  # false alarm 1e-4, two-sided


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
    made = calibrate(str(log), "own_shop", folder=tmp_path, currency="EUR", wage=25)
    market = made.market
    assert market.values["yearly_attrition"].status == "assumed"
    assert market["firm_customers"] == len(made.histories)
    assert market["season_cos1"] == pytest.approx(0.4, abs=0.1)
    assert market.currency == "EUR"
    assert market.data.command.endswith("--name own_shop --currency EUR --wage 25")
    assert not any("dollars" in text for text in market.data.cautions)
    assert made.written == (tmp_path / "own_shop.history.csv", tmp_path / "own_shop.yaml")
    text = (tmp_path / "own_shop.yaml").read_text(encoding="utf-8")
    assert Market.model_validate(yaml.safe_load(text)) == market
    assert "c17" not in text + (tmp_path / "own_shop.history.csv").read_text(encoding="utf-8")


def test_a_growing_firm_s_log_has_its_drop_out_measured(tmp_path):
    log = _write_log(tmp_path / "log.csv", "growing", years=1.9, n=400)
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
    assert market.values["purchase_shape"].status == "assumed"
    assert market["purchase_shape"] == 100
    rate = market["purchase_shape"] / market["purchase_alpha"]
    per_week = table.drop_duplicates(["customer", "day"]).shape[0] / 200 / (365 / 7)
    assert rate == pytest.approx(per_week, rel=0.01)
    if kind == "fixed fee":
        assert market.values["spend_spread_within"].status == "assumed"
    mean = market.mean_trip_spend
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
    assert len(calibrate("cdnow", "music_shop", folder=tmp_path).written) == 2
    assert calibrate("cdnow", "music_shop", folder=tmp_path).written == ()
    before = (tmp_path / "music_shop.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        calibrate("cdnow", "music_shop", until="1998-01-31", folder=tmp_path)
    assert (tmp_path / "music_shop.yaml").read_text(encoding="utf-8") == before
    made = calibrate("cdnow", "music_shop", until="1998-01-31", folder=tmp_path, force=True)
    assert len(made.written) == 2
    assert (tmp_path / "music_shop.yaml").read_text(encoding="utf-8") != before
