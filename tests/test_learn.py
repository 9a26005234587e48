"""What a trial measured changes what its own market draws from then on, and nothing else.

Serves: C3.4
"""

import json
from dataclasses import replace

import numpy as np
import pytest
import yaml
from scipy import stats
from typer.testing import CliRunner
from worlds import Z_LIMIT

import sim.analysis.judged  # noqa: F401 - before what it reads is replaced below
from sim.analysis.trial import trial_of, warning_of
from sim.cli.main import app
from sim.common.errors import InputError
from sim.common.paths import root
from sim.common.results import MANIFEST
from sim.evidence.own import parameters_for
from sim.experiment import learn as learning
from sim.experiment import learned_from, trial_outcomes
from sim.experiment.compare import compare
from sim.experiment.futures import draw_futures
from sim.experiment.trial_design import CONTROL, trial_designs, write_design
from sim.experiment.trial_outcomes import NOTHING, foretold, simulated, weighed
from sim.experiment.uncertain_values import draw_values
from sim.market.learned import Foretold, Learned, Plan, Tried
from sim.market.market import load_market
from sim.model.switched_off import TERMS
from sim.report.comparison import provenance
from sim.report.comparison.content import build_content
from sim.report.comparison.learned import learned_section
from sim.report.comparison.provenance import unknowns
from sim.report.documents.brief import build_brief
from sim.report.phrases import in_language
from tests.own_trials import design, findings, made_up, own_shop, table
from tests.quick import make_quick
from tests.synthetic import shared_comparison

NIL = Foretold(mean=0.0, low=0.0, high=0.0)
TRIED = Tried(
    name="balanced", strategy="balanced", title="Balanced", finding="F01", day="2026-11-29", weeks=26,
    tried=900, control=880, difference=-1.5, error=4.0, gain=5e5, before=NIL, after=NIL,
)  # fmt: skip


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Return the folder of a client whose market is the grocer's, with a trial designed."""
    return own_shop(tmp_path, monkeypatch)


@pytest.fixture
def foreseen(monkeypatch):
    """Take outcomes that are made up, so that nothing is simulated."""
    outcomes = np.random.default_rng(7).normal(0.0, 1.0, (1, 100))
    monkeypatch.setattr(learned_from, "simulated", lambda *_: outcomes)


# -- what it teaches
def test_of_normal_outcomes_what_is_learned_is_the_normal_posterior(monkeypatch):
    """Within the error of a mean of so many effective futures."""
    monkeypatch.setattr(trial_outcomes, "NOTHING", 1e-12)
    outcomes = np.random.default_rng(3).normal(2.0, 3.0, (1, 100_000))
    weights, idle = weighed(outcomes, [TRIED])
    kept = 1 / (1 + (TRIED.error / 3.0) ** 2)
    mean, sd = 2.0 + kept * (TRIED.difference - 2.0), 3.0 * np.sqrt(1 - kept)
    told = foretold(outcomes[0], weights, idle["balanced"])
    bound = Z_LIMIT * sd / np.sqrt(1 / (weights**2).sum())
    assert abs(told.mean - mean) < bound
    assert abs(told.low - stats.norm.ppf(0.05, mean, sd)) < 3 * bound
    assert abs(told.high - stats.norm.ppf(0.95, mean, sd)) < 3 * bound


