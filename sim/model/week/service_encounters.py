"""What buyers meet in a week: quality, failures, contacts, the wait at the desk, and a survey."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.common.random_numbers import Floats, binomial, normal
from sim.levers.base import Delivery, Week
from sim.model.week import attitudes

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel


def experience_week(model: "LoyaltyModel", week: Week, delivery: Delivery) -> None:
    """Let every buyer meet the firm: quality, failures, contacts, the wait at the desk."""
    people, market, life = model.customers.columns, model.market, model.life
    experience, record = model.experience, model.recorder
    rows = np.flatnonzero(week.trips > 0)
    n = week.trips[rows]
    averted = np.minimum(delivery.at("failures_averted", rows), 1.0)
    said = life.complaint_share + (1 - life.complaint_share) * _share(delivery, "voice", rows)
    mended = life.failure_recovered + (1 - life.failure_recovered) * _share(
        delivery, "recovery", rows
    )
    failed = binomial(
        week.uniform("failures", rows), n, market["failures_per_trip"] * (1 - averted)
    )
    complaints, met = np.zeros_like(failed), np.flatnonzero(failed > 0)
    complaints[met] = binomial(
        week.uniform("complaints", rows[met]), failed[met], np.broadcast_to(said, n.shape)[met]
    )
    week.complaints[rows] = complaints
    routine = binomial(week.uniform("contacts", rows), n, market["contacts_per_trip"])
    automated = routine * _share(delivery, "automation", rows)
    to_desk = complaints + routine - automated
    by_hand = market["contacts_per_trip"] * (1 - _share(delivery, "automation", rows))
    expected = n * (by_hand + market["failures_per_trip"] * (1 - averted) * said)
    wait = _wait(model, float(to_desk.sum()), float(expected.sum()), delivery.extra_staff)
    usual = experience.wait_harm(model.desk.usual_wait)
    at_desk = to_desk * (experience.wait_harm(wait) - usual)
    by_machine = automated * (delivery.automation_quality - usual)
    not_made_good = failed - mended * complaints
    harm = life.failure_damage * not_made_good
    quality = (
        people["fit"][rows]
        + experience.saturated(delivery.at("quality", rows))
        + experience.usual_failure_harm
        + normal(week.uniform("encounter", rows)) / np.sqrt(n)
        + (at_desk + by_machine - harm) / n
    )
    satisfaction, expectation = experience.feel(
        people["satisfaction"][rows],
        people["will_expectation"][rows],
        quality,
        n,
        model.elsewhere(week.number) * (1 - attitudes.resistance(people, rows, life)),
    )
    people["satisfaction"][rows], people["will_expectation"][rows] = satisfaction, expectation
    attitudes.keep_promises(people, rows, n, not_made_good, experience.usual_failures_kept, life)
    attitudes.after_week(people, rows, delivery, life)
    record.add("n_failures", failed, rows)
    record.add("n_contacts", to_desk + automated, rows)
    record.add("wait_minutes", to_desk * wait, rows)
    _survey(model, week, rows)


def _share(delivery: Delivery, name: str, rows: NDArray[np.int64]) -> Floats | float:
    """Return what is delivered to some people, at most all of it."""
    return np.minimum(delivery.at(name, rows), 1.0)


def _wait(model: "LoyaltyModel", contacts: float, expected: float, extra_staff: float) -> float:
    """Serve the week's contacts at the desk and give the mean wait, minutes.

    The desk has the firm's true size. What is lucky or unlucky in a sample's contacts is therefore
    brought to the luck of all the firm's customers before it meets the queue, whose wait is convex.
    """
    wanted = expected + (contacts - expected) / np.sqrt(model.scale)
    return model.desk.serve(max(float(wanted), 0.0), extra_staff)


def _survey(model: "LoyaltyModel", week: Week, buyers: NDArray[np.int64]) -> None:
    """Ask some of the week's buyers; the very happy and the very unhappy answer more often."""
    life, record = model.life, model.recorder
    satisfaction = model.customers.columns["satisfaction"][buyers]
    luck = week.uniform("survey", buyers)
    chosen = np.flatnonzero(luck < model.market["survey_share"])  # nobody answers more surely
    answers = expit(life.survey_intercept + life.survey_extremity * np.abs(satisfaction[chosen]))
    chosen = chosen[luck[chosen] < model.market["survey_share"] * answers]
    rows = buyers[chosen]
    said = satisfaction[chosen] + life.survey_noise * normal(week.uniform("survey answer", rows))
    record.add("n_surveyed", 1, rows)
    record.add("n_satisfied", 1, rows[said > life.csat_threshold])
    record.add("n_promoter", 1, rows[said > life.promoter_threshold])
    record.add("n_detractor", 1, rows[said < life.detractor_threshold])
