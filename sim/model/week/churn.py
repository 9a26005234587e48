"""Who leaves: the terms on the hazard of leaving, and what leaving changes."""

import numpy as np

from sim.common.kernels.rows import rows_below, rows_with
from sim.common.kernels.states import anybody
from sim.common.random_numbers import Floats, Ints
from sim.model.observers.recorder import Recorder
from sim.model.week import attitudes, churn_contagion, recruits
from sim.model.week.state import WeekState
from sim.model.week.terms import sum_terms
from sim.world.population import ACTIVE, LAPSED, People
from sim.world.removable_leaving import hazard_factor


def leave_at_any_time(state: WeekState) -> None:
    """Draw when in the week each active customer drops out, if at all.

    The fraction of the week that they stay is kept for the trips: trips first would bias them.

    Parameters
    ----------
    state : WeekState
        `at_risk` and `stays` are written, and the status of those who leave.
    """
    people = state.run.people
    rows = rows_with(people["status"], ACTIVE)
    hazard = people["drop_out_rate"][rows] * moved_hazard(state, rows)
    uniform, stays = state.view.uniform("drop-out", rows), np.ones(rows.size)
    near = rows_below(1.0 - uniform, hazard)  # -ln u is at least 1 - u: the others stay
    stays[near] = np.minimum(1.0, -np.log(uniform[near]) / hazard[near])
    state.at_risk, state.stays = rows, stays
    lapse(people, state.view.number, rows[near[stays[near] < 1.0]], state.run.recorder)


def moved_hazard(state: WeekState, rows: Ints) -> Floats:
    """Return by what all terms of the week multiply some customers' hazards of leaving, shape (m,)."""
    return hazard_factor(churn_terms(state, rows), state.run.market["removable_drop_out"])


def churn_terms(state: WeekState, rows: Ints) -> Floats:
    """Return the sum of the terms on the log hazard of leaving of some customers, shape (m,)."""
    run = state.run
    people, life = run.people, run.life
    satisfaction = life.satisfaction_on_churn * people["satisfaction"][rows]
    terms: list[tuple[str, Floats | float]] = [
        ("offset", run.baseline.offsets["churn"]),
        ("satisfaction", satisfaction),
        *attitudes.churn_terms(people, rows, life, run.usual),
    ]
    if run.market["defection_visible"]:
        contagion = churn_contagion.term(run, state.delivery.contagion)
        terms.append(("contagion", contagion[rows]))
    if anybody(people["referred"]):
        terms.append(("referral", life.referred_churn * people["referred"][rows]))
    if recruits.are_there(people, run.market, contracts=True):
        terms.append(("offer", recruits.churn_term(people, rows, life)))
    return sum_terms(run.recorder, "churn", state.terms["churn"], rows, *terms)


def lapse(people: People, week: int, gone: Ints, recorder: Recorder) -> None:
    """Write that customers have left in a week, and record it."""
    people["status"][gone] = LAPSED
    people["week_lapsed"][gone] = week
    people["kept"][gone] = False
    recorder.add("new_dropped_out", 1, gone)
