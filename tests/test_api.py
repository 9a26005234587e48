"""What a programmer holds: names with examples that run, frames, plots, an agent of one's own."""

import doctest
import multiprocessing
import subprocess
import sys

import mesa
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli.main import app
from tests.quick import make_quick

SIZE = {"customers": 100, "weeks": 4, "futures": 2}


@pytest.fixture(scope="module", autouse=True)
def quick():
    """What is shown of comparisons is tested here, not their ends."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        yield


@pytest.fixture(scope="module")
def rewards():
    play = sim.Play(lever="incentives", preset="points_programme")
    return sim.Strategy(name="rewards", title="<b>Rewards</b>", plays=[play])


@pytest.fixture(scope="module")
def result(rewards):
    return sim.compare("grocery", [rewards, "balanced"], **SIZE)


@pytest.fixture(scope="module")
def one():
    return sim.run("grocery", "balanced", customers=200, weeks=8, follow=True)


@pytest.fixture(scope="module")
def made():
    return sim.made_of("grocery", "service_first", parts=["terms"], **SIZE)


#: The search that an example and the fixture below ask for in the same words.
AVOID = [name for name in sim.lever_names() if name != "segmentation"]
SEARCH = ("grocery",), {"max_plays": 1, "avoid": AVOID, **SIZE, "futures": 10}


@pytest.fixture(scope="module")
def optimum():
    return sim.optimise(*SEARCH[0], **SEARCH[1])


# -- names -----------------------------------------------------------------------------------------


def test_importing_sim_loads_no_library():
    code = "import sys, sim; print(sorted({'pandas', 'numpy', 'mesa'} & set(sys.modules)), dir(sim)[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", min(sim.__all__)]


def test_every_name_is_there_and_a_wrong_one_is_refused():
    assert "compare" in sim.__all__
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        sim.no_such_name  # noqa: B018


@pytest.mark.parametrize("name", sim.__all__)
def test_every_name_is_documented_with_an_example_that_runs(
    name, result, one, made, optimum, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # some examples write files
    names = {each: getattr(sim, each) for each in sim.__all__}

    def optimise(*given, **asked):  # takes seconds
        return optimum if (given, asked) == SEARCH else sim.optimise(*given, **asked)

    names["optimise"] = optimise
    held = {**names, "result": result, "one": one, "made": made, "optimum": optimum}
    found = doctest.DocTestFinder().find(getattr(sim, name), name, module=False, globs=held)
    examples = [test for test in found if test.examples]
    assert any(test.name == name for test in examples), f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in examples:
        said: list[str] = []
        runner.run(test, out=said.append)
        assert not runner.failures, "".join(said)


# -- comparisons -----------------------------------------------------------------------------------


def test_a_comparison_holds_the_frames_that_its_documentation_names(result):
    intervals = ["ci_low", "ci_high", "low", "high"]
    both = ["expected_low", "expected_high", "low", "high", "ci_low", "ci_high"]
    chances = ["luck", "probability", "regret", "loses"]
    assert list(result.gains) == ["gain", *both, *chances]
    assert set(result.gains.index) == {"rewards", "balanced"}
    assert list(result.gains["gain"]) == sorted(result.gains["gain"], reverse=True)
    assert list(result.paths) == ["scenario", "week", "measure", "difference", *intervals]
    assert list(result.contributions) == [
        "scenario", "segment", "outcome", "mechanism", "difference"
    ]  # fmt: skip
    assert list(result.measures) == [
        "scenario", "segment", "measure", "future", "luck", "value", "spared", "struck", "chance"
    ]  # fmt: skip
    assert {"budget", "planned", "actual", "payback_week"} <= set(result.costs)
    for name in ("gains", "paths", "contributions", "measures", "costs"):
        assert isinstance(getattr(result, name), sim.Frame)


def test_what_is_shown_is_escaped_and_says_that_a_small_comparison_is_small(result):
    html = result._repr_html_()
    assert "<b>Rewards</b>" not in html
    assert "&lt;b&gt;Rewards" in html
    assert "mathjax_ignore" in html.split(">")[0]
    assert "2 strategies, 100 customers, 4 weeks, 2 futures: a look." in html
    assert result.answer in repr(result)


def test_plots_are_matplotlib_figures_with_words(result):
    from matplotlib.figure import Figure

    for plot in (result.plot_gains(), result.plot_paths(), result.plot_why(), result.plot_costs()):
        assert isinstance(plot, Figure)
        data, metadata = plot._repr_mimebundle_()
        assert data["image/png"].startswith(b"\x89PNG")
        assert metadata["image/png"]["alt"] == data["text/plain"] == plot.alt
        assert plot.alt


def test_a_market_changed_in_code_changes_the_result_and_a_file_is_kept_only_where_asked(
    rewards, result, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    rich = sim.load_market("grocery").with_values(gross_margin=0.5)
    other = sim.compare(rich, [rewards], **SIZE)
    assert other.market["gross_margin"] == 0.5
    assert other.gains.loc["rewards", "gain"] != result.gains.loc["rewards", "gain"]
    assert not list(tmp_path.iterdir())
    sim.compare(rich, [rewards], **SIZE, out=tmp_path / "kept")
    kept = sim.read_comparison(tmp_path / "kept")
    pd.testing.assert_frame_equal(kept.gains, other.gains)


def test_two_strategies_of_one_name_and_a_baseline_with_plays_are_refused(rewards):
    other = rewards.model_copy(update={"title": "Other"})
    with pytest.raises(sim.InputError, match="a name of its own"):
        sim.compare("grocery", [rewards, other], **SIZE)
    with pytest.raises(sim.InputError, match="another name"):
        sim.compare("grocery", [rewards.model_copy(update={"name": "baseline"})], **SIZE)


def test_a_preset_that_does_not_exist_is_named_with_the_nearest_one():
    play = sim.Play(lever="incentives", preset="points_program")
    with pytest.raises(sim.InputError, match="points_programme"):
        sim.run("grocery", sim.Strategy(name="x", plays=[play]), customers=100, weeks=4)


def test_the_command_line_and_the_interface_give_the_same_files(tmp_path):
    options = [word for name, value in SIZE.items() for word in (f"--{name}", str(value))]
    command = ["compare", "--market", "grocery", "--strategies", "balanced", *options]
    done = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "typed")])
    assert done.exit_code == 0, done.output
    made = sim.compare("grocery", ["balanced"], **SIZE, out=tmp_path / "coded")
    assert made.answer in " ".join(done.output.split())
    runs = sorted(
        p.relative_to(tmp_path / "typed") for p in tmp_path.glob("typed/runs/**/*.parquet")
    )
    assert runs
    for path in ("summary.csv", *runs):
        assert (tmp_path / "typed" / path).read_bytes() == (tmp_path / "coded" / path).read_bytes()


# -- one run ---------------------------------------------------------------------------------------


def test_a_run_holds_the_frames_that_its_documentation_names(one):
    assert list(one.measures) == ["doing_nothing", "strategy", "difference"]
    assert one.measures.loc["customer_equity"].notna().all()
    assert list(one.paths.index) == list(range(1, 9))
    assert {"cumulative_profit", "retention", "satisfaction"} <= set(one.paths)
    assert {"purchase", "churn"} <= set(one.contributions)
    assert list(one.costs) == ["planned", "actual"]
    assert set(one.weekly["scenario"]) == {"baseline", "balanced"}
    assert one.weekly.notna().all().all()
    assert "one run of 8 weeks" in repr(one)
    assert "One future of many" in one._repr_html_()


def test_followed_customers_are_shown_and_their_diaries_are_frames(one):
    assert one.customers
    for role, customer in one.customers.items():
        assert customer.told.key == role
        assert customer.rule
        assert len(customer.diary) == len(customer.baseline) == 8


def test_following_customers_changes_nothing(one):
    plain = sim.run("grocery", "balanced", customers=200, weeks=8)
    pd.testing.assert_frame_equal(plain.weekly, one.weekly)
    assert plain.customers == {}


def test_frames_show_three_digits_and_keep_all():
    frame = sim.Frame({"gain": [54712.3, np.nan]})
    assert "54,700" in repr(frame)
    assert "54,700" in frame._repr_html_()
    assert frame["gain"].iloc[0] == 54712.3
    assert isinstance(frame.head(1), sim.Frame)
    assert "54,700" in repr(frame["gain"])
    table = sim.Frame({"week": [1, 1], "name": ["a", "b"], "gain": [54712.3, 1.0]})
    assert "54,700" in repr(table.pivot(index="week", columns="name", values="gain"))


# -- the model as a Mesa model ---------------------------------------------------------------------


class Regulator(mesa.Agent):
    """Forbids a lever in some weeks."""

    def __init__(self, model, lever, weeks):
        super().__init__(model)
        self.lever, self.weeks = lever, weeks

    def step(self):
        if self.model.week in self.weeks:
            self.model.agents.select(agent_type=sim.Department).do("pause", self.lever)


def _weekly(*regulated):
    """Return the weekly table under a discount, with a regulator of these levers and weeks."""
    play = sim.Play(lever="incentives", preset="members_discount")
    strategy = sim.Strategy(name="discount", plays=[play])
    model = sim.LoyaltyModel(sim.Scenario(sim.load_market("grocery"), strategy, 200, 8, 1))
    for lever, weeks in regulated:
        Regulator(model, lever, weeks)
    return model.run().weekly


def test_a_regulator_stops_a_lever_in_the_weeks_that_it_forbids_and_nothing_before():
    free, bound = _weekly(), _weekly(("incentives", range(3, 5)))
    pd.testing.assert_frame_equal(free[free["week"] < 3], bound[bound["week"] < 3])
    cost = bound.groupby("week")["cost.incentives"].sum()
    assert (cost[[3, 4]] == 0).all()
    assert (cost[[0, 1, 2, 5, 6, 7]] > 0).all()
    terms = [name for name in free if name.startswith("term.") and "incentives" in name]
    assert terms
    forbidden, allowed = (table[table["week"].isin([3, 4])] for table in (bound, free))
    assert (allowed[terms].abs().sum() > 0).any()
    assert (forbidden[terms].abs().sum() <= allowed[terms].abs().sum()).all()
    assert forbidden[terms].abs().sum().sum() < allowed[terms].abs().sum().sum()


def test_a_regulator_of_no_week_or_of_a_lever_that_is_off_changes_nothing():
    free = _weekly()
    pd.testing.assert_frame_equal(free, _weekly(("incentives", range(0))))
    pd.testing.assert_frame_equal(free, _weekly(("pricing", range(8))))


def test_batch_run_of_mesa_takes_a_grid_of_the_model(monkeypatch):
    monkeypatch.setattr(multiprocessing, "set_start_method", lambda *_, **__: None)
    grid = {"strategy": ["baseline", "balanced"], "customers": [100, 200], "weeks": 4}
    runs = pd.DataFrame(mesa.batch_run(sim.LoyaltyModel, grid, rng=[7], display_progress=False))
    assert runs[["strategy", "customers"]].drop_duplicates().shape[0] == len(runs) == 4
    assert (runs["Step"] == 4).all()  # the model ends at its horizon, not at the largest step
    assert (runs["n_active"] > 0).all()
    setting = sim.Scenario(sim.load_market("grocery"), sim.load_strategy("baseline"), 100, 4, 7)
    mine = sim.LoyaltyModel(setting).run().datacollector.get_model_vars_dataframe().iloc[-1]
    same = runs[(runs["strategy"] == "baseline") & (runs["customers"] == 100)].iloc[0]
    assert same[list(mine.index)].astype(float).equals(mine.astype(float).rename(same.name))


def test_the_model_is_stepped_and_asked_as_any_mesa_model():
    model = sim.LoyaltyModel(market="music_shop", customers=100, weeks=3)
    model.step()
    assert model.running
    departments = model.agents.select(agent_type=sim.Department)
    assert sorted(departments.get("name")) == ["brand", "market", "service", "technology"]
    rivals = model.agents.select(agent_type=sim.Rival)
    assert rivals.agg("trips", sum) > 0
    model.run()
    assert not model.running
    assert len(model.datacollector.get_model_vars_dataframe()) == 3
