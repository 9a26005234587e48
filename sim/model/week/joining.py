"""Joining and coming back: prospects join, the lapsed come back or are prospects again.

A prospect joins with the hazard of `sim.model.week.word_of_mouth`, of which `sim.world.platform` and
`sim.world.reputation` lift what no talk brings; each who joins is put down to usual reach, to word of
mouth or to the platform by the parts of the hazard, and usual reach is paid for. An explicit
recommendation, the oftener the more its customer talks, reaches one of the customer's listeners, and a
prospect among them joins with a published chance; who came that way stays longer (schmitt2011). What
more customers than usual cost and bring stands in `sim.model.week.recruits`. A lapsed customer comes
back with the market's win-back rate times e^eta, and is a prospect again after a year. A cohort that is
acquired over its first weeks comes in week by week; what winning it cost lies before the run and is not
booked.
"""

import numpy as np

from sim.calibration.spend_law import spend_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.rows import rows_hit, rows_with, union, without
from sim.common.random_numbers import Floats, Ints
from sim.levers.base import Week
from sim.model.observers.recorder import Recorder
from sim.model.week import attitudes, recruits
from sim.model.week.moving_rates import renew_rates
from sim.model.week.state import WeekState
from sim.model.week.terms import Terms, sum_terms
from sim.model.week.word_of_mouth import talk_factor
from sim.world.population import ACTIVE, LAPSED, PROSPECT, TO_COME, People
from sim.world.regular_purchases import begin_phases
from sim.world.social_network import Ties

_NOBODY = np.zeros(0, dtype=np.int64)


def join_and_return(state: WeekState, referrals: Floats) -> tuple[Ints, Ints]:
    """Let prospects join and the lapsed come back or become prospects again.

    Parameters
    ----------
    state : WeekState
        Of its terms those of joining are used. Status and attitudes of those who enter are written,
        and `trips`, `referred_by` and `by_talk` of its view; what they pay is booked by the kind of
        market.
    referrals : ndarray, shape (people,)
        Chance of an explicit recommendation this week.

    Returns
    -------
    tuple of ndarray of int
        Rows of all who become customers by a purchase, and of those who were customers before: they
        come back by one, unless rates move.
    """
    run, view, terms = state.run, state.view, state.terms["join"]
    people, record = run.people, run.recorder
    away = rows_with(people["status"], LAPSED)
    prospects = rows_with(people["status"], PROSPECT)
    back = _come_back(view, terms, away)
    joined, told, offered, public, price = _join(state, terms, prospects)
    referred = _NOBODY
    if referrals.any():
        referred = _join_by_referral(view, run.ties, referrals, run.life.referral_conversion)
    for name, reason in (("referred", referred), ("promoted", offered)):
        people[name][union(joined, referred)] = False
        people[name][reason] = True
    view.by_talk[without(told, referred)] = True
    run.owed_joins += run.life.displaced_share * referred.size
    new = union(union(joined, referred), _acquired(state))
    rested = away[view.number - people["week_lapsed"][away] >= WEEKS_A_YEAR]
    again = without(rested, back)  # whoever came back in that very week is a customer
    people["status"][again] = PROSPECT
    people["status"][new] = ACTIVE
    people["status"][back] = ACTIVE
    for name in ("tenure", "recency", "frequency", "monetary_value"):
        people[name][new] = 0
    entering, buying = union(new, back), new
    if (
        run.market.rates_move
    ):  # who comes back is here at a rate of their own, and buys when they do
        renew_rates(state, union(back, again))
    else:
        buying = entering
    attitudes.reset_states(people, entering)
    begin_phases(people, entering)
    view.trips[buying] = 1
    # Whom neither talk nor a recommendation brought is paid for; what the platform brings is paid for
    # by its own cost, and who comes back costs nothing.
    won = without(joined, union(union(told, public), referred))
    each = run.market.acquisition_cost * price
    record.add("acquisition_cost", each, won)
    run.ledger.post("acquisition_cost", "cash", each * won.size)
    record.add("new_joined", 1, new)
    record.add("new_referred", 1, referred)
    record.add("new_won_back", 1, back)
    record.add("new_returned", 1, again)
    return buying, back


def buy_on_entering(week: Week, people: People, entering: Ints, back: Ints) -> None:
    """Draw and book the spend of the trip with which people become customers, or do so again.

    Parameters
    ----------
    week : Week
        Its spend is written.
    people : dict of ndarray
        The books of those who enter are written.
    entering : ndarray of int
        All who enter.
    back : ndarray of int
        Those of them who were customers before.
    """
    if not entering.size:
        return
    one, mean = np.ones(entering.size, dtype=np.int64), people["mean_spend"][entering]
    law = spend_law(week.market)
    week.spend[entering] = law.spend(week.uniform, entering, one, mean, "first spend")
    people["recent_spend"][entering] += week.spend[entering]
    if back.size:
        _book_return(people, back, week.spend[back])


def _book_return(people: People, back: Ints, spend: Floats) -> None:
    """Book the trip with which somebody comes back: a repeat purchase, unlike a first one."""
    before = people["frequency"][back]
    paid = people["monetary_value"][back] * before + spend
    people["frequency"][back] = before + 1
    people["monetary_value"][back] = paid / (before + 1)
    people["recency"][back] = people["tenure"][back]


