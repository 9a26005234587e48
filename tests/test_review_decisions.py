"""What reviews do to a plan, and to the runs that stand beside it.

Serves: C3.4
"""

import pytest

from sim.levers import BY_NAME
from sim.market.market import load_market
from sim.model.firm import years_released
from sim.model.loyalty_model import LoyaltyModel
from sim.model.reviews import changes
from sim.model.reviews.changes import Change, carry_out, playing, scaled
from sim.model.reviews.twins import _idle
from sim.model.scenario import Scenario
from sim.playbook.reviews import Goal, Reviews, Rule
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import load_strategy
from sim.world.population import PROSPECT
from tests.reviewed_plans import POINTS, points, run_of

# --- what is decided ----------------------------------------------------------------------------


def _changed(rule: Rule, **more) -> tuple[LoyaltyModel, LoyaltyModel]:
    """Return a run whose plan is changed after 10 of 20 weeks, and the same without the change."""
    runs = []
    for change in (True, False):
        plan = resolve(
            Strategy(
                name="two",
                plays=[
                    Play(lever="incentives", preset="points_programme"),
                    Play(lever="service_quality", preset="trained_and_staffed"),
                ],
            ),
            "a test",
        )
        model = LoyaltyModel(Scenario(load_market("grocery"), plan, 500, 20, 2))
        while model.week < 10:
            model.step()
        if change:
            carry_out(model.state, Change(POINTS, rule, **more), 10)
        runs.append(model.run())
    return runs[0], runs[1]


def _cost(model: LoyaltyModel, lever: str, after: int = 10) -> float:
    table = model.weekly
    return float(table.loc[table["week"] >= after, f"cost.{lever}"].sum())


def test_a_play_that_stops_costs_no_more_but_what_it_has_promised():
    stopped, usual = _changed(Rule(when="loses", do="stop"))
    assert _cost(stopped, "incentives") <= 0.0 < _cost(usual, "incentives")
    assert all(
        one.effort[POINTS] == 0.0 for one in stopped.state.firm.departments if POINTS in one.effort
    )


def test_a_play_that_shrinks_gives_less_and_one_that_is_stretched_more():
    costs = [
        _cost(_changed(Rule(when="pays", do=do, by=by))[0], "incentives")
        for do, by in (("shrink", 0.5), ("stretch", 2.0))
    ]
    usual = _cost(_changed(Rule(when="pays", do="go_on"))[0], "incentives")
    assert costs[0] < usual < costs[1]


def test_a_stretch_keeps_to_the_range_of_a_setting_and_to_whole_numbers():
    play = resolve(
        Strategy(name="a", plays=[Play(lever="incentives", preset="points_programme")]), "t"
    ).plays[0]
    most = max(
        bound.le
        for bound in BY_NAME["incentives"].Settings.model_fields["rebate"].metadata
        if hasattr(bound, "le")
    )
    assert scaled(play, 1000.0).settings["rebate"] == most
    everyone = Play(lever="segmentation", reach=0.8)
    assert scaled(everyone, 2.0).reach == 1.0 and scaled(everyone, 0.5).reach == 0.4


def test_a_play_that_turns_to_others_serves_them_with_what_is_left_of_its_money():
    rule = Rule(when="unclear", do="retarget", audience="high_value")
    model, _ = _changed(rule)
    plays = playing(model.state)
    new = next(key for key in plays if key.startswith("incentives:high_value"))
    assert plays[POINTS].end_week == 10 and plays[new].start_week == 10
    department = next(one for one in model.state.firm.departments if new in one.spent)
    assert department.effort[new] > 0.0 and department.effort[POINTS] == 0.0


def test_money_that_is_moved_makes_one_play_smaller_and_the_other_larger():
    rule = Rule(when="unclear", do="move_budget", by=0.5, to="service_quality:everyone")
    model, usual = _changed(rule, stretch=1.5)
    now, before = playing(model.state), playing(usual.state)
    assert now[POINTS].settings["rebate"] == before[POINTS].settings["rebate"] / 2
    hours = [one["service_quality:everyone"].settings["training_hours"] for one in (now, before)]
    assert hours[0] == pytest.approx(1.5 * hours[1])