def test_two_trials_of_a_plan_teach_what_one_of_both_sizes_does():
    outcomes = np.random.default_rng(4).normal(2.0, 3.0, 5_000)
    half = TRIED.model_copy(update={"error": TRIED.error * np.sqrt(2)})
    twice = weighed(np.stack([outcomes, outcomes]), [half, half])
    once = weighed(outcomes[None], [TRIED])
    assert np.allclose(twice[0], once[0])
    assert np.allclose(twice[1]["balanced"], once[1]["balanced"])


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Simulation-based calibration: skewed outcomes, and plans that do nothing one time in three."""
    rng, n, error, held = np.random.default_rng(5), 600, 2.0, 0
    outcomes = rng.gamma(2.0, 1.5, 3_000)
    truths = rng.gamma(2.0, 1.5, n) * (rng.uniform(size=n) >= NOTHING)
    for truth in truths:
        y = truth + rng.normal(0, error)
        one = TRIED.model_copy(update={"difference": y, "error": error})
        weights, idle = weighed(outcomes[None], [one])
        values, shares = np.append(outcomes, 0.0), np.append(weights * (1 - idle["balanced"]), 0.0)
        shares[-1] = 1 - shares.sum()
        below, at = shares[values < truth].sum(), shares[values == truth].sum()
        held += 0.05 < below + at * rng.uniform() < 0.95  # the rank within a point mass is drawn
    assert abs(held - 0.9 * n) < Z_LIMIT * np.sqrt(0.9 * 0.1 * n)


def test_a_plan_that_does_nothing_is_dropped_and_one_that_works_is_kept():
    """By a trial that tells what covers its cost from nothing as designed; gains go with outcomes."""
    rng, cost = np.random.default_rng(6), 1.0
    outcomes = rng.gamma(4.0, 0.75, 3_000)
    gains, error, dropped, kept = outcomes - cost, cost / 2.8, 0, 0
    for worked in (False, True):
        for _ in range(200):
            y = worked * rng.choice(outcomes) + rng.normal(0, error)
            one = TRIED.model_copy(update={"difference": y, "error": error})
            weights, idle = weighed(outcomes[None], [one])
            act = 1 - idle["balanced"]
            mean = weights @ (act * gains - (1 - act) * cost)
            dropped += not worked and mean <= 0
            kept += worked and mean > 0
    assert dropped >= 0.95 * 200 - 1
    assert kept >= 0.9 * 200


# -- what is drawn from then on
def _learned(weights, idle):
    plans = {"balanced": Plan(levers=["incentives"], idle=idle)}
    return Learned(seed=14, market="", parameters="", trials=[TRIED], weights=weights, plans=plans)


def test_futures_are_drawn_from_those_that_are_weighted_and_their_plans_do_nothing_as_often():
    market = load_market("grocery")
    learned = _learned([0.0, 0.75, 0.25, 0.0], [0.0, 1.0, 0.0, 0.0])
    taught = market.model_copy(update={"learned": learned})
    rows = [row for row in parameters_for(market).rows if row.lever == "incentives"]
    base, drawn = draw_values(market, rows, 4, 14), draw_futures(taught, rows, 16, 3)
    numbers = [
        base["market.gross_margin"].index(one.values["market.gross_margin"]) for one in drawn
    ]
    assert [numbers[:16].count(k) for k in range(4)] == [0, 12, 4, 0]
    for one, k in zip(drawn, numbers, strict=True):
        assert one.values["incentives.redemption"] == base["incentives.redemption"][k]
        assert bool(one.off) == (k == 1)
    fewer = draw_futures(taught, rows, 8, 3)[:8]
    assert fewer == drawn[:8], "fewer futures are the first of more"
    off = drawn[numbers.index(1)].off
    assert set(off) == {f"incentives.{term}" for term in TERMS}


def test_a_plan_whose_levers_do_nothing_sells_nothing_more():
    market, plan = load_market("grocery"), design().plan
    levers = [play.lever for play in plan.plays]
    plans = {"balanced": Plan(levers=levers, idle=[1.0, 1.0])}
    learned = _learned([0.5, 0.5], [1.0, 1.0]).model_copy(update={"plans": plans})
    taught = market.model_copy(update={"learned": learned})
    assert (simulated(taught, [(plan, 13)], 2, 1, lambda *_: None) == 0).all()
    assert (simulated(market, [(plan, 13)], 2, 1, lambda *_: None) != 0).all()


# -- the command
def test_learning_keeps_all_with_the_client_once_and_says_when_it_is_out_of_date(
    shop, foreseen, tmp_path
):
    make = ("learn", "shop", str(table(tmp_path / "t.csv", made_up(300, 1.0))), "--futures", "100")
    untouched = {path: path.read_bytes() for path in (root() / "data").glob("*.csv")}
    before = [one.values for one in draw_futures(load_market("shop"), (), 8, 1)]
    done = CliRunner().invoke(app, [*make, "--jobs", "1"])
    assert done.exit_code == 0, done.output
    assert " USD per customer in spend" in done.stdout
    leads_on = "loyalty compare --market shop --strategies balanced --report"
    assert "are worth" in done.stdout and leads_on in done.stdout
    market = load_market("shop")
    assert market.learned.trials[0].finding == "F01"
    assert sum(market.learned.weights) == pytest.approx(1.0)
    rows = findings(shop)
    assert [row["id"] for row in rows] == ["F01"]
    assert [one.values for one in draw_futures(market, (), 8, 1)] != before
    assert untouched == {path: path.read_bytes() for path in (root() / "data").glob("*.csv")}
    again = CliRunner().invoke(app, list(make))
    assert again.exit_code == 2 and "each counts once" in again.stderr
    stated = CliRunner().invoke(app, ["assume", "shop", "--set", "gross_margin=0.3,accounts"])
    assert stated.exit_code == 0, stated.output
    with pytest.raises(InputError, match="loyalty learn shop"):
        compare("shop", ["balanced"], customers=100, weeks=4, futures=2, seed=1, jobs=1)
    renewed = CliRunner().invoke(
        app, ["learn", "shop", "--futures", "100", "--jobs", "1", "--json"]
    )
    assert renewed.exit_code == 0, renewed.output
    told, learned = json.loads(renewed.stdout), load_market("shop").learned
    assert (told["futures"], told["effective"]) == (100, pytest.approx(learned.effective))
    (one,) = told["trials"]
    nothing = {"before": NOTHING, "now": pytest.approx(learned.chance_of_nothing("balanced"))}
    assert one == {**learned.trials[0].model_dump(mode="json"), "nothing": nothing}
    assert told["file"] == str(shop / "learned.yaml")
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        assert compare("shop", ["balanced"], customers=100, weeks=4, futures=2, seed=1, jobs=1)
    assert len(findings(shop)) == 1


def test_what_no_future_allows_is_refused_with_what_to_look_at(shop, foreseen, tmp_path):
    path = table(tmp_path / "t.csv", made_up(300, 5_000.0))
    with pytest.raises(InputError, match="arms, weeks and currency"):
        learning.learn("shop", path, futures=100, jobs=1)
    assert not (shop / "learned.yaml").exists() and not (shop / "evidence.csv").exists()


def test_a_plan_that_is_proved_to_harm_is_not_learned_as_one_that_does_nothing(
    shop, monkeypatch, tmp_path
):
    """Doing nothing is likelier than all that is foreseen, and yet far from what was measured."""
    outcomes = np.random.default_rng(7).normal(60.0, 2.0, (1, 100))
    monkeypatch.setattr(learned_from, "simulated", lambda *_: outcomes)
    other = {"balanced": CONTROL, CONTROL: "balanced"}
    path = table(tmp_path / "t.csv", [(who, other[arm], x) for who, arm, x in made_up(300, 30.0)])
    with pytest.raises(InputError, match="arms, weeks and currency"):
        learning.learn("shop", path, futures=100, jobs=1)


def test_too_few_futures_are_refused_with_how_many_it_takes(shop, foreseen, monkeypatch, tmp_path):
    monkeypatch.setattr(learned_from, "LEAST_EFFECTIVE", 101)
    path = table(tmp_path / "t.csv", made_up(300, 1.0))
    with pytest.raises(InputError, match=r"Take more: `--futures \d+`"):
        learning.learn("shop", path, futures=100, jobs=1)


def test_a_market_of_everybody_learns_nothing_and_one_without_a_trial_says_so(shop):
    for words, said in ((["grocery"], "a market of your own"), (["shop"], "a trial to learn from")):
        done = CliRunner().invoke(app, ["learn", *words])
        assert done.exit_code == 2 and said in done.stderr


def test_a_design_is_kept_once_and_another_beside_it(shop):
    assert write_design("shop", design()).name == "balanced.yaml"
    assert write_design("shop", design(weeks=5)).name == "balanced_2.yaml"
    assert write_design("grocery", design()) is None
    assert trial_designs("shop")["balanced_2"].arm == "balanced_2"
    assert yaml.safe_load((shop / "trials" / "balanced.yaml").read_text())["weeks"] == 4


def test_a_design_says_at_its_top_why_not_to_run_it_and_how_many_places_it_takes(shop):
    text = write_design("shop", design("place"), "it shows nothing.").read_text()
    assert text.startswith("# Warning: it shows nothing.\n")
    assert "9 pairs or more" in text and "1 in the column customers" in text
    assert trial_designs("shop")["balanced_2"].unit == "place"
    plain = (shop / "trials" / "balanced.yaml").read_text()
    assert "Warning" not in plain and "pairs" not in plain
    for _ in range(2):
        warned = write_design("shop", design(), "it is too dear.").read_text()
        assert warned == f"# Warning: it is too dear.\n{plain}"


def test_the_command_that_designs_a_trial_keeps_it_with_the_client(shop, monkeypatch, tmp_path):
    found = shared_comparison()
    monkeypatch.setattr("sim.analysis.load_comparison.load_comparison", lambda _: found)
    (tmp_path / MANIFEST).touch()
    done = CliRunner().invoke(app, ["trial", str(tmp_path)])
    assert done.exit_code == 0, done.output
    name = found.ranking[0]
    kept = trial_designs(found.market.name)[f"{name}_2" if name == "balanced" else name]
    assert kept.plan == found.manifest.strategies[name].sized
    assert kept.customers <= trial_of(found).there
    assert f"{kept.arm}.yaml" in done.stdout
    warned = bool(warning_of(trial_of(found), "USD", is_doubted=False))
    text = (shop.parent / found.market.name / "trials" / f"{kept.arm}.yaml").read_text()
    assert warned == text.startswith("# Warning") == ("Design, with a warning" in done.stdout)


# -- the report
@pytest.fixture
def taught():
    comparison = shared_comparison()
    learned = _learned([0.5, 0.5], [0.6, 0.8])
    market = comparison.market.model_copy(update={"learned": learned})
    return replace(comparison, market=market)


def test_a_report_says_what_the_trial_found_and_changed(taught):
    section = learned_section(taught)
    said = " ".join(section.bullets)
    for words in (
        "F01",
        "−$1.50",
        "900 customers",
        "does nothing here: 33% before",
        "70%",
        "+$500k was expected",
    ):
        assert words in said, words
    content = build_content(taught)
    assert list(content.sections).index("learned") < list(content.sections).index("trial")
    assert build_brief(taught, content)["learned"].bullets == section.bullets
    assert "Nothing here was tried" not in " ".join(unknowns(taught))
    assert learned_section(shared_comparison()) is None
    with in_language("zh"):
        assert "对均衡型的试验发现" in learned_section(taught).heading


def test_a_report_relates_what_a_firm_measured_to_what_a_trial_taught_it(taught, monkeypatch):
    monkeypatch.setattr(provenance, "_own_used", lambda _comparison: ["F00", "F01"])
    (said,) = [line for line in unknowns(taught) if "F00" in line]
    assert "single effects (F00)" in said and "as a whole (F01)" in said and "counts twice" in said
