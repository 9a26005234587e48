"""What a purchase log says before any simulation: cohorts, frequency, concentration, segments.

Everything here is counted, except where a law is named: the NBD (Ehrenberg 1959) and calibrated laws.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration.calibrate import build_market
from sim.calibration.fit import DropOut
from sim.calibration.maximum_likelihood import fit_nbd, maximise_or_even
from sim.calibration.panel_window import Window, panel_histories
from sim.calibration.pareto_nbd import conditional_expected_purchases, nbd_log_likelihood
from sim.calibration.source_file import BUILT_IN
from sim.calibration.transactions import Log, read_log
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.few import FEWEST
from sim.market.market import Market

#: First counts of the groups in which frequencies are shown; cut where a log has few customers.
COUNTS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200)
#: A group shows at least this share of the customers, or is joined to the one below.
_LEAST = 0.01
#: First values of the groups by purchases so far, and by weeks since the last.
FREQUENCY_GROUPS = (1, 2, 4, 10, 30, 100)
RECENCY_GROUPS = (0, 5, 14, 27, 53)


@dataclass(frozen=True)
class Portrait:
    """A log and the market that it is calibrated to, written nowhere.

    Attributes
    ----------
    log, market
    histories : DataFrame
        One row per customer, as `sim.calibration.rfm_histories` counts them; no ids.
    window : Window or None
        From which a panel's customers count; those of a cohort count from their first purchase.
    """

    log: Log
    market: Market
    histories: pd.DataFrame
    window: Window | None

    @property
    def cohort(self) -> bool:
        """Whether all customers count from their first purchase."""
        return self.window is None


def draw_portrait(
    source: str,
    customer: str = "",
    date: str = "",
    amount: str = "",
    drop_out: DropOut = "auto",
    currency: str = "",
) -> Portrait:
    """Read a log and calibrate a market on it, writing nothing.

    Parameters
    ----------
    source : str
        ``complete-journey``, ``cdnow``, or the path of a clean log.
    customer, date, amount, drop_out, currency : str
        As in `sim.calibration.calibrate.calibrate`; a built-in log has its own currency.

    Returns
    -------
    Portrait

    Raises
    ------
    InputError
        If the log is wrong or too small.
    """
    columns = (customer or None, date or None, amount or None)
    log = read_log(source, *columns)
    own = (currency or None) if source not in BUILT_IN else None
    made = build_market(source, "portrait", None, *columns, drop_out=drop_out, currency=own)
    return Portrait(log, made.market, made.histories, made.window)


def cohorts(log: Log) -> pd.DataFrame:
    """Return the share of each month's new customers who buy in the months after.

    Parameters
    ----------
    log : Log

    Returns
    -------
    DataFrame
        Indexed by month of the first purchase (Period): ``customers``, then columns 1, 2, ... (months
        after that one) with the share who bought in it; nan where the log ends before the month does.
    """
    month = log.occasions["day"].dt.to_period("M")
    first = month.groupby(log.occasions["customer"]).transform("min")
    after = (month.dt.year - first.dt.year) * 12 + month.dt.month - first.dt.month
    bought = pd.DataFrame({"first": first, "after": after, "customer": log.occasions["customer"]})
    bought = bought.drop_duplicates()
    table = pd.crosstab(bought["first"], bought["after"])
    table = table.reindex(columns=range(int(after.max()) + 1), fill_value=0)
    shares = table.div(table[0], axis=0)
    for start in shares.index:
        for ahead in shares.columns:
            if (start + ahead).end_time.normalize() > log.last_day:
                shares.loc[start, ahead] = np.nan
    shares = shares.drop(columns=0).dropna(axis=1, how="all")
    shares.insert(0, "customers", table[0])
    return shares.rename_axis(index="month", columns=None)


def months(log: Log) -> pd.DataFrame:
    """Return the share of all customers who buy in each month, and who buy again in the next.

    Returns
    -------
    DataFrame
        Indexed by month (Period), whole months only: ``buying`` (share of all customers of the log),
        ``again`` (share of its ``customers``, the buyers, who buy in the next one too; nan for the last).
    """
    first, last = log.first_day, log.last_day
    every = pd.period_range(first, last, freq="M")
    whole = (every.start_time >= first) & (every.end_time.normalize() <= last)
    customer, day = pd.factorize(log.occasions["customer"])[0], log.occasions["day"].dt
    bought = np.zeros((customer.max() + 1, len(every)), dtype=bool)
    bought[customer, 12 * (day.year - first.year) + day.month - first.month] = True
    table = pd.DataFrame(bought, columns=every).loc[:, whole & bought.any(axis=0)]
    following = table.shift(-1, axis=1, fill_value=False)
    again = (table & following).sum() / table.sum()
    again.iloc[-1:] = np.nan
    columns = {"buying": table.mean(), "again": again, "customers": table.sum()}
    return pd.DataFrame(columns).rename_axis("month")


def frequencies(portrait: Portrait) -> tuple[pd.DataFrame, dict[str, float]]:
    """Compare how often customers buy with the NBD, whose rates differ by person and are constant.

    Parameters
    ----------
    portrait : Portrait
        Of a panel: purchases of the last year by customers from before it, none of them absent by
        definition (truncated NBD). Of a cohort: repeat purchases within the weeks that everyone was
        observed, with an NBD of its own, since the market's law adds drop-out.

    Returns
    -------
    tuple of DataFrame and dict
        One row per group of counts: ``low``, ``high`` (inf for the last), ``observed`` and ``expected``
        shares of customers. And ``shape``, ``scale`` (weeks), ``weeks`` and ``none`` (1 if customers
        without a purchase are counted, else 0).
    """
    if portrait.window is None:
        counts, weeks = _early_repeats(portrait.log)
        law = _fit_nbd(counts, weeks)
    else:
        window, weeks = portrait.window, portrait.window.weeks
        old = portrait.histories[window.known_before(portrait.histories)]
        counts = old["frequency"].to_numpy()
        rates = fit_nbd(old, window).values  # a market's own may know of drop-out besides
        law = {"shape": rates["purchase_shape"], "scale": rates["purchase_alpha"]}
    law |= {"weeks": weeks, "none": float(portrait.cohort)}
    chance = nbd_shares(int(counts.max()), **law)
    observed = np.bincount(counts, minlength=chance.size) / counts.size
    rows = []
    for low, high in _groups(observed, max(_LEAST, FEWEST / counts.size)):
        last = high > counts.max()
        expected = 1.0 - chance[:low].sum() if last else chance[low:high].sum()
        rows.append((low, np.inf if last else high - 1, observed[low:high].sum(), expected))
    return pd.DataFrame(rows, columns=["low", "high", "observed", "expected"]), law


def nbd_shares(most: int, shape: float, scale: float, weeks: float, none: float) -> np.ndarray:
    """Return the NBD's share of customers with 0, 1, ... purchases.

    Parameters
    ----------
    most : int
        Largest count.
    shape, scale, weeks : float
        Gamma law of purchase rates (scale in weeks), and length of the window.
    none : float
        1 if customers without a purchase are counted, 0 if they are absent (truncated at zero).

    Returns
    -------
    ndarray, shape (most + 1,)
    """
    share = stats.nbinom.pmf(np.arange(most + 1), shape, scale / (scale + weeks))
    if not none:
        share = share / (1.0 - share[0])
        share[0] = 0.0
    return share


def _early_repeats(log: Log) -> tuple[np.ndarray, float]:
    """Count repeat purchases in the weeks seen of all, but for who came in a log's second half."""
    days = log.occasions["day"]
    first = days.groupby(log.occasions["customer"]).transform("min")
    seen = (log.last_day - first).dt.days // 7
    window = max(int(seen.min()), (log.last_day - log.first_day).days // 14)
    since, customer = (days - first).dt.days, log.occasions["customer"][seen >= window]
    inside = customer[(since > 0) & (since <= 7 * window)]
    counts = inside.value_counts().reindex(customer.unique(), fill_value=0).to_numpy()
    return counts, float(window)


def _fit_nbd(counts: np.ndarray, weeks: float) -> dict[str, float]:
    """Fit an NBD with customers who bought nothing."""

    def law(r: float, alpha: float) -> np.ndarray:
        return nbd_log_likelihood(counts, weeks, r, alpha, seen=False)

    start = {"purchase_shape": 1.0, "purchase_alpha": weeks / max(counts.mean(), 0.01)}
    fitted = maximise_or_even(counts, law, start, {"purchase_shape": ("purchase_alpha", 1)})
    return {"shape": fitted.values["purchase_shape"], "scale": fitted.values["purchase_alpha"]}


def _groups(observed: np.ndarray, least: float) -> list[tuple[int, int]]:
    """Return the groups of counts as (first, first of the next), none of them nearly empty."""
    edges = [edge for edge in COUNTS if edge < observed.size]
    kept = [edges[0] if observed[0] else edges[1]]
    for low in edges[1:]:
        enough = observed[kept[-1] : low].sum() >= least and observed[low:].sum() >= least
        if low > kept[-1] and enough:
            kept.append(low)
    return list(zip(kept, [*kept[1:], observed.size + 1], strict=True))


def share_of_top(values: pd.Series | np.ndarray, top: float = 0.2) -> float:
    """Return the share of a total that the largest values hold, such as the top 20 % of customers.

    Parameters
    ----------
    values : array_like
        One per customer, not negative.
    top : float
        Share of the customers, from 0 to 1; a fraction of a customer counts as such.
    """
    people, share = concentration(values)
    return float(np.interp(top, people, share))


def concentration(values: pd.Series | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of a total held by the largest customers: shares of people, shares of it.

    Returns
    -------
    tuple of ndarray, each of shape (customers + 1,)
        From 0 to 1, largest customers first (the curve of Lorenz from above).
    """
    held = np.sort(np.asarray(values, dtype=float))[::-1]
    return np.arange(held.size + 1) / held.size, np.r_[0.0, np.cumsum(held)] / held.sum()


def segments(portrait: Portrait) -> pd.DataFrame:
    """Group customers by how often they bought and how long ago they last did.

    Returns
    -------
    DataFrame
        One row per group that exists: ``frequency`` and ``recency`` (first purchase count and first
        week of the group), ``customers``, ``spend`` (share of all spend in the log), ``ahead`` (share
        of the purchases that the calibrated law expects in the next year; a law without measured
        drop-out loses nobody), ``each`` (such purchases per customer).
    """
    log, market = portrait.log, portrait.market
    grouped = log.occasions.groupby("customer")
    table = pd.DataFrame({"n": grouped.size(), "spend": grouped["amount"].sum()})
    since = (log.last_day - grouped["day"].max()).dt.days
    table["frequency"] = _group(table["n"], FREQUENCY_GROUPS)
    table["recency"] = _group(since // 7, RECENCY_GROUPS)
    r, alpha = market["purchase_shape"], market["purchase_alpha"]
    law = (r, alpha, market["drop_out_shape"], market.drop_out_beta)
    if portrait.window is None:
        T = (log.last_day - grouped["day"].min()).dt.days / 7.0
        x, last = table["n"] - 1, np.maximum(T - since / 7.0, 0.0)
    else:
        known = panel_histories(log.occasions, portrait.window).reindex(table.index)
        T = known["T"].fillna(portrait.window.weeks)
        x, last = known["frequency"].fillna(0.0), known["recency"].fillna(0.0)
    table["ahead"] = WEEKS_A_YEAR * (r + x) / (alpha + T)
    if "drop_out_beta" in market.values:
        table["ahead"] = conditional_expected_purchases(WEEKS_A_YEAR, x, last, T, *law)
    cells = table.groupby(["frequency", "recency"])
    found = cells[["spend", "ahead"]].sum() / table[["spend", "ahead"]].sum()
    found.insert(0, "customers", cells.size())
    found["each"] = cells["ahead"].mean()
    return found.reset_index()


def _group(values: pd.Series, firsts: tuple[int, ...]) -> np.ndarray:
    """Return the first value of the group that each value is in."""
    return np.array(firsts)[np.searchsorted(firsts, values, side="right") - 1]
