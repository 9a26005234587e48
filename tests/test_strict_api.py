"""Whatever a programmer gives to the interface works, or is refused by an `InputError` that names it."""

from dataclasses import fields
from inspect import signature
from math import inf, nan

import numpy as np
import pytest

import sim
from sim.common.errors import InputError
from sim.common.given import number, setting, whole
from sim.market.values import NEVER_DRAWN
from sim.model.scenario import Rare

FUNCTIONS = {
    "compare": {"market": "grocery", "strategies": ["balanced"]},
    "describe_log": {"source": "cdnow"},
    "explain": {"folder": "none"},
    "lever_names": {},
    "load_market": {"name": "grocery"},
    "load_strategy": {"name": "balanced"},
    "made_of": {"market": "grocery", "strategy": "balanced"},
    "market_names": {},
    "optimise": {"market": "grocery"},
    "presets": {"lever": "incentives"},
    "random_firms": {"n": 1},
    "read_comparison": {"folder": "none"},
    "read_validation": {"folder": "none"},
    "run": {"market": "grocery", "strategy": "balanced"},
    "simulate_log": {"market": "grocery"},
    "size": {"strategy": "balanced", "market": "grocery"},
    "strategy_names": {},
    "survey": {},
    "validate": {},
}
#: No argument of any function is one of these, or a list of them.
NEVER = (nan, inf, -inf, -5, object())
#: Whole numbers, those that a search or a run goes by.
WHOLE = ("customers", "weeks", "futures", "seed", "jobs", "n", "max_plays", "replications", "more")
NOT_WHOLE = (True, 4.5, "4", None, [4], np.float64(4), 10**30)
CASES = [
    (function, name, bad)
    for function in FUNCTIONS
    for name in signature(getattr(sim, function)).parameters
    for bad in (*NEVER, *(NOT_WHOLE if name in WHOLE else ()))
    if not (name == "activity" and bad == -5)
    if not (bad is None and signature(getattr(sim, function)).parameters[name].default is None)
    if not (name in ("n", "more", "replications") and isinstance(bad, int) and bad > 5)
]


def test_every_function_of_the_interface_is_tried():
    functions = {name for name in sim.__all__ if type(getattr(sim, name)).__name__ == "function"}
    assert functions == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_call_with_an_argument_that_no_function_has_is_refused_by_the_functions_name(function):
    with pytest.raises(TypeError, match=rf"^{function}\(\) "):
        getattr(sim, function)(**FUNCTIONS[function], nosuch=1)


@pytest.fixture(scope="module")
def model():
    return sim.LoyaltyModel(customers=100, weeks=1)


@pytest.mark.parametrize(("function", "name", "bad"), CASES)
def test_an_argument_that_cannot_be_is_refused_by_its_name(function, name, bad, model):
    given = {"run": model} if function == "survey" else FUNCTIONS[function]
    with pytest.raises(InputError) as refused:
        getattr(sim, function)(**{**given, name: bad})
    told = {"name": "market" if function == "load_market" else "strategy"}.get(name, name)
    assert refused.value.field == told
    assert len(str(refused.value)) < 2_000


NO_SETTINGS = (
    *(True, "0.4", nan, inf, None),
    *([0.1, 0.2, 0.3], (0.1, 0.2), (0.3, 0.2, 0.1), (0.1, True, 0.3), (nan, nan, nan), ("a", 1, 2)),
)


@pytest.mark.parametrize("bad", NO_SETTINGS)
def test_a_value_that_is_no_number_is_refused_wherever_one_is_set(bad):
    market = sim.load_market("grocery")
    parameters = sim.Scenario(market, sim.load_strategy("balanced"), 100, 4).parameters
    known = next(row.key for row in parameters.rows if row.lever == "incentives")
    with pytest.raises(InputError, match=r"values\.gross_margin"):
        market.with_values(gross_margin=bad)
    with pytest.raises(InputError, match=known):
        sim.compare(market, "balanced", customers=100, weeks=4, futures=2, parameters={known: bad})
    with pytest.raises(InputError, match="store"):
        market.with_shares(channels={"store": bad})


@pytest.mark.parametrize("name", sorted(NEVER_DRAWN))
def test_a_range_of_what_no_future_draws_is_refused(name):
    """It would be held at its most likely number without a word."""
    market = sim.load_market("grocery")
    low, likely, high = market.values[name].low, market[name], market.values[name].high
    with pytest.raises(InputError, match=rf"values\.{name}.*no future draws"):
        market.with_values(**{name: (low, likely, high)})
    assert market.with_values(**{name: likely})[name] == likely


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"start_week": True}, "start_week"),
        ({"start_week": "1"}, "start_week"),
        ({"settings": {"discount": True}}, "settings.discount"),
        ({"settings": {"discount": nan}}, "settings.discount"),
        ({"intensity": "2"}, "intensity"),
        ({"reach": inf}, "reach"),
        ({"share": 0.5}, "share"),
        ({"audience": "nobody"}, "audience"),
    ],
)
def test_a_play_built_in_code_is_as_strict_as_one_in_a_file(given, named):
    with pytest.raises(InputError, match=rf"Play: {named}: found") as refused:
        sim.Play(lever="pricing", **given)
    assert "pydantic" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"title": "[/off]\x1b"}, "title"),
        ({"name": "No Name"}, "name"),
        ({"plays": 3}, "plays"),
        ({"budget": True}, "budget"),
        ({"aim": 3}, "aim"),
    ],
)
def test_a_strategy_built_in_code_is_as_strict_as_one_in_a_file(given, named):
    with pytest.raises(InputError, match=rf"Strategy: {named}: found"):
        sim.Strategy(**{"name": "mine", **given})


