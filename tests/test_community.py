"""A community is judged by paired runs and by a draw of who is invited, not by its members' sales.

Serves: C2.2 C4 I1 I3.6 I5 I2.4
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim.common.random_numbers import normal
from sim.evidence.parameters import ParameterTable, load_parameters
from sim.levers.base import Delivery
from sim.levers.community import Community, seeding
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week import churn_contagion
from sim.model.week.word_of_mouth import praise_chance
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.benchmark.plain_rules import bill
from tests.worlds import BUILT, DO_NOTHING, FALSE_ALARM, assert_share, strategy
from tests.worlds import unvalued_world as world

HOSTED = {"invitations": 12.0, "hosts": 20.0, "events": 6.0}
JOINING, WATCHED = 26, 26


def community(reach: float = 1.0, **settings: float) -> Strategy:
    how = {"settings": settings, "reach": reach}
    return strategy(Play(lever="community", owner="brand", **how))


def parameters(**values: float) -> ParameterTable:
    return load_parameters().replace("community", **values)


def lever_of(model: LoyaltyModel) -> Community:
    return next(m for m in model.state.levers.all if isinstance(m, Community))


def standing(model: LoyaltyModel) -> np.ndarray:
    return model.customers.columns["status"] == ACTIVE


# -- who joins, and what it looks like ---------------------------------------------------------------
def test_members_are_sociable_heavy_and_satisfied_before_they_join() -> None:
    model = world(plays=community(**HOSTED), n=8_000, weeks=20, start="posterior")
    people, before = model.customers.columns, model.customers.columns["satisfaction"].copy()
    sociable = normal(model.state.lever_view().uniform("ties", once=True))
    rate = np.log(people["category_rate"] * people["base_share"])
    known = standing(model)
    for _ in range(20):
        model.step()
    member = people["community_member"] & known
    other = known & ~member
    for trait in (sociable, rate, before):
        gap = trait[member].mean() - trait[other].mean()
        error = np.sqrt(trait[member].var() / member.sum() + trait[other].var() / other.sum())
        assert gap > stats.norm.isf(FALSE_ALARM) * error


@cache
def _watched(seed: int, lift: float | None) -> dict[str, np.ndarray]:
    """Purchases of half a year, after half a year in which people joined; access is drawn by lot."""
    runs, columns = [], {}
    for plays in (community(0.5, **HOSTED), DO_NOTHING):
        table = load_parameters() if lift is None else parameters(member_lift=lift)
        model = world(plays=plays, n=2_000, weeks=JOINING + WATCHED + 1, seed=seed,
                      start="posterior", parameters=table)  # fmt: skip
        known, member = standing(model), np.zeros(len(model.customers), dtype=bool)
        before = 0
        for week in range(JOINING + WATCHED):
            if week == JOINING:
                before = model.customers.columns["frequency"].copy()
            model.step()
            member |= model.customers.columns.get("community_member", False)
        runs.append((model.customers.columns["frequency"] - before)[known].astype(float))
        if plays is not DO_NOTHING:
            access = model.state.draws.uniform("reach community:everyone") < 0.5
            columns = {"member": member[known], "access": access[known]}
    return columns | {"on": runs[0], "off": runs[1]}


def _causal(seed: int, lift: float | None = None) -> float:
    """Lift of members' purchases over their own without a community, on the same luck."""
    seen = _watched(seed, lift)
    return seen["on"][seen["member"]].sum() / seen["off"][seen["member"]].sum() - 1


def test_the_observed_premium_is_far_above_the_causal_one() -> None:
    observed, causal, ratio = [], [], []
    for seed in range(5):
        seen = _watched(seed, None)
        assert 0.05 < seen["member"].mean() < 0.4
        others = seen["access"] & ~seen["member"]
        observed.append(seen["on"][seen["member"]].mean() / seen["on"][others].mean() - 1)
        causal.append(_causal(seed))
        ratio.append(observed[-1] > 1.5 * causal[-1])
    assert 0.0 <= np.mean(causal) <= 0.06
    assert min(observed) > 0.2 and all(ratio)


def test_a_draw_of_who_is_invited_finds_the_causal_effect_and_members_sales_do_not() -> None:
    """The invited against the others, each purchase less what was expected of the same person."""
    found, truth = [], []
    for seed in range(5):
        seen = _watched(seed, 0.4)  # large, so that there is something to find
        change = seen["on"] - seen["off"]
        effect = change[seen["access"]].mean() - change[~seen["access"]].mean()
        joined = seen["member"][seen["access"]].mean()
        usual = seen["off"][seen["member"]].mean()
        found.append(effect / joined / usual)
        truth.append(_causal(seed, 0.4))
    gap = np.array(found) - np.array(truth)
    margin = stats.t.isf(FALSE_ALARM / 2, 4) * gap.std(ddof=1) / np.sqrt(5)
    assert abs(gap.mean()) < margin < 0.5 * np.mean(truth)


