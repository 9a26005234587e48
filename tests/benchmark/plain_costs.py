"""What plays cost in the plain model, person by person."""

from typing import Any

from tests.benchmark import plain_rules as rules


def cost_of_segmentation(model: Any, play: Any, index: int) -> list[tuple[int, float]]:
    """The analysts' hours, spread over those served."""
    if play.key not in model.scored:
        return []
    hours = model.parameters["segmentation"].scoring_hours
    money = rules.bill(hours, model.market, "analyst") / model.scale
    served = [c for c in model.people if c.effort[play.key] > 0]
    total = sum(c.effort[play.key] for c in served)
    return [(c.row, money * c.effort[play.key] / total) for c in served]


def cost_of_service_quality(model: Any, play: Any, index: int) -> list[tuple[int, float]]:
    """Wages of staff and training per person served, work per contact and failure."""
    p, chosen, m = model.parameters["service_quality"], model.settings[play.key], model.market
    employees, wage = m["staff_per_1000_customers"] / 1000, m["wage_per_hour"]
    served = sum(c.effort[play.key] for c in model.people)
    hired = employees * chosen.staff * 40
    fixed = employees * chosen.training_hours / rules.WEEKS_A_YEAR * wage
    if hired * served > 0:
        fixed += rules.bill(hired * served * model.scale, m) / model.scale / served
    in_use = m["failures_per_trip"] * (
        1 - m["failure_share_at_purchase"] - m["failure_share_after_sale"]
    )
    minutes = chosen.proactive * in_use * p.proactive_minutes
    machine = chosen.automation * m["contacts_per_trip"] * m["handling_minutes"]
    minutes += machine * p.automation_cost
    return [
        (
            c.row,
            c.effort[play.key] * fixed + wage * c.strength[play.key] * c.trips * minutes / 60,
        )
        for c in model.people
        if c.strength[play.key] > 0
    ]


def cost_of_incentives(model: Any, play: Any, index: int) -> list[tuple[int, float]]:
    """Points earned less expired, at what they are expected to cost, and the start or the rent."""
    p = model.parameters["incentives"]
    per_point = p.redemption * p.reward_cost
    start: list[tuple[int, float]] = []
    whom = [c for c in model.people if c.effort[play.key] > 0]
    if whom:
        once, running = _start(model, play, p.programme_build_hours, len(whom) * model.scale)
        once *= (model.week < play.start_week + play.ramp_weeks) / model.scale
        model.built[play.key] += once
        money = once + running / model.scale
        start = [(c.row, money / len(whom)) for c in whom]
    return start + [
        (c.row, (c.earned_face - c.expired_face) * per_point)
        for c in model.people
        if c.point_play == index and (c.earned_face or c.expired_face)
    ]


def _start(model: Any, play: Any, hours: float, customers: float) -> tuple[float, float]:
    """What the firm pays in a week of the ramp for building or setting up, and in any for renting."""
    m, ramp = model.market, play.ramp_weeks
    fee = m["wage_per_hour"] * (
        m["rent_hours_per_month"] + customers * m["rent_seconds_per_customer"] / 3600
    )
    if play.key not in model.setup:
        weeks = min(play.end_week or model.weeks, model.weeks) - model.week
        once = min(ramp, weeks) / ramp
        built = once * ramp * rules.bill(hours / ramp, m, "engineer")
        rented = (once * m["rent_setup_months"] + weeks * 12 / rules.WEEKS_A_YEAR) * fee
        model.setup[play.key] = m["rent_setup_months"] * fee if rented < built else None
    if model.setup[play.key] is None:
        return rules.bill(hours / ramp, m, "engineer"), 0.0
    return model.setup[play.key] / ramp, fee * 12 / rules.WEEKS_A_YEAR


#: What plays of a lever cost this week: rows and money.
COSTS = {
    "segmentation": cost_of_segmentation,
    "service_quality": cost_of_service_quality,
    "incentives": cost_of_incentives,
}