def test_numbers_of_numpy_and_tuples_are_taken_as_what_they_are():
    play = sim.Play(lever="pricing", start_week=np.int64(3), reach=np.float32(0.5))
    assert type(play.start_week) is int
    assert sim.Strategy(name="mine", plays=(play,)).plays == [play]
    assert type(whole("f", "n", np.int64(3), 1)) is int
    assert setting("f", "x", (0, np.float64(0.5), 1)) == (0.0, 0.5, 1.0)
    assert number("f", "x", np.float32(0.5)) == 0.5


@pytest.mark.parametrize("field", ["n_customers", "weeks", "seed", "people", "market", "strategy"])
@pytest.mark.parametrize("bad", [True, -1, 1.5, "3"])
def test_a_scenario_and_a_model_refuse_what_cannot_be_run(field, bad):
    whole_one = {"market": sim.load_market("grocery"), "strategy": sim.load_strategy("baseline"),
                 "n_customers": 100, "weeks": 4}  # fmt: skip
    with pytest.raises(InputError, match=rf"{field}: found"):
        sim.Scenario(**{**whole_one, field: bad})
    with pytest.raises(InputError, match="rng: found"):
        sim.LoyaltyModel(customers=100, weeks=4, rng=bad)


@pytest.mark.parametrize("weeks", [0, -4, 4.5, "4", None])
def test_a_fault_of_weeks_makes_no_fault_of_a_cohort_that_comes_over_some(weeks):
    with pytest.raises(InputError) as refused:
        _scenario(start="fresh", weeks=weeks, acquired_over=3)
    assert [one.field for one in refused.value.faults] == ["weeks"]
    with pytest.raises(InputError) as refused:
        _scenario(start="fresh", weeks=weeks, acquired_over=-3)
    assert {one.field for one in refused.value.faults} == {"weeks", "acquired_over"}


#: What is wrong for each field of a scenario, whatever its kind, with the nearest valid value.
NO_SCENARIO = {
    "market": ("grocery", None),
    "strategy": ("balanced", None),
    "n_customers": (0, None),
    "weeks": (4.0, None),
    "seed": (None, None),
    "parameters": ("x", None),
    "start": ("Posterior", "posterior"),
    "acquired_over": (1, None),
    "people": ("1", None),
    "off": (("incentives.purchse",), "incentives.purchase"),
    "rare": (3, None),
}
NEITHER = [
    *(("start", bad) for bad in (None, True, ["fresh"], "")),
    *(("off", bad) for bad in ("incentives.purchase", ["incentives.purchase"], None, 3)),
    *(("off", (bad,)) for bad in ("nope.x", "incentives.zzz", "incentives", "", None, 3)),
    *(("rare", bad) for bad in (True, (0.5, 0.5, None), "x")),
    *(("parameters", bad) for bad in (None, {}, 3)),
    *((field, bad) for field in ("acquired_over", "people") for bad in (True, -1, 1.5, "3")),
]


def _scenario(**given):
    return sim.Scenario(**{"market": sim.load_market("grocery"), "n_customers": 100, "weeks": 4,
                           "strategy": sim.load_strategy("baseline"), **given})  # fmt: skip


def test_a_scenario_refuses_what_is_wrong_in_every_field_at_once_and_names_the_nearest():
    assert set(NO_SCENARIO) == {field.name for field in fields(sim.Scenario)}
    for field, (bad, close) in NO_SCENARIO.items():
        with pytest.raises(InputError) as refused:
            _scenario(**{field: bad})
        assert [(one.field, one.nearest) for one in refused.value.faults] == [(field, close)]
    with pytest.raises(InputError) as refused:
        _scenario(**{field: bad for field, (bad, _) in NO_SCENARIO.items()})
    assert {one.field for one in refused.value.faults} >= set(NO_SCENARIO) - {"acquired_over"}


@pytest.mark.parametrize(("field", "bad"), NEITHER)
def test_a_scenario_refuses_what_it_would_run_without_using_it(field, bad):
    with pytest.raises(InputError) as refused:
        _scenario(**{field: bad})
    assert {one.field for one in refused.value.faults} == {field}


@pytest.mark.parametrize(
    ("name", "bad"),
    [("when", 1.5), ("place", "0.5"), ("which", -0.1), ("when", nan), ("place", None)],
)
def test_what_weighs_rare_events_is_from_nought_to_one(name, bad):
    right = Rare(0.5, 0.5)
    assert _scenario(rare=right).rare == right
    with pytest.raises(InputError, match=rf"rare\.{name}: found"):
        _scenario(rare=right._replace(**{name: bad}))


def test_a_finished_comparison_in_place_of_its_folder_or_its_market_is_told_what_is_wanted():
    result = sim.compare("grocery", "balanced", customers=100, weeks=4, futures=2, jobs=1)
    with pytest.raises(InputError, match="folder: found .* expected the path of a folder"):
        sim.explain(result)
    with pytest.raises(InputError, match="market: found .* expected a market"):
        sim.made_of(result, "balanced")


def test_a_short_log_needs_no_word_on_when_its_customers_were_acquired():
    log = sim.simulate_log("grocery", customers=60, weeks=8)
    told = sim.simulate_log("grocery", customers=60, weeks=8, acquired_over=8)
    assert log.equals(told)
    assert len(log) > 0


def test_a_lever_that_does_not_exist_cannot_be_paused(model):
    with pytest.raises(InputError, match="Did you mean 'incentives'"):
        model.agents.select(agent_type=sim.Department).do("pause", "incentivs")
