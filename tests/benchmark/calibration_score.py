"""`make calibration-score`: does a calibration find the laws of six kinds of firms, as surely as it says?

Each kind is a law that is written down here. Its log is made several times over with other luck, and a
market calibrated from each: how far off is the mean rate, and how often does the 90 % interval of a value
hold the truth? A value counts where the calibration estimates it.
"""

import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.calibrate import build_market
from sim.calibration.forecast.one_thread import one_thread
from sim.common.calendar import WEEKS_A_YEAR

#: Logs of each kind, unless the command says another number.
TIMES = 10
#: Half a 90 % interval in standard errors; one false alarm in 10,000 of a share of intervals.
_NINETY, _FALSE_ALARM = 1.645, 1e-4
GROUPS = {
    "rates": ("purchase_shape", "purchase_alpha"),
    "leaving": ("drop_out_shape", "drop_out_beta"),
    "spend": ("spend_shape", "spend_shape_between", "spend_scale"),
    "season": ("season_cos1", "season_sin1"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of firm: customers, weeks of its log, weeks over which it won them (0: before), laws."""

    customers: int
    weeks: int
    won_over: int
    rate: tuple[float, float]
    leaving: tuple[float, float] | None
    spend: tuple[float, float, float] = (4.0, 5.0, 20.0)
    season: float = 0.0

    def truth(self) -> dict[str, float]:
        """Return the true values by their names in a market."""
        found = dict(zip(GROUPS["rates"], self.rate, strict=True))
        if (
            self.leaving is not None
        ):  # of a panel's customers those count who still are at its last year
            shape, scale = self.leaving
            before = 0.0 if self.won_over else max(self.weeks - WEEKS_A_YEAR, 0.0)
            found |= {"drop_out_shape": shape, "drop_out_beta": scale + before}
        found |= dict(zip(GROUPS["spend"], self.spend, strict=True))
        return found | ({"season_cos1": self.season, "season_sin1": 0.0} if self.season else {})


KINDS = {
    "irregular": Kind(800, 78, 40, (0.6, 6.0), (0.7, 14.0)),
    "seasonal": Kind(500, 130, 0, (1.2, 4.0), None, season=0.3),
    "short": Kind(800, 26, 6, (0.8, 3.0), (0.8, 10.0)),
    "long": Kind(600, 200, 100, (0.7, 7.0), (0.8, 30.0)),
    "wholesale": Kind(150, 78, 0, (1.5, 1.5), (1.0, 150.0), spend=(2.0, 2.5, 900.0)),
    "grocery": Kind(1000, 52, 0, (1.2, 1.4), (1.0, 468.0), spend=(3.0, 4.0, 30.0)),
}


def log_of(kind: Kind, seed: int) -> pd.DataFrame:
    """Return a log: customer-days come by chance, each day of a life after its first purchase."""
    rng = np.random.default_rng(seed)
    n, days = kind.customers, 7 * kind.weeks
    rate = rng.gamma(kind.rate[0], 1.0 / kind.rate[1], n)
    begun = rng.integers(0, 7 * kind.won_over, n) if kind.won_over else np.full(n, -1)
    end = np.full(n, np.inf)
    if kind.leaving is not None:
        hazard = rng.gamma(kind.leaving[0], 1.0 / kind.leaving[1], n)
        end = begun + 7.0 * rng.exponential(1.0 / hazard)
    day = np.arange(days)
    wave = np.exp(kind.season * np.cos(2 * np.pi * (day - days) / 7 / WEEKS_A_YEAR))
    chance = np.minimum(rate[:, None] / 7.0 * wave / wave.mean(), 0.95)
    alive = (day > begun[:, None]) & (day <= end[:, None])
    bought = (rng.random((n, days)) < chance) & alive
    bought[np.arange(n), np.maximum(begun, 0)] |= begun >= 0
    customer, day = np.nonzero(bought)
    within, between, scale = kind.spend
    level = rng.gamma(between, 1.0 / scale, n)
    amount = np.round(rng.gamma(within, 1.0, len(day)) / level[customer], 2) + 0.01
    date = pd.Timestamp("2021-01-04") + pd.to_timedelta(day, "D")
    return pd.DataFrame({"customer": customer, "date": date, "amount": amount})


def held(kind: Kind, folder: Path, times: int) -> tuple[dict[str, list[bool]], list[float]]:
    """Return whether each interval held the truth, by group, and the errors of the mean rate."""
    inside, off = defaultdict(list), []
    truth = kind.truth()
    for seed in range(times):
        log_of(kind, seed).to_csv(folder / "log.csv", index=False)
        market = build_market(str(folder / "log.csv"), "own").market
        off.append(market.mean_trips / (kind.rate[0] / kind.rate[1]) - 1.0)
        for group, names in GROUPS.items():
            for name in names:
                number = market.values.get(name)
                if name not in truth or number is None or number.status != "estimated":
                    continue
                distance, error = number.value - truth[name], number.standard_error or 0.0
                if group != "season":  # errors are those of logs
                    distance = number.value * np.log(number.value / truth[name])
                inside[group].append(abs(distance) <= _NINETY * error)
    return inside, off


@one_thread()
def main(times: int = TIMES) -> None:
    """Print what was found of each kind."""
    print(f"{times} logs of each kind; intervals of 90 %: held of all")
    print(f"{'kind':10} {'mean rate off by':>18}  " + "".join(f"{g:>14}" for g in GROUPS))
    everything: list[bool] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, kind in KINDS.items():
            begun = time.process_time()
            inside, off = held(kind, Path(folder), times)
            cells = [f"{sum(inside[g])} of {len(inside[g])}" if g in inside else "" for g in GROUPS]
            rate = f"{np.mean(off):+.1%} +- {np.std(off):.1%}"
            took = f"{(time.process_time() - begun) / times:5.1f} s each"
            print(f"{name:10} {rate:>18}  " + "".join(f"{c:>14}" for c in cells) + took, flush=True)
            everything += [one for group in inside.values() for one in group]
    n, found = len(everything), sum(everything)
    low, high = stats.binom.ppf((_FALSE_ALARM / 2, 1 - _FALSE_ALARM / 2), n, 0.9)
    print(f"all: {found} of {n} ({found / n:.1%}); by chance {low / n:.1%} to {high / n:.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)
