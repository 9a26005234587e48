"""Plans that learn: what a review sees, what it decides, and what deciding changes.

Serves: C3.1 C3.4 I7.6 L3.1
"""

import numpy as np
import pytest

from sim.common.composed import retold
from sim.common.errors import InputError
from sim.common.text_tables import texts_in
from sim.common.translated import translated
from sim.experiment.compare import compare
from sim.experiment.designs import designs_of
from sim.experiment.manifest import read_manifest
from sim.levers import BY_NAME
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.rare_events import run_lives
from sim.model.reviews.seen import Judgement, Margins, judge_held_out
from sim.model.reviews.twins import can_be_held_out
from sim.model.scenario import Rare, Scenario
from sim.model.switched_off import TERMS
from sim.playbook.reviews import Goal, Reviews, Rule
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy
from tests.reviewed_plans import POINTS, points, run_of
from tests.worlds import Z_LIMIT

#: All that incentives do: what is left of them is their cost.
NO_EFFECT = tuple(f"incentives.{term}" for term in TERMS)


def _noted(model: LoyaltyModel, what: str) -> list[int]:
    """Return the weeks in which something was noted at a review."""
    table = model.weekly
    if f"review.{what}" not in table:
        return []
    sums = table.groupby("week")[f"review.{what}"].sum()
    return [int(week) for week in sums.index[sums != 0]]


# --- what is seen -------------------------------------------------------------------------------


def test_a_trial_shows_the_gain_with_the_error_that_it_says():
    rng, n, trials = np.random.default_rng(5), 4000, 4000
    expected = rng.gamma(2.0, 10.0, n)
    margin = 20.0 * expected + rng.normal(0.0, 60.0, n)
    without = margin - 3.0 + rng.normal(0.0, 2.0, n)
    margins = Margins(margin, {"a": np.ones(n, dtype=bool)}, weeks=52)
    luck, everybody = rng.standard_normal(trials), np.ones(n, dtype=bool)
    seen = [
        judge_held_out(margins, without, expected, "a", 1.0 * n, 0.1, 1.0, z, everybody)
        for z in luck
    ]
    gains = np.array([one.gain for one in seen if one])
    # what purchases before do not explain has an SD of 60, and for 9 served 1 goes without;
    # of the error 2 / sqrt(n) is in the runs themselves
    error = 60.0 * np.sqrt((1.0 + 9.0) / n)
    assert seen[0].error == pytest.approx(error, rel=Z_LIMIT / np.sqrt(2 * n))
    drawn = np.sqrt(error**2 - 4.0 / n)
    paired = (margin - without).mean() - 1.0
    assert abs(gains.mean() - paired) < Z_LIMIT * drawn / np.sqrt(trials)
    assert gains.std() == pytest.approx(
        drawn, rel=Z_LIMIT / np.sqrt(2 * trials) + Z_LIMIT / np.sqrt(2 * n)
    )


@pytest.mark.parametrize(
    ("gain", "verdict"), [(1.29, "pays"), (1.27, "unclear"), (-1.27, "unclear"), (-1.29, "loses")]
)
def test_a_play_pays_or_loses_only_by_more_than_its_error(gain, verdict):
    assert Judgement(gain, 1.0, 100.0).verdict(0.9) == verdict  # 1.2816 is the 90 % quantile


def test_what_does_nothing_but_cost_is_stopped_by_held_out_customers_and_stretched_by_members():
    rules = [Rule(when="loses", do="stop"), Rule(when="pays", do="stretch")]
    held = run_of(points(Reviews(rules=rules)), 30, off=NO_EFFECT)
    assert _noted(held, f"stop.{POINTS}") == [25]
    fooled = run_of(points(Reviews(judged_by="members", rules=rules)), 30, off=NO_EFFECT)
    assert _noted(fooled, f"stretch.{POINTS}") == [25] and not _noted(fooled, f"loses.{POINTS}")


def test_whom_a_play_is_kept_from_meet_no_part_of_it():
    reviews = Reviews(hold_out=0.5, rules=[Rule(when="loses", do="go_on")])
    held, all_of_it = run_of(points(reviews), 8), run_of(points(None), 8)
    members = [int(one.state.people["enrolled"].sum()) for one in (held, all_of_it)]
    spread = Z_LIMIT * np.sqrt(members[1] * 0.25)
    assert abs(members[0] - 0.5 * members[1]) < spread
    assert not (held.state.people["enrolled"] & ~all_of_it.state.people["enrolled"]).any()


