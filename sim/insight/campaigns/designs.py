"""Effects of contacts by designs that deserve the name, beside the naive comparison.

A firm writes to whom it expects to buy, so that the contacted buy more whatever a campaign does. Of each
wave, a campaign in a week, the contacted are set beside customers whom nothing reached and who were
expected to buy as much by what both had bought until then:

1. expected sales are fitted on those not contacted, by what was bought before (prognostic score; Hansen
   2008, "The prognostic analogue of the propensity score");
2. within a wave contacted and others are compared in groups of the same expected sales, as the contacted
   are spread over them, less the difference that the fit expects within a group (bias correction; Abadie
   & Imbens 2011). The mean is the effect on the contacted.

Errors are clustered by customer, who may be in several waves, through each row's influence on the result,
the slopes of the fit among it. Where few others stand beside many contacted, one of them moves the result
by as much as all others do; its influence is what leaving it out would change, as a jackknife has it
(HC3: MacKinnon & White 1985; of clusters Bell & McCaffrey 2002). In 3,000 made-up firms of 800 customers
intervals of 95 % held the truth in 95.4 %, in 2,000 of 300 customers in 95.8 %; with the root of that,
right where errors are alike in all rows, in 94.3 and 93.3 %.
That rests on one assumption which no log shows: that the firm chose by what the log holds.

| symbol | meaning |
|---|---|
| e | sales a week less expected sales |
| n_g, m_g | contacted and others of a group g; N all contacted |
| effect | sum over g of n_g (mean e of contacted - mean e of others) / N |
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from sim.common.random_numbers import Floats, Ints
from sim.insight.campaigns.panel import Panel, Rows
from sim.insight.records import Effect

#: Groups of the same expected sales in a wave at most, contacted customers in each, and others.
_GROUPS, _IN_GROUP, _OTHERS = 10, 10, 2
_NORMAL = 1.96


@dataclass(frozen=True)
class Matched:
    """An effect on the contacted, and of how many of them.

    Attributes
    ----------
    effect : Effect
    contacted, others : int
        Rows that were compared.
    alone : float
        Share of the contacted beside whom nobody comparable stands.
    """

    effect: Effect
    contacted: int
    others: int
    alone: float


def naive(panel: Panel) -> Effect:
    """Return sales in weeks with a contact in effect over all other weeks of all customers: no design."""
    held = panel.in_effect()
    by = np.repeat(np.arange(panel.customers), panel.sales.shape[1])
    fitted = OLS(panel.sales.ravel(), add_constant(held.ravel().astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": by}
    )
    base, gain = fitted.params
    # delta method: the ratio of the two means
    slope = np.array([-gain / base**2, 1.0 / base])
    return _effect(gain / base, float(np.sqrt(slope @ fitted.cov_params() @ slope)))


def customer_and_week_effects(panel: Panel) -> Effect:
    """Return the effect within customers and weeks: differences in differences, errors by customer.

    Both effects are taken out by subtracting means, which is exact where all are seen in all weeks. Gain
    and base, sales in weeks in effect less the gain, are both estimated: their errors go together, by
    each customer's influence on the ratio (delta method).
    """
    held = panel.in_effect()
    sales, contact = _centred(panel.sales), _centred(held.astype(float))
    spread = (contact**2).sum()
    gain = float((contact * sales).sum() / spread)
    level = float(panel.sales[held].mean())
    base = level - gain
    on_gain = (contact * (sales - gain * contact)).sum(axis=1) / spread
    on_level = np.where(held, panel.sales - level, 0.0).sum(axis=1) / held.sum()
    influence = (level * on_gain - gain * on_level) / base**2
    fewer = panel.customers / (panel.customers - 1)
    return _effect(level / base - 1.0, float(np.sqrt(fewer * (influence**2).sum())))


def _centred(table: Floats) -> Floats:
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


def matched(outcome: Floats, history: Floats, rows: Rows, customers: int) -> Matched | None:
    """Return the effect on the contacted beside others who were expected to buy as much.

    Parameters
    ----------
    outcome : ndarray, shape (rows,)
        Sales a week.
    history : ndarray, shape (rows, columns)
        What was known before them.
    rows : Rows
    customers : int
        In all.

    Returns
    -------
    Matched or None
        None where nobody comparable stands beside the contacted, or nothing was bought.
    """
    fit = _expected(outcome, history, rows)
    expected = fit.expected
    group = _groups(expected, rows)
    kept = group >= 0
    if not kept.any():
        return None
    treated, place = rows.contacted[kept], group[kept]
    rest, sales = (outcome - expected)[kept], outcome[kept]
    size = [np.bincount(place[who], minlength=place.max() + 1) for who in (treated, ~treated)]
    mean = [
        np.bincount(place[who], rest[who], minlength=place.max() + 1) / number
        for who, number in zip((treated, ~treated), size, strict=True)
    ]
    n = int(size[0].sum())
    gain = float((size[0] * (mean[0] - mean[1])).sum() / n)
    level = float(sales[treated].mean())
    base = level - gain
    if base <= 0:
        return None
    # left out, a row would lie so much farther from its group's mean
    loose = (size[1] / np.maximum(size[1] - 1, 1))[place]
    off = rest - mean[1][place]
    on_gain = np.where(treated, off - gain, -(size[0] / size[1])[place] * loose * off) / n
    on_level = np.where(treated, sales - level, 0.0) / n
    influence = np.zeros(kept.size)
    influence[kept] = on_level / base - level * (on_level - on_gain) / base**2
    # what is left of history within groups is taken off at slopes that are estimated themselves
    signs = np.where(treated, 1.0, -(size[0] / size[1])[place]) / n
    influence -= level / base**2 * fit.on_slopes(outcome - expected) @ (signs @ fit.apart[kept])
    by_customer = np.bincount(rows.who, influence, minlength=customers)
    error = float(np.sqrt((by_customer**2).sum()))
    alone = 1.0 - n / int(rows.contacted.sum())
    return Matched(_effect(level / base - 1.0, error), n, int((~treated).sum()), alone)


@dataclass(frozen=True)
class _Fit:
    """What is expected of each row, by a regression on the history among others.

    Attributes
    ----------
    expected : ndarray, shape (rows,)
    apart : ndarray, shape (rows, columns)
        History less the mean of the others in its wave.
    other : ndarray of bool, shape (rows,)
        By whom it is fitted.
    """

    expected: Floats
    apart: Floats
    other: NDArray[np.bool_]

    def on_slopes(self, rest: Floats) -> Floats:
        """Return each row's influence on the slopes, shape (rows, columns), given what it is off by."""
        by = np.where(self.other, rest, 0.0)[:, None] * self.apart
        return by @ np.linalg.pinv(self.apart[self.other].T @ self.apart[self.other])


