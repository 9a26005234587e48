"""A firm whose customers stay as they are: what luck alone makes of them in the next half of a log.

Rates of purchase are gamma between customers and constant (NBD, Ehrenberg 1959), amounts follow the law
of spend that foretells them best. Given what each customer did, their own rate is gamma again (r + x,
alpha + T), so that what comes next can be drawn for the very customers of the log. Whoever did much by
luck is expected to do less: regression to the mean (Galton 1886), and no change of anybody.

| symbol | meaning | unit |
|---|---|---|
| r, alpha | shape and rate of the law of purchase rates | 1, weeks |
| x, T | purchases counted, weeks in which they were | 1, weeks |
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator, Philox
from scipy import stats

from sim.calibration.describe_log import nbd_shares
from sim.calibration.maximum_likelihood import fit_nbd
from sim.calibration.panel_window import Window, panel_histories
from sim.calibration.rfm_histories import cohort_histories
from sim.calibration.spend_choice import fit_spend
from sim.calibration.spend_law import SpendLaw, law_of
from sim.calibration.transactions import Log
from sim.common.random_numbers import Floats, gamma, poisson

#: Customers at most that a law is fitted to: every so manieth of a larger log, which tells as much.
_MOST = 20_000
#: Lives that are drawn in all: a share over them is known to some tenths of a point.
_LIVES = 200_000


@dataclass(frozen=True)
class Steady:
    """The law of customers who stay as they are, and their histories.

    Attributes
    ----------
    shape, scale : float
        Of the gamma law of rates (per week; scale in weeks).
    spend : SpendLaw
    histories : DataFrame
        Indexed by customer: ``frequency``, ``recency``, ``T``, ``monetary_value``.
    cohort : bool
        Whether first purchases stand apart; a panel's counts are cut at zero.
    """

    shape: float
    scale: float
    spend: SpendLaw
    histories: pd.DataFrame
    cohort: bool

    def next_sales(self, weeks: float, seed: int) -> tuple[Floats, Floats]:
        """Draw what the customers of the histories buy in the weeks after them.

        Parameters
        ----------
        weeks : float
        seed : int

        Returns
        -------
        tuple of ndarray, each of shape (lives, customers)
            Purchases, and sales in the log's currency.
        """
        x, T, mean = (
            self.histories[name].to_numpy(float) for name in ("frequency", "T", "monetary_value")
        )
        lives = max(1, _LIVES // max(len(x), 1))
        return self._live(np.tile(x, (lives, 1)), T, mean, weeks, seed)

    def sales_of_as_many(self, seed: int) -> tuple[Floats, Floats]:
        """Draw the same number of other customers by the law alone, over the weeks of the histories.

        Returns
        -------
        tuple of ndarray, each of shape (lives, customers)
            Purchases and sales; of a panel only of who bought, of a cohort with first purchases.
        """
        T = self.histories["T"].to_numpy(float)
        lives = max(1, _LIVES // max(len(T), 1))
        uniform = _uniforms(seed, 4, (lives, len(T)))
        if self.cohort:
            rate = gamma(uniform[0], self.shape, self.scale)
            repeats = poisson(uniform[1].ravel(), (rate * T).ravel())
            count = 1.0 + repeats.reshape(rate.shape).astype(np.float64)
        else:
            count = _counts_seen(uniform[1], self.shape, self.scale, float(T.max()))
        nothing = np.zeros_like(count)
        own = self.spend.own_mean_given(uniform[2], nothing, nothing)
        return count, self._amounts(uniform[3], count, own)

    def _live(
        self, x: Floats, T: Floats, mean: Floats, weeks: float, seed: int
    ) -> tuple[Floats, Floats]:
        uniform = _uniforms(seed, 4, x.shape)
        rate = gamma(uniform[0], self.shape + x, self.scale + T)
        count = poisson(uniform[1].ravel(), rate.ravel() * weeks).reshape(x.shape).astype(float)
        own = self.spend.own_mean_given(uniform[2], x, np.broadcast_to(mean, x.shape))
        return count, self._amounts(uniform[3], count, own)

    def _amounts(self, uniform: Floats, count: Floats, own: Floats) -> Floats:
        some = np.maximum(count, 1.0)
        return np.where(count > 0, count * self.spend.mean_of(uniform, some, own), 0.0)


def steady_law(log: Log, cohort: bool, end: pd.Timestamp | None = None) -> Steady:
    """Fit the law of customers who stay as they are to a log, up to a day.

    Parameters
    ----------
    log : Log
    cohort : bool
        Whether first purchases in the log are customers' first.
    end : Timestamp, optional
        Last day that counts; by default the log's.
    """
    end = log.last_day if end is None else end
    seen = log.occasions[log.occasions["day"] <= end]
    window = None if cohort else Window(log.first_day, end)
    histories = cohort_histories(seen, end) if window is None else panel_histories(seen, window)
    fitted = histories.iloc[:: -(-len(histories) // _MOST)]
    rates = fit_nbd(fitted, window).values
    counted = seen[seen["customer"].isin(fitted.index)]
    if cohort:
        first = counted.groupby("customer")["day"].transform("min")
        counted = counted[counted["day"] > first]
    spend = law_of(fit_spend(counted)[0].values)
    return Steady(rates["purchase_shape"], rates["purchase_alpha"], spend, histories, cohort)


def _counts_seen(uniform: Floats, shape: float, scale: float, weeks: float) -> Floats:
    """Draw counts of customers who bought at least once, all over the same weeks: an NBD cut at zero."""
    most = int(stats.nbinom.ppf(1.0 - 1e-9, shape, scale / (scale + weeks))) + 1
    share = nbd_shares(most, shape, scale, weeks, none=0.0)
    return np.minimum(np.searchsorted(np.cumsum(share), uniform), most).astype(float)


def _uniforms(seed: int, how_many: int, shape: tuple[int, ...]) -> list[Floats]:
    """Return tables of uniforms, the same for the same seed on every machine."""
    made = Generator(Philox(key=seed))
    # never 0 or 1, where the laws end
    return [np.clip(made.random(shape), 1e-12, 1.0 - 1e-12) for _ in range(how_many)]
