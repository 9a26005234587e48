"""A firm builds what a play starts with or rents it, whichever is cheaper over the plan.

Serves: C3.1
"""

import numpy as np
import pytest

from sim.checks.start_tables import start_of_lever
from sim.common.formatting import money
from sim.evidence.parameters import load_parameters
from sim.levers import MECHANISMS
from sim.market.market import load_market
from sim.model.firm import Department
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play
from sim.world.renting import customers_from_which_it_is_built, start_of
from tests.benchmark.plain_rules import bill
from tests.worlds import BUILT, strategy
from tests.worlds import unvalued_world as world

POINTS = {"rebate": 0.01, "reward_trips": 10}
QUIET = {"inflow_per_year": 0.0, "winback_per_year": 0.0}
#: A world of few people and weeks in which a programme of 100,000 hours is rented.
HOURS, WEEKS, RAMP = 100_000.0, 8, 4


def play(lever: str = "incentives", settings: dict[str, float] = POINTS, **changed) -> Play:
    return Play(lever=lever, settings=settings, owner="market", ramp_weeks=RAMP, **changed)


def lived(
    *plays: Play, hours: float = HOURS, upkeep: float = 0.0, n: int = 300, **values: float
) -> LoyaltyModel:
    table = load_parameters()
    for lever, name in BUILDERS.items():
        table = table.replace(lever, **{name: hours})
    table = table.replace("community", platform_hours=upkeep)
    how = {"n": n, "weeks": WEEKS, "parameters": table, **QUIET, **values}
    return world(plays=strategy(*(plays or [play()])), **how).run()


BUILDERS = {
    "incentives": "programme_build_hours",
    "personalisation": "platform_build_hours",
    "omnichannel": "integration_build_hours",
    "community": "community_build_hours",
}
SETTINGS = {
    "incentives": POINTS,
    "personalisation": {"matching": 0.6},
    "omnichannel": {"handover": 1.0, "portability": 1.0, "preferred": 1.0},
    "community": {"events": 12},
}


def costs(model: LoyaltyModel, lever: str = "incentives") -> np.ndarray:
    """Money of the whole firm by week."""
    return model.weekly.groupby("week")[f"cost.{lever}"].sum().to_numpy() * model.scale


def department(model: LoyaltyModel, lever: str = "incentives") -> Department:
    return next(d for d in model.state.firm.departments if any(p.lever == lever for p in d.plays))


def fee(market, customers: float) -> float:
    """A week's rent by hand."""
    hours = market["rent_hours_per_month"] + customers * market["rent_seconds_per_customer"] / 3600
    return hours * market["wage_per_hour"] * 12 / 52


# -- which of the two ------------------------------------------------------------------------------
@pytest.mark.parametrize("weeks", [52, 104, 156])
@pytest.mark.parametrize("customers", [1.0, 300.0, 12_000.0, 150_000.0, 1e6])
@pytest.mark.parametrize("hours", [300.0, 1_500.0, 4_000.0])
def test_the_cheaper_over_the_plan_is_taken(hours, customers, weeks):
    """To build always, or to rent always, is dearer somewhere."""
    market = load_market("grocery")
    start = start_of(market, hours, 8, customers, weeks)
    building = 8 * bill(hours / 8, market, "engineer")
    months = market["rent_setup_months"] + weeks * 12 / 52
    renting = months * fee(market, customers) * 52 / 12
    assert start.building == pytest.approx(building)
    assert start.renting == pytest.approx(renting)
    assert start.is_rented == (renting < building)


def test_a_shop_of_three_hundred_rents_its_programme_and_a_grocer_of_150_000_builds_it():
    """Without a fee for each customer the grocer would rent as well; built always, the shop could not."""
    market = load_market("grocery")
    hours = load_parameters().values("incentives")["programme_build_hours"]
    shop, chain = (start_of(market, hours, 4, n, 156) for n in (300, 150_000))
    assert shop.is_rented and shop.renting < 0.1 * shop.building
    assert not chain.is_rented and chain.building == shop.building
    no_fee = market.with_values(rent_seconds_per_customer=0.0)
    assert start_of(no_fee, hours, 4, 150_000, 156).is_rented


@pytest.mark.parametrize("hours", [100.0, 1_500.0, 20_000.0])
def test_both_cost_the_same_at_the_number_of_customers_from_which_it_is_built(hours):
    market = load_market("grocery")
    at = customers_from_which_it_is_built(market, hours, 4, 104)
    assert at > 0
    few, many = (start_of(market, hours, 4, f * at, 104) for f in (0.99, 1.01))
    assert few.is_rented and not many.is_rented
    assert customers_from_which_it_is_built(market, 0.01, 4, 104) == 0
    free = market.with_values(rent_seconds_per_customer=0.0)
    assert customers_from_which_it_is_built(free, 20_000, 4, 104) == np.inf


