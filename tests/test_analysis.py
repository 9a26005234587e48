"""Paired statistics are the textbook's, intervals cover, the verdict follows its rule.

Serves: L1.1b L1.1d C3.4
"""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from synthetic import synthetic_comparison
from weekly_tables import write_comparison

from sim.analysis.intervals import paired_interval
from sim.analysis.load_comparison import load_comparison
from sim.analysis.verdict import decide
from sim.common.errors import InputError
from sim.experiment.result_store import MANIFEST, read_run, run_files, run_place, write_run
from tests.stored import write_sealed

FALSE_ALARM = 1e-4


@pytest.fixture(scope="module")
def market():
    return synthetic_comparison(n=2).market


@pytest.fixture(scope="module")
def folder(market, tmp_path_factory):
    path = tmp_path_factory.mktemp("comparison")
    rng = np.random.default_rng(5)
    gains = {
        "balanced": list(600 + rng.normal(0, 50, 6)),
        "service_first": [100.0, -90, 20, 40, 0, 9],
    }
    write_comparison(path, market, gains)
    return path, gains


@pytest.fixture(scope="module")
def comparison(folder):
    return load_comparison(folder[0])


def test_the_paired_interval_is_the_textbook_formula():
    d = np.random.default_rng(1).normal(3, 2, 9)
    found = paired_interval(d)
    t, s, n = stats.t.ppf(0.95, 8), d.std(ddof=1), 9
    assert found.mean == pytest.approx(d.mean())
    assert found.ci_low == pytest.approx(d.mean() - t * s / np.sqrt(n))
    assert found.ci_high == pytest.approx(d.mean() + t * s / np.sqrt(n))
    assert found.low == pytest.approx(d.mean() - t * s * np.sqrt(1 + 1 / n))
    assert found.high == pytest.approx(d.mean() + t * s * np.sqrt(1 + 1 / n))


@pytest.mark.parametrize("n", [2, 3, 20])
def test_the_paired_interval_is_that_of_least_squares_on_a_constant(n):
    d = np.random.default_rng(n).normal(1e6, 3e5, n)
    fit = OLS(d, np.ones(n)).fit().get_prediction(np.ones((1, 1)))
    found = paired_interval(d)
    assert (found.ci_low, found.ci_high) == pytest.approx(fit.conf_int(alpha=0.1)[0], rel=1e-9)
    assert (found.low, found.high) == pytest.approx(fit.conf_int(True, 0.1)[0], rel=1e-9)


def test_draws_without_a_value_are_left_out_and_two_are_needed():
    assert paired_interval([1.0, np.nan, 3.0]).n == 2
    assert np.isnan(paired_interval([1.0, np.nan]).ci_low)
    assert np.isnan(paired_interval([]).mean)


def test_equal_differences_give_an_interval_of_no_width():
    found = paired_interval([2.0, 2.0, 2.0])
    assert (found.ci_low, found.high) == (pytest.approx(2), pytest.approx(2))


def test_the_prediction_interval_covers_nine_draws_in_ten():
    rng, n = np.random.default_rng(20), 1500
    hits = 0
    for _ in range(n):
        draws = rng.normal(5, 3, 9)
        interval = paired_interval(draws[:8])
        hits += interval.low <= draws[8] <= interval.high
    low, high = stats.binom.interval(1 - FALSE_ALARM, n, 0.9)
    z = (hits - 0.9 * n) / np.sqrt(n * 0.09)
    assert low <= hits <= high, f"observed {hits}, expected {0.9 * n:.0f}, z {z:.2f}, n {n}"


def _equity(**gains: list[float]) -> pd.DataFrame:
    luck = np.random.default_rng(2).normal(1000, 300, len(next(iter(gains.values()))))
    return pd.DataFrame({"baseline": luck, **{k: luck + np.array(v) for k, v in gains.items()}})


