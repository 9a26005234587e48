"""The contract that every lever keeps."""

import random
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.levers import BY_NAME, MECHANISMS
from sim.levers.outcomes import OUTCOMES
from sim.measures.definitions import MEASURES
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play, Strategy
from tests.worlds import DO_NOTHING, FALSE_ALARM, strategy, world

LEVERS = [m.name for m in MECHANISMS]


def _main_play(lever: str, **changes) -> Play:
    page = load_page(lever)
    preset = next(iter(page.presets.values()))
    return Play(lever=lever, settings=preset.settings, owner=page.owner, **changes)


def _run(plays: Strategy, **options) -> pd.DataFrame:
    return world(plays=plays, start="posterior", shared=True, **options).run().weekly


@cache
def _nothing(n: int, weeks: int) -> pd.DataFrame:
    """What happens where nothing is done, which every lever is held against."""
    return _run(DO_NOTHING, n=n, weeks=weeks)


@pytest.mark.parametrize("lever", LEVERS)
def test_neutral_settings_change_no_bit(lever: str) -> None:
    neutral = Play(lever=lever, settings={}, owner=load_page(lever).owner)
    off, on = _nothing(600, 20), _run(strategy(neutral), n=600, weeks=20)
    pd.testing.assert_frame_equal(off, on[off.columns], check_exact=True)
    added = [c for c in on if c not in off.columns]
    assert added and not on[added].to_numpy().any()


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_writes_only_its_own_columns(lever: str) -> None:
    model = world(plays=strategy(_main_play(lever)), n=400, weeks=6, start="posterior")
    own = {c.name for c in BY_NAME[lever].columns}
    week = model.state.lever_view()
    with pytest.raises(ValueError, match="read-only"):
        week.people["satisfaction"][0] = 1.0
    for _ in range(3):
        model.step()
    before = {name: column.copy() for name, column in model.customers.columns.items()}
    week = model.state.lever_view()
    week.trips[:200], week.spend[:200] = 1, 20.0
    mechanism = next(m for m in model.state.levers.all if m.name == lever)
    plays, columns = model.last_week.plays[lever], model.state.own(mechanism)
    mechanism.update(week, plays, columns)
    mechanism.effects(week, plays, columns)
    mechanism.settle(week, plays, columns)
    mechanism.cost(week, plays[0], columns)
    for name, column in model.customers.columns.items():
        if name not in own:
            np.testing.assert_array_equal(column, before[name], err_msg=name)


@pytest.mark.parametrize("lever", LEVERS)
def test_terms_and_costs_are_finite_at_the_bounds_of_the_settings(lever: str) -> None:
    schema = BY_NAME[lever].Settings
    extreme = {}
    for name, field in schema.model_fields.items():
        limits = [m for m in field.metadata if hasattr(m, "le") or hasattr(m, "lt")]
        upper = getattr(limits[0], "le", None) if limits else None
        extreme[name] = upper if upper is not None else (0.49 if limits else field.default)
    play = Play(lever=lever, settings=extreme, owner=load_page(lever).owner)
    model = world(plays=strategy(play), start="posterior", shared=True, n=300, weeks=12).run()
    assert np.isfinite(model.weekly.drop(columns="segment").to_numpy(dtype=float)).all()
    # only where a lever says that it buys reach is it worked out what reach brings
    assert (model.last_week.delivery.reach_bought > 0.0) == BY_NAME[lever].buys_reach


@pytest.mark.parametrize("lever", LEVERS)
def test_a_play_that_has_not_started_costs_and_changes_nothing(lever: str) -> None:
    later = strategy(_main_play(lever, start_week=500))
    off, on = _nothing(400, 10), _run(later, n=400, weeks=10)
    pd.testing.assert_frame_equal(off, on[off.columns], check_exact=True)
    assert not on[f"cost.{lever}"].any()


def _legacy_state() -> np.ndarray:
    return np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is looked at


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_leaves_global_random_states_alone(lever: str) -> None:
    np.random.seed(5)  # noqa: NPY002 - the global state is what is looked at
    random.seed(5)
    numpy_state, python_state = _legacy_state(), random.getstate()
    _run(strategy(_main_play(lever)), n=200, weeks=4)
    assert (_legacy_state() == numpy_state).all()
    assert random.getstate() == python_state


