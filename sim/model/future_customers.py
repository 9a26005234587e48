r"""What customers are worth who are won after the horizon, less what winning them costs.

Once levers are off people join as usual, at I a week; where the horizon has left more or fewer
prospects than usual, the flow comes back to it as fast as prospects join (hazard a). With v the
worth of a newcomer on joining (first purchase or fee, what follows by the laws of the market, and what
returns after leaving bring),
c the usual cost of reach and omega the part of the usual inflow that word of mouth brings for
nothing,

    F = (v - (1 - omega) c) [I / delta + (a P - I) / (delta + a)],

P being the prospects of the last week (less who came early on a recommendation, discounted over
the year in which they are missing) and delta the discount rate a week: the value of a firm
counts all cohorts to come (gupta2004). v is the mean over some thousand prospects, as if they
joined at the horizon.
"""

import numpy as np

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels.rows import rows_with
from sim.common.random_numbers import Floats, Ints
from sim.model.kinds import MarketKind
from sim.model.residual_value.after_horizon import AfterHorizon
from sim.model.residual_value.coming_back import with_returns
from sim.model.residual_value.noncontractual import Relaxation
from sim.model.residual_value.rates_ahead import rates_ahead
from sim.model.week import attitudes
from sim.model.week.satisfaction import expectation_elsewhere
from sim.model.week.state import RunState
from sim.world.population import ACTIVE, PROSPECT, People

_ENOUGH = 2_000  # prospects over whom a newcomer's worth is averaged


def future_customers(run: RunState, kind: MarketKind) -> tuple[Ints, Floats]:
    """Return rows of prospects and what joiners after the horizon bring, put down to these evenly.

    Parameters
    ----------
    run : RunState
        In its last week.
    kind : MarketKind

    Returns
    -------
    tuple of ndarray, each of shape (m,)
        Rows, and money of the last week; none where there are no prospects.
    """
    market, prospects = run.market, rows_with(run.people["status"], PROSPECT)
    rows = _some(np.flatnonzero(~run.baseline.start))  # the same people whatever the strategy
    if not prospects.size:
        return rows[:0], np.zeros(0)
    cost = (1.0 - market["talk_share_of_inflow"]) * market.acquisition_cost
    usual = market["inflow_per_year"] * int(run.baseline.start.sum()) / WEEKS_A_YEAR
    hazard, delta = float(run.baseline.path.joining_hazard[run.week]), market.weekly_discount
    joins = usual / delta + (hazard * prospects.size - usual) / (delta + hazard)
    joins -= run.owed_joins / (1.0 + delta * WEEKS_A_YEAR)  # who came early, on a recommendation
    worth = newcomers_worth(run, kind, rows) - cost
    return rows, worth * joins / rows.size


def worth_of_a_newcomer(run: RunState, kind: MarketKind) -> float:
    """Return what a prospect of now brings on average from joining now on; 0 where there are none."""
    prospects = _some(rows_with(run.people["status"], PROSPECT))
    return float(newcomers_worth(run, kind, prospects).mean()) if prospects.size else 0.0


def _some(rows: Ints) -> Ints:
    """Return enough of some people for the mean of what they are worth."""
    return rows[:: max(1, rows.size // _ENOUGH)]


def newcomers_worth(run: RunState, kind: MarketKind, rows: Ints) -> Floats:
    """Return what some prospects would bring from joining now on, shape (m,).

    The first purchase or fee counts, and what returns after leaving bring; what winning them costs is
    not taken off.
    """
    market, following = run.market, run.week + 1
    newcomers, everybody = _as_newcomers(run, rows), np.arange(rows.size)
    relaxation = Relaxation(
        newcomers,
        everybody,
        run.life,
        run.baseline.share_behind_a_trip,
        market["removable_drop_out"],
        after=AfterHorizon(
            lambda weeks: 0.0,
            lambda weeks: {},
            lambda weeks: (
                run.baseline.elsewhere
                + expectation_elsewhere(market["expectation_drift"], run.week + weeks)
            ),
            run.given_back(rows),
        ),
        rates=rates_ahead(newcomers, everybody, market),
    )
    later = kind.residual_equity(
        newcomers, everybody, run.experience, run.baseline.offsets, relaxation, market, following
    )
    if market.winback_hazard:
        later = later + with_returns(*kind.after_return(newcomers, everybody, market), market)[1]
    return later + newcomers["mean_spend"] * market["gross_margin"]


def _as_newcomers(run: RunState, rows: Ints) -> People:
    """Return the columns of some prospects as they would be on joining at the horizon."""
    people = {name: column[rows] for name, column in run.people.items()}
    attitudes.reset_states(people, np.arange(rows.size))
    people["status"][:] = ACTIVE
    for name in ("referred", "promoted", "stock", "pausing", "renewals"):
        if name in people:
            people[name][:] = 0
    if run.market.is_contractual:
        people["renewal_week"][:] = run.week + 1 + run.market.period
    return people