def test_a_community_may_lower_members_sales() -> None:
    row = next(r for r in load_parameters().rows if r.parameter == "member_lift")
    assert row.low < 0 <= row.value < 0.06 < row.high  # both studies are inside
    losses = [_causal(seed, row.low) for seed in range(3)]
    assert max(losses) < 0
    assert min(_watched(seed, row.low)["on"][_watched(seed, row.low)["member"]].mean()
               / _watched(seed, row.low)["on"].mean() for seed in range(3)) > 1  # fmt: skip


# -- belonging ---------------------------------------------------------------------------------------
def _belonging(weeks: int = 30, **settings: float) -> float:
    model = world(plays=community(**(HOSTED | settings)), n=800, weeks=weeks, execution=1.0)
    model.run()
    people = model.customers.columns
    old = people["community_member"] & (people["week_joined_community"] < 4)
    return float(people["belonging"][old].mean())


def test_belonging_grows_slowly_and_with_hosts_events_and_contests() -> None:
    plain = {"hosts": 0.0, "events": 0.0, "contests": 0.0}
    alone, hosted, played = (
        _belonging(**(plain | more)) for more in ({}, {"hosts": 20.0}, {"contests": 12.0})
    )
    assert 0 < alone < played < hosted < 1
    assert _belonging(weeks=8) < 0.5 * _belonging(weeks=30)
    twice = _belonging(**(plain | {"contests": 24.0}))
    assert twice - played < 0.5 * (played - alone)  # levels off


def test_belonging_fades_when_the_community_closes_and_is_gone_with_the_customer() -> None:
    play = Play(lever="community", settings=HOSTED, owner="brand", end_week=20)
    model = world(plays=strategy(play), n=600, weeks=60, yearly_attrition=0.5)
    people, lever = model.customers.columns, lever_of(model)
    for _ in range(20):
        model.step()
    at_end, member = people["belonging"].copy(), people["community_member"].copy()
    terms = lever.lasting_terms(model.state.lever_view(), people, 20.0)
    for _ in range(20):
        model.step()
    stays = member & people["community_member"] & standing(model)
    kept = (1 - 1 / lever.parameters.belonging_weeks) ** 20
    np.testing.assert_allclose(people["belonging"][stays], kept * at_end[stays])
    full = lever.parameters.member_lift / lever.parameters.usual_belonging
    full /= 1 - model.state.baseline.share_behind_a_trip
    np.testing.assert_allclose(terms["purchase"][stays], full * people["belonging"][stays])
    left = member & (people["status"] != ACTIVE) & (people["week_lapsed"] < 39)
    assert left.any() and not people["belonging"][left].any()
    assert not people["community_member"][left].any()


# -- talk and contagion ------------------------------------------------------------------------------
def test_members_talk_more_and_praise_stays_about_three_times_as_common_as_blame() -> None:
    tables = [
        world(plays=plays, shared=True, n=3_000, weeks=52, start="posterior")
        .run()
        .weekly.sum(numeric_only=True)
        for plays in (community(**HOSTED), DO_NOTHING)
    ]
    on, off = ((t["n_positive_talk"], t["n_negative_talk"]) for t in tables)
    assert sum(on) > 1.01 * sum(off)
    assert 2 < on[0] / on[1] < 5


def test_members_mind_friends_leaving_more_where_it_is_seen() -> None:
    """Friends who left count for more; the same losses, on the same luck, in the first of such weeks."""
    sizes, seen = [], {"defection_visible": 1.0, "yearly_attrition": 0.4}
    for more in (0.0, 1.0):
        table = parameters(member_contagion=more)
        model = world(plays=community(**HOSTED), n=1_000, weeks=12, parameters=table, **seen)
        for _ in range(11):
            model.step()
        week, delivery, lever = model.state.lever_view(), Delivery(), lever_of(model)
        lever.deliver(week, [], model.state.own(lever), delivery)
        felt = churn_contagion.term(model.state, delivery.contagion)
        member = model.customers.columns["community_member"]
        sizes.append((np.abs(felt[member]).mean(), np.abs(felt[~member]).mean()))
    assert sizes[1][0] > 1.02 * sizes[0][0] > 0
    assert sizes[1][1] == pytest.approx(sizes[0][1], rel=0.02)  # but for who left


# -- seeds -------------------------------------------------------------------------------------------
def _heard(seed: int, hubs: float, known: float) -> float:
    """Expected extra praise that the seeds of a quarter bring to prospects, per seed."""
    table = parameters(hubs_seen=known)
    model = world(plays=community(seeds=0.1, seed_hubs=hubs), n=3_000, weeks=2, seed=seed,
                  start="posterior", parameters=table)  # fmt: skip
    model.step()
    people, p = model.customers.columns, lever_of(model).parameters
    seeds = np.flatnonzero(people["week_seeded"] == 0)
    sociable = normal(model.state.lever_view().uniform("ties", once=True))[seeds]
    extra = np.expm1(seeding.seed_term(sociable, p.seed_talk, p.seed_dilution))
    said = (
        model.state.life.talk_rate
        * extra
        * praise_chance(people["satisfaction"][seeds], model.state.life)
    )
    prospects = people["status"] == PROSPECT
    return float(model.state.ties.heard_from(seeds, said)[prospects].sum() / seeds.size)


