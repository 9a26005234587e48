"""Write the purchase log that a simulated firm would export: a log whose truth is known."""

from datetime import date as Date
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from sim.common.errors import InputError
from sim.common.given import whole
from sim.common.writing import check_target, write_text
from sim.experiment.budget import size_strategies
from sim.experiment.compare import BOUNDS
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.purchase_lines import DAYS_A_WEEK, purchase_lines
from sim.model.scenario import Scenario
from sim.model.week.state import WeekState
from sim.playbook.strategies import BASELINE, Strategy
from sim.playbook.strategy_files import as_strategy
from sim.workbench.frame import Frame
from sim.workbench.given import checked

_WHERE = "simulate_log"


@checked(customers=(1, BOUNDS["customers"][1]), weeks=(1, BOUNDS["weeks"][1]))
def simulate_log(
    market: Market | str,
    strategy: Strategy | str = BASELINE,
    *,
    customers: int = 1_000,
    weeks: int = 104,
    seed: int = 1,
    acquired_over: int | None = None,
    start_date: str = "2024-01-01",
    out: Path | str | None = None,
) -> Frame:
    """Run a strategy once and return the purchases, as the firm's log would hold them.

    What a log is put to (calibration, a comparison, advice) can be judged by it, since the market that
    made it is known. The log also holds whom the market wins besides, by its yearly inflow, and who
    comes back; with ``inflow_per_year`` and ``winback_per_year`` at 0 it follows one cohort.

    Parameters
    ----------
    market : Market or str
        A market without contracts, as read or changed in code, or its name.
    strategy : Strategy or str
        A strategy built in code, or its name; it is planned under the market's budget.
    customers, weeks, seed : int
        Customers in the simulation, length of the log, luck.
    acquired_over : int, optional
        12, or the whole log where it is shorter: weeks over which the customers are acquired,
        each in a week of their own: a first purchase on any day of it, and from the seventh day after
        the market's law. With 0 they are customers with the market's histories, and the log begins
        in mid-life, as a panel does.
    start_date : str
        First day of the log, as YYYY-MM-DD; weeks are counted from it.
    out : Path or str, optional
        A new CSV, which `loyalty calibrate` reads without options. Without it no file is written.

    Returns
    -------
    Frame
        A row per purchase, by date: ``customer`` (row in ``model.customers``), ``date``, ``amount``
        (currency of the market, whole cents).

    Raises
    ------
    InputError
        If an argument is wrong, the market has contracts, or the file is there already.

    Examples
    --------
    >>> quiet = load_market("music_shop").with_values(inflow_per_year=0, prospects_per_customer=0)
    >>> log = simulate_log(quiet, customers=300, weeks=52, acquired_over=4, out="log.csv")
    >>> log["customer"].nunique(), str(log["date"].min().date())
    (300, '2024-01-01')
    >>> describe_log("log.csv", currency="USD").market["firm_customers"]
    300.0
    """
    if isinstance(market, str):
        market = load_market(market)
    if acquired_over is None:
        acquired_over = min(12, weeks)
    day = _check(market, weeks, acquired_over, start_date)
    path = None if out is None else _new_file(Path(out))
    design = as_strategy(strategy, market.name)
    if design.name != BASELINE:
        design = size_strategies(market, [design], weeks)[design.name]
    scenario = Scenario(
        market,
        design,
        customers,
        weeks + 1,  # of whose last days a part belongs to the log (`_run`)
        seed,
        start="fresh" if acquired_over else "posterior",
        acquired_over=acquired_over,
    )
    log = _run(LoyaltyModel(scenario, valued=False), DAYS_A_WEEK * weeks)
    log.insert(1, "date", day + pd.to_timedelta(log.pop("day"), "D"))
    if path is not None:
        lines = log.to_csv(index=False, date_format="%Y-%m-%d", float_format="%.2f")
        write_text(path, lines.replace("\r\n", "\n"))
    return Frame(log)


def _run(model: LoyaltyModel, days: int) -> pd.DataFrame:
    """Run a model to its horizon and return all its purchases of the first days.

    Whoever enters a run buys on the last day of a week, so that the law of purchases holds from the next
    day on (`sim.model.purchase_lines`). Firms win customers on all days: from the purchase by which they
    enter, all that each buys is put up to six days sooner, by as many as are drawn, so that gaps between
    purchases stay those of the law. What falls into the log's last days so is of the week after.
    """
    pages, sooner = list[pd.DataFrame](), np.zeros(model.state.size, dtype=np.int64)
    while model.running:
        model.step()
        week = cast(WeekState, model.last_week)
        page = purchase_lines(week)
        entering = np.setdiff1d(page["customer"], week.at_risk)
        drawn = week.view.uniform("day of entering", entering)
        sooner[entering] = np.floor(DAYS_A_WEEK * drawn)
        page["day"] -= sooner[page["customer"]]
        pages.append(page)
    log = pd.concat(pages)
    log = log[log["day"] < days]
    return log.sort_values(["day", "customer"], ignore_index=True, kind="stable")


def _check(market: Market, weeks: int, acquired_over: int, start_date: str) -> pd.Timestamp:
    """Return the first day of the log; refuse what cannot be."""
    if market.is_contractual:
        raise InputError(
            _WHERE,
            "market",
            market.name,
            "a market without contracts",
            hint="A log of fees calibrates nothing: the law of renewal is read from a table of "
            "survivors (loyalty calibrate subscription-cohort).",
        )
    whole(_WHERE, "acquired_over", acquired_over, 0, weeks)
    try:
        return pd.Timestamp(Date.fromisoformat(start_date))
    except ValueError:
        expected = "a day as YYYY-MM-DD"
        raise InputError(_WHERE, "start_date", start_date, expected) from None


def _new_file(path: Path) -> Path:
    """Return the path of a file that is not there yet and can be written."""
    if path.exists():
        hint = "Results are never overwritten: choose another name."
        raise InputError(_WHERE, "out", str(path), "a file that is not there yet", hint=hint)
    check_target(path)
    return path
