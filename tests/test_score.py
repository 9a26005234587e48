"""The score of the advice: worlds of known truth, what plans really bring there, how it is counted."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.advice.score import score as scoring
from sim.advice.score.advised import advise
from sim.advice.score.definitions import definitions
from sim.advice.score.lived import live_until_advice, true_gains
from sim.advice.score.score import order_of, score
from sim.advice.score.structure import changed
from sim.advice.score.world import draw_world
from sim.common.errors import InputError
from sim.common.random_numbers import Draws
from sim.experiment.budget import size_strategies
from sim.market.market import load_market
from sim.model.common_start import from_here, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import DO_NOTHING
from sim.playbook.strategy_files import load_strategy
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


def test_a_lever_saturates_by_itself_in_a_world_where_it_does():
    start = changed(
        prepare(Scenario(load_market("grocery"), DO_NOTHING, 50, 2)), "other_saturation"
    )
    (lever,) = (one for one in start.levers if one.name == "incentives")
    term = np.array([1e-5, 0.02, 1.0, -0.02])
    expected = [1e-5, 0.02 * (1 - np.exp(-1)), 0.02, -0.02 * (1 - np.exp(-1))]
    assert type(lever).turn(term) == pytest.approx(expected, rel=1e-3)


def test_the_first_worlds_are_the_same_however_many_and_kinds_come_in_their_proportions():
    order = order_of(STATED.worlds, 64)
    assert order[:10] == order_of(STATED.worlds, 10)
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
    plan |= {"first_lives": 1.0, "later_lives": 1.0, "knowable": 1.0}
    plan |= {"lives_lost": 0.0, "lives_best": 1.0}
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


def test_worlds_of_one_kind_are_those_of_the_runs_and_more(tmp_path, monkeypatch):
    monkeypatch.setattr(scoring, "score_world", quick_world)
    folder = score(12, out=tmp_path / "nulls", jobs=1, kind="nothing_works")
    assert STATED.worlds["nothing_works"] < 12
    rows = pd.read_csv(folder / "score.csv")
    assert set(rows["kind"]) == {"nothing_works"} and sorted(rows["number"]) == list(range(12))
    stated = score(out=tmp_path / "as_stated", jobs=1, kind="other_leaving")
    assert len(pd.read_csv(stated / "score.csv")) == STATED.worlds["other_leaving"]
    assert scoring.default_folder(1) != scoring.default_folder(1, "prior")
    with pytest.raises(InputError, match="nothing_works") as refused:
        score(1, out=tmp_path / "none", jobs=1, kind="nothing_work")
    assert refused.value.nearest == "nothing_works"


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
    assert {"gain", "low90", "high90", "true", "knowable", "first_lives"} <= row.keys()
