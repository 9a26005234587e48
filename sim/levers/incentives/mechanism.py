r"""Incentives: points, tiers, goals, rewards for friends, first offers, discounts and promotions.

Members collect a point per unit of currency; spending as much as `reward_trips` average trips of the
market earns a reward worth `rebate` of that spend, as often as it is reached. A member's purchase term is

    headroom_i fade_i [L g(rebate) + G progress_i] / (1 - S),
    headroom_i = clip(1 - lambda_i / lambda*_i, 0, 1),   fade_i = 2^(-weeks since joining / half-life),
    g(rebate) = (1 - exp(-rebate / reference)) / (1 - exp(-1)),

where lambda* is the rate that earns a reward within `goal_weeks` unaided: heavy buyers claim rewards
without changing (liu2007). L and G are no parameters: they are worked out at week 0 so that over the
first `found_weeks` of membership the sales of all who would join rise together by `membership_lift`, what
was found of a programme's sales (nastasoiu2021), headroom, fading and the reward at hand counted, at the
reference rebate and reward:

    sum_it s_i a_i headroom_i fade_t [L + G min(x_i t, 1/2)] = membership_lift sum_it s_i,

s_i being expected sales of member i, x_i the part of a reward that they earn a week, of which half is
at hand on average, and a_i = (1 - share_i) / (1 - S) their answer to one log point. G is `goal_gradient`
and L follows, at most ln 2, so that nobody's purchases more than double; where L would be larger, a run
counts the members (`at_bound`). Where rewards at hand would bring more by themselves, L is nil and G the
smaller value that brings it: what whole programmes did binds. Who joins later has the L and G of week 0.
People join by expected benefit: expit(intercept + slope z(log lambda)). To this comes the standing of a
tier or of its loss (`tiers`), and what goals with a deadline do while they are open and after (`goals`).
Dividing by 1 - S, S being the share of wallet behind an average trip, turns a change of the log of own
sales, which is what studies report, into one on the logit. Points are charged when they are earned, at
their expected cost (face value x redemption x marginal cost over face value), and released when the
customer is lost, so that rewards redeemed and rewards outstanding both count, each once.

A lasting discount is a lower price on part of the basket, elasticity basket_share ln(1 - discount) on the
log of the share. A promotion lifts own trips for some weeks by its own, larger elasticity, in proportion
to the cut (a fifth off sells 73 per cent more of single brands), times the basket's promoted share; part
of it is taken from rivals and part from later weeks (`sim.model.week.forward_buying`). Both are paid on
every trip, also on those that would have happened anyway, and both move what people are used to paying.
A reward for winning a friend (`referrals`) binds those who won one (garnefeld2013). First offers stand in
`first_offers`.

| symbol | name | unit | shape |
|---|---|---|---|
| progress | `points` over those of a reward | share | (people,) |
| lambda | category_rate * base_share | trips per week | (people,) |
| enrolled | `enrolled`, `week_enrolled` | yes/no, week | (people,) |

Where a firm runs a points programme already, all counts from there (`usual_programme`).

Sources: leenheer2007, nastasoiu2021 (size of the lift: 3 points of share of wallet against 0.5 to 4 % of
sales pull apart; the second binds), liu2007 (headroom), meyerwaarden2009 (fading), kivetz2006 (goal
gradient), wagner2009, bombaij2020 (tiers), bijmolt2005 (price). Known limits: no
bystanders who envy a tier, no rival cards; the basket's promoted share does not grow in a promotion.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Cost, Delivery, Mechanism, Schema, Week
from sim.levers.incentives import (
    first_offers,
    goals,
    programme,
    referrals,
    settings,
    tiers,
    usual_programme,
)
from sim.levers.messages import let_in
from sim.market.market import Market
from sim.world.ledger import Ledger
from sim.world.population import ACTIVE, Column
from sim.world.traits import average_log_odds, rate_scores


class Incentives(Mechanism):
    """Points, tiers, rewards and lower prices."""

    name: ClassVar[str] = "incentives"
    Settings: ClassVar[type[Schema]] = settings.Settings
    Parameters: ClassVar[type[Schema]] = settings.Parameters
    columns: ClassVar[tuple[Column, ...]] = settings.COLUMNS
    build_hours: ClassVar[str] = "programme_build_hours"
    member_column: ClassVar[str] = "enrolled"
    audiences: ClassVar[Mapping[str, tuple[str, ...]]] = {"welcome": ("everyone", "prospect")}
    for_prospects: ClassVar[tuple[str, ...]] = ("welcome", "samples")
    intensity_settings: ClassVar[tuple[str, ...]] = (
        "rebate",
        "tier_rebate",
        "referral_reward",
        "welcome",
        "samples",
        "discount",
        "promotion",
        "goal_rebate",
    )

    def begin(self, week: Week, own: dict[str, NDArray[Any]]) -> None:
        """Work out who would join: the more often someone buys, the more a programme is worth."""
        p, score = self.parameters, rate_scores(week.people)
        rows, runs = np.flatnonzero(week.people["status"] == ACTIVE), self.goes_on(week.market)
        average = p.enrolment_intercept
        if runs:
            enrolled = week.market["usual_enrolment"]
            average = average_log_odds(p.enrolment_slope * score[rows], enrolled)
        own["willingness"][:] = expit(average + p.enrolment_slope * score)
        lift, gradient = programme.pulls(week, rows, own["willingness"][rows], p)
        own["room_lift"][:], own["goal_pull"][:] = lift, gradient
        if runs:
            usual_programme.begin(week, own)

    @classmethod
    def goes_on(cls, market: Market) -> bool:
        """Return whether the firm runs a points programme already."""
        return usual_programme.is_run(market)

    def at_bound(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> NDArray[np.bool_] | None:
        """Return the members whose lift `programme.pulls` would have above its bound."""
        if not any(programme.is_offered(play.settings) for play in plays):
            return None
        return own["enrolled"] & (own["room_lift"] >= programme.MOST)

    def update(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Let people join and leave the programme, and review tiers."""
        programme.leave(week, own)
        p = self.parameters
        if self.goes_on(week.market):
            usual_programme.update(week, list(plays), own, p)
        else:
            programme.join(week, plays, own)
        if any(play.settings.tier_trips > 0 for play in plays):
            own["standing"][:] = tiers.relax(
                own["standing"], own["tier"], p.status_lift, p.status_half_life_weeks
            )
        if own["goal_until"].any() or any(goals.are_set(play.settings) for play in plays):
            goals.update(week, plays, own, p)
        for play in plays:
            if play.settings.tier_trips > 0:
                tiers.review(week, play.settings, play.served, own, p)
            if referrals.is_offered(play.settings):
                own["referral_play"][play.served] = play.index

    def effects(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> dict[str, Floats]:
        """Return the terms of the programme, of tiers and of lower prices, and the referrer's bond."""
        p = self.parameters
        term = np.zeros(week.trips.size)
        cheap: Floats | float = 0.0
        lift: Floats | float = 0.0
        demoted, others = False, 1.0 - week.share_behind_a_trip
        runs = self.goes_on(week.market)
        if runs:
            if not plays and not own["rebate_missed"].any():
                return {}
            term += usual_programme.term(week, list(plays), own, p)
        for play in plays:
            chosen = play.settings
            if programme.is_offered(chosen):
                member = np.flatnonzero(own["enrolled"] & play.served)
                felt = np.maximum(own["standing"][member], 0.0)
                if not runs:
                    felt = programme.pull(week, chosen, member, own, p) + felt
                term[member] += play.strength * felt
                demoted |= chosen.tier_trips > 0
            if chosen.discount > 0:
                cut = -chosen.basket_share * np.log1p(-chosen.discount)
                cheap = cheap + play.spread(play.strength * (-p.price_elasticity * cut))
            if _is_promoted(chosen, week):
                cut = play.strength * chosen.promotion * chosen.basket_share
                lift = lift + play.spread(np.log1p(-p.promotion_elasticity * cut))
        if demoted:  # felt also where the programme has ended
            term += np.minimum(own["standing"], 0.0)
        if own["goal_until"].any():  # what was met or missed is felt after the last goal, too
            term += goals.pull(own, p)
        terms = {"purchase": term / others}
        if (joining := first_offers.joining(week, plays, p)) is not None:
            terms["join"] = joining
        if np.any(cheap):
            terms["price"] = np.asarray(cheap / others)
        if np.any(lift):
            terms["promotion"] = np.asarray(lift)
        if own["recommended"].any():
            terms["churn"] = p.recommender_churn * own["recommended"]
        return terms

    def deliver(
        self,
        week: Week,
        plays: Sequence[ActivePlay],
        own: Mapping[str, NDArray[Any]],
        delivery: Delivery,
    ) -> None:
        """Lower the price paid on an average basket, and tell people of goals by a message."""
        for play in plays:
            saved = _saved(play.settings, week)
            if saved > 0:
                delivery.add("price", play, play.strength * np.log1p(-saved))
            if goals.begin(play.settings, week):
                delivery.add("messages", play, play.strength * let_in(week, *goals.SETS, play.rows))

    def referrals(
        self, week: Week, plays: Sequence[ActivePlay], own: Mapping[str, NDArray[Any]]
    ) -> Floats | float:
        """Return each active customer's chance of recommending the firm for the reward this week."""
        return referrals.chances(week, plays, self.parameters)

    def lasting_terms(
        self, week: Week, own: Mapping[str, NDArray[Any]], weeks: float
    ) -> dict[str, Floats]:
        """Return what is left of standing, goals and a rate that is missed, and the referrer's bond."""
        p, others = self.parameters, 1.0 - week.share_behind_a_trip
        felt = own["standing"] + own["goal_feeling"]
        felt = felt * 2.0 ** (-weeks / p.status_half_life_weeks)
        felt -= own["rebate_missed"] * 2.0 ** (-weeks / p.half_life_weeks)
        return {"purchase": felt / others, "churn": p.recommender_churn * own["recommended"]}

    def settle(self, week: Week, plays: Sequence[ActivePlay], own: dict[str, NDArray[Any]]) -> None:
        """Credit points for this week's spend, and note who won a friend."""
        own["reward_face"][:] = 0.0
        own["earned_face"][:] = 0.0
        for play in plays:
            chosen = play.settings
            if not programme.is_offered(chosen):
                continue
            member = np.flatnonzero(own["enrolled"] & play.served & (week.spend > 0))
            programme.collect(week, chosen, play.index, member, own)
            if chosen.tier_trips > 0:
                own["tier_spend"][member] += week.spend[member]
        if self.goes_on(week.market):
            usual_programme.collect(week, own)
        if own["goal_trips"].any():
            face = goals.collect(week, own)
            own["earned_face"] += face
            own["reward_face"] += face
            for play in plays:
                if goals.are_set(play.settings):
                    own["point_play"][play.reached & (face > 0)] = play.index
        own["recommended"][week.referred_by > 0] = True
        referrals.claim(week, plays, own, self.parameters)

    def cost(self, week: Week, play: ActivePlay, own: Mapping[str, NDArray[Any]]) -> Cost:
        """Return points earned less expired, price cuts, rewards for friends, and the start."""
        p, chosen = self.parameters, play.settings
        something = (week.spend > 0) | (own["expired_face"] > 0) | (referrals.paid(week, own) > 0)
        if first_offers.are_made(chosen):
            something |= first_offers.takers(week, play)
        rows = np.flatnonzero(something)
        its = own["point_play"][rows] == play.index
        points = own["earned_face"][rows] * its
        if self.goes_on(week.market):
            instead = its | (own["governed_by"][rows] == play.index)
            points -= usual_programme.given(week, own)[rows] * instead
        else:
            points -= own["expired_face"][rows] * its
        money = points * p.redemption * p.reward_cost
        saved = _saved(chosen, week)
        if saved > 0:
            money += saved * play.strength * play.reached[rows] * week.spend[rows]
        money += referrals.money(week, play, own, p, rows)
        money += first_offers.money(week, play, p, rows)
        told = chosen.rebate > 0 or goals.are_set(chosen)
        new = told and not self.goes_on(week.market)
        hours = new * p.programme_build_hours
        hours += referrals.is_offered(chosen) * p.referral_build_hours
        return Cost(first_offers.desk_work(week, play, p), 0.0, money, rows, hours)

    def cost_as_usual(self, week: Week, own: Mapping[str, NDArray[Any]]) -> Floats:
        """Return what the programme as it is would cost: points earned, less all that expire."""
        p, points = self.parameters, usual_programme.given(week, own) - own["expired_face"]
        return points * p.redemption * p.reward_cost

    def given_back_as_usual(
        self, market: Market, own: Mapping[str, NDArray[Any]]
    ) -> Floats | float:
        """Return the part of their spend that members get back, at its expected cost."""
        each = market["usual_rebate"] * self.parameters.redemption * self.parameters.reward_cost
        return each * own["usual_member"]

    def book(self, own: Mapping[str, NDArray[Any]], ledger: Ledger) -> None:
        """Post points earned, turned into rewards and expired, at face value."""
        ledger.post("rewards_expense", "rewards_outstanding", float(own["earned_face"].sum()))
        ledger.post("rewards_outstanding", "rewards_given", float(own["reward_face"].sum()))
        ledger.post("rewards_outstanding", "rewards_expense", float(own["expired_face"].sum()))


def _is_promoted(chosen: Any, week: Week) -> bool:
    """Return whether a promotion is on."""
    return chosen.promotion > 0 and week.number % chosen.promotion_every < chosen.promotion_weeks


def _saved(chosen: Any, week: Week) -> float:
    """Return the share of an average basket's list price that price cuts save this week."""
    cut = chosen.discount
    if _is_promoted(chosen, week):
        cut = 1.0 - (1.0 - cut) * (1.0 - chosen.promotion)
    return chosen.basket_share * cut
