"""Facts about incentives: promotions, points, membership, tiers (S14, S16 to S18).

Each is measured as a study would: with a lever against without it, on the same luck, or members against
others within one life of the market. How the lever is set is the studies' own: a fifth off, a reward that
can be reached within weeks, a plain programme of one per cent, tiers that the better customers reach.
"""

import numpy as np
from numpy.typing import NDArray

from sim.checks.validation.bias import PROGRAMME, both
from sim.checks.validation.goals import goals_with_a_deadline
from sim.checks.validation.statistic import Found, Statistic, Untested, mean_of, pooled, ratio
from sim.checks.validation.worlds import BASELINE, Setup, each, play, run_watched, watch, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.evidence.own import parameters_for
from sim.model.loyalty_model import LoyaltyModel
from sim.world.population import ACTIVE, PROSPECT

_PROMOTED_WEEK, _DIP_WEEKS = 10, 6
_DEMAND = ["trips", "rival_trips"]
_PROMOTION = {"promotion": 0.2, "basket_share": 1.0, "promotion_every": _PROMOTED_WEEK}
#: A reward that most can reach within weeks; a plain programme; weeks from review to review.
_GOAL = {"rebate": 0.02, "reward_trips": 8}
_CARD_WEEKS, _AFTER_REWARD_WEEKS = 16, 2
_REVIEW_WEEKS = 13
_HEAVY = 0.8  # quantile of usual purchases
_EARLY, _APART, _SPAN = 4, 30, 16  # weeks: start of the first span, from it to the second, length


# -- promotions (S14) ------------------------------------------------------------------------------
def promotion_bump_and_dip(setup: Setup) -> Found:
    """S14: a fifth off everything for one week lifts sales, which dip after it; a third is new."""
    once = play("incentives", _PROMOTION, start_week=_PROMOTED_WEEK)
    weeks = _PROMOTED_WEEK + 2 + _DIP_WEEKS

    def one(seed: int) -> Floats:
        on, off = (
            world(setup, seed, weeks, strategy).run().weekly.groupby("week")[_DEMAND].sum()
            for strategy in (once, BASELINE)
        )
        change = (on - off).to_numpy()[_PROMOTED_WEEK:]
        bump, after = change[0, 0], change[1 : 1 + _DIP_WEEKS, 0].sum()
        return np.array([bump, off["trips"].iloc[_PROMOTED_WEEK], -after, change.sum()])

    found = np.array(each(setup, one))
    note = "A fifth off the whole basket for one week."
    return {
        "S14a": ratio(found[:, [0, 1]], note),
        "S14b": ratio(found[:, [2, 0]], note),
        "S14c": ratio(found[:, [3, 0]], note),
    }


# -- points (S16) ----------------------------------------------------------------------------------
def _along_the_card(setup: Setup, seed: int) -> Floats:
    """Return trips made, and usual trips, in the thirds of the card and just after a reward.

    Shape (2, 4), of members for whom the reward is a goal: they would not earn it in time anyway.
    """
    model = world(setup, seed, _CARD_WEEKS, play("incentives", _GOAL))
    people, panel = model.customers.columns, watch(model, "trips")
    within = parameters_for(setup.market).values("incentives")["goal_weeks"]
    goal = _GOAL["reward_trips"] * model.market.mean_trip_spend
    usual = people["category_rate"] * people["base_share"]
    moved = usual < 0.5 * goal / people["mean_spend"] / within
    sums, since = np.zeros((2, 4)), np.full(usual.size, _CARD_WEEKS)
    while model.week < model.setting.weeks:
        third = np.minimum((3 * people["points"] / goal).astype(int), 2)
        groups = [third == k for k in range(3)] + [since < _AFTER_REWARD_WEEKS]
        member = moved & people["enrolled"] & (people["status"] == ACTIVE)
        model.step()
        trips = panel["trips"][model.week - 1]
        for k, group in enumerate(groups):
            sums[:, k] += trips[group & member].sum(), usual[group & member].sum()
        since = np.where(people["reward_face"] > 0, 0, since + 1)
    return sums


def points_press_and_reset(setup: Setup) -> Found:
    """S16: members buy faster as the reward comes near, and as before after it."""
    note = "Purchases over each member's usual ones, of those to whom the reward is a goal."

    def over_first(column: int) -> Statistic:
        def rate(parts: list[Floats]) -> float:
            made, usual = np.sum(parts, axis=0)
            return float((made / usual)[column] / (made / usual)[0])

        return pooled(parts, rate, note)

    parts = each(setup, lambda seed: _along_the_card(setup, seed))
    if any((part[1] == 0).any() for part in parts):
        reason = "Nobody here earns a reward within weeks to whom it would be a goal."
        return {"S16a": Untested(reason), "S16b": Untested(reason)}
    return {"S16a": over_first(2), "S16b": over_first(3)}


# -- membership (S17) ------------------------------------------------------------------------------
def _kept(*models: LoyaltyModel) -> NDArray[np.bool_]:
    """Return who stayed a customer in every one of some lives."""
    return np.logical_and.reduce([model.customers.columns["kept"] for model in models])