def _acquired(state: WeekState) -> Ints:
    """Return who of a cohort still to come is acquired this week, each week being as likely.

    That nobody of them has left so far is written.
    """
    weeks, people = state.run.acquired_over, state.run.people
    if not weeks:
        return _NOBODY
    to_come = rows_with(people["status"], TO_COME)
    place = state.view.uniform("week of acquisition", to_come, once=True)
    acquired = to_come[place * weeks < state.view.number + 1]
    people["kept"][acquired] = True
    return acquired


def _come_back(week: Week, terms: Terms, away: Ints) -> Ints:
    """Draw who of the lapsed comes back; the same terms act on them as on prospects."""
    if not away.size:
        return away
    eta = np.zeros(away.size)
    for term in terms.values():
        eta += term[away]
    hazard = week.market.winback_hazard * np.exp(eta)
    back = away[rows_hit(week.uniform("come back", away), hazard)]
    return back[week.people["week_lapsed"][back] < week.number]


def _join(state: WeekState, terms: Terms, prospects: Ints) -> tuple[Ints, Ints, Ints, Ints, float]:
    """Draw which prospects join by reach, platform or word of mouth; what is owed of them is written.

    Returns
    -------
    tuple of four ndarray of int, and float
        All who join, those of them whom talk, an offer and the platform brought, and the cost of a
        customer won by reach over the usual.
    """
    run, week = state.run, state.view.number
    people, path = run.people, run.baseline.path
    factor, share = talk_factor(
        run.baseline.talk,
        run.market["talk_share_of_inflow"],
        run.life.negative_talk_weight,
        float(path.active[week]),
        people["praise_heard"],
        people["blame_heard"],
        prospects,
    )
    eta = sum_terms(run.recorder, "join", terms, prospects)
    run.recorder.add("term.join.word_of_mouth", factor - 1.0, prospects)
    lifts = {"platform": run.firm.platform.lift, "reputation": run.firm.reputation.lift}
    hazard, told_of = float(path.joining_hazard[week]) * factor, share
    for name in recruits.REACH:
        hazard, told_of = _lift(run.recorder, name, lifts[name], hazard, told_of, prospects)
    reached, told_of_reached = hazard, told_of
    hazard = hazard * np.exp(eta)
    for name in recruits.CONVERSION:
        hazard, told_of = _lift(run.recorder, name, lifts[name], hazard, told_of, prospects)
    owed, price = run.owed_joins > 0.0, 1.0
    if owed:
        expected = float(hazard.sum())
        early = recruits.repaid(run.owed_joins, expected)
        run.owed_joins -= early
        hazard = hazard * (1.0 - early / max(expected, 1e-12))
    if owed or terms or any(lifts[name] for name in recruits.CONVERSION):
        usual = recruits.won_by_reach(reached, told_of_reached)
        price = recruits.cost_of_each(usual, recruits.won_by_reach(hazard, told_of))
    uniform = state.view.uniform("join", prospects)
    joins = rows_hit(uniform, hazard)
    joined, offered, public = prospects[joins], _NOBODY, _NOBODY
    told = joined[state.view.uniform("reason to join", joined) < told_of[joins]]
    if lifts["platform"] > 0.0:
        untold = without(joined, told)
        part = -np.expm1(-lifts["platform"])
        public = untold[state.view.uniform("won by the platform", untold) < part]
        run.recorder.add("new_by_platform", 1, public)
    if terms:
        by_offer = -np.expm1(-np.maximum(eta[joins], 0.0))
        offered = joined[state.view.uniform("won by an offer", joined) < by_offer]
    run.recorder.add("new_by_talk", 1, told)
    return joined, told, offered, public, price


def _lift(
    recorder: Recorder, name: str, log_lift: float, hazard: Floats, told: Floats, rows: Ints
) -> tuple[Floats, Floats]:
    """Return hazards, and their parts that talk brings, with a lift of the others; it is recorded."""
    if log_lift == 0.0:
        return hazard, told
    factor = recruits.lift_of_untold(told, log_lift)
    recorder.add(f"term.join.{name}", factor - 1.0, rows)
    return hazard * factor, told / factor


def _join_by_referral(week: Week, ties: Ties, chance: Floats, conversion: float) -> Ints:
    """Draw who recommends, to whom, and which prospects join for it; `referred_by` is written."""
    people = week.people
    ties_of = np.diff(ties.starts)
    able = np.flatnonzero((chance > 0) & (people["status"] == ACTIVE) & (ties_of > 0))
    willing = chance[able] * people["talkativeness"][able]
    speakers = able[week.uniform("recommend", able) < willing]
    pick = np.floor(week.uniform("friend", speakers) * ties_of[speakers]).astype(np.int64)
    friends = ties.listeners[ties.starts[speakers] + pick]
    accepts = week.uniform("accept", friends) < conversion
    won = accepts & (people["status"][friends] == PROSPECT)
    week.referred_by[speakers[won]] = 1.0
    return np.unique(friends[won]).astype(np.int64)
