"""Whom a play reaches: stages of the customer's life as the firm sees them, phases, first come.

Serves: C1.1 C1.2 C3.1 L3.1
"""

import numpy as np
import pytest

from sim.common.errors import InputError
from sim.common.reading import validate
from sim.levers.active_play import ActivePlay
from sim.model.loyalty_model import LoyaltyModel
from sim.model.week.audience import Audiences
from sim.playbook.settings import settings_of
from sim.playbook.strategies import Play, Strategy
from sim.world.customer_stage import STAGES, stage
from sim.world.population import ACTIVE, LAPSED, PROSPECT
from tests.worlds import DO_NOTHING, assert_share, strategy
from tests.worlds import unvalued_world as world

POINTS = {"rebate": 0.01, "reward_trips": 10}


def _play(**changes) -> Play:
    base = {"lever": "incentives", "settings": POINTS, "owner": "market"}
    return Play(**{**base, **changes})


def test_everybody_is_in_exactly_one_stage() -> None:
    week = world(n=3_000, weeks=20, start="posterior").run().state.lever_view()
    members = np.array([Audiences(week).of(name) for name in STAGES])
    assert (members.sum(axis=0) == 1).all()
    assert members.any(axis=1).all()


def test_the_firm_sees_silence_and_not_who_left() -> None:
    weeks = 60  # some dozen of so many are active and silent for as long as it takes
    people = world("music_shop", n=20_000, weeks=weeks, start="posterior").run().customers.columns
    truly, seen = people["status"], stage(people, weeks, leaving_seen=False)
    lapsed = seen == STAGES.index("lapsed")
    assert (truly[lapsed] == ACTIVE).any()  # some are only slow
    assert ((truly == LAPSED) & ~lapsed).any()  # some left a while ago and nobody noticed
    sharp = stage(people, weeks, leaving_seen=True) == STAGES.index("lapsed")
    np.testing.assert_array_equal(sharp, truly == LAPSED)
    assert ((seen == STAGES.index("prospect")) == (truly == PROSPECT)).all()


def test_silence_is_measured_by_each_customers_own_rhythm() -> None:
    people = world(n=100, weeks=4).customers.columns
    for name, values in {
        "tenure": (52, 52, 52, 5, 52),
        "frequency": (51, 3, 51, 0, 3),
        "recency": (44, 44, 51, 5, 12),
    }.items():
        people[name][:5] = values
    found = [STAGES[code] for code in stage(people, 0, False)[:5]]
    # Eight weeks of silence: much for a weekly buyer, nothing for a quarterly one. A gap is the age over
    # all purchases, the first among them: the last one's three gaps are 39 weeks, not 52.
    assert found == ["at_risk", "active", "active", "new", "at_risk"]


def test_silence_goes_on_when_somebody_has_left_unseen_and_the_lost_are_not_new() -> None:
    people = world(n=100, weeks=4).customers.columns
    people["status"][:2], people["week_lapsed"][:2] = LAPSED, 0
    people["tenure"][:2], people["recency"][:2] = (52, 5), (52, 5)
    people["frequency"][:2] = 51, 4
    later = [STAGES[stage(people, week, False)[0]] for week in (1, 8, 30)]
    assert later == ["active", "at_risk", "lapsed"]
    assert STAGES[stage(people, 30, True)[1]] == "lapsed"  # left within the first quarter


def test_a_play_reaches_its_share_of_the_audience_and_the_same_people_every_week() -> None:
    model = world(plays=strategy(_play(reach=0.2)), n=2_000, weeks=3, start="posterior")
    asked, seen = [], []
    for _ in range(2):
        model.step()
        seen.append(model.last_week.view.customers)
        asked.append(model.last_week.plays["incentives"][0].reached)
        assert not asked[-1][~seen[-1]].any()
        assert_share(asked[-1].sum(), seen[-1].sum(), 0.2, "reached of the audience")
    both = seen[0] & seen[1]
    np.testing.assert_array_equal(asked[0][both], asked[1][both])


TRAINING = {"training_hours": 20}
STAFF = Play(lever="service_quality", settings=TRAINING, owner="service")


def _served(market: str, play: Play = STAFF) -> LoyaltyModel:
    model = world(market, strategy(play), n=4_000, weeks=40, start="posterior")
    for _ in range(20):
        model.step()
    return model


