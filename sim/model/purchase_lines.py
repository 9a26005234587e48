"""A week's purchases as the lines of a firm's log: who bought, on which day, for how much.

The model knows the trips and the spend of a customer's week. What a log shows besides is drawn here, by
the laws that the week was drawn by, from random numbers of its own: a run that is written down is the
same run.

- **Days.** Each day of the week is as likely. A customer's trips of a week fall on different days while
  there are no more than seven, so that the days with a purchase, which calibration counts, are the trips;
  further ones go round again. Whoever leaves within the week buys before that, while days are left.
  Whoever enters does so at the end of the week, so that this purchase is on its last day: the law
  of purchases holds from the next day on, and a week's gap would look like rarer buying.
- **Amounts.** A week's spend is the sum of n trips. Under Gamma-Gamma each is Gamma(p) times the
  customer's mean over p: given the sum, the shares are Dirichlet(p, ..., p) and independent of it, so
  that each amount is Gamma(p) again: the law of spend per trip (Fader, Hardie & Lee 2005). Shares are
  Gamma(p) over their sum (Devroye 1986, Non-Uniform Random Variate Generation, chapter XI). Log-normal
  amounts were drawn one by one, and are the same here.
- **Cents.** Sums are rounded, not amounts: a week's amounts add up to its spend, to the cent.
"""

import numpy as np
import pandas as pd

from sim.calibration.spend_law import spend_law
from sim.common.random_numbers import Floats, Ints
from sim.model.week.state import WeekState

DAYS_A_WEEK = 7


def purchase_lines(state: WeekState) -> pd.DataFrame:
    """Return the purchases of a week that is over, one row for each.

    Parameters
    ----------
    state : WeekState
        Of a market without contracts; nothing is written.

    Returns
    -------
    DataFrame
        ``customer`` (row in ``model.customers``), ``day`` (from the first of the run, 0) and ``amount``
        (currency, whole cents); by day, then customer.
    """
    buyers = np.flatnonzero(state.view.trips)
    trips = state.view.trips[buyers]
    of = np.repeat(np.arange(buyers.size), trips)
    number = np.arange(of.size) - np.repeat(np.cumsum(trips) - trips, trips)
    days = _order_of_days(state, buyers)[of, number % DAYS_A_WEEK]
    table = pd.DataFrame(
        {
            "customer": buyers[of],
            "day": DAYS_A_WEEK * state.view.number + days,
            "amount": _amounts(state, buyers, of, number),
        }
    )
    return table.sort_values(["day", "customer"], ignore_index=True, kind="stable")


def _order_of_days(state: WeekState, buyers: Ints) -> Ints:
    """Return each buyer's days of the week in the order in which trips take them, shape (m, 7)."""
    days = np.arange(DAYS_A_WEEK)
    rank = np.stack([state.view.uniform(f"purchase on day {day}", buyers) for day in days], axis=1)
    begins, ends = np.ones(state.run.size), np.ones(state.run.size)
    begins[state.at_risk], ends[state.at_risk] = 0.0, state.stays
    # days on which they are no customers, or not yet, come last
    rank += days >= DAYS_A_WEEK * ends[buyers, None]
    rank += days + 1 < DAYS_A_WEEK * begins[buyers, None]
    return np.argsort(rank, axis=1)


def _amounts(state: WeekState, buyers: Ints, of: Ints, number: Ints) -> Floats:
    """Split each buyer's spend of the week between their trips.

    Parameters
    ----------
    state : WeekState
    buyers : ndarray of int, shape (m,)
    of, number : ndarray of int, shape (trips,)
        Of each trip, the place of its buyer among `buyers`, and its number among the buyer's trips.

    Returns
    -------
    ndarray of float, shape (trips,)
        Whole cents.
    """
    part, law = np.zeros(of.size), spend_law(state.run.market)
    for trip in range(number.max(initial=-1) + 1):
        here = np.flatnonzero(number == trip)
        part[here] = law.part(state.view.uniform, buyers[of[here]], trip)
    sums = np.cumsum(part)
    ends = np.flatnonzero(np.diff(of, append=buyers.size))  # each buyer's last trip
    before = np.concatenate([[0.0], sums[ends[:-1]]])[: buyers.size]
    share = (sums - before[of]) / (sums[ends] - before)[of]
    cents = np.rint(100.0 * state.view.spend[buyers][of] * share)
    return np.where(number == 0, cents, np.diff(cents, prepend=0.0)) / 100.0
