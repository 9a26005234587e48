r"""How many customers leave for good where silence is a pause: what law B's likelihood leaves of it.

Law B explains silence by pauses that end. Whoever leaves for good at hazard d, at any time and whatever
they bought, is silent from then on. A customer who began in step b of K and bought last in step l has

    L = e^(-d (K - b)) L_B(K) + sum over k from l to K - 1 of (e^(-d (k - b)) - e^(-d (k + 1 - b))) L_B(k)

with L_B(k) the law's own likelihood of what was seen up to step k, from its filter: an absorbing state
beside its own, exact at steps of the filter (competing risks; Kalbfleisch & Prentice 2002, chapter 8,
from memory). Its other parameters stay as they were fitted. Where nobody leaves the likelihood is flat
towards none, and the weak law of every fit keeps d finite.
"""

import numpy as np
from scipy.optimize import minimize_scalar

from sim.calibration.forecast.histories import Histories
from sim.calibration.forecast.moving_rates import WEAKLY, MovingRates, moves_of, scale_of_fit
from sim.calibration.forecast.one_thread import one_thread
from sim.calibration.forecast.rate_filter import RateFilter
from sim.calibration.forecast.step_counts import count_steps
from sim.common.calendar import WEEKS_A_YEAR

#: What the hazard is weakly drawn to: the attrition that is assumed where no log shows it, 15 % a year.
_USUAL = -float(np.log1p(-0.15)) / WEEKS_A_YEAR
#: Customers that it is learnt from, when there are more.
_FITTED = 3_000
_STEP = 0.05


@one_thread()
def leaving_beside(law: MovingRates, histories: Histories) -> tuple[float, float]:
    """Return the hazard per week of leaving for good beside pauses, and the error of its log.

    Parameters
    ----------
    law : MovingRates
    histories : Histories
        That it was fitted to.
    """
    sample = histories.sample(_FITTED)
    counts = count_steps(sample, law.days)
    weeks, steps = law.days / 7.0, counts.counts.shape[1]
    kept: list = []
    hidden = RateFilter(counts, law.rate, law.days, law.phases)
    hidden.forward(moves_of(scale_of_fit(law.parameters), law.rate, weeks), kept)
    logs = np.zeros(counts.counts.shape)
    for step, (*_, likely) in enumerate(kept):
        logs[: len(likely), step] = np.log(likely.astype(float))
    silent_after = np.cumsum(logs[:, ::-1], axis=1)[:, ::-1] - logs  # of the steps after each
    place = np.arange(steps)
    bought = (counts.counts > 0) | (place == counts.born[:, None])
    last = steps - 1 - np.argmax(bought[:, ::-1], axis=1)
    may_leave = (place >= last[:, None]) & (place < steps - 1)
    age = np.maximum(place - counts.born[:, None], 0) * weeks
    customers = counts.customers.astype(float)
    gain = np.where(may_leave, np.exp(np.minimum(-silent_after, 500.0)), 0.0)

    def loss(log_hazard: float) -> float:
        hazard = np.exp(log_hazard)
        leaves = np.exp(-hazard * age) * -np.expm1(-hazard * weeks)
        likely = np.exp(-hazard * age[:, -1]) + (leaves * gain).sum(axis=1)
        off = (log_hazard - np.log(_USUAL)) / WEAKLY
        return float(0.5 * off**2 - customers @ np.log(likely))

    best = float(minimize_scalar(loss, bounds=(-14.0, 0.0), method="bounded").x)
    bend = (loss(best + _STEP) - 2.0 * loss(best) + loss(best - _STEP)) / _STEP**2
    return float(np.exp(best)), float(1.0 / np.sqrt(max(bend, WEAKLY**-2)))
