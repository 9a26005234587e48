"""The search for the best plan: what it finds, what it keeps to, that it can be stopped, what it says."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

import sim
from sim.advice.score.structure import changed
from sim.advice.search import optimise as searching
from sim.advice.search import refine as refining
from sim.advice.search import trials as playing
from sim.advice.search.answer import plan_of
from sim.advice.search.candidates import preset_of, strategy_of, variants_of
from sim.advice.search.optimise import Asked, optimise
from sim.advice.search.race import ALPHA, FIRST, ROUND, Race, run_race, width
from sim.advice.search.read import read_answer
from sim.advice.search.seek import FUTURES
from sim.advice.search.trials import KEPT, Size, Trials
from sim.advice.search.verdict import judge
from sim.cli.main import app
from sim.common.errors import InputError
from sim.evidence.own import parameters_for
from sim.market.market import load_market
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy
from sim.playbook.strategy_files import as_strategy
from tests.quick import make_quick

SMALL = Size(customers=100, weeks=4, futures=FIRST, seed=1)
#: Few presets, so that a search takes seconds.
LEFT = ("cocreation", "segmentation")
AVOID = tuple(name for name in sim.lever_names() if name not in LEFT)
ASKED = Asked(None, 2, AVOID, (), {}, SMALL)
PAYS = preset_of("cocreation:votes_only")


@pytest.fixture(scope="module", autouse=True)
def quick():
    """How plans are found is tested here, not what their budgets are."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        patch.setattr(refining, "BATCHES", 1)
        patch.setattr(searching, "strategy_names", lambda: [BASELINE, "community_led"])
        yield


@pytest.fixture(scope="module")
def where_one_pays(tmp_path_factory):
    """A search where one preset surely earns a fortune, from when it starts on."""
    worth = playing.customer_equity

    def with_fortune(lives):
        settings = strategy_of([PAYS]).plays[0].settings
        scenario = lives[0][1].setting
        there = [p for p in scenario.strategy.plays if p.settings == settings]
        weeks = max((scenario.weeks - play.start_week for play in there), default=0)
        return worth(lives) + 1e7 * weeks

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "customer_equity", with_fortune)
        folder = tmp_path_factory.mktemp("pays") / "search"
        return optimise("grocery", ASKED, folder, jobs=1)


def _trials(tmp_path, size=SMALL):
    market = load_market("grocery")
    return Trials(tmp_path, market, parameters_for(market), size, FUTURES, 1, lambda *_: None)


def test_a_preset_that_surely_pays_is_found_and_chosen(where_one_pays):
    answer = read_answer(where_one_pays)
    assert answer["verdict"] in ("choose", "choose_unless")
    (play,) = answer["plays_of_plan"]
    assert (play["lever"], play["preset"]) == (PAYS.lever, PAYS.preset)
    assert play["start_week"] == 0 and play["earns"] == 1 and not play["try_first"]


def test_the_plan_is_a_strategy_file_that_a_comparison_reads(where_one_pays):
    import yaml

    content = yaml.safe_load((where_one_pays / "best_for_grocery.yaml").read_text())
    plan = as_strategy(written := Strategy.model_validate(content))
    assert written == plan_of("grocery", read_answer(where_one_pays))
    assert plan.plays[0].settings == strategy_of([PAYS]).plays[0].settings
    assert plan.plays[0].owner == PAYS.owner


def test_where_no_lever_does_anything_nothing_is_recommended(tmp_path, monkeypatch):
    make = playing.prepare
    monkeypatch.setattr(playing, "prepare", lambda one: changed(make(one), "nothing_works"))
    playing._start.cache_clear()
    answer = read_answer(optimise("grocery", ASKED, tmp_path / "search", jobs=1))
    playing._start.cache_clear()
    assert (answer["verdict"], answer["recommended"]) == ("do_nothing", BASELINE)
    assert all(one["gain"] <= 0 for one in answer["options"])
    assert not answer["plays_of_plan"]


def test_a_search_that_is_stopped_goes_on_to_the_same_files(where_one_pays, tmp_path, monkeypatch):
    asked = replace(ASKED, avoid=(*AVOID, "cocreation"))
    whole = optimise("grocery", asked, tmp_path / "whole", jobs=1)

    def stop_in_the_race(_done, _of, what):
        if "fresh" in what:
            raise KeyboardInterrupt

    folder = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        optimise("grocery", asked, folder, jobs=1, on_progress=stop_in_the_race)
    kept = sorted((folder / KEPT).glob("*.json"))
    kept[0].write_text("{")  # half of a file counts as none
    played, real = [], playing.try_plans

    def count(nothing, plans):
        played.append(nothing.name)
        return real(nothing, plans)

    monkeypatch.setattr(playing, "try_plans", count)
    optimise("grocery", asked, folder, jobs=1)
    assert sum(name.startswith("search") for name in played) == 1
    files = sorted(path.name for path in whole.iterdir())
    assert files == sorted(path.name for path in folder.iterdir())
    for name in files:
        assert (whole / name).read_bytes() == (folder / name).read_bytes(), name
    played.clear()
    optimise("grocery", asked, folder, jobs=1)
    assert not played
    with pytest.raises(InputError, match="never overwritten"):
        optimise("grocery", ASKED, folder, jobs=1)