def test_a_strategy_that_is_best_in_most_draws_wins():
    verdict = decide(_equity(a=[9, 8, 9, 7, 9, 8, 9, 8, 9, 8], b=[1, 9, 1, 2, 1, 1, 1, 2, 1, 1]))
    assert (verdict.kind, verdict.strategy, verdict.runner_up) == ("winner", "a", "b")
    assert verdict.probability == pytest.approx(0.9)
    assert verdict.gain == pytest.approx(8.4)
    assert verdict.gain_low > 0
    assert verdict.draw_low < verdict.gain_low < verdict.gain_high < verdict.draw_high
    # Wilson's interval for 9 of 10 at 90 %
    z2 = stats.norm.ppf(0.95) ** 2
    half = np.sqrt(z2) * np.sqrt(0.9 * 0.1 / 10 + z2 / 400) / (1 + z2 / 10)
    centre = (0.9 + z2 / 20) / (1 + z2 / 10)
    assert verdict.probability_low == pytest.approx(centre - half)
    assert verdict.probability_high == pytest.approx(centre + half)


def test_two_strategies_that_take_turns_leave_no_clear_winner():
    verdict = decide(_equity(a=[9, 7] * 5, b=[7, 8] * 5))
    assert (verdict.kind, verdict.strategy) == ("no_clear_winner", "a")
    assert verdict.probability == pytest.approx(0.5)
    assert verdict.options["probability"].sum() == pytest.approx(1)


def test_best_in_most_draws_is_not_enough_if_the_gain_may_be_nothing():
    verdict = decide(_equity(a=[1] * 9 + [-40], b=[0.5] * 9 + [0.6]))
    assert verdict.kind == "no_clear_winner"


def test_doing_nothing_is_the_verdict_if_no_gain_is_shown():
    verdict = decide(_equity(a=[-5, 4, -6, 3, -5, 1], b=[-9, -8, -9, -7, -9, -8]))
    assert (verdict.kind, verdict.strategy, verdict.runner_up) == ("do_nothing", None, "a")
    assert verdict.probability == pytest.approx(0.5)
    assert verdict.gain == pytest.approx(-8 / 6)


def test_a_tie_goes_to_doing_nothing():
    verdict = decide(_equity(a=[0.0, 0.0, 0.0]))
    assert verdict.kind == "do_nothing"
    assert verdict.probability == 1


def test_regret_is_the_mean_loss_to_the_best_of_each_draw():
    options = decide(_equity(a=[4, -2], b=[1, 1])).options
    assert options["regret"].to_dict() == pytest.approx({"a": 1.5, "b": 1.5, "baseline": 2.5})


def test_effects_are_paired_with_the_baseline(comparison, folder):
    rows = comparison.effects.set_index(["variant", "scenario", "segment", "measure"])
    for name, gains in folder[1].items():
        effect = rows.loc[("central", name, "total", "customer_equity")]
        expected = paired_interval(
            3 * np.array(gains)
        )  # 3 customers of the firm for each simulated
        assert effect["difference"] == pytest.approx(expected.mean)
        assert effect["ci_low"] == pytest.approx(expected.ci_low, rel=1e-6)
        assert effect["high"] == pytest.approx(expected.high, rel=1e-6)
        assert effect["mean"] - effect["baseline_mean"] == pytest.approx(effect["difference"])
        assert effect["n"] == 6
    assert rows.loc[("share_of_wallet_low", "balanced", "total", "customer_equity"), "n"] == 2
    assert np.isnan(rows.loc[("central", "balanced", "total", "return"), "baseline_mean"])
    assert "payback_week" not in set(comparison.effects["measure"])


def test_the_verdict_comes_with_those_at_the_ends_of_the_market(comparison):
    assert comparison.verdict.kind == "winner"
    assert set(comparison.verdict.ends) == {"share_of_wallet", "yearly_attrition"}
    for ends in comparison.verdict.ends.values():
        assert set(ends) == {"low", "high"}
        assert ends["low"].strategy == "balanced"


def test_money_compares_plan_and_cost_and_states_who_never_pays_back(comparison):
    line = comparison.money.loc["balanced"]
    assert line["planned_cost"] == pytest.approx(156 * 52)
    assert line["actual_cost"] == pytest.approx(5 / 6 * 3 * 3 * 20.8 * 52)
    assert line["cost.incentives"] == pytest.approx(line["actual_cost"])
    assert not line["off_plan"]
    assert line["payback_week"] == np.inf  # the gain comes after the horizon
    assert line["payback_share"] == 0


