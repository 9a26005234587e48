"""The answers of a comparison are those of its runs: paired effects, terms, paths, money, verdict.

Serves: L1.1b L1.1d C3.4
"""

import json
import shutil

import numpy as np
import pytest
from scipy import stats
from weekly_tables import write_comparison, write_table

from sim.analysis.intervals import paired_interval
from sim.analysis.load_comparison import load_comparison
from sim.common.errors import InputError
from sim.common.results import MANIFEST
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import run_files, run_place
from tests.stored import run_of, write_sealed
from tests.synthetic import synthetic_comparison


@pytest.fixture(scope="module")
def market():
    return synthetic_comparison(n=2).market


@pytest.fixture(scope="module")
def folder(market, tmp_path_factory):
    path = tmp_path_factory.mktemp("comparison")
    rng = np.random.default_rng(5)
    gains = {
        "balanced": list(2e4 + rng.normal(0, 50, 6)),
        "service_first": [100.0, -90, 20, 40, 0, 9],
    }
    write_comparison(path, market, gains)
    return path, gains


@pytest.fixture(scope="module")
def comparison(folder):
    return load_comparison(folder[0])


def test_effects_are_paired_with_the_baseline(comparison, folder):
    rows = comparison.effects.set_index(["scenario", "segment", "measure"])
    for name, gains in folder[1].items():
        effect = rows.loc[(name, "total", "customer_equity")]
        # three customers of the firm for each simulated; six futures are too few for second lives
        expected = paired_interval(3 * np.array(gains))
        assert effect["difference"] == pytest.approx(expected.mean)
        for end in ("ci_low", "expected_low", "high"):
            assert effect[end] == pytest.approx(getattr(expected, end), rel=1e-6)
        assert effect["mean"] - effect["baseline_mean"] == pytest.approx(effect["difference"])
        assert effect["n"] == 6
    assert np.isnan(rows.loc[("balanced", "total", "return"), "baseline_mean"])
    assert "payback_week" not in set(comparison.effects["measure"])


def test_the_return_on_cost_counts_the_futures_in_which_nothing_is_gained(market, tmp_path):
    gains = [600.0, 0.0, 300.0, 0.0]
    write_comparison(tmp_path, market, {"balanced": gains})
    comparison = load_comparison(tmp_path)
    drawn = [one for one in comparison.manifest.drawn if not one.luck]
    paid = [
        3 * 20.8 * np.exp(-comparison.manifest.discount(one) * np.arange(5)).sum() for one in drawn
    ]
    assert comparison.return_on_cost("balanced") == pytest.approx(np.mean(gains) / np.mean(paid))


def test_what_comes_within_the_horizon_and_after_it_is_told_apart(comparison, folder):
    """The runs bring their gain, and what pays their cost, after the horizon."""
    for name, gains in folder[1].items():
        within, after = (
            comparison.effects_on(measure).loc[name, "difference"]
            for measure in ("equity_within", "equity_after")
        )
        assert within < 0 < after
        assert within + after == pytest.approx(3 * np.mean(gains))
        assert comparison.loses(name, "equity_within") == 1
        assert comparison.loses(name, "equity_after") == 0
        assert comparison.loses(name) == pytest.approx(np.mean(np.array(gains) < -1e-6))


def test_the_verdict_is_that_of_the_futures(comparison):
    assert (comparison.verdict.kind, comparison.verdict.strategy) == ("undecided", "balanced")
    assert comparison.futures == 6  # too few for any other verdict
    assert comparison.leanings == []  # six futures say nothing about a line


def test_second_lives_tell_how_much_is_luck(market, tmp_path):
    """A run that is the same when it is lived again owes nothing to luck."""
    gains = list(np.random.default_rng(3).normal(600, 50, 8))
    half = stats.t.ppf(0.95, 7) * np.std(gains, ddof=1) * np.sqrt(1 + 1 / 8)
    write_comparison(tmp_path, market, {"balanced": gains})
    found = load_comparison(tmp_path).verdict.gain
    assert found.luck == pytest.approx(0, abs=1e-12)
    assert found.expected_low == pytest.approx(found.low)
    assert found.expected_low == pytest.approx(3 * (np.mean(gains) - half))


def test_money_compares_plan_and_cost_and_states_who_never_pays_back(comparison):
    line = comparison.money.loc["balanced"]
    assert line["planned_cost"] == pytest.approx(156 * 52)
    assert line["actual_cost"] == pytest.approx(5 / 6 * 3 * 3 * 20.8 * 52)
    assert line["cost.incentives"] == pytest.approx(line["actual_cost"])
    assert not line["off_plan"]
    assert line["payback_week"] == np.inf  # the gain comes after the horizon
    assert line["payback_share"] == 0


def test_what_the_firm_cannot_pay_is_told_with_what_it_would_cost(tmp_path, folder, comparison):
    firm = comparison.market["firm_customers"]
    assert comparison.money.loc["balanced", "budget"] == pytest.approx(1e3 * firm)
    shutil.copytree(folder[0], tmp_path / "dear")
    manifest = json.loads((folder[0] / MANIFEST).read_text())
    manifest["strategies"]["balanced"] |= {"plan": {"incentives": 2e3}}
    least = {"least": {"incentives": 1.5e3}, "least_fixed": {"incentives": 1.4e3}}
    manifest["strategies"]["balanced"]["sized"] |= {"planned": {"incentives": 2e3}, **least}
    write_sealed(tmp_path / "dear", manifest)
    found = load_comparison(tmp_path / "dear")
    assert list(found.unaffordable) == ["balanced"]
    line = found.money.loc["balanced"]
    assert line["design_cost"] == line["planned_cost"] == pytest.approx(2e3 * firm)


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


def _file(folder, key):
    """Return the file of a run."""
    (path,) = run_files(run_place(folder, key, read_manifest(folder).runs[key]))
    return path


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
    _file(tmp_path, ("balanced", 1, 0)).unlink()
    with pytest.raises(
        InputError,
        match=r"1 of 4 runs are missing or damaged.*`loyalty compare --market shop --out .*`",
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
    path = _file(tmp_path, ("balanced", 1, 0))
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:4] + bytes(len(content) - 8) + content[-4:])
    with pytest.raises(InputError, match="1 of 4 runs are missing or damaged"):
        load_comparison(tmp_path)


def test_a_term_that_arises_in_some_futures_only_counts_as_nothing_in_the_others(folder, tmp_path):
    """A breach befalls the firm in some lives: the table must neither fail nor leave it out."""
    path, _ = folder
    copy = tmp_path / "comparison"
    shutil.copytree(path, copy)
    manifest = read_manifest(copy)
    for scenario in manifest.plans:
        key = (scenario, 3, 0)
        table = run_of(copy, manifest, key)
        felt = -0.5 if scenario == "balanced" else 0.0
        table["term.purchase.breach"] = felt * table["exposed.purchase"]
        write_table(copy, key, manifest.runs[key], table)
    rows = load_comparison(copy).contributions.set_index(["scenario", "segment", "mechanism"])
    found = rows.loc[("balanced", "total", "breach"), "difference"]
    assert found == pytest.approx(-0.5 / 6)