def _expected(outcome: Floats, history: Floats, rows: Rows) -> _Fit:
    """Return what is expected by a regression on the history among others, each wave with its level."""
    wave = np.unique(rows.wave, return_inverse=True)[1]
    other = ~rows.contacted
    number = np.bincount(wave[other])
    level = np.bincount(wave[other], outcome[other]) / number
    middle = np.column_stack([np.bincount(wave[other], one[other]) / number for one in history.T])
    apart = history - middle[wave]
    slopes = np.linalg.lstsq(apart[other], (outcome - level[wave])[other], rcond=None)[0]
    return _Fit(level[wave] + apart @ slopes, apart, other)


def _groups(expected: Floats, rows: Rows) -> Ints:
    """Return the group of each row: within its wave, by quantiles of the contacted; -1 for no group."""
    group, following = np.full(expected.size, -1), 0
    for wave in np.unique(rows.wave):
        here = np.flatnonzero(rows.wave == wave)
        treated, score = rows.contacted[here], expected[here]
        count = int(np.clip(treated.sum() // _IN_GROUP, 1, _GROUPS))
        edges = np.quantile(score[treated], np.linspace(0.0, 1.0, count + 1))
        place = np.searchsorted(edges[1:-1], score, side="right")
        inside = (score >= edges[0]) & (score <= edges[-1])
        for one in range(count):
            members = inside & (place == one)
            if (members & treated).any() and (members & ~treated).sum() >= _OTHERS:
                group[here[members]] = following
                following += 1
    return group


def _effect(change: float, error: float) -> Effect:
    return Effect(change=change, low=change - _NORMAL * error, high=change + _NORMAL * error)
