r"""What customers under contract are worth after the horizon, seen in three ways.

Levers stop at week H and states relax by their own laws, as in
`sim.model.residual_value.noncontractual`; a customer whose next renewals are t_1, t_1 + P, ... weeks
after H is then worth

    sum_j e^(-delta t_j) m exp(-sum_{i<=j} h_i f(eta(H + t_i)))

over 520 weeks, and the geometric series at the last retention for what is left. The hazard h_i is the
same at each renewal, or moves with their number where the market says so. What is paid for at H is in the
horizon's profit already. The *sustained* value takes the retention of the last week for ever, and charges
the levers' cost for every week as a customer. *The firm's view* knows only how often each customer has
renewed: theta ~ Beta(alpha, beta + k^c), whatever the levers or satisfaction have changed
(Fader & Hardie 2010); it looks ten years ahead.
"""

import numpy as np

from sim.calibration.shifted_beta_geometric import after_renewal, renewal_law, survival
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, Ints
from sim.market.market import Market
from sim.model.residual_value.noncontractual import Relaxation, relax
from sim.model.week.satisfaction import Experience
from sim.world.population import People

_YEARS = 10


def residual_fees(
    people: People,
    rows: Ints,
    experience: Experience,
    offsets: dict[str, float],
    relaxation: Relaxation,
    market: Market,
    week: int,
) -> Floats:
    """Return each active customer's discounted margin after the horizon, in money of week H.

    Parameters
    ----------
    people, rows, experience, offsets, relaxation
        As for `sim.model.residual_value.noncontractual.residual_margin`.
    market : Market
        With contracts.
    week : int
        H, the first week after the horizon.

    Returns
    -------
    ndarray, shape (m,)
        Money.
    """
    delta, duration = market.weekly_discount, renewal_law(market)[-1]
    hazard, made = people["drop_out_rate"][rows], people["renewals"][rows]
    fee = people["mean_spend"][rows] * (market["gross_margin"] - relaxation.after.given_back)
    due = people["renewal_week"][rows].astype(float) - week
    total, alive = np.zeros(rows.size), np.ones(rows.size)
    for since, step, _, _, moved in relax(people, rows, experience, offsets, relaxation):
        stays = np.exp(-hazard * moved)
        while (now := due < since + step).any():
            alive[now] *= stays[now]
            total[now] += alive[now] * fee[now] * np.exp(-delta * due[now])
            due[now] += market.period
            if duration != 1.0:
                hazard, made = after_renewal(hazard, made, now, duration)
                stays = np.exp(-hazard * moved)
    return total + alive * fee * perpetual(stays, due, market)


def perpetual(stays: Floats, due: Floats, market: Market) -> Floats:
    """Return what one unit of money at each renewal is worth for ever, at a constant retention.

    Parameters
    ----------
    stays : ndarray, shape (m,)
        Chance to renew, the same each time.
    due : ndarray, shape (m,)
        Weeks until the next renewal.
    market : Market

    Returns
    -------
    ndarray, shape (m,)
        r e^(-delta t) / (1 - r e^(-delta P)).
    """
    delta = market.weekly_discount
    return stays * np.exp(-delta * due) / (1 - stays * np.exp(-delta * market.period))


def sustained_fees(fee: Floats, stays: Floats, due: Floats, cost: Floats, market: Market) -> Floats:
    """Return each customer's discounted margin less cost if the last week goes on for ever.

    Parameters
    ----------
    fee : ndarray, shape (m,)
        Margin of a renewal, all terms included.
    stays : ndarray, shape (m,)
        Chance to renew, all terms included.
    due : ndarray, shape (m,)
        Weeks until the next renewal.
    cost : ndarray, shape (m,)
        Cost of the levers per week as a customer.
    market : Market

    Returns
    -------
    ndarray, shape (m,)
        Money of the last week.
    """
    delta = market.weekly_discount
    until = -np.expm1(-delta * due) / delta
    a_period = -np.expm1(-delta * market.period) / delta
    return (fee - cost * a_period) * perpetual(stays, due, market) - cost * until


def firm_view_fees(people: People, rows: Ints, market: Market, week: int) -> Floats:
    """Return the discounted margin that the firm would expect of each customer from its records.

    Parameters
    ----------
    people : dict of ndarray
    rows : ndarray of int, shape (m,)
        Active customers: the firm sees who has left.
    market : Market
    week : int
        The first week after the horizon.

    Returns
    -------
    ndarray, shape (m,)
        Money of the last week, ten years ahead.
    """
    due = people["renewal_week"][rows].astype(float) - week
    made = people["renewals"][rows]
    total = np.zeros(rows.size)
    for ahead in range(int(_YEARS * WEEKS_A_YEAR / market.period) + 1):
        left = survival(ahead + 1.0, *renewal_law(market), before=made)
        paid = left * np.exp(-market.weekly_discount * due)
        total += np.where(due < _YEARS * WEEKS_A_YEAR, paid, 0.0)
        due += market.period
    return total * people["fee_paid"][rows] * market["gross_margin"]
