r"""A week under contracts: some renew and pay, some leave, and all others use what they have paid for.

The fee of a period is paid at once, on joining and on each renewal: it is in the ledger when it is in
the bank, so that a customer kept shows in the week of the renewal and a payback is one in cash. Dates
are spread over the period, as joining was. Nobody leaves between renewals; at a renewal a customer
leaves with

    1 - exp(-h_i f(eta)),   h_i = -ln(1 - theta_i),   theta_i ~ Beta(alpha, beta + renewals so far),

f(eta) being the same factor of all terms as in any other market (`sim.world.removable_leaving`),
among them `fee_on_renewal` times the log of the fee to pay over its list price. With eta = 0 this is
the shifted beta-geometric law (Fader & Hardie 2007). Where the market states a `renewal_duration` c
other than 1, h_i moves from the k-th renewal to the next by ((k + 1)^c - k^c) / (k^c - (k - 1)^c), the
beta-discrete-Weibull law (Fader, Hardie, Liu, Davin & Steenburgh 2018).

Use goes on as trips do elsewhere (category, share, satisfaction, levers' terms of purchase) and carries
failures, contacts and satisfaction, but no money: a fee does not depend on use. Terms of spend act on the
fee. A lower fee moves the renewal, not the use.

Known limits: no cancelling within a period, no change of plan; use moves renewals only through
satisfaction.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.calibration.shifted_beta_geometric import after_renewal, hazard_growth, renewal_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.rows import rows_above, rows_with
from sim.common.random_numbers import Floats, Ints
from sim.levers.base import Delivery
from sim.model.week.churn import lapse, moved_hazard
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.purchase import PurchaseTerms, draw_trips
from sim.model.week.state import WeekState
from sim.model.week.terms import sum_terms
from sim.world.population import ACTIVE, People
from sim.world.removable_leaving import hazard_factor


def renewal_offset(
    people: People, start: NDArray[np.bool_], life: LifeParameters, removable: float
) -> float:
    """Return the offset of the log hazard that keeps the mean chance to leave at a renewal.

    Chances are far from small here, so that those after the terms are added up, not the hazards.

    Parameters
    ----------
    people : dict of ndarray
        Columns at week 0, attitudes warmed up.
    start : ndarray of bool, shape (people,)
        Active customers.
    life : LifeParameters
    removable : float
        Share of leaving that a firm can remove.

    Returns
    -------
    float
    """
    hazard = people["drop_out_rate"][start]
    if life.satisfaction_on_churn * removable == 0 or not hazard.any():
        return 0.0
    satisfaction = life.satisfaction_on_churn * people["satisfaction"][start]
    wanted = np.sum(np.expm1(-hazard))

    def miss(added: float) -> float:
        return float(
            np.sum(np.expm1(-hazard * hazard_factor(satisfaction + added, removable))) - wanted
        )

    return float(brentq(miss, -20, 20, xtol=1e-12))


def leave_at_renewal(state: WeekState) -> None:
    """Draw who of those whose period is over leaves, and let the others pay for the next.

    Parameters
    ----------
    state : WeekState
        `at_risk` and `stays` are written, spend of its view, the contracts of those who renew, and the
        term ``fee`` of churn.
    """
    run, week = state.run, state.view.number
    people, price = run.people, state.delivery.price
    rows = rows_with(people["status"], ACTIVE)
    if np.any(price):
        lower = run.market["fee_on_renewal"] * np.asarray(price)
        state.terms["churn"]["fee"] = np.broadcast_to(lower, people["status"].shape)
    # for everybody, as if the renewal were this week: it says where each of them stands
    moved = moved_hazard(state, rows)
    over = people["renewal_week"][rows] == week
    due, hazard = rows[over], people["drop_out_rate"][rows[over]] * moved[over]
    leaves = -np.log(state.view.uniform("drop-out", due)) < hazard
    lapse(people, week, due[leaves], run.recorder)
    state.at_risk, state.stays = rows, (people["status"][rows] == ACTIVE).astype(float)
    paying = due[~leaves]
    more_paid = sum_terms(run.recorder, "spend", state.terms["spend"], paying)
    more_paid = more_paid + state.delivery.at("markup", paying)
    fee = people["mean_spend"][paying] * np.exp(more_paid)
    _pay(people, paying, fee, run.market.period, state.view.spend)
    _renew(people, paying, renewal_law(run.market)[-1])
    people["renewal_week"][paying] += run.market.period
    run.recorder.add("n_due", 1, due)


def begin_contract(state: WeekState, entering: Ints) -> None:
    """Write the contracts of people who enter at the end of the week, and book their first fee."""
    people, period = state.run.people, state.run.market.period
    _pay(people, entering, people["mean_spend"][entering], period, state.view.spend)
    duration = renewal_law(state.run.market)[-1]
    if duration != 1.0:  # who comes back begins anew
        people["drop_out_rate"][entering] /= hazard_growth(people["renewals"][entering], duration)
    people["renewals"][entering] = 0
    people["recency"][entering] = people["tenure"][entering]
    people["renewal_week"][entering] = state.view.number + 1 + period


def _renew(people: People, rows: Ints, duration: float) -> None:
    """Count a renewal, after which the hazard of the next one may be another."""
    made, hazard = people["renewals"][rows], people["drop_out_rate"][rows]
    if duration != 1.0:
        everybody = np.ones(rows.size, dtype=bool)
        people["drop_out_rate"][rows] = after_renewal(hazard, made, everybody, duration)[0]
    people["renewals"][rows] = made + 1


def _pay(people: People, rows: Ints, fee: Floats, period: int, spend: Floats) -> None:
    """Book the fees that some people pay this week; their columns and `spend` are written."""
    spend[rows] = fee
    people["fee_paid"][rows] = people["monetary_value"][rows] = fee
    people["recent_spend"][rows] = fee * WEEKS_A_YEAR / period


def use(state: WeekState) -> None:
    """Draw uses of the firm's service and of its rivals', and keep the books of use.

    Parameters
    ----------
    state : WeekState
        With who is at risk and stays; of its terms those of purchase are used. Trips of its view and the
        books of use are written.
    """
    run, people, rows = state.run, state.run.people, state.at_risk
    acting = PurchaseTerms(state.terms["purchase"], {}, {}, Delivery())
    trips, rival = draw_trips(state, acting)
    using = rows_above(trips, 0)
    users, n = rows[using], trips[using]
    state.view.trips[users] = n
    run.firm.take_trips(people["channel"][users], n, float(rival.sum()))
    run.recorder.add("rival_trips", rival, rows)
    run.recorder.add("rival_spend", 0.0)
    people["tenure"][rows] += state.stays
    people["frequency"][users] += n
    people["recency"][users] = people["tenure"][users]
