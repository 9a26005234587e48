"""A strategy as a plan of work: which department does what, for whom, from when, and what it costs.

The strategy is sized to the market's budget, and one run at central parameters gives what each play
costs quarter by quarter, for all customers of the firm.
"""

from dataclasses import dataclass

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.common.formatting import brief_money, budget_use, capital, compact, money, percent
from sim.common.random_numbers import Floats
from sim.common.reading import read_yaml
from sim.experiment.budget import size_strategies
from sim.levers import BY_NAME
from sim.market.market import Market, load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.pages import DEPARTMENTS, load_page
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import load_strategy, strategy_path

#: People in the run, its luck, and the weeks of a quarter.
CUSTOMERS, SEED, QUARTER = 5_000, 1, 13
#: From this share on an audience is reached as a whole.
_ALL = 0.995
AUDIENCES = {
    "everyone": "everyone",
    "high_value": "high-value customers",
    "potential": "customers with potential",
    "ordinary": "ordinary customers",
    "prospect": "prospects",
    "new": "new customers",
    "active": "active customers",
    "at_risk": "customers at risk",
    "lapsed": "lapsed customers",
}


@dataclass(frozen=True)
class Plan:
    """A strategy sized to a market's budget, with what each play costs there.

    Attributes
    ----------
    market : Market
    strategy : Strategy
        As sized.
    presets : list of str or None
        The preset that each of its plays began with, in their order.
    weeks : int
        Horizon.
    costs : dict
        Key of a play -> array of shape (quarters,), the firm's money in each 13 weeks.
    """

    market: Market
    strategy: Strategy
    presets: list[str | None]
    weeks: int
    costs: dict[str, Floats]


def make_plan(strategy_name: str, market_name: str, weeks: int) -> Plan:
    """Size a strategy to a market's budget and work out its cost per quarter.

    Parameters
    ----------
    strategy_name, market_name : str
        Names of a strategy of the playbook and of a market.
    weeks : int
        Horizon; the last quarter may be short.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        If a name is unknown, or the strategy has no plays.
    """
    market = load_market(market_name)
    design = load_strategy(strategy_name, market_name)
    if not design.plays:
        raise InputError(
            "STRATEGY", "strategy", strategy_name, "a strategy with plays: there is nothing to plan"
        )
    strategy = size_strategies(market, [design], weeks)[strategy_name]
    model = LoyaltyModel(Scenario(market, strategy, CUSTOMERS, weeks, SEED))
    spent: dict[str, list[float]] = {play.key: [] for play in strategy.plays}

    def note(_week: int) -> None:
        for department in model.state.firm.departments:
            for key, cost in department.spent.items():
                spent[key].append(cost)

    model.run(note)
    starts = np.arange(0, weeks, QUARTER)
    return Plan(
        market,
        strategy,
        _presets(strategy_name, market_name),
        weeks,
        {
            key: np.add.reduceat(np.diff(total, prepend=0.0), starts) * model.scale
            for key, total in spent.items()
        },
    )


def who_does_what(plan: Plan) -> list[tuple[str, ...]]:
    """Return the plan in words: a header, then a row per play, by department and start."""
    rows: list[tuple[str, ...]] = [("who", "does what", "for whom", "when")]
    return rows + [
        (
            capital(play.owner or "") + " department",
            _what(play, preset),
            _whom(play),
            _when(play, plan.weeks),
        )
        for play, preset in _in_order(plan)
    ]


def what_it_costs(plan: Plan) -> list[tuple[str, ...]]:
    """Return the costs in words, for a narrow screen: a header, a row per play, and their total.

    The first year is told by quarters, the years after it one by one or, beyond the second, together.
    """
    periods = _periods(len(next(iter(plan.costs.values()))))

    def row(name: str, costs: Floats) -> tuple[str, ...]:
        amounts = [costs[part].sum() for part in periods.values()]
        return (name, *(brief_money(x, plan.market.currency) for x in [*amounts, costs.sum()]))

    names = _short_names(plan)
    plays = [row(names[play.key], plan.costs[play.key]) for play, _ in _in_order(plan)]
    total = np.sum(list(plan.costs.values()), axis=0)
    return [("play", *periods, "total"), *plays, row("all plays", total)]


