"""A week in which a shop sold next to nothing is found, named and left out of what is fitted.

Serves: L4.1b L1.2c
"""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.calibrate import build_market
from sim.calibration.forecast.forecast import make_forecast
from sim.calibration.season import season_of
from sim.calibration.transactions import Log, read_log
from sim.intake.gaps import Gap, close_gaps, days_within, find_gaps
from tests.quick import foretell_little

_BEGIN = pd.Timestamp("2023-01-02")


def _log(n=800, weeks=60, seed=1, season=0.0, decline=0.0, weekend=True, gap=None) -> pd.DataFrame:
    """Return customer-days at steady rates, times what the day is like; `gap` is (first, days, level)."""
    luck = np.random.default_rng(seed)
    days = np.arange(7 * weeks)
    level = np.exp(season * np.cos(2 * np.pi * days / 364) - decline * days / 364)
    level[(days % 7 >= 5) & weekend] = 0.0
    level /= level.mean()
    if gap:
        level[gap[0] : gap[0] + gap[1]] *= gap[2]
    rate = luck.gamma(1.0, 0.5, n)
    who, day = np.nonzero(luck.random((n, days.size)) < -np.expm1(-np.outer(rate / 7, level)))
    paid = luck.gamma(3.0, 4.0, who.size).round(2) + 0.01
    at = _BEGIN + pd.to_timedelta(day, "D")
    return pd.DataFrame({"customer": who, "day": at, "amount": paid, "lines": 1})


def _day(number: int) -> pd.Timestamp:
    return _BEGIN + pd.Timedelta(days=number)


@pytest.mark.parametrize(
    ("gap", "world"),
    [
        ((203, 7, 0.1), {"weekend": False}),
        ((203, 5, 0.05), {"n": 3_000}),  # Monday to Friday of a shop that is closed at weekends
        ((200, 12, 0.0), {}),
        ((203, 19, 0.05), {}),
        ((203, 7, 0.1), {"weekend": False, "season": 0.8, "n": 2_000}),
    ],
)
def test_a_gap_is_found_from_its_first_day_to_its_last(gap, world):
    found = find_gaps(_log(gap=gap, **world))
    assert [(g.first, g.last) for g in found] == [(_day(gap[0]), _day(gap[0] + gap[1] - 1))]
    assert found[0].share < 0.25


@pytest.mark.parametrize(
    "world",
    [{}, {"season": 1.5}, {"decline": 2.0}, {"n": 60}, {"weekend": False}, {"weeks": 8}],
)
def test_an_ordinary_log_has_no_gap(world):
    """By luck one of 60 weeks would be one in 20 logs once in 10^4 (a quarter of 30 purchases)."""
    assert not any(find_gaps(_log(seed=seed, **world)) for seed in range(20))


def test_a_shop_that_sells_every_second_week_or_on_the_first_of_a_month_has_no_gap():
    log = _log()
    week = (log["day"] - _BEGIN).dt.days // 7
    assert not find_gaps(log[week % 2 == 0])
    first = log["day"].dt.to_period("M").dt.start_time
    assert not find_gaps(log.assign(day=first).drop_duplicates(["customer", "day"]))


def test_time_without_gaps_ends_on_the_same_day_and_loses_no_customer():
    gaps = (Gap(_day(10), _day(16), 0.1), Gap(_day(30), _day(34), 0.0))
    days = [9, 12, 17, 29, 35, 9, 11]
    log = pd.DataFrame(
        {
            "customer": [0, 1, 1, 1, 1, 2, 2],
            "day": [_day(d) for d in days],
            "amount": [1.0, 2, 3, 4, 5, 6, 7],
            "lines": 1,
        }
    )
    closed = close_gaps(log, gaps)
    ago = (_day(35) - closed["day"]).dt.days
    # twelve days are taken out before day 10, five between; what lies within counts on the day before
    assert list(zip(closed["customer"], ago, closed["amount"], strict=True)) == [
        (0, 14, 1.0),
        (1, 14, 2.0),
        (1, 13, 3.0),
        (1, 1, 4.0),
        (1, 0, 5.0),
        (2, 14, 13.0),
    ]
    assert [days_within(gaps, _day(d)) for d in (0, 10, 12, 17, 32, 35)] == [12, 12, 10, 5, 3, 0]


def _file(folder, log: pd.DataFrame) -> str:
    table = log.assign(date=log["day"].dt.strftime("%Y-%m-%d"))
    table[["customer", "date", "amount"]].to_csv(folder / "log.csv", index=False)
    return str(folder / "log.csv")


def test_a_market_names_the_days_left_out_and_counts_weeks_without_them(tmp_path):
    made = build_market(_file(tmp_path, _log(gap=(203, 7, 0.1), weekend=False)), "shop")
    assert any("2023-07-24 to 2023-07-30" in text for text in made.market.data.cautions)
    assert made.histories["T"].max() == pytest.approx(
        365 / 7, abs=1e-4
    )  # open days of the last year
    whole = read_log(str(tmp_path / "log.csv"))
    assert (whole.last_day - whole.open_occasions["day"].min()).days == 60 * 7 - 7 - 1


def test_a_forecast_names_the_days_left_out(tmp_path, monkeypatch):
    foretell_little(monkeypatch.setattr)
    source = _file(tmp_path, _log(n=150, gap=(203, 7, 0.0), weekend=False))
    assert make_forecast(source, 4).laws["left_out"] == [
        "2023-07-24 to 2023-07-30 (0% of the usual)"
    ]


def test_a_gap_does_not_bend_the_season():
    """Its harmonics stay within 3.9 standard errors (two-sided 1e-4) of none, four of them."""
    log = _log(n=2_000, weeks=108, gap=(203, 14, 0.02), weekend=False)
    shop = Log("a log", log, "", "", "")
    waves = season_of(shop, repeats=False, grown=lambda weeks: -weeks)
    assert all(abs(value) < 3.9 * error for value, error in waves.values())
    blind = season_of(_Unmasked("a log", log, "", "", ""), False, lambda weeks: -weeks)
    further = {name: abs(value) - abs(waves[name][0]) for name, (value, _) in blind.items()}
    assert any(by > 2 * waves[name][1] for name, by in further.items())


class _Unmasked(Log):
    gaps = ()
