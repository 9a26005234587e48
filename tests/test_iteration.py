"""Releases: most do nothing, tests make more of them help, and the best rhythm is neither end.

Serves: L3.2 I2.5
"""

import numpy as np
import pytest

from sim.evidence.parameters import ParameterTable, load_parameters
from sim.levers.iteration import helpful_share, release_effect, share_worked_out
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE
from tests.benchmark.plain_rules import bill
from tests.worlds import DO_NOTHING, assert_mean, assert_share, strategy
from tests.worlds import unvalued_world as world

P = load_parameters().values("iteration")
RHYTHMS = (1, 2, 3, 4, 6, 8, 13, 26, 52, 104)


def releases(release_weeks: int, size: float = 0.3, user_tests: float = 0.0) -> Strategy:
    settings = {"release_weeks": release_weeks, "size": size, "user_tests": user_tests}
    return strategy(Play(lever="iteration", settings=settings, owner="technology"))


def parameters(**values: float) -> ParameterTable:
    return load_parameters().replace("iteration", **values)


def lead(plays: Strategy, weeks: int, seed: int, table: ParameterTable | None = None):
    """The mean lead of the active customers, and what they have yet to learn, each week."""
    model = world(plays=plays, n=60, weeks=weeks, seed=seed, parameters=table, execution=1.0)
    path = []
    while model.week < weeks:
        model.step()
        people = model.customers.columns
        active = people["status"] == ACTIVE
        path.append([people[c][active].mean() for c in ("release_quality", "unlearnt")])
    return np.array(path), model


# -- what comes of a release -------------------------------------------------------------------------
@pytest.mark.parametrize("runs", [6, pytest.param(12, marks=pytest.mark.slow)])
def test_two_releases_in_three_do_nothing_and_untested_ones_hurt_as_often_as_they_help(
    runs: int,
) -> None:
    better = worse = count = 0
    for seed in range(runs):
        path, _ = lead(
            releases(1, size=1.0), 104, seed, parameters(helpful=0.5, catch_up_weeks=1e9)
        )
        steps = np.diff(path[:, 0], prepend=0.0)
        better += int((steps > 1e-6).sum())
        worse += int((steps < -1e-6).sum())
        count += steps.size
    assert_share(better + worse, count, P["noticed"], "releases with an effect")
    assert_share(better, better + worse, 0.5, "of these, helpful")


def test_tests_and_feedback_make_more_releases_help_and_none_hurt_that_would_not_have() -> None:
    assert helpful_share(0.5, 0.0, 0.0) == 0.5
    tested, told = helpful_share(0.5, 0.4, 0.0), helpful_share(0.5, 0.0, 0.3)
    both = helpful_share(0.5, 0.4, 0.3)
    assert 0.5 < told < tested < both < 1.0
    assert both - 0.5 < (tested - 0.5) + (told - 0.5)  # what both find is found once
    luck = np.linspace(0.0005, 0.9995, 1_000)
    few, many = ([release_effect(u, 0.33, h) for u in luck] for h in (0.5, both))
    assert all(b >= a for a, b in zip(few, many, strict=True))
    assert [few.count(x) for x in (0, 1, -1)] == [670, 165, 165]


def test_what_the_firm_knows_from_feedback_makes_releases_better() -> None:
    learns = Play(lever="feedback", settings={"learning": 1.0, "ease": 1.0}, owner="service")
    gains = []
    for seed in range(8):
        plain = releases(2, size=1.0)
        taught = strategy(plain.plays[0], learns)
        gains.append(lead(taught, 39, seed)[0][-1, 0] - lead(plain, 39, seed)[0][-1, 0])
    assert min(gains) >= -1e-9 and np.mean(gains) > 0.0  # same luck: never worse


def test_untested_releases_bring_nothing_on_average_and_cost_their_money() -> None:
    """With harm left out, or as the rare case, change for its own sake would pay."""
    table = parameters(helpful=0.5)
    found = [lead(releases(1, size=1.0), 20, seed, table) for seed in range(40)]
    assert_mean(np.array([path[-1, 0] for path, _ in found]), 0.0, "lead of untested releases")
    for _, model in found[:3]:
        paid = model.weekly["cost.iteration"].sum() * model.scale
        assert paid == pytest.approx(20 * bill(P["release_hours"], model.market, "engineer"))


