"""Coming and going: prospects join, the lapsed come back or come to rest.

A prospect joins with the hazard of `sim.model.week.word_of_mouth`; each who joins is put down to paid
reach or to word of mouth by the parts of the hazard, and paid reach is paid for. An explicit
recommendation reaches one of the customer's listeners, and a prospect among them joins with a published
chance; who came that way stays longer (schmitt2011). A lapsed customer comes back with the market's
win-back rate times e^eta, and is a prospect again after a year.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats, gamma_sum
from sim.levers.base import Week
from sim.model.week import attitudes, renewal
from sim.model.week.baseline import winback_hazard
from sim.model.week.purchase import Terms, sum_terms
from sim.model.week.word_of_mouth import talk_factor
from sim.world.population import ACTIVE, LAPSED, PROSPECT

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel

_NOBODY = np.zeros(0, dtype=np.int64)


def come_and_go(model: "LoyaltyModel", week: Week, terms: Terms, referrals: Floats) -> None:
    """Let prospects join and the lapsed come back or come to rest.

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
        `trips`, `spend` and `referred_by` of those who join are written.
    terms : dict of ndarray
        The levers' terms of joining.
    referrals : ndarray, shape (people,)
        Chance of an explicit recommendation this week.
    """
    people, record = model.customers.columns, model.recorder
    away = np.flatnonzero(people["status"] == LAPSED)
    prospects = np.flatnonzero(people["status"] == PROSPECT)
    back = _come_back(model, week, terms, away)
    joined, told = _join(model, week, terms, prospects)
    referred = _join_by_referral(model, week, referrals) if referrals.any() else _NOBODY
    people["referred"][joined] = False
    people["referred"][referred] = True
    new = np.union1d(joined, referred)
    rested = (people["status"] == LAPSED) & (week.number - people["week_lapsed"] >= WEEKS_A_YEAR)
    rested[back] = False  # whoever came back in that very week did not come to rest
    people["status"][rested] = PROSPECT
    people["status"][new] = ACTIVE
    people["status"][back] = ACTIVE
    for name in ("tenure", "recency", "frequency", "monetary_value"):
        people[name][new] = 0
    entering = np.union1d(new, back)
    attitudes.forget(people, entering)
    week.trips[entering] = 1
    if model.market.is_contractual:
        renewal.begin(model, week, entering)
    else:
        _buy_first(model, week, entering)
        _book_return(people, back, week.spend[back])
    _pay_for_reach(model, np.setdiff1d(joined, np.union1d(told, referred)))
    record.add("new_joined", 1, new)
    record.add("new_referred", 1, referred)
    record.add("new_won_back", 1, back)
    record.add("new_returned", 1, np.flatnonzero(rested))


def _pay_for_reach(model: "LoyaltyModel", won: NDArray[np.int64]) -> None:
    """Pay for those whom neither talk nor a recommendation brought; who comes back costs nothing."""
    each = model.market.acquisition_cost
    model.recorder.add("acquisition_cost", each, won)
    model.ledger.post("acquisition_cost", "cash", each * won.size)


def _buy_first(model: "LoyaltyModel", week: Week, entering: NDArray[np.int64]) -> None:
    """Draw and book the spend of the trip with which people become customers."""
    people, shape = model.customers.columns, model.market["spend_shape"]
    one = np.ones(entering.size, dtype=np.int64)
    first = gamma_sum(week.uniform("first spend", entering), one, shape)
    week.spend[entering] = first * people["mean_spend"][entering] / shape
    people["recent_spend"][entering] += week.spend[entering]


def _book_return(people: dict[str, NDArray[Any]], back: NDArray[np.int64], spend: Floats) -> None:
    """Book the trip with which somebody comes back: a repeat purchase, unlike a first one."""
    before = people["frequency"][back]
    paid = people["monetary_value"][back] * before + spend
    people["frequency"][back] = before + 1
    people["monetary_value"][back] = paid / (before + 1)
    people["recency"][back] = people["tenure"][back]


def _come_back(
    model: "LoyaltyModel", week: Week, terms: Terms, away: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw who of the lapsed comes back; the same terms act on them as on prospects."""
    eta = np.zeros(away.size)
    for term in terms.values():
        eta += term[away]
    hazard = winback_hazard(model.market) * np.exp(eta)
    away_before = model.customers.columns["week_lapsed"][away] < week.number
    return away[(week.uniform("come back", away) < -np.expm1(-hazard)) & away_before]


def _join(
    model: "LoyaltyModel", week: Week, terms: Terms, prospects: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw which prospects join by paid reach or word of mouth; give all, and those of the latter."""
    people, market, record = model.customers.columns, model.market, model.recorder
    factor, share = talk_factor(
        model.usual_talk,
        market["talk_share_of_inflow"],
        model.life.negative_talk_weight,
        float(model.path.active[week.number]),
        people["praise_heard"][prospects],
        people["blame_heard"][prospects],
        prospects,
    )
    eta = sum_terms(model, "join", terms, prospects)
    record.add("term.join.word_of_mouth", factor - 1.0, prospects)
    hazard = float(model.path.joining_hazard[week.number]) * factor * np.exp(eta)
    luck = week.uniform("join", prospects)
    joins = np.flatnonzero(luck < hazard)  # 1 - e^-h is at most h: nobody else joins
    joins = joins[luck[joins] < -np.expm1(-hazard[joins])]
    joined = prospects[joins]
    told = joined[week.uniform("reason to join", joined) < share[joins]]
    record.add("new_by_talk", 1, told)
    return joined, told


def _join_by_referral(model: "LoyaltyModel", week: Week, chance: Floats) -> NDArray[np.int64]:
    """Draw who recommends, to whom, and which prospects join for it."""
    people, ties = model.customers.columns, model.ties
    ties_of = np.diff(ties.starts)
    able = np.flatnonzero((chance > 0) & (people["status"] == ACTIVE) & (ties_of > 0))
    speakers = able[week.uniform("recommend", able) < chance[able]]
    pick = np.floor(week.uniform("friend", speakers) * ties_of[speakers]).astype(np.int64)
    friends = ties.listeners[ties.starts[speakers] + pick]
    accepts = week.uniform("accept", friends) < model.life.referral_conversion
    won = accepts & (people["status"][friends] == PROSPECT)
    week.referred_by[speakers[won]] = 1.0
    return np.unique(friends[won]).astype(np.int64)
