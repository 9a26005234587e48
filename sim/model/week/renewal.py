r"""A week under contracts: some renew and pay, some leave, and all others use what they have paid for.

The fee of a period is paid at once, on joining and on each renewal: it is in the ledger when it is in
the bank, so that a customer kept shows in the week of the renewal and a payback is one in cash. Dates
are spread over the period, as joining was. Nobody leaves between renewals; at a renewal a customer
leaves with

    1 - exp(-h_i e^eta),   h_i = -ln(1 - theta_i),   theta_i ~ Beta(alpha, beta + renewals so far),

eta being the same sum of terms as in any other market, and `fee_on_renewal` times the log of the fee to
pay over its list price. With eta = 0 this is the shifted beta-geometric law (Fader & Hardie 2007).

Use goes on as trips do elsewhere (category, share, satisfaction, levers' terms of purchase) and carries
failures, contacts and satisfaction, but no money: a fee does not depend on use. Terms of spend act on the
fee. A lower fee moves the renewal, not the use.

Known limits: no cancelling within a period, no change of plan; use moves renewals only through
satisfaction.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.common.calendar import WEEKS_A_YEAR
from sim.levers.base import Delivery, Week
from sim.model.week.purchase import Terms, choose, churn_terms, lapse, serve, sum_terms
from sim.model.week.satisfaction import LifeParameters
from sim.world.population import ACTIVE

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel


def offset(
    people: dict[str, NDArray[Any]], start: NDArray[np.bool_], life: LifeParameters
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

    Returns
    -------
    float
    """
    hazard = people["drop_out_rate"][start]
    if life.satisfaction_on_churn == 0 or not hazard.any():
        return 0.0
    felt = life.satisfaction_on_churn * people["satisfaction"][start]
    wanted = np.sum(np.expm1(-hazard))

    def miss(added: float) -> float:
        return float(np.sum(np.expm1(-hazard * np.exp(felt + added))) - wanted)

    return float(brentq(miss, -20, 20, xtol=1e-12))


def renew(model: "LoyaltyModel", week: Week, terms: dict[str, Terms], delivery: Delivery) -> None:
    """Draw who of those whose period is over leaves, and let the others pay for the next.

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
        `spend` is written.
    terms : dict of dict of ndarray
        The levers' terms; those of churn and spend are used, and the term ``fee`` is added to churn.
    delivery : Delivery
        The fee to pay.
    """
    people, market, record = model.customers.columns, model.market, model.recorder
    rows = np.flatnonzero(people["status"] == ACTIVE)
    if np.any(delivery.price):
        lower = market["fee_on_renewal"] * delivery.price
        terms["churn"]["fee"] = np.broadcast_to(lower, people["status"].shape)
    # for everybody, as if the renewal were this week: it says where each of them stands
    eta = churn_terms(model, week, terms["churn"], rows, delivery)
    over = people["renewal_week"][rows] == week.number
    due, hazard = rows[over], people["drop_out_rate"][rows[over]] * np.exp(eta[over])
    leaves = -np.log(week.uniform("drop-out", due)) < hazard
    lapse(model, week, due[leaves])
    model.stays = (rows, (people["status"][rows] == ACTIVE).astype(float))
    paying = due[~leaves]
    more_paid = sum_terms(model, "spend", terms["spend"], paying)
    more_paid = more_paid + delivery.at("markup", paying)
    _pay(model, week, paying, people["mean_spend"][paying] * np.exp(more_paid))
    people["renewals"][paying] += 1
    people["renewal_week"][paying] += market.period
    record.add("n_due", 1, due)


def begin(model: "LoyaltyModel", week: Week, entering: NDArray[np.int64]) -> None:
    """Let people enter a contract at the end of the week, and pay for the first period."""
    people = model.customers.columns
    _pay(model, week, entering, people["mean_spend"][entering])
    people["renewals"][entering] = 0
    people["recency"][entering] = people["tenure"][entering]
    people["renewal_week"][entering] = week.number + 1 + model.market.period


def _pay(model: "LoyaltyModel", week: Week, rows: NDArray[np.int64], fee: NDArray[Any]) -> None:
    people = model.customers.columns
    week.spend[rows] = fee
    people["fee_paid"][rows] = people["monetary_value"][rows] = fee
    people["recent_spend"][rows] = fee * WEEKS_A_YEAR / model.market.period


def use(model: "LoyaltyModel", week: Week, terms: dict[str, Terms]) -> None:
    """Draw uses of the firm's service and of its rivals', and keep the books of use.

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
        `trips` is written.
    terms : dict of dict of ndarray
        The levers' terms; those of purchase are used.
    """
    people = model.customers.columns
    rows, stays = model.stays
    of_use = {name: term if name == "purchase" else {} for name, term in terms.items()}
    trips, rival = choose(model, week, of_use, Delivery())
    using = np.flatnonzero(trips)
    users, n = rows[using], trips[using]
    week.trips[users] = n
    serve(model, rival, users, n)
    model.recorder.add("rival_spend", 0.0)
    people["tenure"][rows] += stays
    people["frequency"][users] += n
    people["recency"][users] = people["tenure"][users]
