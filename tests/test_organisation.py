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
from sim.playbook.strategies import Play, Strategy, resolve
from tests.worlds import DO_NOTHING, strategy, world

EFFORT = {"training_hours": 40.0, "team_hours": 40.0, "loyalty_pay": 0.05}
# Segmentation sorts and does nothing to anybody; what builds capability is not carried out by itself.
CARRIED_OUT = [m.name for m in MECHANISMS if not m.builds_capability and not m.always]


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
    assert helped["failures_averted"] > 1.02 * alone["failures_averted"]
    assert paid_helped == pytest.approx(paid_alone, rel=0.01)


def test_work_on_the_organisation_counts_in_full_for_the_part_of_the_firm_that_it_reaches() -> None:
    """It is not itself carried out as badly as the rest: what it builds would never come about."""
    morale, gain = {}, {}
    for execution, reach in ((0.4, 1.0), (0.8, 1.0), (0.4, 0.5)):
        play = organisation().model_copy(update={"reach": reach})
        model = world(plays=strategy(play), n=400, weeks=12, execution=execution).run()
        morale[execution, reach] = model.customers.columns["staff_morale"].max()
        gain[execution, reach] = model.state.firm.capability.execution - execution
    assert morale[0.4, 1.0] == morale[0.8, 1.0] > 0
    assert gain[0.4, 0.5] == pytest.approx(gain[0.4, 1.0] / 2)


def test_execution_is_built_over_quarters_and_lost_when_the_money_stops() -> None:
    base, weeks = 0.6, 208
    stops = organisation().model_copy(update={"end_week": 104})
    model = world(plays=strategy(stops), n=200, weeks=weeks, execution=base)
    path = []
    while model.week < weeks:
        model.step()
        path.append(model.state.firm.capability.execution)
    p = load_parameters().values("organisation")
    done = share_done(80, 0.05, p["half_hours"], p["half_pay"])
    full = p["closable"] * (1 - base) * done
    gain = np.array(path) - base
    assert gain[12] < full / 3
    assert gain[103] == pytest.approx(full * (1 - (1 - 1 / p["organisation_build_weeks"]) ** 104))
    assert 0 < gain[-1] < 0.1 * gain[103]
    assert base + gain.max() < 1


def test_the_first_hours_do_most_and_nothing_does_nothing() -> None:
    assert share_done(0, 0, 40, 0.05) == 0.0
    assert share_done(40, 0, 40, 0.05) == share_done(0, 0.05, 40, 0.05) == 0.5
    steps = np.diff([share_done(hours, 0.0, 40, 0.05) for hours in (0, 20, 40, 60, 80)])
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
        resolve(strategy(play), "x.yaml")
