"""What the start of a lever costs in each market, built or rented, as its page shows it."""

from math import isfinite

from sim.analysis.preset_effects import WEEKS
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.formatting import NONE, fixed, markdown_table, money, rough, spaced
from sim.evidence.own import parameters_for
from sim.levers import BY_NAME
from sim.market.market import load_market
from sim.market.places import market_names
from sim.world.renting import customers_from_which_it_is_built, start_of
from sim.world.staffing import paid_hours, wage_of

#: All of the work in the first week, as presets do it.
_RAMP = 1


def start_of_lever(lever: str) -> str:
    """Return what it costs to start a lever for all customers, either way, in each market.

    Parameters
    ----------
    lever : str
        One that names the hours that its building takes (`build_hours`).

    Returns
    -------
    str
        A sentence that says for what it was worked out, and a Markdown table.
    """
    rows = []
    for name in market_names():
        market = load_market(name)
        values, mechanism = parameters_for(market).values(lever), BY_NAME[lever]
        hours, customers = values[mechanism.build_hours], market["firm_customers"]
        kept = paid_hours(values.get(mechanism.upkeep_hours, 0.0), market["agency_wage_ratio"])
        upkeep = kept * wage_of(market, "service")
        start = start_of(market, hours, _RAMP, customers, WEEKS, upkeep)
        turns = customers_from_which_it_is_built(market, hours, _RAMP, WEEKS, upkeep)
        rows.append(
            (
                spaced(name),
                fixed(customers),
                money(start.building, market.currency),
                money(start.renting, market.currency),
                "rents" if start.is_rented else "builds",
                rough(turns) if isfinite(turns) else NONE,
            )
        )
    also = ", with its upkeep" if BY_NAME[lever].upkeep_hours else ""
    head = ("market", "customers", "building it", "renting it", "the firm", "builds from customers")
    return (
        f"The start, for the whole firm and all its customers over {WEEKS / WEEKS_A_YEAR:g} years, at "
        f"central values{also}; the firm takes the cheaper.\n\n{markdown_table(head, rows)}"
    )
