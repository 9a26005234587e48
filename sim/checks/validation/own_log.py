"""Whether a market looks like its own log: fitted up to a day, run forward, set beside what came.

The log is cut some weeks before its end. A market is calibrated on the days before, and run from there
without a strategy in many futures, each with its own draws of what is uncertain (estimates, assumptions,
law) and its own luck. The same customers are then counted in the log and in every future, so that both
have the luck of as many customers with the same histories.

What is foreseen of a figure is told in `sim.checks.validation.foreseen`. The last weeks may still
differ for a reason that no customer's history holds, a season or a shop that closed: that is no luck, and
it is what this is to show. Days without sales (gaps) are left out on both sides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np
import pandas as pd

from sim.calibration.calibrate import market_of_log
from sim.calibration.describe_log import share_of_top
from sim.calibration.fit import DropOut, rounded
from sim.calibration.market_file import history_csv
from sim.calibration.moving_market import Say, tells_moves
from sim.calibration.rfm_histories import MIN_WEEKS
from sim.calibration.said import Said
from sim.calibration.transactions import Log
from sim.checks.validation.foreseen import SURE, compare
from sim.checks.validation.level_of_weeks import at_level_of
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.common.random_numbers import Floats
from sim.common.writing import write_text
from sim.evidence.indirectness import in_market
from sim.evidence.parameters import load_parameters
from sim.experiment.futures import draw_futures
from sim.intake.gaps import real_day
from sim.market.hold_out import EVERYBODY, HoldOut
from sim.market.market import Market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week.state import WeekState
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_files import as_strategy
from sim.world.population import VALUE_SEGMENTS, VALUE_SHARES

#: The last part of the log that is foreseen, and its weeks at least and at most.
_PART, _LEAST, _MOST = 1 / 4, 4, 26
#: Futures, and customers that are followed at most.
_FUTURES, _FOLLOWED = 40, 3_000
_SEED = 1
#: Columns of a history, and where the model's customers have them.
_COLUMNS = {"frequency": "frequency", "T": "tenure", "monetary_value": "monetary_value"}

#: Called with (done, of, what is being done).
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Bought:
    """What customers bought in the weeks foreseen: days with a purchase and amount, shape (n,) each."""

    trips: Floats
    spend: Floats

    def taken(self, rows: np.ndarray) -> "Bought":
        """Return those of some customers."""
        return Bought(self.trips[rows], self.spend[rows])


def hold_out_of(
    log: Log,
    drop_out: DropOut = "auto",
    moving: Say | None = None,
    said: Said = Said(),  # noqa: B008 - frozen, and says nothing
    on_progress: Progress | None = None,
) -> HoldOut:
    """Set a market that saw the first part of a log beside the last part.

    Parameters
    ----------
    log : Log
        All that the market is to be made of.
    drop_out, moving
        As for `sim.calibration.calibrate.calibrate`. The market held out has the laws of the whole one,
        but where its part of the log is too short to tell how rates move: `HoldOut.rates_stay` says so.
    said : Said
        What the firm says of itself: the market held out has the same trade.
    on_progress : callable, optional
        Called with (futures done, of, what is being done).

    Returns
    -------
    HoldOut
        With a reason in place of figures where the first part is too small for a market.
    """
    gaps, log = log.gaps, log.without_gaps()
    length = ((log.last_day - log.first_day).days + 1) // 7
    weeks = weeks_held_out(log)
    if length - weeks < MIN_WEEKS:
        return HoldOut(reason=f"{length} weeks are too few to be foreseen in part", sure=SURE)
    cut = log.last_day - pd.Timedelta(weeks=weeks)
    early = log.until(f"{cut:%Y-%m-%d}")
    try:
        silent = None if moving is None else lambda _doing: None  # told once, for the whole log
        made = market_of_log(early, "held_out", drop_out, said, figures=False, moving=silent)
    except InputError:
        reason = f"its first {length - weeks} weeks alone are too little to make a market of"
        return HoldOut(reason=reason, sure=SURE)
    rows, money = _chosen(len(made.histories)), log.spend is None
    histories = made.histories.iloc[rows].reset_index(drop=True)
    seen = _in_log(log, cut, np.asarray(made.customers)[rows])
    futures, laws = [], []
    market = at_level_of(made.market, weeks)
    for law, people, bought in _in_futures(market, histories, weeks, on_progress):
        laws.append(law)
        futures.append(figures_of(bought, _groups(people, _cuts(histories), money), money))
    groups = _groups(histories, _cuts(histories), money)
    came = figures_of(seen, groups, money)
    return HoldOut(
        cut=f"{real_day(gaps, cut):%Y-%m-%d}",
        weeks=weeks,
        customers=len(rows),
        futures=len(futures),
        sure=SURE,
        rates_stay=moving is not None and tells_moves(log) and not tells_moves(early),
        newcomers=rounded(_newcomers(log, cut, weeks)),
        figures=compare(came, futures, laws, {name: int(g.sum()) for name, g in groups.items()}),
    )


def weeks_held_out(log: Log) -> int:
    """Return how many weeks at the end of a log are foreseen: a quarter of it, within bounds."""
    length = ((log.last_day - log.first_day).days + 1) // 7
    return int(np.clip(round(length * _PART), _LEAST, _MOST))


def figures_of(
    bought: Bought, groups: dict[str, np.ndarray], money: bool = True
) -> dict[str, dict[str, float]]:
    """Return every figure of every group.

    Parameters
    ----------
    bought : Bought
    groups : dict of str to ndarray of bool, shape (n,)
        Who belongs to each group.
    money : bool
        Whether the log has amounts; else nothing is told of them.

    Returns
    -------
    dict
        Group -> measure -> value: ``active`` (share who bought), ``repeat`` (of these, the share who did
        so on two days or more), ``frequency`` (days with a purchase per customer), ``spend`` (amount of
        such a day), ``sales`` (amount per customer), ``top_fifth`` (share of the amount that the best
        fifth of those who bought brought). What nobody's purchases tell is left out.
    """
    found = {group: bought.taken(rows) for group, rows in groups.items() if rows.any()}
    return {group: _measures(theirs, money) for group, theirs in found.items()}


def _measures(bought: Bought, money: bool) -> dict[str, float]:
    trips, spend = bought.trips, bought.spend
    buyers = int((trips > 0).sum())
    found = {"active": buyers / trips.size}
    if buyers:
        found["repeat"] = int((trips > 1).sum()) / buyers
    found["frequency"] = float(trips.mean())
    if not money:
        return found
    if buyers:
        found["spend"] = float(spend.sum() / trips.sum())
    found["sales"] = float(spend.mean())
    if spend.sum() > 0:
        found["top_fifth"] = share_of_top(spend[trips > 0])
    return found


def _chosen(n: int) -> np.ndarray:
    """Return the rows of the customers who are followed: all, or an even choice of the sorted rows."""
    return np.unique(np.linspace(0, n - 1, min(n, _FOLLOWED)).astype(np.int64))


def _in_log(log: Log, cut: pd.Timestamp, customers: np.ndarray) -> Bought:
    """Return what customers bought after a day, in the order given."""
    late = log.occasions[log.occasions["day"] > cut]
    grouped = late.groupby("customer")["amount"].agg(["size", "sum"])
    table = grouped.reindex(customers, fill_value=0.0).to_numpy(float)
    return Bought(table[:, 0], table[:, 1])


def _in_futures(
    market: Market, histories: pd.DataFrame, weeks: int, on_progress: Progress | None
) -> Iterator[tuple[float, pd.DataFrame, Bought]]:
    """Yield each future: its law of buying, its customers on the first day, what they then bought."""
    table, n = in_market(load_parameters(), market), len(histories)
    baseline = as_strategy(BASELINE)
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{market.name}.history.csv"
        write_text(file, history_csv(histories), private=True)
        market = market.with_histories(file)
        for future in draw_futures(market, table.rows, _FUTURES, _SEED)[:_FUTURES]:
            if on_progress is not None:
                on_progress(future.number, _FUTURES, "Foreseeing the last part of the log")
            # a week more than is lived, since what customers are worth at the horizon is not asked
            model = LoyaltyModel(future.scenario(market, table, baseline, n, weeks + 1))
            people = model.state.people
            known = pd.DataFrame({name: people[column][:n] for name, column in _COLUMNS.items()})
            trips, spend = np.zeros(n), np.zeros(n)
            for _ in range(weeks):
                model.step()
                view = cast(WeekState, model.last_week).view
                trips += view.trips[:n]
                spend += view.spend[:n]
            yield future.values.get("law.moving_rates", 0.0), known, Bought(trips, spend)
    if on_progress is not None:
        on_progress(_FUTURES, _FUTURES, "")


def _value(histories: pd.DataFrame) -> np.ndarray:
    """Return what each customer brought a week so far, of what the histories count."""
    spent = histories["frequency"] * histories["monetary_value"]
    return (spent / np.maximum(histories["T"], 1.0)).to_numpy(float)


def _cuts(histories: pd.DataFrame) -> tuple[float, float]:
    """Return the values above which a customer is of high value, and of some potential."""
    first, second = VALUE_SHARES
    high, middle = np.quantile(_value(histories), [1 - first, 1 - first - second])
    return float(high), float(middle)


def _groups(
    histories: pd.DataFrame, cuts: tuple[float, float], money: bool = True
) -> dict[str, np.ndarray]:
    """Return who belongs to each group: all, and where the log has amounts by the value so far."""
    value = _value(histories)
    everybody = {EVERYBODY: np.ones(value.size, dtype=bool)}
    if not money:
        return everybody
    rank = np.where(value > cuts[0], 0, np.where(value > cuts[1], 1, 2))
    return everybody | {name: rank == place for place, name in enumerate(VALUE_SEGMENTS)}


def _newcomers(log: Log, cut: pd.Timestamp, weeks: int) -> float:
    """Return the new customers of the last part, per customer of the first part and year."""
    first = log.occasions.groupby("customer")["day"].min()
    return float((first > cut).sum() / (first <= cut).sum() * WEEKS_A_YEAR / weeks)
