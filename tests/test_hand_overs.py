"""Who owns a play matters: what goes from one department to another loses on the way.

Serves: L1.2c L4.2 C3.3
"""

from math import exp

import pytest

from sim.evidence.parameters import load_parameters
from sim.levers import BY_NAME
from sim.model.week.hand_overs import TAKES, carried_out, further_hand_overs
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import known_strategies
from tests.worlds import strategy
from tests.worlds import unvalued_world as world

LIFE = load_parameters().values("market_life")


def play(lever: str, owner: str | None = None, **settings: float) -> Play:
    page = load_page(lever)
    chosen = settings or next(iter(page.presets.values())).settings
    return Play(lever=lever, settings=chosen, owner=owner or page.owner)


def shares(*plays: Play, weeks: int = 1, **values: float) -> dict[str, float]:
    """The share of each lever's play that is carried out, by lever."""
    plan = strategy(*plays)
    model = world(plays=plan, n=50, weeks=weeks, shared=True, execution=0.6, **values).run()
    found = carried_out(model.state.firm, model.state.life)
    return {one.lever: found[one.key] for one in plan.plays}


def test_what_the_pages_need_is_taken_from_there() -> None:
    for lever in BY_NAME:
        assert set(load_page(lever).needs) <= set(TAKES.get(lever, ()))
    assert set(TAKES) | {one for some in TAKES.values() for one in some} <= set(BY_NAME)


def test_with_the_owners_of_the_pages_a_plan_is_carried_out_as_the_market_says() -> None:
    found = shares(play("segmentation"), play("personalisation"), play("service_quality"))
    assert found["personalisation"] == found["service_quality"] == 0.6
    both = (play("data_stewardship"), play("omnichannel"))
    assert further_hand_overs(both[1], list(both)) == 0


def test_another_owner_loses_and_one_owner_for_both_saves() -> None:
    loss = LIFE["hand_over_loss"]
    apart = shares(play("segmentation"), play("personalisation", "brand"))
    assert apart["personalisation"] == pytest.approx(0.6 * exp(-loss))
    assert apart["segmentation"] == 0.6  # it takes nothing over
    joined = shares(play("data_stewardship", "market"), play("personalisation"))
    assert joined["personalisation"] == pytest.approx(0.6 * exp(loss))
    assert shares(play("personalisation", "brand"))["personalisation"] == 0.6  # nothing to take


def test_teams_across_departments_save_what_hand_overs_lose() -> None:
    plan = (play("segmentation"), play("personalisation", "brand"))
    alone = shares(*plan, weeks=104)
    model = world(
        plays=strategy(*plan, play("organisation", team_hours=200.0)),
        n=50, weeks=104, shared=True, execution=0.6,
    ).run()  # fmt: skip
    firm = model.state.firm
    spanned = carried_out(firm, model.state.life)
    lost = LIFE["hand_over_loss"] * firm.capability.hand_over
    key = next(one.key for one in model.setting.strategy.plays if one.lever == "personalisation")
    assert firm.capability.hand_over < 0.3
    assert spanned[key] == pytest.approx(firm.capability.execution * exp(-lost))
    assert spanned[key] / firm.capability.execution > alone["personalisation"] / 0.6


def test_a_department_that_leads_too_much_does_all_of_it_worse() -> None:
    levers = ("segmentation", "incentives", "pricing", "personalisation", "service_quality")
    hours = load_parameters().replace("market_life", department_hours=40.0, lead_hours=10.0)
    spread = shares(*map(play, levers), parameters=hours)
    one = shares(*(play(lever, "market") for lever in levers), parameters=hours)
    assert spread["service_quality"] == spread["pricing"] == 0.6  # four plays fill the hours
    for lever in levers:
        assert one[lever] == pytest.approx(spread[lever] * 40 / 50)


def test_owners_change_what_customers_meet() -> None:
    """Service that hears from another department is worse, with the same settings at the same cost."""
    met = {}
    for owner in ("service", "brand"):
        plan = strategy(play("feedback"), play("service_quality", owner))
        model = world(plays=plan, n=400, weeks=26, shared=True).run()
        met[owner] = model.customers.columns["service_level"].max()
    assert met["brand"] == pytest.approx(met["service"] * exp(-LIFE["hand_over_loss"]))


def test_the_strategies_of_the_playbook_hand_over_as_usual() -> None:
    """Calibrated markets know today's losses; a plan of the playbook differs from them by no owner."""
    further = {
        name: [further_hand_overs(one, plan.plays) for one in plan.plays]
        for name in known_strategies()
        for plan in [load_strategy(name)]
    }
    assert {name: found for name, found in further.items() if any(found)} == {}
