"""The name of a run changes with all that determines its weekly table, and with nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from sim.evidence.parameters import load_parameters
from sim.experiment.fingerprint import code_digest
from sim.experiment.run_id import run_id
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Rare, Scenario
from sim.playbook.strategies import DO_NOTHING
from sim.playbook.strategy_files import load_strategy

MADE_BY: dict[str, Any] = {"history": "h", "code": "c", "libraries": {"numpy": "2"}}


def _scenario() -> Scenario:
    plays = load_strategy("rewards_first").model_copy(update={"budget": 9.0})
    return Scenario(load_market("grocery"), plays, 100, 4, 1, load_parameters())


def _with_number(scenario: Scenario, name: str, **changes: Any) -> Scenario:
    """Return the scenario with a value of the market told otherwise."""
    market = scenario.market
    values = {**market.values, name: market.values[name].model_copy(update=changes)}
    return replace(scenario, market=market.model_copy(update={"values": values}))


def _with_strategy(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, strategy=scenario.strategy.model_copy(update=changes))


def _with_play(scenario: Scenario, **changes: Any) -> Scenario:
    first, *others = scenario.strategy.plays
    return _with_strategy(scenario, plays=[first.model_copy(update=changes), *others])


def _with_row(scenario: Scenario, key: str, **changes: Any) -> Scenario:
    rows = (
        row.model_copy(update=changes) if row.key == key else row
        for row in scenario.parameters.rows
    )
    return replace(scenario, parameters=replace(scenario.parameters, rows=tuple(rows)))


def _with_rival(scenario: Scenario, **changes: Any) -> Scenario:
    first, *others = scenario.market.rivals
    parts = [first.model_copy(update=changes), *others]
    return replace(scenario, market=scenario.market.model_copy(update={"rivals": parts}))


MATTERS = {
    "what each play may spend": lambda s: _with_strategy(s, planned={"incentives:1": 3.0}),
    "a value of the market": lambda s: _with_number(s, "gross_margin", value=0.31),
    "the share of a rival": lambda s: replace(
        s, market=s.market.with_shares(rivals={s.market.rivals[0].name: 0.9})
    ),
    "the name of a rival": lambda s: _with_rival(s, name="another"),
    "the name of a channel": lambda s: replace(
        s,
        market=s.market.model_copy(
            update={"channels": [s.market.channels[0].model_copy(update={"name": "another"})]}
        ),
    ),
    "the market it was derived from": lambda s: replace(
        s, market=s.market.model_copy(update={"based_on": "music_shop"})
    ),
    "a parameter of a lever in use": lambda s: _with_row(s, "incentives.redemption", value=0.5),
    "a parameter of ordinary life": lambda s: _with_row(
        s, next(row.key for row in s.parameters.rows if row.lever == "market_life"), value=0.123
    ),
    "a setting of a play": lambda s: _with_play(s, settings={"rebate": 0.0123}),
    "the audience of a play": lambda s: _with_play(s, audience="high_value"),
    "the first week of a play": lambda s: _with_play(s, start_week=2),
    "the plays": lambda s: _with_strategy(s, plays=s.strategy.plays[:-1]),
    "the budget": lambda s: _with_strategy(s, budget=8.0),
    "the customers": lambda s: replace(s, n_customers=101),
    "the weeks": lambda s: replace(s, weeks=5),
    "people and luck": lambda s: replace(s, seed=2),
    "that rare events are weighed": lambda s: replace(s, rare=Rare(0.5, 0.5)),
    "who is there in week 0": lambda s: replace(s, start="fresh"),
}
TOLD = {
    "the title of a strategy": lambda s: _with_strategy(s, title="Another", summary="Other words"),
    "the name of a strategy": lambda s: _with_strategy(s, name="another"),
    "what it would cost as written": lambda s: _with_strategy(s, as_written=9.0),
    "the title of a market": lambda s: replace(
        s, market=s.market.model_copy(update={"title": "Another", "currency": "CNY"})
    ),
    "the source of a value": lambda s: _with_number(s, "gross_margin", source="the firm"),
    "the range of a value": lambda s: _with_number(s, "gross_margin", low=0.1, high=0.9),
    "whether a value is told": lambda s: _with_number(s, "gross_margin", show_ends=False),
    "the range of a parameter": lambda s: _with_row(s, "incentives.redemption", low=0.01),
    "the note of a parameter": lambda s: _with_row(s, "incentives.redemption", note="seen"),
    "a parameter of a lever that is off": lambda s: _with_row(
        s, next(row.key for row in s.parameters.rows if row.lever == "community"), value=0.123
    ),
}


@pytest.mark.parametrize("what", MATTERS)
def test_a_run_that_may_be_another_has_another_name(what):
    assert run_id(MATTERS[what](_scenario()), **MADE_BY) != run_id(_scenario(), **MADE_BY)


@pytest.mark.parametrize(
    "made_by", [{"history": "i"}, {"code": "d"}, {"libraries": {"numpy": "3"}}], ids=str
)
def test_a_run_made_by_other_means_has_another_name(made_by):
    assert run_id(_scenario(), **(MADE_BY | made_by)) != run_id(_scenario(), **MADE_BY)


@pytest.mark.parametrize("what", TOLD)
def test_what_is_only_told_of_a_run_changes_neither_its_name_nor_the_run(what):
    changed = TOLD[what](_scenario())
    assert run_id(changed, **MADE_BY) == run_id(_scenario(), **MADE_BY)
    assert LoyaltyModel(changed).run().weekly.equals(LoyaltyModel(_scenario()).run().weekly)


#: What a firm does already -> a value that says so, and a parameter that then decides its runs.
GOES_ON = {
    "a points programme": ("usual_rebate", 0.02, "incentives.redemption"),
    "a community": ("usual_community", 0.2, "community.half_hosts"),
    "messages, that some have opted out of": ("opted_out", 0.3, "personalisation.opt_out"),
}


@pytest.mark.parametrize("what", GOES_ON)
def test_a_run_without_plays_is_named_by_what_the_firm_does_already(what):
    value, share, parameter = GOES_ON[what]
    nothing = replace(_scenario(), strategy=DO_NOTHING)
    off, on = (_with_number(nothing, value, value=amount) for amount in (0.0, share))
    for scenario, counts in ((off, False), (on, True)):
        changed = _with_row(scenario, parameter, value=0.123)
        names = {run_id(one, **MADE_BY) for one in (scenario, changed)}
        assert (len(names) == 2) == counts


@pytest.mark.parametrize("value", [value for value, *_ in GOES_ON.values()])
def test_the_code_of_what_the_firm_does_already_counts_without_a_play(value):
    quiet = load_market("grocery").with_values(
        **dict.fromkeys((one for one, *_ in GOES_ON.values()), 0.0)
    )
    assert code_digest([], market=quiet) == code_digest([])
    assert code_digest([], market=quiet.with_values(**{value: 0.2})) != code_digest([])


def test_doing_nothing_is_one_run_whatever_it_is_called():
    nothing = replace(_scenario(), strategy=DO_NOTHING)
    other = replace(nothing, strategy=DO_NOTHING.model_copy(update={"budget": 0.0, "title": "-"}))
    assert run_id(nothing, **MADE_BY) == run_id(other, **MADE_BY)
