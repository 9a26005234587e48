"""A run of the sample, and what is kept of it."""

from dataclasses import dataclass

from sim.common.random_numbers import Floats
from sim.experiment.summary import views_of
from sim.measures.definitions import MEASURES
from sim.measures.weekly import TOTAL, Columns, with_other_life
from sim.model.common_start import CommonStart
from sim.model.rare_events import columns_of, run_lives
from sim.model.scenario import Scenario

#: What is kept of a run.
_KEPT = ("customer_equity", "equity_within", "equity_after", "discounted_cost", "cost")


@dataclass(frozen=True)
class Lived:
    """What is kept of a run, all customers together; money is the firm's.

    Attributes
    ----------
    values : dict
        Measure -> its value, those in the lives without and with a rare event, and the latter's chance,
        as `sim.experiment.summary` has them.
    costs : dict
        Lever -> its cost in each week.
    """

    values: dict[str, tuple[float, float, float, float]]
    costs: dict[str, Floats]


@dataclass(frozen=True)
class Nothing:
    """Doing nothing in a future: what every plan there starts from, its weekly table, what is kept."""

    scenario: Scenario
    start: CommonStart
    weekly: Columns
    lived: Lived


def weekly_of(scenario: Scenario, start: CommonStart) -> Columns:
    """Run a scenario and return its weekly table as columns."""
    return columns_of(run_lives(scenario, start))


def kept_of(weekly: Columns, nothing: Columns, scenario: Scenario) -> Lived:
    """Return what is kept of a run; `nothing` is the weekly table of doing nothing there."""
    views, chance = views_of(with_other_life(weekly, nothing))
    scale = scenario.market["firm_customers"] / scenario.n_customers
    discount = scenario.market.weekly_discount
    expected, *lives = (view[TOTAL] for view in views)
    spared, struck = lives or (expected, None)
    values = {}
    for name in _KEPT:
        value, first, second = (
            scale * MEASURES[name].function(columns, discount) if columns else float("nan")
            for columns in (expected, spared, struck)
        )
        values[name] = (value, first, second, chance)
    costs = {
        name.removeprefix("cost."): scale * flow
        for name, flow in expected.items()
        if name.startswith("cost.")
    }
    return Lived(values, costs)
