"""What a play acts through: the parameters of its lever without which it would do something else.

Each parameter of the lever for which no effect has a meaning is set there in turn (to its high end where
it stands there already), in a small run at central values, and the run is held against the one with all
of them. What is compared are the terms that are added to people's chances, their attitudes and their
trips, not costs: a term that moves at all shows, however little luck lets it do. A list by hand would be
wrong as soon as a mechanism changes.
"""

from dataclasses import replace

import numpy as np

from sim.market.market import Market
from sim.model.rare_events import breaches_in, run_lives, table_of
from sim.model.scenario import Rare, Scenario
from sim.playbook.strategies import Strategy

#: Size of a run: a year and some weeks, so that what happens once a year happens.
CUSTOMERS, WEEKS = 300, 60
#: A breach in the middle of it, which a tenth of protection averts.
_AVERTED = Rare(0.5, 0.95)
_NO_EFFECTS = ("cost.", "acquisition_cost")


def acts_through(market: Market, strategy: Strategy) -> tuple[str, ...]:
    """Return the names of the parameters that a strategy of one play acts through.

    Parameters
    ----------
    market : Market
    strategy : Strategy

    Returns
    -------
    tuple of str
        Of the lever's own parameters that have a value of no effect, in the order of the table.
    """
    (play,) = strategy.plays
    rare = _AVERTED if breaches_in([strategy]) == "weighed" else None
    small = Scenario(market, strategy, CUSTOMERS, WEEKS, rare=rare)
    table, whole = small.parameters, _what_people_do(small)
    found = []
    for row in table.rows:
        if row.lever != play.lever or row.no_effect is None:
            continue
        other = row.no_effect if row.value != row.no_effect else row.high
        without = table.replace(row.lever, **{row.parameter: other})
        if not np.array_equal(whole, _what_people_do(replace(small, parameters=without))):
            found.append(row.parameter)
    return tuple(found)


def _what_people_do(scenario: Scenario) -> np.ndarray:
    """Return all that a run records of people, week by week, and nothing of what is paid."""
    weekly = table_of(run_lives(scenario))
    kept = [x for x in weekly if x != "segment" and not str(x).startswith(_NO_EFFECTS)]
    return np.nan_to_num(weekly[kept].to_numpy(dtype=float))
