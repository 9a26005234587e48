"""Encounters of a week: quality, failures, contacts, the wait at the desk, and a survey.

Where some contacts go first (`sim.world.service_desk`), each person feels the wait of their class: of a
share of a person's contacts that goes first, each contact has one of the two waits, and their harm is the
mean of the two.
"""

import numpy as np
from numpy.typing import NDArray

from sim.common.kernels import encounters as kernels
from sim.common.kernels import for_each
from sim.common.kernels.rows import rows_above
from sim.common.random_numbers import Floats, Ints, binomial, normal
from sim.levers.base import Delivery, Week
from sim.model.observers.recorder import Recorder
from sim.model.week import attitudes, failures, usual_conduct
from sim.model.week.life_parameters import LifeParameters
from sim.model.week.satisfaction import expectation_elsewhere
from sim.model.week.state import WeekState


def meet_firm(state: WeekState) -> None:
    """Simulate buyers' encounters: quality, failures, contacts, the wait at the desk.

    Parameters
    ----------
    state : WeekState
        With the trips of its view. Complaints of the view are written, the customers' attitudes, and the
        desk's queue.
    """
    run, view, delivery = state.run, state.view, state.delivery
    life, market, desk = run.life, run.market, run.firm.desk
    rows = rows_above(view.trips, 0)
    n, m = view.trips[rows], rows.size
    left = failures.left_at(market, delivery, rows)
    voiced = life.complaint_share + (1 - life.complaint_share) * _share(delivery, "voice", rows)
    mended = life.failure_recovered + (1 - life.failure_recovered) * _share(
        delivery, "recovery", rows
    )
    automation = for_each(_share(delivery, "automation", rows), m)
    part = failures.all_left(delivery, left, rows)
    failure_rate = for_each(market["failures_per_trip"] * part, m)
    failed = binomial(view.uniform("failures", rows), n, failure_rate)
    complaints = _complain(view, rows, failed, for_each(voiced, m))
    view.complaints[rows] = complaints
    told = rows_above(complaints, 0)
    run.recorder.add("n_complaints", complaints[told], rows[told])
    questions = market["contacts_per_trip"] * (1 - _share(delivery, "contacts_averted", rows))
    per_trip = for_each(questions, m)
    routine = binomial(view.uniform("contacts", rows), n, per_trip)
    to_desk, automated, expected = kernels.contacts_of(
        n, complaints, routine, automation, failure_rate, for_each(voiced, m), per_trip
    )
    contacts = _firm_contacts(float(to_desk.sum()), float(expected.sum()), run.scale)
    first = for_each(_share(delivery, "priority", rows), m) if delivery.has("priority") else None
    desk.serve(
        contacts, delivery.extra_staff, _first(first, to_desk, expected, contacts, run.scale)
    )
    not_made_good = failed - mended * complaints
    quality = _quality(state, rows, to_desk, automated, not_made_good)
    if first is not None:
        _go_first(state, rows, quality, first, to_desk, automated)
    if run.firm.reputation.is_heard_of:
        usual_conduct.meet(state, rows, _elsewhere(state, rows))
    _update_attitudes(state, rows, quality, not_made_good)
    failures.record(run.recorder, left, failed, rows)
    run.recorder.add("n_contacts", to_desk + automated, rows)
    run.recorder.add("wait_minutes", to_desk * desk.wait_others, rows)
    _survey(view, rows, life, run.recorder)


def _quality(
    state: WeekState,
    rows: Ints,
    to_desk: Floats,
    automated: Floats,
    not_made_good: NDArray[np.floating],
) -> Floats:
    """Return the mean quality of each buyer's encounters, SD of an encounter, shape (m,)."""
    run, view, delivery = state.run, state.view, state.delivery
    experience, desk = run.experience, run.firm.desk
    usual_wait = experience.wait_harm(desk.usual_wait)
    usual = run.people["suitability"][rows] + experience.saturated(delivery.at("quality", rows))
    return kernels.quality_of(
        view.trips[rows],
        usual + experience.usual_failure_harm,
        normal(view.uniform("encounter", rows)),
        to_desk,
        automated,
        not_made_good,
        experience.wait_harm(desk.wait_others) - usual_wait,
        delivery.automation_quality - usual_wait,
        run.life.failure_damage,
    )


