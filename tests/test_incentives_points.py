"""Points speed purchases up towards a reward, and move members' sales by what was found."""

from functools import cache

import numpy as np
import pytest

from sim.model.loyalty_model import LoyaltyModel
from sim.world.population import ACTIVE
from tests.test_incentives import assert_between, incentives, parameters, weekly_trips
from tests.worlds import DO_NOTHING
from tests.worlds import unvalued_world as world

GOAL = {"rebate": 0.02, "reward_trips": 8}  # a reward to be reached within weeks
PROGRAMME = {"rebate": 0.01, "reward_trips": 10}
TIERS = {"rebate": 0.01, "tier_trips": 45, "review_weeks": 13}
PROMOTED_WEEK = 10


def _rates_along_the_card(seed: int) -> np.ndarray:
    """Trips over usual trips in each third of the card, and in the two weeks after a reward."""
    model = world(plays=incentives(**GOAL), n=6_000, weeks=16, seed=seed, start="posterior")
    c, p = model.customers.columns, model.state.levers.all[-1].parameters
    goal = GOAL["reward_trips"] * model.market.mean_trip_spend
    usual = c["category_rate"] * c["base_share"]
    moved = usual < 0.5 * goal / c["mean_spend"] / p.goal_weeks  # whom the reward is a goal for
    made, expected = np.zeros(4), np.zeros(4)
    since = np.full(usual.size, 99)

    def watch(model: LoyaltyModel):
        third = np.minimum((3 * c["points"] / goal).astype(int), 2)
        groups = [third == k for k in range(3)] + [since < 2]
        groups = [g & moved & c["enrolled"] & (c["status"] == ACTIVE) for g in groups]

        def count(trips: np.ndarray) -> None:
            made[:] += [trips[g].sum() for g in groups]
            expected[:] += [usual[g].sum() for g in groups]
            since[:] = np.where(c["reward_face"] > 0, 0, since + 1)

        return count

    weekly_trips(model, watch)
    return made / expected


@cache
def _card(seed: int) -> tuple[float, float]:
    rates = _rates_along_the_card(seed)
    return rates[2] / rates[0], rates[3] / rates[0]


def test_purchases_speed_up_towards_the_reward() -> None:
    """Without a goal gradient the ratio is 1."""
    assert_between([_card(seed)[0] for seed in range(8)], 1.10, 1.50, "last over first third")


def test_purchases_fall_back_after_the_reward() -> None:
    """Points that are not taken when the reward is given would keep the pull at its end."""
    assert_between([_card(seed)[1] for seed in range(8)], 0.85, 1.05, "after over first third")


@cache
def _members(seed: int) -> dict[str, float]:
    """What a programme changes among its members, and what comparing them with others shows."""
    options = {"n": 2_000, "weeks": 52, "seed": seed, "start": "posterior"}
    with_it = world(plays=incentives(**PROGRAMME), shared=True, **options)
    without = world(shared=True, **options)
    on, off = weekly_trips(with_it), weekly_trips(without)
    c = with_it.customers.columns
    stayed = c["kept"] & without.customers.columns["kept"]
    category, usual = c["category_rate"] * 52, c["category_rate"] * c["base_share"]
    light, heavy = np.quantile(usual[stayed], [0.5, 0.8])

    def lift(rows: np.ndarray) -> float:
        return float(on[:, rows].sum() / off[:, rows].sum() - 1)

    def share(trips: np.ndarray, rows: np.ndarray) -> float:
        return float(trips[:, rows].sum() / category[rows].sum())

    member = stayed & c["enrolled"]
    return {
        "all": lift(member),
        "heavy": lift(member & (usual > heavy)),
        "light": lift(member & (usual <= light)),
        "naive": share(on, member) - share(on, stayed & ~c["enrolled"]),
        "causal": share(on, member) - share(off, member),
    }


def test_heavy_buyers_hardly_change_and_light_buyers_do() -> None:
    """Without headroom both change by the same."""
    runs = [_members(seed) for seed in range(6)]
    assert_between([r["heavy"] for r in runs], -0.02, 0.02, "heavy buyers")
    assert_between([r["light"] - r["heavy"] for r in runs], 0.02, 0.15, "light less heavy")


def _sales_of_members(market: str, seed: int, n: int) -> float:
    """What a usual programme that is carried out changes in its members' sales in a year, log points."""
    options = {"n": n, "weeks": 52, "seed": seed, "start": "posterior", "execution": 1.0}
    runs = [
        world(market, plays=p, shared=True, **options)
        for p in (incentives(**PROGRAMME), DO_NOTHING)
    ]
    sales = [weekly_trips(run).sum(axis=0) * run.customers.columns["mean_spend"] for run in runs]
    columns = [run.customers.columns for run in runs]
    member = columns[0]["enrolled"] & columns[0]["kept"] & columns[1]["kept"]
    return float(np.log(sales[0][member].sum() / sales[1][member].sum()))