def _periods(quarters: int) -> dict[str, slice]:
    """Return the periods of the cost table by their names, as slices of the quarters."""
    found = {f"Q{i + 1}": slice(i, i + 1) for i in range(min(quarters, 4))}
    if quarters > 4:
        found["year 2"] = slice(4, 8)
    if quarters > 8:
        found["year 3" if quarters <= 12 else "year 3+"] = slice(8, quarters)
    return found


def _short_names(plan: Plan) -> dict[str, str]:
    """Return each play a short name: its lever's, with whom it is for where a lever has several."""
    plays = [play for play, _ in _in_order(plan)]
    several = {p.lever for p in plays if sum(q.lever == p.lever for q in plays) > 1}
    names: dict[str, str] = {}
    for play, preset in _in_order(plan):
        name = load_page(play.lever).title
        if play.lever in several:
            name += f", {play.audience.replace('_', ' ')}"
        if name in names.values():
            name += f", {(preset or play.key).replace('_', ' ')}"
        names[play.key] = name
    return names


def _presets(strategy_name: str, market_name: str) -> list[str | None]:
    """Return the presets that a strategy's file names, in the order of its plays."""
    content = read_yaml(strategy_path(strategy_name, market_name))
    return [play.preset for play in Strategy.model_validate(content).plays]


def _in_order(plan: Plan) -> list[tuple[Play, str | None]]:
    """Return plays and their presets by department, then by start."""
    return sorted(
        zip(plan.strategy.plays, plan.presets, strict=True),
        key=lambda pair: (DEPARTMENTS.index(pair[0].owner or "market"), pair[0].start_week),
    )


def _what(play: Play, preset: str | None) -> str:
    """Return what a play is: its lever and preset, and each setting that is not neutral, as sized."""
    settings = BY_NAME[play.lever].Settings
    lines = [
        f"- {settings.model_fields[name].description}: {compact(value)}"
        for name, value in play.settings.items()
        if value != settings.model_fields[name].default
    ]
    after = f", {preset.replace('_', ' ')}" if preset else ""
    return "\n".join([load_page(play.lever).title + after, *lines])


def _whom(play: Play) -> str:
    whom = AUDIENCES[play.audience]
    return whom if play.reach > _ALL else f"{percent(play.reach)} of {whom}"


def _when(play: Play, weeks: int) -> str:
    lines = [f"from week {play.start_week}"]
    if play.phase:
        lines.insert(0, f"phase {play.phase.replace('_', ' ')}:")
    if play.ramp_weeks > 1:
        lines.append(f"in full from week {play.start_week + play.ramp_weeks - 1}")
    lines.append("to the end" if play.end_week is None else f"until week {play.end_week}")
    if play.start_week >= weeks:
        lines.append("(after the horizon)")
    return "\n".join(lines)


def budget_in_words(plan: Plan) -> str:
    """Return what the plan may cost a year, of what that is a share, and what of it is used."""
    budget = (plan.strategy.budget or 0.0) * plan.market["firm_customers"]
    total = sum(float(costs.sum()) for costs in plan.costs.values()) * WEEKS_A_YEAR / plan.weeks
    share = percent(plan.market["budget_share"])
    currency = plan.market.currency
    needed = sum(plan.strategy.planned.values())
    use = f" The plan {budget_use(needed, plan.strategy.budget)}." if plan.strategy.budget else ""
    return (
        f"Budget: {money(budget, currency)} a year, {share} of the yearly margin of a firm with "
        f"{plan.market['firm_customers']:,.0f} customers. In this run the plan cost "
        f"{money(total, currency)} a year.{use}"
    )