def test_what_is_told_of_a_named_strategy_is_what_a_comparison_finds(where_one_pays):
    size = {"customers": SMALL.customers, "weeks": SMALL.weeks}
    compared = sim.compare("grocery", ["community_led"], futures=FIRST, seed=1, **size)
    told = {one["name"]: one for one in read_answer(where_one_pays)["options"]}["community_led"]
    assert told["futures"] == FIRST
    assert told["gain"] == pytest.approx(compared.gains.loc["community_led", "gain"], rel=1e-9)
    # at the size of the firm in each future, as the gain is
    assert told["cost"] == pytest.approx(compared.costs.loc["community_led", "actual"], rel=1e-9)


def test_plans_are_judged_on_futures_that_took_no_part_in_the_search(tmp_path):
    lots = _trials(tmp_path).futures
    seeds = {lot: {one.seed for one in futures} for lot, futures in lots.items()}
    assert len(seeds["search"]) == FUTURES and len(seeds["fresh"]) == SMALL.futures
    assert not seeds["search"] & seeds["fresh"]
    assert not (seeds["search"] | seeds["fresh"]) & seeds["told"]


def test_limits_hold_for_every_plan_that_is_recommended_or_kept(tmp_path, monkeypatch):
    raced = []
    race = lambda trials, plans, d: raced.extend(plans) or run_race(trials, plans, d)  # noqa: E731
    monkeypatch.setattr(searching, "run_race", race)
    asked = replace(ASKED, include=("segmentation:yearly_by_value",), capacity={"brand": 0.0})
    answer = read_answer(optimise("grocery", asked, tmp_path / "search", jobs=1))
    found = [one for one in answer["options"] if one["name"].startswith("found")]
    assert found and all(1 <= one["plays"] <= 2 for one in found)
    # a barred plan that is better took all others out of the race, and nothing could be recommended
    assert {name.partition("_")[0] for name in raced} == {"found"}
    assert any(one["name"] == "community_led" for one in answer["options"])
    lines = (tmp_path / "search" / "trials.csv").read_text().splitlines()
    sought = [line for line in lines if line.startswith("search,") and not line.endswith(",")]
    assert sought and all("segmentation" in line for line in sought)
    assert not any("cocreation" in line for line in sought)  # which brand would lead


class _Drawn:
    """Trials whose gains are normal: systems that differ by their means, on shared luck."""

    def __init__(self, means, seed, futures=400):
        self.size = Size(1, 1, futures, 1)
        rng = np.random.default_rng(seed)
        shared, own = rng.normal(0, 2, (futures, 1)), rng.normal(0, 1, (futures, len(means)))
        self.all = dict(zip("abcdefgh", (np.asarray(means) + shared + own).T, strict=False))

    def gains(self, plans, _lot, futures):
        return np.array([self.all[plan.name][: len(futures)] for plan in plans]).T


def test_the_best_plan_is_lost_no_more_often_than_the_error_rate_says():
    runs, means = 300, [0.0, 0.0, 0.0, 0.5]  # the last is best, by the indifference amount
    plans = {name: Strategy(name=name) for name in "abcd"}
    lost = sum("d" in run_race(_Drawn(means, seed), plans, 0.5).out for seed in range(runs))
    assert lost <= stats.binom.ppf(1 - 1e-4, runs, ALPHA)


def test_the_width_of_a_race_is_that_of_kim_and_nelson_and_futures_go_to_the_closest():
    eta = 0.5 * ((2 * 0.1 / 3) ** (-2 / 9) - 1)  # k = 4, n0 = 10
    expected = (2 * eta * 9 * 4.0 / 0.5 - 0.5 * 20) / 40
    assert width(4.0, 10, 4, 0.5, 20) == pytest.approx(expected)
    assert width(4.0, 10, 4, 0.5, 10_000) == 0
    plans = {name: Strategy(name=name) for name in "abcdef"}
    drawn = _Drawn([0.0, 1.0, 2.0, 3.0, 4.0, -50.0], 1, FIRST + ROUND)
    race = run_race(drawn, plans, 0.5)
    assert race.out["f"] == FIRST and "e" not in race.out
    assert [len(race.gains[name]) for name in "abfe"] == [FIRST] * 3 + [FIRST + ROUND]


