"""An organisation decides how much of every other lever arrives, slowly, and does little by itself.

Serves: L4.2 L4.3 L6.2 L6.3 C3.3 L1.2c
"""

from dataclasses import fields

import numpy as np
import pytest

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError
from sim.evidence.parameters import load_parameters
from sim.levers import MECHANISMS
from sim.levers.base import Delivery
from sim.levers.organisation import share_done
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play, Strategy
from sim.playbook.strategy_files import as_strategy
from tests.worlds import DO_NOTHING, strategy
from tests.worlds import unvalued_world as world

EFFORT = {"training_hours": 40.0, "team_hours": 40.0, "loyalty_pay": 0.05}
# Segmentation sorts and does nothing to anybody; what builds capability is not carried out by itself.
CARRIED_OUT = [m.name for m in MECHANISMS if not m.builds_capability and not m.always]

ALL_LEAVE_AS_USUAL = load_parameters().replace("organisation", turnover_spared=0.0)


def organisation(**settings: float) -> Play:
    return Play(lever="organisation", settings=settings or EFFORT, owner="service")


def main_play(lever: str) -> Play:
    page = load_page(lever)
    preset = next(iter(page.presets.values()))
    return Play(lever=lever, settings=preset.settings, owner=page.owner)


def footprint(lever: str, weeks: int = 20, plays: Strategy | None = None, **values: float):
    """All that a lever adds to outcomes and deliveries over some weeks, by name, and its cost."""
    plays = plays or strategy(main_play(lever))
    values |= {"breaches_per_year": 0.0}
    model = world(plays=plays, n=800, weeks=weeks, start="posterior", **values)
    mechanism = next(m for m in model.state.levers.all if m.name == lever)
    found: dict[str, float] = {}
    effects, deliver = mechanism.effects, mechanism.deliver

    def seen_effects(*given):
        terms = effects(*given)
        for name, term in terms.items():
            found[name] = found.get(name, 0.0) + float(np.abs(term).sum())
        return terms

    def seen_deliver(week, active, own, delivery):
        added = Delivery()
        deliver(week, active, own, added)
        for field in fields(Delivery):
            size = float(np.abs(getattr(added, field.name)).mean())
            found[field.name] = found.get(field.name, 0.0) + size
        deliver(week, active, own, delivery)

    mechanism.effects, mechanism.deliver = seen_effects, seen_deliver
    model.run()
    return found, float(model.weekly[f"cost.{lever}"].sum())


@pytest.mark.parametrize("lever", CARRIED_OUT)
def test_the_same_plan_does_less_where_it_is_carried_out_worse(lever: str) -> None:
    """Nothing of a lever may reach people around the execution; paying for less is no excuse."""
    low, paid_low = footprint(lever, execution=0.4)
    high, paid_high = footprint(lever, execution=1.0)
    # what happens on people's side (points earned, trips served) is a cost only where it happens
    assert 0.35 * paid_high < paid_low <= 1.001 * paid_high
    assert any(high.values())
    # a message is sent, and tires, however badly it is written
    felt = [name for name in high if name != "messages"]
    assert all(low.get(name, 0.0) <= high[name] + 1e-12 for name in felt)
    assert sum(low.get(name, 0.0) for name in felt) < 0.9 * sum(high[name] for name in felt)


def test_work_on_the_organisation_raises_what_the_next_lever_does() -> None:
    both = strategy(main_play("service_quality"), organisation())
    alone, paid_alone = footprint("service_quality", 52)
    helped, paid_helped = footprint("service_quality", 52, both)
    assert helped["quality"] > 1.02 * alone["quality"]
    assert helped["averted_in_use"] > 1.02 * alone["averted_in_use"]
    assert paid_helped == pytest.approx(paid_alone, rel=0.01)


def test_work_on_the_organisation_counts_in_full_for_the_part_of_the_firm_that_it_reaches() -> None:
    """It is not itself carried out as badly as the rest: what it builds would never come about."""
    morale, gain = {}, {}
    for execution, reach in ((0.4, 1.0), (0.8, 1.0), (0.4, 0.5)):
        play = organisation(team_hours=40.0).model_copy(update={"reach": reach})
        model = world(
            plays=strategy(play),
            n=400,
            weeks=12,
            execution=execution,
            parameters=ALL_LEAVE_AS_USUAL,
        ).run()
        morale[execution, reach] = model.customers.columns["staff_morale"].max()
        gain[execution, reach] = model.state.firm.capability.execution - execution
    assert morale[0.4, 1.0] == morale[0.8, 1.0] > 0
    assert gain[0.4, 0.5] == pytest.approx(gain[0.4, 1.0] / 2)