@pytest.mark.parametrize(
    ("market", "n"),  # the rarer the trips, the more people tell it
    [
        ("grocery", 4_000),
        ("music_shop", 40_000),
        pytest.param("coffee_chain", 4_000, marks=pytest.mark.slow),
    ],
)
def test_a_programme_moves_members_sales_by_what_was_found(market, n) -> None:
    """Headroom, fading, enrolment and the reward at hand are in what was found, not taken off again.

    With the published lift as that of a member who has all headroom, the obvious wrong version, three
    quarters of it came out in the grocery. With the published gradient where a trip is a third of a
    reward, as in the music shop, .025 came out for .018. What is worked out in expectation leaves up to
    a tenth.
    """
    found = world(n=100).state.levers.all[-1].parameters.membership_lift
    runs = [_sales_of_members(market, seed, n) for seed in range(8)]
    assert_between(runs, 0.9 * found, 1.1 * found, "members' sales")


def _pulls(**changed: float) -> tuple[float, float, float]:
    """What joining and a full card do in the first week, and what was found of programmes."""
    given = parameters(**changed)
    model = world(plays=incentives(**PROGRAMME), n=500, weeks=1, parameters=given)
    lift, full = (np.unique(model.customers.columns[name]) for name in ("room_lift", "goal_pull"))
    assert lift.size == full.size == 1, "the same for all"
    return float(lift[0]), float(full[0]), model.state.levers.all[-1].parameters.membership_lift


def test_a_reward_at_hand_that_brought_it_all_pulls_just_as_hard_as_was_found() -> None:
    """The obvious wrong version takes the gradient as it stands and lets the programme bring more."""
    lift, full, _ = _pulls(goal_gradient=3.0)
    twice, harder, _ = _pulls(goal_gradient=6.0)
    assert lift == twice == 0.0
    assert 0.0 < full < 3.0
    assert harder == pytest.approx(full, rel=1e-12), "what was found binds, not the gradient"


def test_joining_brings_what_a_reward_at_hand_does_not() -> None:
    lift, full, found = _pulls(goal_gradient=0.0)
    assert lift > found
    assert full == 0.0
    less, full, _ = _pulls(goal_gradient=0.1)
    assert 0.0 < less < lift
    assert full == 0.1


def test_a_programme_that_was_found_to_do_nothing_does_nothing() -> None:
    assert _pulls(membership_lift=0.0)[:2] == (0.0, 0.0)


@pytest.mark.parametrize(("found", "bounded"), [(0.3, True), (0.018, False)])
def test_a_run_counts_the_members_whose_lift_stands_at_its_bound(found, bounded) -> None:
    given = parameters(membership_lift=found, goal_gradient=0.0)
    options = {"n": 500, "weeks": 8, "start": "posterior", "parameters": given}
    run = world(plays=incentives(**PROGRAMME), **options).run()
    c = run.customers.columns
    assert (c["room_lift"][0] == np.log(2.0)) == bounded
    assert ("bound.incentives" in run.weekly) == bounded
    if bounded:
        last = run.weekly.query("week == week.max()")["bound.incentives"].sum()
        assert last == c["enrolled"].sum() > 0
    cut = world(plays=incentives(discount=0.05), n=100, weeks=2, parameters=given)
    assert "bound.incentives" not in cut.run().weekly, "no programme, no bound"


def test_members_differ_from_others_far_more_than_the_programme_changes_them() -> None:
    """Were members a random half of the customers, the gap would be the effect.

    The published ratio is 3 to 10. It comes out above that here: the size of the effect is tied to the
    share of sales (E33), which leaves less of it than the share of wallet found by the same study (E29).
    """
    runs = [_members(seed) for seed in range(6)]
    assert_between([r["causal"] for r in runs], 0.0, 0.06, "share of wallet")
    assert min(r["naive"] / r["causal"] for r in runs) > 3


def test_the_effect_of_joining_halves_in_its_half_life() -> None:
    """Without fading the later lift is as large as the earlier."""
    only_joining = parameters(goal_gradient=0.0, membership_lift=0.3)
    ratio = []
    for seed in range(6):
        options = {"n": 2_000, "weeks": 56, "seed": seed, "start": "posterior"}
        options["parameters"] = only_joining
        on, off = (
            world(plays=p, shared=True, **options).run().weekly.groupby("week")["trips"].sum()
            for p in (incentives(**PROGRAMME), DO_NOTHING)
        )
        early, late = (on[w : w + 16].sum() - off[w : w + 16].sum() for w in (4, 34))
        ratio.append(late / early)
    assert_between(ratio, 0.35, 0.7, "lift 30 weeks later")