def test_tests_with_users_are_paid_before_each_release() -> None:
    model = world(plays=releases(4, size=0.5, user_tests=120.0), n=100, weeks=12).run()
    made = bill(0.5 * P["release_hours"], model.market, "engineer")
    tested = bill(120.0, model.market, "analyst")
    paid = model.weekly["cost.iteration"].sum() * model.scale
    assert paid == pytest.approx(12 // 4 * (made + tested))


# -- the rhythm ----------------------------------------------------------------------------------------
def _expected(rhythm: int, tested: float, habit: float = 0.5, weeks: int = 520) -> float:
    """Mean quality over ten years, expected over luck, per unit of size."""
    p = P
    helpful = helpful_share(p["helpful"], tested, 0.0)
    worth = share_worked_out(rhythm, p["idea_weeks"])
    step = p["noticed"] * worth * (helpful * p["release_gain"] - (1 - helpful) * p["release_harm"])
    level = unlearnt = total = 0.0
    for week in range(weeks):
        level *= 2 ** (-1 / p["catch_up_weeks"])
        unlearnt *= 2 ** (-1 / p["learning_half_life_weeks"])
        if (week + 1) % rhythm == 0:
            level, unlearnt = level + step, unlearnt + habit
        total += level - p["learning_cost"] * unlearnt
    return total / weeks


@pytest.mark.parametrize("tested", [0.35, 0.6])
@pytest.mark.parametrize("habit", [0.3, 0.8])
def test_the_best_rhythm_lies_between_always_and_hardly_ever(tested: float, habit: float) -> None:
    """Without what is worked out in between, or without what must be learnt, weekly would be best."""
    found = [_expected(rhythm, tested, habit) for rhythm in RHYTHMS]
    best = int(np.argmax(found))
    assert 2 <= RHYTHMS[best] <= 26
    assert found[0] < found[best] and found[-1] < 0.7 * found[best]
    rises = np.diff(found) > 0
    assert rises[:best].all() and not rises[best:].any()  # one top, no other


@pytest.mark.parametrize("rhythm", [1, 6, 26])
def test_the_week_follows_the_equations_of_the_lever(rhythm: int) -> None:
    """Where every release helps there is no luck, and the lead is what the recursion says."""
    table = parameters(noticed=1.0, helpful=1.0)
    path, _ = lead(releases(rhythm, size=0.5), 78, 1, table)
    level, expected = 0.0, []
    for week in range(78):
        level *= 2 ** (-1 / P["catch_up_weeks"])
        if (week + 1) % rhythm == 0:
            level += 0.5 * share_worked_out(rhythm, P["idea_weeks"]) * P["release_gain"]
        expected.append(level)
    np.testing.assert_allclose(path[:, 0], expected, rtol=0.02, atol=1e-12)
    assert (path[:, 1].max() > 0.05) == (rhythm <= 26)


def test_who_uses_the_firm_most_has_most_to_learn_and_large_steps_more_than_small() -> None:
    burden = {}
    for size in (0.2, 0.8):
        model = world(plays=releases(10, size), n=2_000, weeks=10, start="posterior", execution=1)
        while model.week < 9:
            model.step()
        habit = model.customers.columns["habit"].copy()
        model.step()
        active = model.customers.columns["status"] == ACTIVE
        kept = active & model.customers.columns["kept"]
        burden[size] = model.customers.columns["unlearnt"][kept]
        np.testing.assert_allclose(burden[size], size * habit[kept], rtol=1e-12)
    assert burden[0.8].mean() == pytest.approx(4 * burden[0.2].mean())
    lever = next(m for m in model.state.levers.all if m.name == "iteration")
    own = model.state.own(lever)
    own["release_quality"][:], own["unlearnt"][:] = 0.1, 1.0
    now, soon, late = (lever.lasting_quality(own, weeks) for weeks in (0.0, 3.0, 52.0))
    assert (now == pytest.approx(0.1 - P["learning_cost"])) and (soon > now).all()
    half = 0.1 * 2 ** (-52 / P["catch_up_weeks"])
    assert late == pytest.approx(half, abs=1e-3)  # learnt long since, and half caught up with


def test_whoever_joins_meets_the_product_as_it_is() -> None:
    model = world(
        plays=releases(2, 1.0),
        n=1_000,
        weeks=26,
        parameters=parameters(noticed=1.0, helpful=1.0),
        inflow_per_year=0.5,
        start="posterior",
    ).run()
    people = model.customers.columns
    old = people["kept"]
    new = (people["status"] == ACTIVE) & ~old
    assert new.sum() > 50
    assert people["release_quality"][new].mean() == pytest.approx(
        people["release_quality"][old].mean(), rel=0.02
    )


def test_a_bad_release_is_felt_and_a_good_one_too() -> None:
    satisfaction = {}
    for name, helpful in (("good", 1.0), ("bad", 0.0)):
        table = parameters(noticed=1.0, helpful=helpful, learning_cost=0.0)
        model = world(plays=releases(4, 1.0), n=1_500, weeks=40, parameters=table).run()
        satisfaction[name] = model.customers.agg("satisfaction", np.mean)
    usual = world(plays=DO_NOTHING, n=1_500, weeks=40).run()
    middle = usual.customers.agg("satisfaction", np.mean)
    # Gains saturate and losses count more: the fall is the deeper one.
    assert satisfaction["good"] - middle > 0.02
    assert middle - satisfaction["bad"] > satisfaction["good"] - middle