def test_execution_is_built_over_quarters_and_lost_when_the_money_stops() -> None:
    base, weeks = 0.6, 208
    stops = organisation(team_hours=40.0).model_copy(update={"end_week": 104})
    model = world(
        plays=strategy(stops), n=200, weeks=weeks, execution=base, parameters=ALL_LEAVE_AS_USUAL
    )
    path = []
    while model.week < weeks:
        model.step()
        path.append(model.state.firm.capability.execution)
    p = load_parameters().values("organisation")
    full = p["closable"] * p["between"] * (1 - base) * share_done(40 / p["half_hours"])
    gain = np.array(path) - base
    assert gain[12] < full / 3
    assert gain[103] == pytest.approx(full * (1 - (1 - 1 / p["organisation_build_weeks"]) ** 104))
    assert 0 < gain[-1] < 0.1 * gain[103]
    assert base + gain.max() < 1


def test_the_first_hours_do_most_and_nothing_does_nothing() -> None:
    assert share_done(0.0) == 0.0
    assert share_done(1.0) == 0.5
    steps = np.diff([share_done(hours / 40) for hours in (0, 20, 40, 60, 80)])
    assert (np.diff(steps) < 0).all() and (steps > 0).all()


def test_happy_employees_alone_move_customers_by_next_to_nothing() -> None:
    """Three links of the chain multiply: one large one would make good moods a business case."""
    plays = strategy(organisation(training_hours=200, team_hours=200, loyalty_pay=0.5))
    model = world(plays=plays, n=4_000, weeks=78, start="posterior").run()
    p = load_parameters()
    morale = model.customers.columns["staff_morale"].max()
    quality = morale * p.values("organisation")["morale_on_quality"]
    assert 0.3 < morale < 0.5 and 0.01 < quality < 0.08
    on_share = quality * p.values("market_life")["satisfaction_on_purchase"]
    assert on_share < 0.02
    off = world(n=4_000, weeks=78, start="posterior").run().weekly["trips"].sum()
    assert abs(model.weekly["trips"].sum() / off - 1) < 0.02
    assert (model.customers.columns["staff_morale"] == morale).all()  # one staff for all


def test_where_people_have_a_contact_person_fewer_lose_theirs() -> None:
    p = load_parameters().values("organisation")
    terms = {}
    for share in (0.0, 0.5, 1.0):
        plays = strategy(organisation(**EFFORT, contact_share=share))
        model = world(plays=plays, n=600, weeks=52, start="posterior").run()
        lever = next(m for m in model.state.levers.all if m.name == "organisation")
        term = lever.lasting_terms(model.state.lever_view(), model.state.own(lever), 0.0)[
            "purchase"
        ]
        terms[share] = float(term.max() * (1 - model.state.baseline.share_behind_a_trip))
        later = lever.lasting_terms(model.state.lever_view(), model.state.own(lever), 52.0)[
            "purchase"
        ]
        assert later == pytest.approx(term * 2 ** (-52 / p["contact_half_life_weeks"]))
    assert terms[0.0] == 0.0 < terms[0.5] < terms[1.0]
    assert terms[1.0] == pytest.approx(2 * terms[0.5])
    # Never more than if every departure of a year were spared.
    assert terms[1.0] < -p["contact_loss"] * p["turnover"] / 2


def test_having_kept_ones_contact_person_is_forgotten_once_others_leave_as_usual() -> None:
    stops = organisation(**EFFORT, contact_share=1.0).model_copy(update={"end_week": 26})
    model = world(plays=strategy(stops), n=100, weeks=60)
    kept = []
    model.run(lambda _: kept.append(model.customers.columns["contact_kept"].max()))
    half = load_parameters().values("organisation")["contact_half_life_weeks"]
    assert kept[25] > 0
    np.testing.assert_allclose(kept[26:], kept[25] * 2 ** (-np.arange(1, 35) / half))


