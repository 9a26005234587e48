r"""What customers are worth after the horizon, once the firm goes back to doing nothing new.

Levers stop at week H and every state relaxes by its own law; then

    sum_i alive_i sum_k e^(-delta k) m_i lambda_i(H + k) exp(-sum_{j<=k} mu_i e^(eta_i(H + j)))

over 520 weeks, and m lambda / (mu + delta) for what is left. Attitudes relax in expectation: with trips
at rate lambda a time step D keeps exp(-lambda D (1 - w)) of satisfaction and exp(-lambda D a) of
expectation (the mean of w^N over a Poisson N). The Pareto/NBD expression at the calibrated rates would
credit a lapsed promotion and overlook most of a lasting cut in hazard.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sim.randomness import Floats
from sim.week import stock
from sim.week.experience import Experience, expected_value, usual_encounters

#: Weekly for a quarter, then every four weeks for most of a year, then by quarters: 520 weeks.
STEPS = (1,) * 13 + (4,) * 10 + (13,) * 35 + (12,)


def residual_margin(
    people: dict[str, NDArray[Any]],
    rows: NDArray[np.int64],
    experience: Experience,
    offsets: dict[str, float],
    lasting_quality: Callable[[float], Floats],
    gross_margin: float,
    weekly_discount: float,
    elsewhere: Callable[[float], float] = lambda weeks: 0.0,
) -> Floats:
    """Give each active customer's discounted margin after the horizon, in money of week H.

    Parameters
    ----------
    people : dict of ndarray
        Columns at the horizon.
    rows : ndarray of int, shape (m,)
        Active customers.
    experience : Experience
    offsets : dict
        Frozen offsets of purchase (logit) and churn (log hazard).
    lasting_quality : callable
        Weeks since the horizon -> quality units still delivered, shape (people,).
    gross_margin : float
        Share of spend.
    weekly_discount : float
        Continuous rate per week, positive.
    elsewhere : callable
        Weeks since the horizon -> what the market gives elsewhere, M.

    Returns
    -------
    ndarray, shape (m,)
        Money; the season is left out, its mean over a year being one.
    """
    p = experience.life
    satisfaction = people["satisfaction"][rows].copy()
    expectation = people["will_expectation"][rows].copy()
    fit, usual = people["fit"][rows], usual_encounters(people, rows).astype(float)
    noise, centre = np.sqrt(experience.noise_variance(usual)), experience.centre(usual)
    base_logit = logit(people["base_share"][rows])
    margin = people["mean_spend"][rows] * gross_margin
    total, alive, since = np.zeros(rows.size), np.ones(rows.size), 0.0
    unneeded = stock.owed(people["stock"][rows], p.stored, p.stock_kept)
    for step in STEPS:
        share = expit(base_logit + offsets["purchase"] + p.satisfaction_on_purchase * satisfaction)
        rate = people["category_rate"][rows] * share
        hazard = people["drop_out_rate"][rows] * np.exp(
            offsets["churn"] + p.satisfaction_on_churn * satisfaction
        )
        leaving = hazard + weekly_discount
        faded = np.exp(-leaving * step)
        if not since:  # what was bought ahead is not bought in the first weeks
            total -= margin * share * unneeded
        total += alive * margin * rate * (1 - faded) / leaving
        alive *= faded
        quality = fit + experience.saturated(lasting_quality(since))[rows]
        difference = quality - experience.reference(expectation, elsewhere(since))
        felt = (expected_value(difference, noise, p.loss_aversion) - centre) / experience.scale
        kept = np.exp(-rate * step * (1 - p.satisfaction_memory))
        learnt = -np.expm1(-rate * step * p.expectation_learning)
        satisfaction = felt + kept * (satisfaction - felt)
        expectation = expectation + learnt * (quality - expectation)
        since += step
    return total + alive * margin * rate / leaving