def test_hubs_reach_more_than_seeds_drawn_by_lot_but_less_than_twice_as_many() -> None:
    ratio = [_heard(seed, 1.0, 0.5) / _heard(seed, 0.0, 0.5) for seed in range(6)]
    assert min(ratio) > 1.0 and max(ratio) < 2.0
    blind = np.mean([_heard(seed, 1.0, 0.0) / _heard(seed, 0.0, 0.0) for seed in range(6)])
    assert 0.85 < blind < 1.15  # a firm that knows nobody's contacts draws lots as well


def test_seeding_hubs_wins_less_than_twice_the_customers() -> None:
    """Paired runs of a market that lives on word of mouth, so that there is something to count."""
    lively = {"inflow_per_year": 0.6, "talk_share_of_inflow": 0.9, "prospects_per_customer": 3.0}
    won = {}
    for name, plays in (
        ("hubs", community(seeds=0.2, seed_hubs=1.0)),
        ("lot", community(seeds=0.2)),
        ("none", DO_NOTHING),
    ):
        won[name] = np.array(
            [
                world(plays=plays, shared=True, n=1_500, weeks=30, seed=s, **lively)
                .run()
                .weekly["new_joined"]
                .sum()
                for s in range(6)
            ]
        )
    hubs, lot = won["hubs"] - won["none"], won["lot"] - won["none"]
    for gain in (hubs, lot):
        assert gain.mean() > stats.t.isf(0.01, 5) * gain.std(ddof=1) / np.sqrt(6)
    assert hubs.mean() < 2 * lot.mean()


def test_seeds_are_as_many_as_paid_for_and_hubs_are_those_seen_as_such() -> None:
    rng = np.random.default_rng(4)
    eligible, seen, lottery = np.arange(0, 1000, 2), rng.normal(size=1000), rng.uniform(size=1000)
    for hubs in (0.0, 0.5, 1.0):
        chosen = seeding.chosen_seeds(eligible, 50, hubs, seen, lottery)
        assert np.unique(chosen).size == 50 and np.isin(chosen, eligible).all()
        top = eligible[np.argsort(-seen[eligible])[:50]]
        assert np.isin(top, chosen).sum() >= 50 * hubs
    assert seeding.chosen_seeds(eligible[:5], 50, 0.5, seen, lottery).tolist() == [0, 2, 4, 6, 8]


def test_extra_talk_falls_with_contacts_and_ends() -> None:
    score = np.array([-1.0, 0.0, 2.0])
    term = seeding.seed_term(score, 2.0, 0.5)
    assert (np.diff(term) < 0).all() and (term > 0).all()
    assert term[1] == pytest.approx(np.log(3.0))
    model = world(plays=community(seeds=0.1), n=500, weeks=13, execution=1.0)
    table = model.run().weekly.groupby("week").sum(numeric_only=True)["term.talk.community"]
    told = np.flatnonzero(table > 0)
    assert told.tolist() == list(range(int(lever_of(model).parameters.seed_weeks)))
    seeded = model.customers.columns["week_seeded"] == 0
    assert_share(int(seeded.sum()), 500, 0.1, "seeded")


# -- costs -------------------------------------------------------------------------------------------
def test_hosts_are_paid_by_member_and_the_rest_by_the_firm() -> None:
    chosen = {"invitations": 12.0, "hosts": 50.0, "events": 13.0, "contests": 26.0, "seeds": 0.1}
    model = world(plays=community(**chosen), n=500, weeks=1, execution=1.0, **BUILT)
    model.step()
    p, market = lever_of(model).parameters, model.market
    members = model.customers.columns["community_member"].sum()
    hours = p.platform_hours + p.event_hours * 13 / 52 + p.contest_hours * 26 / 52
    samples = 0.1 * 500 * p.seed_cost * market.mean_trip_spend * (1 - market["gross_margin"])
    hours += members * model.scale * 50 / 1000
    built = bill(p.community_build_hours, market, "engineer")
    due = (bill(hours, market) + built) / model.scale + samples
    assert members > 0
    assert model.weekly["cost.community"].sum() == pytest.approx(due)


def test_invitations_and_announcements_are_messages() -> None:
    quiet = world(plays=community(invitations=2.0), n=400, weeks=10).run()
    loud = world(plays=community(invitations=2.0, contests=52.0), n=400, weeks=10).run()
    tired = [m.customers.columns["fatigue"] for m in (quiet, loud)]
    member = loud.customers.columns["community_member"]
    assert (tired[0][standing(quiet)] > 0).any() and member.any()
    assert tired[1][member].min() > tired[1][~member & standing(loud)].mean()
