"""Breaches are weighed by their chance: a few futures tell what safety is worth, without bias.

Serves: L4.1a L1.2c
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.intervals import Seen, paired_interval
from sim.analysis.load_comparison import load_comparison
from sim.common.random_numbers import Draws
from sim.evidence.parameters import load_parameters
from sim.experiment.compare import compare
from sim.experiment.futures import draw_futures
from sim.market.market import load_market
from sim.measures.equity import equity
from sim.measures.weekly import TOTAL, columns_by_segment, lives_of, with_other_life
from sim.model.common_start import CommonStart, prepare
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.recorder import LIFE, WEIGHT
from sim.model.rare_events import (
    breaches_in,
    chance_of_breach,
    first_breach,
    run_lives,
    table_of,
)
from sim.model.scenario import Scenario
from sim.model.week.data_breach import FirstBreach, chance_of_a_week
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import load_strategy
from tests.quick import make_quick
from tests.worlds import DO_NOTHING, FALSE_ALARM, strategy, world

WEEKS, PEOPLE = 8, 60
SAFE = strategy(
    Play(lever="data_stewardship", settings={"security_hours": 100.0}, owner="technology"),
)


#: What says when the first breach comes and what averts it, in the futures of a comparison.
RARE = [one.rare for one in draw_futures(load_market("grocery"), (), 8, 1)]


def _scenario(plays: Strategy, seed: int, rate: float, weighed: bool) -> Scenario:
    """The same people in every future, so that futures differ by their luck alone."""
    rare = RARE[seed] if weighed else None
    return replace(_setting(rate), strategy=plays, seed=seed, rare=rare)


@cache
def _setting(rate: float) -> Scenario:
    """What all futures of a rate of breaches share."""
    quick = load_parameters().replace("data_stewardship", stewardship_build_weeks=1.0)
    model = world(
        n=PEOPLE, weeks=WEEKS, start="posterior", parameters=quick, breaches_per_year=rate
    )
    return replace(model.setting, people=1)


def _start(scenario: Scenario) -> CommonStart:
    """What a scenario starts from: the people of the first one, who are the same, on luck of its own."""
    first = _first_start(scenario.market["breaches_per_year"])
    return replace(first, scenario=scenario, draws=Draws(scenario.seed, first.draws.size))


@cache
def _first_start(rate: float) -> CommonStart:
    return prepare(_scenario(SAFE, 1, rate, True))


@cache
def _gain(seed: int, rate: float, weighed: bool) -> tuple[float, ...]:
    """Gain of safety over doing nothing for each person: expected, and of each life."""
    scenarios = [_scenario(plays, seed, rate, weighed) for plays in (SAFE, DO_NOTHING)]
    discount, start = scenarios[0].market.weekly_discount, _start(scenarios[0])
    runs = [table_of(run_lives(scenario, start)) for scenario in scenarios]
    views = [[weekly, *(life for _, life in lives_of(weekly))] for weekly in runs]
    safe, nothing = (
        [equity(columns_by_segment(view)[TOTAL], discount) for view in each] for each in views
    )
    return tuple((one - other) / PEOPLE for one, other in zip(safe, nothing, strict=True))


def _gains(seeds: range, rate: float, weighed: bool) -> np.ndarray:
    """Futures by what `_gain` gives."""
    return np.array([_gain(seed, rate, weighed) for seed in seeds])


# -- each life is a run that luck could have brought -----------------------------------------------
def _same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    for name in other:
        np.testing.assert_array_equal(one[name], other[name], err_msg=str(name))


@pytest.mark.parametrize("plays", [DO_NOTHING, SAFE], ids=["nothing", "safe"])
def test_each_life_is_bit_by_bit_the_drawn_run_with_the_same_breaches(plays: Strategy) -> None:
    rate, seen = 1.0, set()
    chance = chance_of_a_week(rate)
    for seed in range(12):
        drawn = LoyaltyModel(_scenario(plays, seed, rate, False))
        luck = [
            float(drawn.state.draws.uniform("firm: breach", week + 1, size=1)[0])
            for week in range(WEEKS)
        ]
        week = next((w for w, u in enumerate(luck) if u < chance), None)
        if (week is None) in seen:
            continue
        seen.add(week is None)
        given = LoyaltyModel(drawn.setting)
        given.state.first_breach = (
            FirstBreach(np.inf) if week is None else FirstBreach(week, luck[week] / chance)
        )
        _same(given.run().weekly, drawn.run().weekly)
    assert seen == {True, False}, "a run with a breach and one without"


def test_a_weighed_run_tells_the_life_without_and_the_life_with_a_breach() -> None:
    scenario = _scenario(SAFE, 3, 0.5, True)
    weekly = table_of(run_lives(scenario))
    given = first_breach(0.5, WEEKS, RARE[3].when, RARE[3].place)
    for number, first in enumerate((FirstBreach(np.inf), given)):
        model = LoyaltyModel(scenario)
        model.state.first_breach = first
        part = weekly[weekly[LIFE] == number]
        _same(part.reset_index(drop=True), model.run().weekly)
    assert [chance for chance, _ in lives_of(weekly)] == pytest.approx(
        [np.exp(-0.5 * WEEKS / 52), 1 - np.exp(-0.5 * WEEKS / 52)]
    )


@pytest.mark.parametrize("name", ["baseline", "balanced"])
def test_where_no_breach_can_happen_a_weighed_run_is_bit_by_bit_the_drawn_one(name: str) -> None:
    plays = load_strategy(name)
    one, other = (
        table_of(run_lives(_scenario(plays, 2, 0.0, weighed))) for weighed in (True, False)
    )
    assert one.equals(other)
    assert not {LIFE, WEIGHT} & set(one)


# -- the law of the first breach ---------------------------------------------------------------------
@pytest.mark.parametrize("rate", [0.02, 6.0])
def test_the_first_breach_comes_in_a_week_with_the_chance_that_it_is_the_first_drawn(rate):
    weeks, n, chance = 8, 4_000, chance_of_a_week(rate)
    expected = (1 - chance) ** np.arange(weeks) * chance / chance_of_breach(rate, weeks)
    assert expected.sum() == pytest.approx(1.0)
    found = [first_breach(rate, weeks, (k + 0.5) / n, 0.5).week for k in range(n)]
    seen = np.bincount(np.array(found, dtype=int), minlength=weeks)
    np.testing.assert_allclose(seen / n, expected, atol=1.5 / n)  # evenly spread: no luck in it


def test_futures_go_evenly_through_when_a_breach_comes_what_averts_it_and_which_life_is_lived():
    drawn = draw_futures(load_market("grocery"), (), 64, 3)
    for luck, count in ((0, 64), (1, 16)):
        for part in zip(*(one.rare for one in drawn if one.luck == luck), strict=True):
            assert sorted(int(count * x) for x in part) == list(range(count))
    order = stats.spearmanr([one.rare for one in drawn if not one.luck]).statistic
    pairs = order[np.triu_indices(3, 1)]
    assert (abs(pairs) < stats.norm.isf(FALSE_ALARM / 6) / 64**0.5).all()


# -- what it is for ----------------------------------------------------------------------------------
FUTURES, MANY, RATE = range(8), range(100, 184), 2.0


def test_eight_futures_tell_what_safety_is_worth_as_many_drawn_lives_do() -> None:
    weighed, drawn = _gains(FUTURES, RATE, True)[:, 0], _gains(MANY, RATE, False)[:, 0]
    error = np.sqrt(weighed.var(ddof=1) / len(weighed) + drawn.var(ddof=1) / len(drawn))
    # the degrees of freedom of the fewer, which are the least there can be (Welch)
    limit = stats.t.isf(FALSE_ALARM / 2, len(weighed) - 1)
    assert abs(weighed.mean() - drawn.mean()) < limit * error
    # With a chance p of a breach, of which a share q is averted for a gain D, a drawn gain has the
    # variance p q (1 - p q) D^2 and a weighed one p^2 q (1 - q) D^2: 8 to 1 here, 40 to 1 where p is
    # 1 in 25. Fewer than 3 of the 84 drawn lives, by which it was less than 1.5 to 1, have one averted
    # with a chance of 1 in 10 000.
    assert drawn.var(ddof=1) > 1.5 * weighed.var(ddof=1)


def test_drawn_lives_without_a_breach_would_show_the_cost_of_safety_alone() -> None:
    expected, spared, struck = _gains(FUTURES, RATE, True).T
    assert (spared < 0).all(), "nothing happens, and work was paid"
    assert struck.mean() > 0 > spared.mean()
    chance = chance_of_breach(RATE, WEEKS)
    np.testing.assert_allclose(expected, spared + chance * (struck - spared), rtol=1e-9)


# -- one life of a strategy that changes no breach -----------------------------------------------
def _one_life(which: float | None) -> dict[str, np.ndarray]:
    """The table of rewards, that or all of its lives being lived, with what is filled in."""
    rare = RARE[1]._replace(which=which)
    tables = [
        table_of(run_lives(replace(_scenario(plays, 1, RATE, True), rare=rare)))
        for plays in (load_strategy("rewards_first"), DO_NOTHING)
    ]
    assert [len(set(table[LIFE])) for table in tables] == [2 if which is None else 1, 2]
    rewards, nothing = ({str(x): table[x].to_numpy() for x in table} for table in tables)
    return with_other_life(rewards, nothing)


def test_the_order_of_two_lives_in_a_table_says_nothing():
    """They stand one after the other as a rule; here week by week."""
    both = _one_life(None)
    rows = np.arange(len(both[LIFE])).reshape(2, -1).T.ravel()
    mixed = {name: column[rows] for name, column in both.items()}
    found, again = columns_by_segment(both), columns_by_segment(mixed)
    for segment, columns in found.items():
        for name, column in columns.items():
            np.testing.assert_array_equal(again[segment][name], column, err_msg=name)


def test_one_life_by_its_chance_brings_on_average_what_both_lives_bring_and_its_own_as_it_was():
    chance, both = chance_of_breach(RATE, WEEKS), _one_life(None)
    spared, struck = _one_life(chance * 1.001), _one_life(chance * 0.999)
    found = [columns_by_segment(table) for table in (both, spared, struck)]
    for segment, columns in found[0].items():
        for name, expected in columns.items():
            either = [found[k][segment].get(name, np.zeros(WEEKS)) for k in (1, 2)]
            mean = (1 - chance) * either[0] + chance * either[1]
            np.testing.assert_allclose(mean, expected, rtol=1e-6, atol=1e-6, err_msg=name)
    for number, one in enumerate((spared, struck)):
        for name in both:
            own = [np.asarray(table[name])[table[LIFE] == number] for table in (one, both)]
            np.testing.assert_array_equal(*own, err_msg=name)


# -- comparisons -------------------------------------------------------------------------------------
def test_breaches_are_weighed_where_a_strategy_changes_them_and_drawn_elsewhere() -> None:
    assert breaches_in([load_strategy("rewards_first"), SAFE]) == "weighed"
    assert breaches_in([load_strategy("rewards_first")]) == "drawn"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    plans = [SAFE.model_copy(update={"name": "safe"}), "rewards_first"]
    market = load_market("grocery").with_values(breaches_per_year=RATE)
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return compare(market, plans, customers=100, weeks=WEEKS, futures=8, seed=1, jobs=1,
                       out=tmp_path_factory.mktemp("rare") / "comparison")  # fmt: skip


def test_a_comparison_says_what_is_expected_and_what_one_firm_may_see(folder) -> None:
    found = load_comparison(folder)
    rows = found.measures.query("segment == 'total' and measure == 'customer_equity'")
    assert rows["value"].to_numpy() == pytest.approx(
        (rows["spared"] + rows["chance"] * (rows["struck"] - rows["spared"])).to_numpy()
    )
    chance = chance_of_breach(RATE, WEEKS)
    assert rows["chance"].to_numpy() == pytest.approx(chance)
    first = rows[rows["luck"] == 0].set_index(["scenario", "future"])[["value", "spared", "struck"]]
    gap = first.loc["safe"] - first.loc["baseline"]
    gains, options = found.gains.loc["safe"], found.verdict.options.loc["safe"]
    assert gains["gain"] == pytest.approx(gap["value"].mean())
    losing = (1 - chance) * (gap["spared"] < 0) + chance * (gap["struck"] < 0)
    assert options["loses"] == pytest.approx(losing.mean()) == pytest.approx(found.loses("safe"))
    # Of few futures one firm's outcomes have the spread of the lives, not of their means.
    lives = np.concatenate([gap["spared"], gap["struck"]])
    weights = np.repeat([1 - chance, chance], len(gap))
    spread = np.sqrt(np.average((lives - gap["value"].mean()) ** 2, weights=weights) * 8 / 7)
    half = stats.t.isf(0.05, 7) * spread * np.sqrt(1 + 1 / 8)
    assert gains["low"] <= gains["gain"] - half * (1 - 1e-9)
    assert gains["expected_high"] - gains["expected_low"] < gains["high"] - gains["low"]


def test_the_summary_states_what_is_expected_of_each_run_once(folder) -> None:
    table = pd.read_csv(folder / "summary.csv")
    assert len(table) == 3 * 4 * (8 + 2)  # scenarios, segments, futures and second lives
    assert not {"spared", "struck", "chance", LIFE, WEIGHT} & set(table)


# -- what one firm may see ---------------------------------------------------------------------------
@pytest.mark.parametrize("n", [8, 40])
def test_outcomes_of_equal_weight_have_the_ends_of_futures_and_a_rare_one_counts_by_its_chance(n):
    values = np.random.default_rng(3).normal(size=n)
    alone = paired_interval(values)
    same = paired_interval(values, seen=Seen(values, np.ones(n)))
    assert (same.low, same.high) == pytest.approx((alone.low, alone.high))
    disaster, chance = np.full(n, -50.0), 0.001
    seen = Seen(np.concatenate([values, disaster]), np.repeat([1 - chance, chance], n))
    rare = paired_interval(values + chance * (disaster - values), seen=seen)
    assert rare.low < alone.low
    often = Seen(seen.values, np.repeat([0.8, 0.2], n))
    assert paired_interval(values, seen=often).low < -20 < rare.low
