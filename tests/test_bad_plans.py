"""Whatever is chosen within a lever's bounds works, in every kind of market; all else is refused.

Plays are made up from each lever's own settings, so that a new lever or setting is tried without a line
here. Examples as in `test_bad_input`.
"""

import math
from typing import Any, get_args

from fuzz import live, share, works_or_says
from hypothesis import given
from hypothesis import strategies as st
from spoiled import numbers, spoiled_tree, texts

from sim.common.reading import validate
from sim.levers import BY_NAME, MECHANISMS
from sim.market.market import Market, load_market
from sim.market.values import VALUES
from sim.playbook.strategies import Audience, Strategy
from sim.playbook.strategy_files import as_strategy

#: The three kinds: drop-out assumed, drop-out measured, contracts.
MARKETS = ("grocery", "music_shop", "subscription")


def _bounds(lever: str, setting: str) -> tuple[float, float]:
    """Return the ends that a setting's schema allows, 1000 where it has no upper one."""
    low, high = -math.inf, 1000.0
    for rule in BY_NAME[lever].Settings.model_fields[setting].metadata:
        low = max(low, getattr(rule, "ge", low), getattr(rule, "gt", low))
        high = min(high, getattr(rule, "le", high), getattr(rule, "lt", high))
    assert math.isfinite(low), f"{lever}.{setting} has no lower bound"
    return low, high


@st.composite
def settings_within(draw: st.DrawFn, lever: str) -> dict[str, float]:
    """Some settings of a lever, each within its bounds, often at an end of them."""
    chosen: dict[str, float] = {}
    for name, field in BY_NAME[lever].Settings.model_fields.items():
        if not draw(st.booleans()):
            continue
        low, high = _bounds(lever, name)
        if field.annotation is int:
            value = draw(st.sampled_from([low, high]) | st.integers(int(low), int(high)))
        else:
            value = draw(st.sampled_from([low, high]) | st.floats(low, high))
        open_ends = [getattr(rule, end, None) for rule in field.metadata for end in ("gt", "lt")]
        if value not in open_ends:
            chosen[name] = value
    return chosen


@st.composite
def plays(draw: st.DrawFn) -> dict[str, Any]:
    """One play: a lever, its settings, for whom, from when to when."""
    lever = draw(st.sampled_from(MECHANISMS))
    play: dict[str, Any] = {"lever": lever.name, "settings": draw(settings_within(lever.name))}
    if not lever.builds_capability:
        play["audience"] = draw(st.sampled_from(get_args(Audience)))
    start = draw(st.integers(0, 4))
    optional = {
        "reach": st.sampled_from([0.0, 1e-9, 0.5, 1.0]),
        "intensity": st.sampled_from([1e-9, 0.5, 1.0]),
        "ramp_weeks": st.sampled_from([1, 2, 260]),
        "end_week": st.integers(start + 1, 8) | st.none(),
        "phase": st.sampled_from(["", "first", "then"]),
        "owner": st.sampled_from(["market", "technology", "service", "brand", None]),
    }
    return play | {"start_week": start} | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def strategies(draw: st.DrawFn) -> dict[str, Any]:
    """What a strategy's file may hold: plays within the bounds of their levers."""
    chosen = draw(st.lists(plays(), min_size=1, max_size=5))
    return {"name": "trial", "title": "", "summary": "", "plays": chosen}


_WITHIN = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(
            st.sampled_from(value.range),
            st.integers(*map(int, value.range))
            if name == "renewal_weeks"
            else st.floats(*value.range),
        )
        for name, value in VALUES.items()
    },
)


def _market(name: str, changed: dict[str, float]) -> Market | None:
    content = load_market(name).model_dump()
    for key, value in changed.items():
        if key in content["values"]:
            content["values"][key] |= {"value": value, "low": value, "high": value}
    return works_or_says(validate, Market, content, name)


#: What a plan may spend, currency per customer and year: no limit, nothing, hardly anything, ample.
_BUDGETS = (None, None, 0.0, 1e-9, 12.0, 1e9)


def _chosen(content: Any) -> Strategy | None:
    strategy = works_or_says(Strategy.of_file, content, "trial.yaml")
    return None if strategy is None else works_or_says(as_strategy, strategy)


@share(0.1)
@given(strategies(), st.sampled_from(MARKETS), st.booleans(), st.sampled_from(_BUDGETS))
def test_every_plan_within_the_bounds_of_its_levers_is_carried_out(content, name, drawn, budget):
    strategy = _chosen(content)
    if strategy is not None:
        planned = strategy.model_copy(update={"budget": budget})
        live(load_market(name), planned, drawn, weeks=8)


@share(0.06)
@given(_WITHIN, st.sampled_from(MARKETS), strategies())
def test_every_market_within_the_stated_ranges_lives_or_is_refused(changed, name, content):
    market, strategy = _market(name, changed), _chosen(content)
    if market is not None and strategy is not None:
        works_or_says(live, market, strategy)


_SLIPS = {
    name: st.one_of(numbers, texts, st.none(), st.booleans())
    for name in ("end_week", "phase", "audience", "reach", "start_week", "ramp_weeks", "owner")
}


@share(0.05)
@given(strategies().flatmap(spoiled_tree), st.fixed_dictionaries({}, optional=_SLIPS))
def test_every_slip_in_a_plan_is_harmless_or_refused(content, slips):
    if isinstance(content, dict) and isinstance(content.get("plays"), list):
        for play in content["plays"][:1]:
            if isinstance(play, dict):
                play |= slips
    strategy = _chosen(content)
    if strategy is not None:
        works_or_says(live, load_market("grocery"), strategy)
