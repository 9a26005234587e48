r"""A panel whose customers join and leave: the law of those who were there, and of those who come.

A log that reaches back well before its last year shows two kinds of customers in that year. Who was seen
before is of the stock; who is first seen in it has joined, or was there all the time and bought too
seldom to be seen. Both follow the law that a market has for them (`sim.world.newcomers`): of the stock
lambda ~ Gamma(r, alpha) and mu given lambda ~ m(lambda) Gamma(1, beta), of newcomers lambda ~
Gamma(w r, alpha) and mu given lambda ~ m(lambda) Gamma(2, beta),

    m(lambda) = Gamma(r) / Gamma(w r) (alpha lambda)^(-(1 - w) r).

Light customers leave sooner where w < 1. A law by which rate and leaving know nothing of each other takes
light ones who left for slow ones who stay: at w = .4 it finds two thirds of the leaving.

*A history given lambda*, x purchases, the last at t, in T weeks, with S(t) = (1 + m t / beta)^-s:

    lambda^x [e^(-lambda t) S(t) k(t) + e^(-lambda T) S(T) (1 - k(T))],
    k(t) = s e^q E_{s+1}(q),   q = lambda (beta / m + t),

k being the chance to leave before the next purchase, and E the exponential integral (Abramowitz & Stegun
1972, 5.1.4). What remains is a sum over lambda, by even steps of its logarithm; what lies below the
first counts there.

*Who is which.* With B weeks before the window of W weeks, and none(t) the chance of the stock to buy
nothing in t weeks, those seen in both have the histories' law less that of the unseen, over 1 - none(W) -
Q, Q = none(B) - none(B + W). To n such customers there are n Q / (1 - none(W) - Q) of the stock whom the
window shows first; a customer first seen is one of them with that share of all first seen, else a
newcomer who came at any time of the window.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special
from scipy.interpolate import CubicSpline

from sim.calibration.panel_window import Window, panel_histories
from sim.common.random_numbers import Floats, Ints
from sim.market.buying import light_leave_sooner

#: Steps of the log of a rate: a customer with 300 purchases tells theirs to .06.
_STEP = 0.1
#: Rates reach from this factor below the mean to this one above the quickest, and above the mean.
_BELOW, _ABOVE, _ABOVE_MEAN = np.exp(-9.0), 3.0, 30.0
#: Shapes of the leaving of the stock and of newcomers: exponential, as one window tells no shape.
_STOCK, _FLOW = 1, 2
#: Of those first seen, the most who may be of the stock; and the least chance of anything.
_MOST_OLD, _LEAST = 1.0 - 1e-6, 1e-300
#: Logs of q at which k is worked out; a curve between them is right to 1e-8 in a fifth of the time.
_LOG_Q = np.linspace(-40.0, 40.0, 4001)
#: Where k goes over to its series for large q (to 1e-9).
_FAR = 50.0


def _chance_to_leave(shape: int) -> CubicSpline:
    """Return the log of k over the log of q, for a whole shape s."""
    q, n = np.exp(_LOG_Q), shape + 1
    far, p = q > _FAR, q + n
    near = np.where(far, 1.0, q)
    # the series of Abramowitz & Stegun 1972, 5.1.52
    series = 1.0 + n / p**2 + n * (n - 2 * q) / p**4 + n * (6 * q**2 - 8 * n * q + n**2) / p**6
    scaled = np.where(far, series / p, special.expn(n, near) * np.exp(near))
    return CubicSpline(_LOG_Q, np.log(shape * scaled))


_LEAVES = {shape: _chance_to_leave(shape) for shape in (_STOCK, _FLOW)}


_ByDay = tuple[Floats, ...]


@dataclass(frozen=True)
class _Told:
    """What the law says at some parameters: of each customer, and of each first seen (`new`).

    Attributes
    ----------
    log_likelihood, here : ndarray, shape (customers,)
        Of the history; the chance to be a customer still at the window's end.
    new : ndarray, shape (first seen,)
        The chance to be a newcomer.
    """

    log_likelihood: Floats
    here: Floats
    new: Floats


class _Rows:
    """Histories of one kind, each once, and what of their likelihood no parameter changes."""

    def __init__(self, x: Floats, last: Floats, weeks: Floats, rates: Floats) -> None:
        log_rates = np.log(rates)
        early = x[:, None] * log_rates - np.outer(last, rates)
        self.top = early.max(axis=1)
        self.early = np.exp(early - self.top[:, None])
        late = x[:, None] * log_rates - np.outer(weeks, rates)
        self.late = np.exp(late - self.top[:, None])
        self.last, self.weeks = _days(last), _days(weeks)

    def sums(self, chances: _ByDay) -> tuple[Floats, Floats]:
        """Return log-likelihoods, and those of a history that ends here.

        Parameters
        ----------
        chances : tuple of three ndarray, each of shape (days, rates)
            By day: weighted chances to be here and to leave before the next purchase, to be here when it
            would come, and to be here.
        """
        left, here, stays = chances
        all_ = (self.early * left[self.last]).sum(axis=1)
        all_ += (self.late * here[self.weeks]).sum(axis=1)
        alive = (self.late * stays[self.weeks]).sum(axis=1)
        tiny = np.finfo(float).tiny
        return self.top + np.log(np.maximum(all_, tiny)), self.top + np.log(np.maximum(alive, tiny))


class StockAndFlow:
    """The likelihood of a panel's window.

    Parameters
    ----------
    occasions : pandas.DataFrame
        ``customer``, ``day``, ``amount``, one row per customer-day of the whole log.
    window : Window

    Attributes
    ----------
    known : ndarray of bool, shape (customers,)
        Who was seen before the window.
    """

    def __init__(self, occasions: pd.DataFrame, window: Window) -> None:
        table = panel_histories(occasions, replace(window, newcomers=True))
        x, last, weeks = table[["frequency", "recency", "T"]].to_numpy(float).T
        self.known = window.known_before(table)
        self.weeks = window.weeks
        self.before = (window.start - occasions["day"].min()).days / 7.0
        self.days = np.arange(round(7 * self.weeks) + 1) / 7.0
        mean, quickest = x.sum() / weeks.sum(), (x / (weeks + 1.0)).max()
        most = max(quickest * _ABOVE, mean * _ABOVE_MEAN)
        self.log_rates = np.arange(np.log(mean * _BELOW), np.log(most) + _STEP, _STEP)
        self.rates = np.exp(self.log_rates)
        columns = np.c_[x, last, weeks]
        rows, self.old_index = np.unique(columns[self.known], axis=0, return_inverse=True)
        x, last, weeks = rows.T
        self.old = _Rows(x, last, weeks, self.rates)
        rows, self.new_index = np.unique(columns[~self.known], axis=0, return_inverse=True)
        x, last, weeks = rows.T
        self.new = _Rows(x, last, weeks, self.rates)
        # the same customers, had they been there before: their first purchase counts
        last, whole = self.weeks - weeks + last, np.full(weeks.size, self.weeks)
        self.unseen = _Rows(x + 1.0, last, whole, self.rates)

    def law(self, r: float, alpha: float, beta: float, w: float) -> Floats:
        """Return the log-likelihood of each customer."""
        return self._told(r, alpha, beta, w).log_likelihood

    def customers_and_newcomers(self, values: Mapping[str, float]) -> tuple[Floats, Floats]:
        """Return each customer's chance to be one still at the end, and each first seen's to be new."""
        names = ("purchase_shape", "purchase_alpha", "drop_out_beta", "newcomer_purchases")
        told = self._told(*(values[name] for name in names))
        return told.here, told.new

    def _told(self, r: float, alpha: float, beta: float, w: float) -> _Told:
        """Return what the law says of each customer, in the order of the histories."""
        scaled = alpha * self.rates
        scale = beta / light_leave_sooner(scaled, r, w)
        stock, flow = _weights(r, scaled), _weights(w * r, scaled)
        now = self._chances(stock, scale, _STOCK, 0.0)
        ago = self._chances(stock, scale, _STOCK, self.before)
        joined = self._chances(flow, scale, _FLOW, 0.0)
        late = self._between(stock, scale, self.before, self.before + self.weeks)
        seen = self._between(stock, scale, 0.0, self.weeks) - late

        found, here = np.empty(self.known.size), np.empty(self.known.size)
        known, known_here = self.old.sums(tuple(a - b for a, b in zip(now, ago, strict=True)))
        found[self.known] = (known - np.log(seen))[self.old_index]
        here[self.known] = np.exp(known_here - known)[self.old_index]

        ratio = float(self.known.sum()) / seen / max(float((~self.known).sum()), 1.0)
        share = min(ratio * late, _MOST_OLD)
        came = np.log1p(-share) - np.log(self.weeks)
        was = np.log(ratio) if share < _MOST_OLD else np.log(share / late)
        (new, new_here), (old, old_here) = self.new.sums(joined), self.unseen.sums(ago)
        either = np.logaddexp(new + came, old + was)
        found[~self.known] = either[self.new_index]
        alive = np.logaddexp(new_here + came, old_here + was)
        here[~self.known] = np.exp(alive - either)[self.new_index]
        return _Told(found, here, np.exp(new + came - either)[self.new_index])

    def _chances(self, weights: Floats, scale: Floats, shape: int, before: float) -> _ByDay:
        """Return by day, and by rate, what `_Rows.sums` takes, after some weeks without a purchase."""
        time = before + self.days[:, None]
        stays = np.power(1.0 + time / scale, -shape) * weights * np.exp(-self.rates * before)
        leaves = np.exp(_LEAVES[shape](self.log_rates + np.log(scale + time)))
        return stays * leaves, stays * (1.0 - leaves), stays

    def _between(self, weights: Floats, scale: Floats, begin: float, end: float) -> float:
        """Return the chance of the stock to buy first between two times, in weeks.

        Above 0, however alike its customers are: what two chances to buy nothing share is left out.
        """
        chances = []
        for time in (begin, end):
            later = np.exp(_LEAVES[_STOCK](self.log_rates + np.log(scale + time)))
            # who is still here and buys once more
            chances.append(np.exp(-self.rates * time) / (1.0 + time / scale) * (1.0 - later))
        first, last = chances
        return max(float(np.sum(weights * (first - last))), _LEAST)


def _weights(shape: float, scaled: Floats) -> Floats:
    """Return the weights of rates over their scale under a gamma law, all below the first on it."""
    logs = shape * np.log(scaled) - scaled - special.gammaln(shape)
    found = _STEP * np.exp(logs)
    found[0] = special.gammainc(shape, scaled[0] * np.exp(_STEP / 2.0))
    return found


def _days(weeks: Floats) -> Ints:
    return np.round(7.0 * weeks).astype(np.int64)