@pytest.mark.parametrize(
    ("gains", "kind", "recommended"),
    [
        ({"one": (5.0, 0.1), "two": (5.3, 0.1)}, "choose", "one"),  # fewer plays, near enough
        ({"one": (2.0, 0.1), "two": (5.0, 0.1)}, "choose", "two"),
        ({"one": (-3.0, 0.1), "two": (-2.0, 0.1)}, "do_nothing", BASELINE),
        ({"one": (0.4, 0.01), "two": (0.1, 0.01)}, "do_nothing", BASELINE),  # does not matter
        ({"one": (-3.0, 9.0), "two": (3.0, 20.0)}, "undecided", "two"),
    ],
)
def test_the_verdict_follows_gains_and_the_fewest_plays_among_equals(gains, kind, recommended):
    normal = stats.norm.ppf((np.arange(30) + 0.5) / 30)
    race = Race({name: mean + spread * normal for name, (mean, spread) in gains.items()})
    race.gains[BASELINE] = np.zeros(30)
    plays = [PAYS, preset_of("segmentation:yearly_by_value")]
    plans = {
        "one": Strategy(name="one", plays=plays[:1]),
        "two": Strategy(name="two", plays=plays),
    }
    verdict = judge(race, plans, 0.5)
    assert (verdict.kind, verdict.recommended) == (kind, recommended)
    assert (verdict.needed is not None) == (kind == "undecided")


def test_a_play_is_varied_only_for_audiences_for_which_it_acts():
    audiences = {
        one.audience for one in variants_of(preset_of("service_quality:best_customers_first"))
    }
    assert "everyone" not in audiences and "lapsed" in audiences
    assert {one.audience for one in variants_of(preset_of("organisation:training_only"))} == {
        "everyone"
    }


def test_a_plan_that_the_market_refuses_is_left_out(tmp_path, monkeypatch):
    def refuse(scenario, start):
        if scenario.strategy.plays:
            raise InputError("strategy", "play", "x", "what the market has")
        return real(scenario, start)

    real = playing.run_lives
    monkeypatch.setattr(playing, "run_lives", refuse)
    gains = _trials(tmp_path).gains([strategy_of([PAYS]), DO_NOTHING], "search", range(1))
    assert np.isnan(gains[0, 0]) and gains[0, 1] == 0


# -- the command -----------------------------------------------------------------------------------


def _call(*arguments):
    return CliRunner().invoke(app, ["optimise", "--market", "grocery", *arguments])


def test_all_that_is_wrong_is_told_at_once_with_what_is_nearest():
    done = _call(
        *("--avoid", "pricin", "--include", "incentives:points_program"),
        *("--capacity", "brandd=4", "--max-plays", "1"),
    )
    assert done.exit_code == 2 and "Traceback" not in done.output
    for words in ("'pricing'", "'points_programme'", "'brand'"):
        assert words in done.stderr
    done = _call("--capacity", "brand", "--capacity", "service=x")
    assert done.exit_code == 2 and done.stderr.count("--capacity") == 2
    done = _call("--avoid", "pricing", "--include", "pricing:open_prices")
    assert done.exit_code == 2 and "--avoid" in done.stderr


def test_a_budget_above_the_margin_is_refused(tmp_path):
    done = _call("--budget", "1e12", "--out", str(tmp_path / "search"))
    assert done.exit_code == 2 and "at most the firm's margin" in done.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_answer_is_told_in_words_and_to_a_machine(where_one_pays, monkeypatch, language):
    from sim.workbench.search import Optimum

    answer = read_answer(where_one_pays)
    monkeypatch.setattr(sim, "optimise", lambda *_, **__: Optimum(where_one_pays, answer))
    done = _call("--lang", language)
    assert done.exit_code == 0, done.output
    said = {
        "en": ("Not to be believed before a trial", "presets were screened"),
        "zh": ("未经试验不可轻信", "已筛查"),
    }[language]
    assert all(words in done.stdout for words in said)
    if language == "zh":
        english = [line for line in done.stdout.splitlines() if " the " in line]
        assert not english
    machine = json.loads(_call("--json").stdout)
    assert machine == {
        "folder": str(where_one_pays),
        **read_answer(where_one_pays),
        "verdict": "too_good",
    }
    assert Optimum(where_one_pays, answer).verdict == "too_good"
    assert (
        "not to be believed before a trial"
        in (where_one_pays / "best_for_grocery.yaml").read_text()
    )