#: Columns of the weekly table that outcomes move; a measure is looked up by its own name.
COLUMNS = {
    "purchase": "trips",
    "price": "trips",
    "promotion": "trips",
    "churn": "new_dropped_out",
    "join": "new_joined",
    "talk": "n_positive_talk",
}


def test_whatever_a_page_may_expect_is_tested() -> None:
    known = _totals(None, 0, valued=True).index
    assert [name for name in [*OUTCOMES, *MEASURES] if COLUMNS.get(name, name) not in known] == []


@cache
def _totals(lever: str | None, seed: int, reach: float = 1.0, valued: bool = False) -> pd.Series:
    """Sums of a run's columns and, where customers are valued, its measures."""
    plays = strategy(_main_play(lever, reach=reach)) if lever else DO_NOTHING
    size = {"n": 3_000, "weeks": 40, "seed": seed}
    model = world(plays=plays, start="posterior", shared=True, valued=valued, **size).run()
    if not valued:
        return model.weekly.sum(numeric_only=True)
    measures = horizon_measures(model.weekly, model.market, model.scale)
    measures = measures[measures["segment"] == TOTAL].set_index("measure")["value"]
    sums = model.weekly.sum(numeric_only=True)
    return pd.concat([sums, measures[~measures.index.isin(sums.index)]])


def _paired(lever: str, outcome: str, seeds: int, reach: float = 1.0) -> np.ndarray:
    """Differences in the sum of an outcome, the lever's main preset less nothing, per seed."""
    name = COLUMNS.get(outcome, outcome)
    valued = outcome in MEASURES
    pairs = (
        (_totals(lever, seed, reach, valued), _totals(None, seed, valued=valued))
        for seed in range(seeds)
    )
    return np.array([on[name] - off.get(name, 0.0) for on, off in pairs])


def _changes_nothing(lever: str) -> bool:
    """Whether six runs with the lever add up to the same, to the last bit, but for what it costs."""
    pairs = ((_totals(lever, seed), _totals(None, seed)) for seed in range(6))
    return all(on[off.index].equals(off) for on, off in pairs)


EXPECTATIONS = [
    (lever, outcome, sign) for lever in LEVERS for outcome, sign in load_page(lever).expects.items()
]


#: After how many pairs of runs an outcome is looked at, and at which level: 1 % in all (Bonferroni).
LOOKS = ((3, 0.002), (6, 0.008))
#: Of a thousand customers few leave for a lever, and many newcomers whatever is done.
LOOKS_AT_FEW = ((30, 0.01),)


@pytest.mark.parametrize(("lever", "outcome", "sign"), EXPECTATIONS)
def test_a_lever_moves_outcomes_as_its_page_expects(lever: str, outcome: str, sign: str) -> None:
    if sign == "0":
        if not _changes_nothing(lever):  # else 30 runs for a mean near nil would say less
            assert abs(_t(_paired(lever, outcome, 30))) < stats.t.isf(FALSE_ALARM / 2, 29)
        return
    for seeds, level in LOOKS_AT_FEW if outcome == "churn" else LOOKS:
        t = _t(_paired(lever, outcome, seeds)) * {"+": 1, "-": -1}[sign]
        if t > stats.t.isf(level, seeds - 1):
            return
    pytest.fail(f"{lever} on {outcome}: t {t:.2f}, n {seeds}")


def _t(difference: np.ndarray) -> float:
    """Mean over its error: infinite where it depends on no luck, nil where there is no difference."""
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(difference.size)
    if error > 0.0:
        return float(mean / error)
    return float(np.copysign(np.inf, mean)) if mean else 0.0


@pytest.mark.parametrize(
    "lever", [x for x in LEVERS if load_page(x).expects.get("purchase") == "+"]
)
def test_half_the_audience_gives_an_effect_between_none_and_all(lever: str) -> None:
    half, full = (_paired(lever, "purchase", 3, reach).mean() for reach in (0.5, 1.0))
    assert 0 < half < full