# -- what is paid ----------------------------------------------------------------------------------
@pytest.mark.parametrize("lever", list(BUILDERS))
def test_a_rented_start_costs_its_setting_up_over_the_ramp_and_its_fee_each_week(lever):
    """All levers that build go by the same rule; nothing of the building is paid beside the rent."""
    chosen = play(lever, SETTINGS[lever])
    rented, none = (lived(chosen, hours=h) for h in (HOURS, 0.0))
    more = costs(rented, lever) - costs(none, lever)
    served = [rented.setting.n_customers * rented.scale] * WEEKS
    start = department(rented, lever).starts[chosen.key]
    market = rented.market
    assert start.is_rented and not department(none, lever).starts
    setup = market["rent_setup_months"] * fee(market, served[0]) * 52 / 12 / RAMP
    due = np.array([fee(market, n) + setup * (week < RAMP) for week, n in enumerate(served)])
    np.testing.assert_allclose(more, due, rtol=0.02)  # who is seen as lost is not paid for
    assert np.all(more <= due * (1 + 1e-9))
    assert sum(department(rented, lever).built.values()) * rented.scale == pytest.approx(
        RAMP * setup
    )


def test_the_fee_of_each_customer_falls_with_those_who_are_served_and_the_monthly_one_does_not():
    whole, half = (lived(play(reach=reach), n=2_000) for reach in (1.0, 0.5))
    departments = [department(m) for m in (whole, half)]
    fixed = [d.fixed["incentives:everyone"][-1] * whole.scale for d in departments]
    assert fixed == pytest.approx([fee(whole.market, 0.0)] * 2)
    fees = [d.starts["incentives:everyone"].fees - WEEKS * fixed[0] for d in departments]
    served = half.last_week.plays["incentives"][0].reached.sum() / whole.setting.n_customers
    assert fees[1] / fees[0] == pytest.approx(served, rel=0.05)


def test_a_firm_rents_the_same_whatever_the_number_of_customers_that_are_simulated():
    some, more = (department(lived(n=n)).starts["incentives:everyone"] for n in (200, 800))
    assert (some.building, some.fees) == pytest.approx((more.building, more.fees))


def test_nothing_is_rented_once_a_play_has_ended():
    ended, on = (lived(play(end_week=end)) for end in (5, None))
    free = [lived(play(end_week=end), hours=0.0) for end in (5, None)]
    more = [costs(a) - costs(b) for a, b in zip((ended, on), free, strict=True)]
    assert (more[0][:5] > 0).all() and more[0][5:] == pytest.approx(0.0, abs=1e-6)
    assert (more[1][5:] > 0).all()


def test_what_is_built_is_not_rented_too():
    built = lived(hours=1_000.0, **BUILT)
    start = department(built).starts["incentives:everyone"]
    assert not start.is_rented
    without = lived(hours=0.0, **BUILT)
    more = costs(built) - costs(without)
    assert more.sum() == pytest.approx(start.building)
    assert more[RAMP:] == pytest.approx(0.0, abs=1e-6)


def test_a_forum_that_is_rented_takes_no_hours_of_upkeep_and_an_own_one_does():
    """Paid beside the rent, the obvious version, a new forum cost what one that is kept does not."""
    chosen, hours = play("community", SETTINGS["community"]), 5.0
    for own, changed in ((False, {}), (True, BUILT)):
        without, kept = (lived(chosen, upkeep=u, **changed) for u in (0.0, hours))
        start = department(kept, "community").starts[chosen.key]
        assert start.is_rented is not own
        events = load_parameters().values("community")["event_hours"] * 12 / 52
        more = bill(events + hours, kept.market) - bill(events, kept.market)
        due = np.minimum(np.arange(1, WEEKS + 1) / RAMP, 1.0)[RAMP:] * more * own
        found = costs(kept, "community") - costs(without, "community")
        assert found[RAMP:] == pytest.approx(due)


def test_upkeep_makes_a_firm_rent_what_it_would_have_built():
    market = load_market("grocery")
    hours, weeks = 300.0, 104
    at = customers_from_which_it_is_built(market, hours, 4, weeks)
    upkeep = bill(10.0, market)
    free, kept = (start_of(market, hours, 4, 1.01 * at, weeks, u) for u in (0.0, upkeep))
    assert not free.is_rented and kept.is_rented
    assert kept.building == pytest.approx(free.building + weeks * upkeep)
    assert customers_from_which_it_is_built(market, hours, 4, weeks, upkeep) > at


def test_a_firm_that_runs_a_programme_starts_none_by_another_rate():
    model = lived(play(), usual_rebate=0.01)
    assert not department(model).starts


# -- what is told ----------------------------------------------------------------------------------
def test_every_lever_that_builds_names_its_hours_and_its_page_says_what_its_start_costs():
    """By hand, such a sentence stays when a price moves."""
    assert {m.name: m.build_hours for m in MECHANISMS if m.build_hours} == BUILDERS
    for lever in BUILDERS:
        table = start_of_lever(lever).splitlines()
        shop = next(line for line in table if line.startswith("| music shop"))
        market = load_market("music_shop")
        values = load_parameters().values(lever)
        upkeep = bill(values["platform_hours"], market) if lever == "community" else 0.0
        hours, customers = values[BUILDERS[lever]], market["firm_customers"]
        start = start_of(market, hours, 1, customers, 104, upkeep)
        assert ("| rents |" in shop) == start.is_rented
        for amount in (start.building, start.renting):
            assert money(amount, "USD") in shop