def _membership(setup: Setup, seed: int) -> Floats:
    """Return gap, effect, heavy members' trips both ways, and the gap to all households within reach.

    A household's share of wallet is its own, and households count alike, as in the study. Those who buy
    elsewhere alone are left out of the first gap: the study told them by how near a shop is.
    """
    models = [
        world(setup, seed, WEEKS_A_YEAR, strategy)
        for strategy in (play(PROGRAMME.lever, PROGRAMME.settings), BASELINE)
    ]
    people = models[0].customers.columns
    elsewhere = people["status"] == PROSPECT
    on, off = (run_watched(model, "trips")["trips"].sum(axis=0) for model in models)
    stayed = _kept(*models)
    member, other = stayed & people["enrolled"], stayed & ~people["enrolled"]
    usual = people["category_rate"] * people["base_share"]
    heavy = member & (usual > np.quantile(usual[stayed], _HEAVY))

    def share(trips: Floats, rows: NDArray[np.bool_]) -> float:
        return float(np.mean(trips[rows] / people["category_rate"][rows])) / WEEKS_A_YEAR

    naive, causal = share(on, member) - share(on, other), share(on, member) - share(off, member)
    within_reach = other | (elsewhere & ~people["enrolled"])
    among_all = share(on, member) - share(on, within_reach)
    return np.array([naive, causal, on[heavy].sum(), off[heavy].sum(), among_all])


def _fading(setup: Setup, seed: int) -> Floats:
    """Return the extra trips of members some weeks after joining, and of as many weeks much later.

    Of membership alone: a reward at hand would pull as much at any time.
    """
    table = parameters_for(setup.market).replace("incentives", goal_gradient=0.0)
    weeks = _EARLY + _APART + _SPAN
    on, off = (
        world(setup, seed, weeks, strategy, table).run().weekly.groupby("week")["trips"].sum()
        for strategy in (play(PROGRAMME.lever, PROGRAMME.settings), BASELINE)
    )
    extra = (on - off).to_numpy()
    return np.array([extra[w : w + _SPAN].sum() for w in (_EARLY, _EARLY + _APART)])


def _half_life(parts: list[Floats]) -> float:
    """Return the weeks in which an effect halves, from its sizes early and late."""
    early, late = np.sum(parts, axis=0)
    return float(_APART * np.log(2) / np.log(early / late)) if early > late > 0 else np.nan


def members_would_buy_anyway(setup: Setup) -> Found:
    """S17: members differ from others far more than the programme changes them."""
    found = np.array(each(setup, lambda seed: _membership(setup, seed)))
    fading = each(setup.times(2), lambda seed: _fading(setup, seed))
    points = (
        f"gap {found[:, 0].mean():.3f}, effect {found[:, 1].mean():.4f} of a household's share of wallet "
        f"(gap {found[:, 4].mean():.3f} if all count who buy elsewhere alone)"
    )
    heavy = pooled(list(found[:, 2:4]), lambda p: float(np.divide(*np.sum(p, axis=0)) - 1))
    return {
        "S17a": mean_of(found[:, 0], f"Of members and others of one year: {points}."),
        "S17b": mean_of(found[:, 1]),
        "S17c": heavy,
        **both(setup, PROGRAMME, "programme"),
        "S17d": _half_life_found(fading),
    }


def _half_life_found(fading: list[Floats]) -> Statistic | Untested:
    """Return the half-life of what membership adds, or that so few runs do not show it fade."""
    some = [_half_life([*fading[:i], *fading[i + 1 :]]) for i in range(len(fading))]
    if not np.isfinite([_half_life(fading), *some]).all():
        return Untested(
            "In so few lives what membership adds does not fade: simulate more of them."
        )
    return pooled(fading, _half_life, "Of membership alone, without the pull of a reward.")


# -- tiers and goals (S18) -------------------------------------------------------------------------
def _tier_changes(setup: Setup, seed: int) -> Floats:
    """Return trips with and without a feeling for tiers, after a rise and after a fall, shape (2, 2)."""
    usual = setup.market["purchase_shape"] / setup.market["purchase_alpha"] * WEEKS_A_YEAR
    design = {"rebate": 0.01, "tier_trips": usual, "review_weeks": _REVIEW_WEEKS}
    tiers = play("incentives", design)
    trips, held = [], []
    for changed in ({}, {"status_lift": 0.0}):
        table = parameters_for(setup.market).replace("incentives", **changed)
        model = world(setup, seed, 3 * _REVIEW_WEEKS + 1, tiers, table)
        panel, people = watch(model, "trips"), model.customers.columns
        while model.week < model.setting.weeks:
            model.step()
            if model.week in (_REVIEW_WEEKS + 1, 2 * _REVIEW_WEEKS + 1):
                held.append(people["tier"].copy())
        trips.append(panel["trips"])
    first, second, *others = held
    rose = (first == others[0]) & (second == others[1]) & (first == 1)
    fell = rose & (second == 0)
    after = (
        (rose, slice(_REVIEW_WEEKS + 1, 2 * _REVIEW_WEEKS)),
        (fell, slice(2 * _REVIEW_WEEKS + 1, 3 * _REVIEW_WEEKS)),
    )
    return np.array([[felt[weeks][:, rows].sum() for felt in trips] for rows, weeks in after])


def effect_of_losing_status(setup: Setup) -> Found:
    """S18: losing a tier costs more purchases than gaining it brought, and so does missing a goal."""
    missed = goals_with_a_deadline(setup)
    # Status moves purchases by a per cent: it takes many to see it.
    parts = each(setup.times(3), lambda seed: _tier_changes(setup.times(3), seed))
    if any((part == 0).any() for part in parts):
        fell = Untested("Hardly anybody falls from a tier in this market within half a year.")
        return {"S18a": fell, "S18b": fell, **missed}

    def change(parts: list[Floats]) -> Floats:
        felt, unfelt = np.sum(parts, axis=0).T
        return felt / unfelt - 1

    def step(parts: list[Floats]) -> float:
        rise, fall = change(parts)
        return float((rise - fall) / rise)

    rise, fall = change(parts)
    note = f"Purchases of the quarter after a rise {rise:+.2%}, after a fall {fall:+.2%}."
    return {
        "S18a": pooled(parts, step, note),
        "S18b": pooled(parts, lambda p: float(change(p)[1]), note),
        **missed,
    }