def _first(
    first: Floats | None, to_desk: Floats, expected: Floats, contacts: float, scale: float
) -> float:
    """Return the share of the desk's contacts that go first, as noisy as those of all customers."""
    if first is None or contacts <= 0.0:
        return 0.0
    came = _firm_contacts(float(first @ to_desk), float(first @ expected), scale)
    return min(came / contacts, 1.0)


def _go_first(
    state: WeekState,
    rows: Ints,
    quality: Floats,
    first: Floats,
    to_desk: Floats,
    automated: Floats,
) -> None:
    """Take the shorter wait of those who go first into account: `quality` is changed in place.

    Parameters
    ----------
    state : WeekState
        What they wait less than the others is recorded, and how much contact goes first.
    rows : ndarray of int, shape (m,)
    quality : ndarray, shape (m,)
        As if everybody waited like those who do not go first.
    first, to_desk, automated : ndarray, shape (m,)
        Share of each buyer's contacts that goes first; contacts at the desk and with automated service.
    """
    run = state.run
    desk, experience = run.firm.desk, run.experience
    spared = experience.wait_harm(desk.wait_first) - experience.wait_harm(desk.wait_others)
    quality += first * to_desk * spared / state.view.trips[rows]
    ahead = first * to_desk
    run.recorder.add("n_contacts_first", first * (to_desk + automated), rows)
    run.recorder.add("wait_minutes_first", ahead * desk.wait_first, rows)
    run.recorder.add("wait_minutes", ahead * (desk.wait_first - desk.wait_others), rows)


def _share(delivery: Delivery, name: str, rows: Ints) -> Floats | float:
    """Return what is delivered to some people, at most all of it."""
    share = delivery.at(name, rows)
    return np.minimum(share, 1.0) if isinstance(share, np.ndarray) else min(share, 1.0)


def _complain(week: Week, rows: Ints, failed: Ints, voiced: Floats) -> Ints:
    """Draw how many of each buyer's failures are complained about, shape (m,)."""
    complaints, met = np.zeros_like(failed), rows_above(failed, 0)
    uniform = week.uniform("complaints", rows[met])
    complaints[met] = binomial(uniform, failed[met], voiced[met])
    return complaints


def _update_attitudes(
    state: WeekState, rows: Ints, quality: Floats, not_made_good: NDArray[np.floating]
) -> None:
    """Update attitudes: those of buyers by their encounters, everybody's by time and the levers."""
    run, n = state.run, state.view.trips[rows]
    people, life, experience = run.people, run.life, run.experience
    people["satisfaction"][rows], people["will_expectation"][rows] = experience.after_encounters(
        people["satisfaction"][rows],
        people["will_expectation"][rows],
        quality,
        n,
        people["frequency"][rows] - n,
        _elsewhere(state, rows),
    )
    usual = experience.usual_failures_kept
    attitudes.update_trust(people, rows, n, not_made_good, usual, life)
    attitudes.update_states(people, rows, state.delivery, life)


def _elsewhere(state: WeekState, rows: Ints) -> Floats | float:
    """Return what buyers get elsewhere, as far as it pulls, SD of an encounter."""
    run = state.run
    drifted = expectation_elsewhere(run.market["expectation_drift"], state.view.number)
    people, life = run.people, run.life
    return (run.baseline.elsewhere + drifted) * (1 - attitudes.resistance(people, rows, life))


def _firm_contacts(contacts: float, expected: float, scale: float) -> float:
    """Return a week's contacts as noisy as those of all the firm's customers, per simulated customer.

    The desk has the firm's true size, and the wait in its queue is convex: the deviation of a sample's
    contacts from those expected is therefore made as small as that of all customers.
    """
    return max(float(expected + (contacts - expected) / np.sqrt(scale)), 0.0)


def _survey(week: Week, buyers: Ints, life: LifeParameters, recorder: Recorder) -> None:
    """Ask some of the week's buyers; the very happy and the very unhappy answer more often."""
    satisfaction = week.people["satisfaction"]
    rows = kernels.who_answers(
        buyers,
        week.uniform("survey", buyers),
        satisfaction,
        week.market["survey_share"],
        life.survey_intercept,
        life.survey_extremity,
    )
    noise = life.survey_noise * normal(week.uniform("survey answer", rows))
    said = satisfaction[rows] + noise
    recorder.add("n_surveyed", 1, rows)
    recorder.add("n_satisfied", 1, rows[said > life.csat_threshold])
    recorder.add("n_promoter", 1, rows[said > life.promoter_threshold])
    recorder.add("n_detractor", 1, rows[said < life.detractor_threshold])