def test_runs_beside_a_run_live_by_its_decisions():
    rules = [
        Rule(when="loses", do="stop"),
        Rule(when="pays", do="stop"),
        Rule(when="unclear", do="stop"),
    ]
    plan = load_strategy("balanced").model_copy(
        update={"reviews": Reviews(every_weeks=12, rules=rules)}
    )
    model = run_of(plan, 14, customers=300)
    assert model.reviewer is not None and model.reviewer.twins is not None
    assert not model.reviewer.twins.runs  # all plays stopped
    assert not any(changes.running(model.state, key, 13) for key in playing(model.state))


# --- what stands beside a run -------------------------------------------------------------------


def test_a_play_that_reaches_nobody_is_as_if_it_were_not_there():
    idle = points(None).model_copy(update={"plays": [_idle(points(None).plays[0])]})
    none = load_strategy("baseline")
    spend = [run_of(plan, 12, customers=300).weekly["spend"].to_numpy() for plan in (idle, none)]
    assert (spend[0] == spend[1]).all()


def test_friends_who_come_on_a_recommendation_are_not_credited_to_whom_it_was_paid():
    play = Play(lever="incentives", preset="refer_a_friend")
    plan = Strategy(name="friends", plays=[play], reviews=Reviews(every_weeks=52))
    model = run_of(resolve(plan, "a test"), 40, customers=2000)
    twin = model.reviewer.twins.runs[POINTS]
    came = (model.state.people["status"] != PROSPECT) & (twin.state.people["status"] == PROSPECT)
    assert came.any()
    assert not (came & model.reviewer._comparable(POINTS, model.state)).any()


def test_without_a_play_its_customers_get_no_other_play_of_the_lever_instead():
    best = Play(lever="incentives", preset="points_programme", audience="high_value")
    plan = Strategy(name="two", plays=[best, Play(lever="incentives", preset="points_programme")])
    model = run_of(
        resolve(plan.model_copy(update={"reviews": Reviews()}), "a test"), 6, customers=300
    )
    twin = model.reviewer.twins.runs["incentives:high_value"]
    served = [one.last_week.plays["incentives"] for one in (model, twin)]
    assert served[0][0].reached.any() and not served[1][0].reached.any()
    assert (served[0][1].reached == served[1][1].reached).all()


def test_money_that_is_moved_changes_nothing_that_was_released_before():
    plan = load_strategy("balanced").model_copy(
        update={"budget": 20.0, "planned": {POINTS: 10.0, "service_quality:everyone": 10.0}}
    )
    model = LoyaltyModel(Scenario(load_market("grocery"), plan, 100, 156, 1))
    owner = next(one for one in model.state.firm.departments if POINTS in one.spent)
    model.state.week = 60

    def released(week: int) -> float:
        return (
            years_released(week, owner.horizon) * owner.allowances[POINTS] + owner.granted[POINTS]
        )

    before = released(60)
    rule = Rule(when="unclear", do="move_budget", by=0.5, to="service_quality:everyone")
    carry_out(model.state, Change(POINTS, rule), 60)
    assert released(60) == pytest.approx(before)
    assert released(104) == pytest.approx(
        before + 500.0
    )  # a year's allowance, halved, of 100 customers


def test_a_play_turns_to_the_same_people_once_and_rules_still_know_it():
    rules = [
        Rule(when="goal_met", goal="purchases", do="stop", play=POINTS),
        *(Rule(when=x, do="retarget", audience="high_value") for x in ("pays", "unclear", "loses")),
    ]
    goal = Goal(measure="purchases", target=1000.0, by_week=52)
    model = run_of(points(Reviews(every_weeks=4, rules=rules), (goal,)), 15, customers=300)
    assert len(playing(model.state)) == 2
    (later,) = model.reviewer.first_keys
    assert model.reviewer.first_keys[later] == POINTS
    known = model.reviewer.reviews.rule_for(POINTS, {("goal_met", "purchases")})
    assert known is not None and known.do == "stop"


def test_a_deed_that_changes_nothing_is_not_carried_out():
    plan = resolve(Strategy(name="a", plays=[Play(lever="segmentation")]), "a test")
    run = LoyaltyModel(Scenario(load_market("grocery"), plan, 100, 4, 1)).state
    key = "segmentation:everyone"
    assert not changes.fits(run, key, Rule(when="pays", do="stretch"), 2)  # it reaches all
    assert changes.fits(run, key, Rule(when="pays", do="shrink"), 2)
    assert not changes.fits(run, key, Rule(when="pays", do="retarget", audience="everyone"), 2)