def test_what_a_budget_does_not_allow_is_not_planned(tmp_path, folder, comparison):
    firm = comparison.market["firm_customers"]
    assert comparison.money.loc["balanced", "budget"] == pytest.approx(1e3 * firm)
    shutil.copytree(folder[0], tmp_path / "dear")
    manifest = json.loads((folder[0] / MANIFEST).read_text())
    manifest["strategies"]["balanced"] |= {"plan": {"incentives": 2e3 * firm}}
    write_sealed(tmp_path / "dear", manifest)
    line = load_comparison(tmp_path / "dear").money.loc["balanced"]
    assert line["design_cost"] == pytest.approx(2e3 * firm)
    assert line["planned_cost"] == pytest.approx(1e3 * firm)


def test_contributions_are_terms_per_exposed_person_less_the_baselines(comparison):
    keys = ["scenario", "segment", "outcome", "mechanism"]
    rows = comparison.contributions.set_index(keys).sort_index()
    found = rows.loc[("balanced", "total", "purchase"), "difference"]
    assert found["incentives"] == pytest.approx(0.2)
    assert found["satisfaction"] == 0


def test_paths_are_paired_by_week(comparison):
    rows = comparison.paths
    profit = rows[(rows["scenario"] == "balanced") & (rows["measure"] == "cumulative_profit")]
    assert profit["week"].tolist() == list(range(6))
    spent = 3 * 3 * 20.8 * np.array([1, 2, 3, 4, 5, 5])
    assert profit["difference"].to_numpy() == pytest.approx(-spent)
    assert set(rows["measure"]) == {
        "cumulative_profit", "retention", "satisfaction", "share_of_wallet", "active_customers",
    }  # fmt: skip


def test_a_folder_that_is_no_comparison_is_refused(tmp_path):
    with pytest.raises(InputError, match="no manifest.json"):
        load_comparison(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        load_comparison(tmp_path / "nowhere")
    (tmp_path / MANIFEST).write_text('{"id": ')
    with pytest.raises(InputError, match="damaged"):
        load_comparison(tmp_path)


def test_an_unfinished_comparison_is_refused_with_what_continues_it(market, tmp_path):
    write_comparison(tmp_path, market, {"balanced": [1.0, 2.0]})
    run_files(tmp_path, ("central", "balanced", 1))[0].unlink()
    with pytest.raises(
        InputError, match=r"1 of 20 runs are missing or damaged.*`loyalty compare --market shop`"
    ):
        load_comparison(tmp_path)
    write_comparison(tmp_path, market, {"balanced": [1.0, 2.0]})
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    write_sealed(tmp_path, {**manifest, "finished": False})
    with pytest.raises(InputError, match="the last step is missing"):
        load_comparison(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_a_damaged_run_is_named(market, tmp_path, damage):
    write_comparison(tmp_path, market, {"balanced": [1.0, 2.0]})
    (path,) = run_files(tmp_path, ("central", "balanced", 1))
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:4] + bytes(len(content) - 8) + content[-4:])
    with pytest.raises(InputError, match="1 of 20 runs are missing or damaged"):
        load_comparison(tmp_path)


def test_a_term_that_arises_in_some_futures_only_counts_as_nothing_in_the_others(folder, tmp_path):
    """A breach befalls the firm in some lives: the table must neither fail nor leave it out."""
    path, _ = folder
    copy = tmp_path / "comparison"
    shutil.copytree(path, copy)
    for scenario in ["baseline", "balanced", "service_first"]:
        key = ("central", scenario, 3)
        table = read_run(copy, key)
        table["exposed.purchase"] = table.get("exposed.purchase", pd.Series(1.0, table.index))
        felt = -0.5 if scenario == "balanced" else 0.0
        table["term.purchase.breach"] = felt * table["exposed.purchase"]
        write_run(run_place(copy, key), table)
    rows = load_comparison(copy).contributions.set_index(["scenario", "segment", "mechanism"])
    found = rows.loc[("balanced", "total", "breach"), "difference"]
    assert found == pytest.approx(-0.5 / 6)