def test_what_cannot_be_kept_from_some_customers_is_not_judged():
    plan = Strategy(
        name="trained",
        plays=[Play(lever="organisation", settings={"training_hours": 10})],
    )
    model = run_of(
        resolve(plan.model_copy(update={"reviews": Reviews(every_weeks=4)}), "a test"), 9
    )
    assert not [name for name in model.weekly if name.startswith("review.")]
    never = {name for name in BY_NAME if not can_be_held_out(Play(lever=name))}
    assert never == {"data_stewardship", "organisation", "pricing"}


def test_goals_are_met_or_missed_by_what_the_firm_sees():
    goals = (
        Goal(measure="purchases", target=1.0, by_week=52),
        Goal(measure="nps", target=100.0, by_week=8),
    )
    rule = Rule(when="goal_missed", goal="nps", do="stop")
    model = run_of(points(Reviews(every_weeks=4, rules=[rule]), goals), 14, customers=300)
    assert _noted(model, "goal_met.purchases") == [3, 7, 11]
    assert _noted(model, "goal_missed.nps") == [7, 11]
    assert _noted(model, f"stop.{POINTS}") == [7]


# --- through the whole chain --------------------------------------------------------------------


def test_a_reviewed_plan_is_compared_with_the_same_plan_never_reviewed(tmp_path):
    out = compare("grocery", ["balanced_reviewed"], 100, 30, 2, 1, out=tmp_path / "found", jobs=1)
    manifest = read_manifest(out)
    assert list(manifest.chosen) == ["balanced_reviewed", "balanced"]
    own = points(Reviews())
    out = compare("grocery", [own], 100, 30, 2, 1, out=tmp_path / "own", jobs=1)
    assert list(read_manifest(out).chosen) == ["points", "points_unreviewed"]


def test_the_same_plan_never_reviewed_has_a_title_in_each_language():
    design = points(Reviews()).model_copy(update={"title": "Balanced"})
    (_, partner) = designs_of("grocery", [design], 52)
    with texts_in("zh"):
        assert retold(partner.title) == translated("Balanced") + "：从不复盘"


def test_breaches_that_are_weighed_strike_a_reviewed_plan_and_what_stands_beside_it_alike():
    plays = [
        Play(lever="data_stewardship", preset="safe_records"),
        Play(lever="incentives", preset="points_programme"),
    ]
    plan = resolve(Strategy(name="safe", plays=plays, reviews=Reviews(every_weeks=6)), "a test")
    market = load_market("grocery")
    lives = run_lives(Scenario(market, plan, 200, 14, 1, rare=Rare(0.3, 0.9)))
    assert len(lives) == 2
    for _, model in lives:
        twins = model.reviewer.twins.runs.values()
        assert {twin.state.first_breach for twin in twins} <= {model.state.first_breach}


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"when": "pays", "do": "stretch", "by": 0.5}, "by"),
        ({"when": "pays", "do": "retarget"}, "audience"),
        ({"when": "goal_met", "do": "stop"}, "goal"),
        ({"when": "loses", "do": "stop", "to": POINTS}, "to"),
        ({"when": "loses", "do": "stop", "play": "incentives:all"}, "play"),
        ({"when": "loses", "do": "move_budget", "to": "pricing:everyone"}, "to"),
        ({"when": "loses", "do": "move_budget", "play": POINTS, "to": POINTS}, "to"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_its_field(rule, field):
    given = {
        "name": "points",
        "plays": [{"lever": "incentives", "preset": "points_programme"}],
        "reviews": {"rules": [rule]},
    }
    with pytest.raises(InputError) as refused:
        Strategy.of_file(given, "plan.yaml")
    assert f"reviews.rules.0.{field}" in str(refused.value)


@pytest.mark.parametrize(("measure", "target"), [("nps", 2000), ("repeat_rate", 90), ("csat", -1)])
def test_goals_that_nobody_can_reach_are_refused(measure, target):
    goal = {"measure": measure, "target": target, "by_week": 52}
    with pytest.raises(InputError, match=f"goals.0.target: found '?{target}"):
        Strategy.of_file({"name": "a", "plays": [], "goals": [goal], "reviews": {}}, "plan.yaml")


def test_goals_that_nobody_looks_at_are_refused():
    given = {"name": "a", "plays": [], "goals": [{"measure": "csat", "target": 0.8, "by_week": 52}]}
    with pytest.raises(InputError, match="goals"):
        Strategy.of_file(given, "plan.yaml")