def test_hours_and_pay_are_paid_for_every_employee() -> None:
    plays = strategy(organisation(training_hours=26.0, team_hours=13.0, loyalty_pay=0.01))
    model = world(plays=plays, n=500, weeks=4).run()
    weekly = model.weekly.groupby("week")[["cost.organisation", "n_active"]].sum()
    hours = (26 + 13) / WEEKS_A_YEAR + 0.01 * 40
    wage = model.market["wage_per_hour"] * model.market["staff_per_1000_customers"] / 1000
    per_customer = weekly["cost.organisation"] / weekly["n_active"]
    np.testing.assert_allclose(per_customer, hours * wage, rtol=0.02)
    assert not world(plays=DO_NOTHING, n=200, weeks=2).run().weekly.filter(like="cost.").size


def test_the_organisation_is_not_for_some_customers_only() -> None:
    """A play for few would be paid for few and better the firm for all."""
    play = organisation().model_copy(update={"audience": "high_value"})
    with pytest.raises(InputError, match="everyone"):
        as_strategy(strategy(play))


# -- each kind of work does its own ---------------------------------------------------------------
def built(weeks: int = 104, **settings: float):
    """The firm's capability after some weeks of one kind of work, and the lever's parameters."""
    plays = strategy(organisation(**settings))
    model = world(plays=plays, n=50, weeks=weeks, shared=True, breaches_per_year=0.0).run()
    return model.state.firm.capability, load_parameters().values("organisation")


def test_hours_of_training_and_of_teams_are_two_things() -> None:
    trained, _ = built(training_hours=40.0)
    together, _ = built(team_hours=40.0)
    assert trained.skill > 10 * together.skill > 0  # happier people stay, and no more than that
    assert together.hand_over < 0.6 < trained.hand_over == 1.0
    assert trained.execution != together.execution


def test_pay_by_loyalty_brings_diligence_and_takes_from_what_is_between_departments() -> None:
    paid, p = built(loyalty_pay=0.05)
    grown = 1 - (1 - 1 / p["organisation_build_weeks"]) ** 104
    assert paid.diligence == pytest.approx(grown / 2)
    assert paid.hand_over == pytest.approx(1 + p["neglected"] / 2 * grown)
    both, _ = built(loyalty_pay=0.05, team_hours=40.0)
    target = (1 - share_done(40 / p["half_hours"])) * (1 + p["neglected"] / 2)
    assert both.hand_over == pytest.approx(1 + (target - 1) * grown)


def test_skill_leaves_with_the_people_and_care_keeps_it() -> None:
    """Without turnover skill would settle at what is trained."""
    trained, p = built(520, training_hours=40.0)
    cared, _ = built(520, training_hours=40.0, staff_care=0.05)
    only_cared, _ = built(520, staff_care=0.05)
    assert trained.skill < 0.95 * share_done(40 / p["half_hours"])
    assert cared.skill > 1.02 * trained.skill
    assert 0 < only_cared.skill < 0.1
    assert only_cared.diligence == 0 and only_cared.hand_over == 1.0


def test_skill_mends_failures_and_a_front_line_that_decides_shortens_the_wait() -> None:
    delivered = {}
    for name, settings in (("trained", {"training_hours": 40.0}), ("decides", {"may_decide": 1.0})):
        model = world(plays=strategy(organisation(**settings)), n=400, weeks=52, shared=True).run()
        delivered[name] = model.last_week.delivery
        firm, p = model.state.firm, load_parameters().values("organisation")
        assert model.last_week.delivery.recovery == pytest.approx(
            p["training_mends"] * firm.capability.skill
        )
    assert delivered["trained"].recovery > 0.02 > 0.001 > delivered["decides"].recovery
    assert delivered["decides"].extra_staff >= p["decided_at_once"] * 0.99
    assert delivered["trained"].extra_staff < 0.01


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_who_may_decide_gives_more_away_of_what_a_complaint_is_about(market: str) -> None:
    """Under contracts that is one use of many, and not the fee of a year."""
    plays = strategy(organisation(may_decide=0.5))
    model = world(market, plays, n=2_000, weeks=4, shared=True)
    given, complaints = 0.0, 0
    while model.week < 4:
        model.step()
        complaints += int(model.last_week.view.complaints.sum())
    given = float(model.weekly["cost.organisation"].sum())
    paid, uses = model.market.mean_trip_spend, 1.0
    if model.market.is_contractual:
        uses = model.market["renewal_weeks"] * model.market.mean_trips
    each = load_parameters().values("organisation")["generosity"] * paid / uses
    assert complaints > 0
    assert given == pytest.approx(0.5 * each * complaints)