@pytest.mark.parametrize("audience", ["everyone", "ordinary"])
def test_a_play_for_customers_is_for_and_paid_for_all_whom_the_firm_does_not_see_as_lost(
    audience: str,
) -> None:
    model = _served("music_shop", STAFF.model_copy(update={"audience": audience}))
    truly = model.customers.columns["status"].copy()
    model.step()
    (play,), week = model.last_week.plays["service_quality"], model.last_week.view
    whom = week.customers
    if audience == "ordinary":
        whom = whom & (model.customers.columns["segment"] == 2)
    np.testing.assert_array_equal(play.reached, whom)
    assert (play.reached & (truly == LAPSED)).sum() > 100  # the truly active, the obvious version
    assert not (play.reached & (truly == PROSPECT)).any()
    market = model.market
    each = market["staff_per_1000_customers"] / 1000 * 20 / 52 * market["wage_per_hour"]
    paid = model.weekly[model.weekly["week"] == 20]["cost.service_quality"].sum()
    assert paid == pytest.approx(play.effort * each * play.rows.size)


def _first_returns(plays: Strategy) -> np.ndarray:
    """The week in which each of those who had left unseen at week 0 came back, -1 for none."""
    model = world("music_shop", plays, n=4_000, weeks=20, start="posterior", winback_per_year=0.5)
    people = model.customers.columns
    gone = np.flatnonzero((people["status"] == LAPSED) & model.state.lever_view().customers)
    assert gone.size > 1_000
    week_back = np.full(gone.size, -1)
    for week in range(20):
        model.step()
        week_back[(people["status"][gone] == ACTIVE) & (week_back < 0)] = week
    return week_back


def test_a_play_does_nothing_to_who_left_unseen_but_what_wins_some_back() -> None:
    alone, served = _first_returns(DO_NOTHING), _first_returns(strategy(STAFF))
    assert (alone >= 0).any()
    np.testing.assert_array_equal(alone, served)
    letters = STAFF.model_copy(update={"lever": "personalisation", "settings": {"messages": 8}})
    written = _first_returns(strategy(letters))
    assert (written >= 0).sum() > (alone >= 0).sum()


def test_under_a_contract_everyone_is_whoever_has_one() -> None:
    model = _served("subscription")
    week = model.state.lever_view()
    np.testing.assert_array_equal(week.customers, model.customers.columns["status"] == ACTIVE)


def test_the_first_play_that_applies_is_the_one_a_person_gets() -> None:
    plays = strategy(_play(audience="high_value"), _play(settings={"rebate": 0.02}))
    model = world(plays=plays, n=800, weeks=3, start="posterior", execution=1.0)
    model.step()
    first, second = model.last_week.plays["incentives"]
    best = model.customers.columns["segment"] == 0
    assert first.strengths[best].max() == 1.0
    assert not second.strengths[best].any()
    assert not ((first.strengths > 0) & (second.strengths > 0)).any()


def test_phases_follow_each_other_for_the_same_people() -> None:
    plays = strategy(
        _play(phase="first", end_week=3), _play(phase="then", start_week=3, end_week=5)
    )
    model = world(plays=plays, n=300, weeks=7)
    on = []
    for _ in range(7):
        model.step()
        on.append([play.paid_effort > 0 for play in model.last_week.plays["incentives"]])
    assert on == [[True, False]] * 3 + [[False, True]] * 2 + [[False, False]] * 2


def test_a_plan_pays_in_full_for_what_reaches_people_in_part() -> None:
    staff = Play(lever="service_quality", settings={"staff": 0.2}, owner="service")
    paid, gain = {}, {}
    for execution in (0.5, 1.0):
        model = world(plays=strategy(staff), n=1_000, weeks=12, execution=execution).run()
        paid[execution] = model.weekly["cost.service_quality"].iloc[:3].sum()
        gain[execution] = model.customers.agg("service_level", np.mean)
    assert paid[0.5] == paid[1.0]
    assert gain[0.5] == pytest.approx(gain[1.0] / 2, rel=0.02)


def test_what_goes_astray_is_paid_for_and_what_is_for_nobody_is_not() -> None:
    some, nobody = np.array([True, False]), np.zeros(2, dtype=bool)
    play = ActivePlay(0, settings=None, reached=some, effort=0.8, execution=0.5)
    assert play.paid_effort == 0.8
    assert play.strengths.tolist() == [0.4, 0.0]
    assert ActivePlay(0, None, nobody, 0.8, 0.5).paid_effort == 0.0


@pytest.mark.parametrize(
    ("plays", "message"),
    [
        ([_play(), _play()], "one play of incentives at a time"),
        ([_play(end_week=5), _play(start_week=5)], "a name of its own"),
    ],
)
def test_plays_of_a_lever_that_collide_are_refused(plays, message) -> None:
    halves = [play.model_dump() for play in plays]
    with pytest.raises(InputError, match=message):
        Strategy.of_file({"name": "x", "title": "", "summary": "", "plays": halves}, "x.yaml")
    assert settings_of("incentives", POINTS, "x.yaml", "plays").rebate == 0.01


def test_a_play_must_end_after_it_starts() -> None:
    with pytest.raises(InputError, match="a week after its start, 8"):
        validate(Play, {"lever": "incentives", "start_week": 8, "end_week": 8}, "x")
