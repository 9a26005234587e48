"""The score of the advice: worlds of known truth, what plans really bring there, how it is counted."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.cli import score as command
from sim.common.errors import InputError
from sim.common.random_numbers import Draws
from sim.experiment.budget import size_strategies
from sim.market.market import load_market
from sim.model.common_start import from_here, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING
from sim.playbook.strategy_files import load_strategy
from sim.score import score as scoring
from sim.score.advised import advise
from sim.score.definitions import definitions
from sim.score.lived import live_until_advice, true_gains
from sim.score.score import order_of, score
from sim.score.tally import figures_of, gains_table, reliability, worlds_of
from sim.score.words import WORDS
from sim.score.world import draw_world
from tests.quick import make_quick

STATED = definitions()
SMALL = STATED.size.model_copy(
    update={
        **{"customers": 250, "log_weeks": 45, "won_over": 20, "panel_weeks": 30},
        **{"horizon": 12, "lives": 2},
    }
)
QUICK = STATED.model_copy(
    update={
        "size": SMALL,
        "advice": STATED.advice.model_copy(update={"customers": 100, "futures": 2}),
        "knowable": STATED.knowable.model_copy(update={"customers": 100, "futures": 2}),
    }
)


@pytest.fixture(scope="module")
def lived():
    """A small world on the day of the advice."""
    return live_until_advice(draw_world(QUICK, "prior", 0), SMALL)


def table_of(worlds):
    """Return the table of worlds given as (advised, budget, {plan: (foretold gain, true gain)})."""
    rows = []
    for number, (advised, budget, plans) in enumerate(worlds):
        for plan, (gain, true) in plans.items():
            ends = {
                f"{end}{share}": gain + sign * share / 100 * budget
                for share in (50, 80, 90)
                for end, sign in (("low", -1), ("high", 1))
            }
            rows.append(
                {
                    "kind": "prior",
                    "number": number,
                    "budget": budget,
                    "verdict": "winner",
                    "advised": advised,
                    "plan": plan,
                    "gain": gain,
                    "probability": 0.5,
                    "loses": 0.5,
                    "knowing_laws": true,
                    "true": true,
                    "first_lives": true,
                    "later_lives": true,
                    **ends,
                }
            )
    return pd.DataFrame(rows)


def test_the_share_is_what_the_advice_brings_over_what_the_best_plan_brings_in_budgets():
    table = table_of(
        [
            ("a", 100.0, {"a": (50, 50), "b": (20, 100)}),  # half of the best
            ("baseline", 10.0, {"a": (1, -5), "b": (-1, -9)}),  # right to do nothing
            (
                "b",
                1000.0,
                {"a": (0, -100), "b": (900, -200)},
            ),  # a false winner, a fifth of a budget
        ]
    )
    worlds, found = worlds_of(table), {one.name: one for one in figures_of(table)}
    assert list(worlds["advice"]) == [0.5, 0.0, -0.2]
    assert list(worlds["best"]) == [1.0, 0.0, 0.0]
    assert found["share_of_best"].value == pytest.approx(0.3 / 1.0)
    assert found["loss_where_nothing_pays"].value == pytest.approx((0.0 + 0.2) / 2)
    assert found["false_winners"].value == pytest.approx(1 / 3)
    assert found["truly_best"].value == pytest.approx(1 / 3)
    assert found["missed_winners"].value == 0.0
    gains = gains_table(worlds)
    assert gains.loc["always a", "mean"] == pytest.approx((0.5 - 0.5 - 0.1) / 3)
    assert set(found) == set(WORDS)


def test_intervals_are_held_against_the_truth():
    table = table_of([("a", 1.0, {"a": (0.0, 0.6), "b": (0.0, 0.85)})])
    found = {one.name: one.value for one in figures_of(table)}
    assert [found[f"coverage_{share}"] for share in (50, 80, 90)] == [0.0, 0.5, 1.0]


def test_luck_among_lives_does_not_count_as_knowledge_of_the_best_plan():
    """Plans that bring nothing but noise: the mean of the largest of 8 would be 1.42 SD above nil."""
    rng, n, plans = np.random.default_rng(5), 400, 8
    rows = []
    for number in range(n):
        halves = rng.normal(size=(2, plans))
        for k in range(plans):
            rows.append(
                {
                    "kind": "prior",
                    "number": number,
                    "budget": 1.0,
                    "verdict": "do_nothing",
                    "advised": "baseline",
                    "plan": f"p{k}",
                    "gain": -1.0,
                    "probability": 0.0,
                    "loses": 1.0,
                    "knowing_laws": -1.0,
                    "true": halves[:, k].mean(),
                    "first_lives": halves[0, k],
                    "later_lives": halves[1, k],
                }
            )
    best = worlds_of(pd.DataFrame(rows))["best"]
    # of a world a mean of two standard normals of which the second is free of the choice: SD .71 at most
    assert abs(best.mean()) < 3.9 * 1.0 / np.sqrt(n)


def test_probabilities_are_set_beside_what_came():
    table = table_of([("a", 1.0, {"a": (0, 1.0), "b": (0, -1.0)})] * 1)
    table["loses"] = [0.1, 0.9]
    table["probability"] = [0.9, 0.0]
    found = {one.name: one.value for one in figures_of(table)}
    assert found["brier_loses"] == pytest.approx(0.01)
    assert found["brier_best"] == pytest.approx((0.01 + 0.0) / 2)
    rows = reliability(table).loc["loses"]
    assert list(rows["came"]) == [0.0, 1.0] and list(rows["n"]) == [1, 1]
    shown, _ = command._said_and_came(table)
    assert ("it loses", "0.80 to 1.00", "0.90", "1.00", "1") in shown
    assert command._tables(table)[-1][0] == shown


def test_the_first_worlds_are_the_same_however_many_and_kinds_come_in_their_proportions():
    order = order_of(STATED, 64)
    assert order[:10] == order_of(STATED, 10)
    counts = pd.Series([kind for kind, _ in order]).value_counts()
    assert counts.to_dict() == STATED.worlds
    one, again = (draw_world(STATED, "uniform", 1) for _ in range(2))
    other = draw_world(STATED, "uniform", 2)
    assert one.market == again.market and one.seed != other.seed
    assert one.market["gross_margin"] != other.market["gross_margin"]


def test_a_uniform_truth_lies_in_the_stated_range_and_spreads_beyond_the_likely_part():
    worlds = [draw_world(STATED, "uniform", number) for number in range(40)]
    own = [w.market["gross_margin"] for w in worlds if w.trade == "grocery"]
    assert all(0.18 <= x <= 0.35 for x in own)
    drift = [w.market["expectation_drift"] for w in worlds]  # most likely 0, at most .05
    assert np.mean(drift) == pytest.approx(0.025, abs=3.9 * 0.05 / np.sqrt(12 * 40))


def test_the_advised_market_knows_of_the_truth_what_the_firm_states_and_its_log(
    lived, tmp_path, monkeypatch
):
    make_quick(monkeypatch.setattr)
    advice = advise(lived, ["rewards_first"], QUICK.advice, SMALL, tmp_path)
    truth, market = lived.world.market, advice.market
    same = {
        name
        for name, number in market.values.items()
        if name in truth.values
        and number.value == truth[name]
        and number.value != 0
        and number.low != number.high
    }
    declared = prepare(Scenario(market, DO_NOTHING, 100, 1)).market  # what anybody would assume
    assert all(market.values[name] == declared.values[name] for name in same)
    for name in ("wage_per_hour", "gross_margin"):
        assert market[name] == truth[name]
    assert market["firm_customers"] == lived.firm_customers
    assert advice.chosen in ("baseline", "rewards_first")


def test_where_no_lever_does_anything_a_plan_brings_what_it_costs(monkeypatch):
    make_quick(monkeypatch.setattr)
    here = live_until_advice(draw_world(QUICK, "nothing_works", 0), SMALL)
    works = replace(here, world=replace(here.world, kind="prior"))
    market = load_market("grocery")  # somebody's idea of the firm, by which it is planned
    plans = size_strategies(market, [load_strategy("balanced")], SMALL.horizon)
    plans.pop("baseline")
    scenario = Scenario(
        here.world.market, DO_NOTHING, SMALL.customers, SMALL.horizon, 3, here.world.table
    )
    start = from_here(scenario, here.state)
    nothing = LoyaltyModel(scenario, start=start).run().weekly
    plan = LoyaltyModel(replace(scenario, strategy=plans["balanced"]), start=start).run().weekly
    for column in ("trips", "spend", "n_active", "new_joined"):
        assert (plan[column] == nothing[column]).all()
    assert (true_gains(works, plans, SMALL)["balanced"] < 0).all()


def test_doing_nothing_goes_on_from_the_day_of_the_advice_as_the_run_would_have():
    """What happens in 40 weeks: where the run goes on with other luck, and after new beginnings."""
    size, world, weeks, n = STATED.size, draw_world(STATED, "prior", 2), 40, 8
    people = (size.customers, size.log_weeks + weeks, world.seed, world.table)
    model = LoyaltyModel(
        Scenario(world.market, DO_NOTHING, *people, start="fresh", acquired_over=size.won_over)
    )
    while model.week < size.log_weeks:
        model.step()
    begun, gone_on = [], []
    for seed in range(n):
        short = Scenario(world.market, DO_NOTHING, size.customers, weeks, seed, world.table)
        begun.append(LoyaltyModel(short, start=from_here(short, model.state)).run().weekly)
        same = copy.deepcopy(model)
        same.state.draws = Draws(n + seed, model.state.size)
        weekly = same.run().weekly
        gone_on.append(weekly[weekly["week"] >= size.log_weeks])
    columns = ("trips", "n_active", "new_joined", "satisfaction_sum")
    for column in columns:
        sums = [[table[column].sum() for table in tables] for tables in (gone_on, begun)]
        assert stats.ttest_ind(*sums).pvalue > 1e-4 / len(columns), column


def quick_world(stated, kind, number):
    """Return a world as `score_world` does, without living it."""
    plan = {"gain": 1.0, "probability": 1.0, "loses": 0.0, "true": float(number), "true_error": 0.1}
    plan |= {f"{end}{share}": 0.0 for end in ("low", "high") for share in (50, 80, 90)}
    plan |= {"first_lives": 1.0, "later_lives": 1.0, "knowing_laws": 1.0}
    about = {"kind": kind, "number": number, "trade": "grocery", "log": "panel", "budget": 1.0}
    about |= {"firm_customers": 1000.0, "verdict": "winner", "advised": "a"}
    return f"{kind}_{number + 1:03d}", {**about, "plans": {"a": plan}}


def test_a_score_goes_on_where_it_was_and_takes_no_damaged_world(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(
        scoring, "score_world", lambda *one: made.append(one[1:]) or quick_world(*one)
    )
    folder = score(3, out=tmp_path / "scored", jobs=1)
    files = sorted((folder / "worlds").glob("*.json"))
    before, table = [path.read_bytes() for path in files], (folder / "score.csv").read_bytes()
    assert len(made) == 3
    for spoil in (
        lambda x: x[: len(x) // 2],
        lambda x: b"[1]",
        lambda x: x.replace(b'"number": 0', b'"number": 7'),
    ):
        files[0].write_bytes(spoil(before[0]))
        made.clear()
        score(3, out=folder, jobs=1)
        assert len(made) == 1
        assert [path.read_bytes() for path in files] == before
        assert (folder / "score.csv").read_bytes() == table
    made.clear()
    score(5, out=folder, jobs=1)
    assert len(made) == 2
    assert pd.read_csv(folder / "score.csv").groupby(["kind", "number"]).ngroups == 5


def test_a_folder_of_other_worlds_or_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "score_world", quick_world)
    folder = score(1, out=tmp_path / "scored", jobs=1)
    with pytest.raises(InputError, match="other worlds.*definitions"):
        score(1, seed=5, out=folder, jobs=1)
    (folder / "manifest.json").write_text((folder / "manifest.json").read_text()[:-4])
    with pytest.raises(InputError, match="manifest"):
        score(1, out=folder, jobs=1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="other files"):
        score(1, out=tmp_path / "mine", jobs=1)
    with pytest.raises(InputError, match="--worlds"):
        score(0, out=tmp_path / "none", jobs=1)


@pytest.mark.slow
def test_a_world_comes_out_the_same_in_another_process(tmp_path, monkeypatch):
    make_quick(monkeypatch.setattr)
    monkeypatch.setattr(scoring, "menu", lambda: ["rewards_first"])
    here = scoring.score_world(QUICK, "prior", 0)
    assert here == scoring.score_world(QUICK, "prior", 0)
    (row,) = here[1]["plans"].values()
    assert {"gain", "low90", "high90", "true", "knowing_laws", "first_lives"} <= row.keys()
