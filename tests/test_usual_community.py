"""A community that a firm keeps already counts from there, and can be ended.

Serves: I5
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.market.market import Market
from sim.model.horizon import residual_equity
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from sim.world.staffing import price_of_hour
from tests.worlds import DO_NOTHING, Z_LIMIT, assert_books_agree, strategy, world

SHARE, HOSTS = 0.2, 10.0
SIZE = {"n": 600, "weeks": 20, "start": "posterior"}


def community(**settings: float) -> Strategy:
    return strategy(Play(lever="community", settings=settings, owner="brand"))


PLAYS = {
    "as it is": DO_NOTHING,
    "end": community(end_community=1),
    "same": community(hosts=HOSTS),
    "fewer hosts": community(hosts=HOSTS / 2),
    "more hosts": community(hosts=4 * HOSTS),
}


def firm(plays: Strategy = DO_NOTHING, **options) -> LoyaltyModel:
    """A firm that keeps a community."""
    values = {"usual_community": SHARE, "usual_hosting": HOSTS}
    return world(plays=plays, **(SIZE | values | options))


@cache
def lived(which: str) -> LoyaltyModel:
    return firm(PLAYS[which]).run()


def lever(model: LoyaltyModel):
    return next(m for m in model.state.levers.all if m.name == "community")


def spent(model: LoyaltyModel) -> float:
    return sum(d.spent[key] for d in model.state.firm.departments for key in d.spent)


def term(model: LoyaltyModel) -> np.ndarray:
    """Log odds that belonging adds to each one's purchases in a week."""
    week, plays = model.state.lever_view(), model.last_week.plays["community"]
    terms = lever(model).effects(week, plays, model.state.own(lever(model)))
    return terms.get("purchase", np.zeros(model.state.size))


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_the_community_as_it_is_moves_nothing_and_is_paid_for(market: str) -> None:
    """Members who begin without belonging, the obvious version, would be lifted twice."""
    without = world(market, **SIZE).run().weekly
    model = firm(market=market).run()
    worth = ["residual_equity", "sustained_equity", "future_customers_equity"]
    same = without.columns.drop(worth)
    pd.testing.assert_frame_equal(without[same], model.weekly[same], check_exact=True)
    p, view = lever(model).parameters, model.state.lever_view()
    c = model.customers.columns
    members = float((c["insider"] & (c["status"] == ACTIVE)).sum())
    hosting = members * HOSTS / 1000
    hours = hosting + p.platform_hours / view.scale
    renting = sum(rent(view.market, members * view.scale)) / view.scale
    renting += hosting * price_of_hour(view, hosting)
    paid = min(renting, hours * price_of_hour(view, hours))
    last = model.weekly.groupby("week")["cost.community"].sum().iloc[-1]
    assert last == pytest.approx(paid, rel=0.02)  # who left this week
    assert_books_agree(model)


@pytest.mark.parametrize("share", [0.1, 0.6])
def test_as_many_are_in_it_as_is_stated_and_rather_those_who_buy_often(share: float) -> None:
    model = firm(usual_community=share, n=4_000, weeks=1)
    c, start = model.customers.columns, model.state.baseline.start
    member = c["community_member"][start]
    # a sum of unequal chances varies less than the binomial law
    allowed = Z_LIMIT * np.sqrt(share * (1 - share) / member.size)
    assert member.mean() == pytest.approx(share, abs=allowed)
    rate = np.log(c["category_rate"] * c["base_share"])[start]
    assert rate[member].mean() > rate[~member].mean()
    assert not c["belonging"][start][~member].any() and c["belonging"][start][member].all()


def test_newcomers_join_as_the_customers_of_the_log_did() -> None:
    model = firm(n=1_500, weeks=12, inflow_per_year=1.0)
    new = model.customers.columns["status"] == PROSPECT
    model.run()
    c = model.customers.columns
    new &= c["status"] == ACTIVE
    joined = new & c["insider"] & (c["tenure"] >= 2)
    assert joined.any() and c["community_member"][joined].all()
    assert not (c["community_member"] & new & ~c["insider"]).any()
    np.testing.assert_array_equal(term(model), np.zeros(model.state.size))


@pytest.mark.parametrize("which", ["same", "fewer hosts"])
def test_as_many_hosts_as_there_are_change_nothing_and_cost_nothing_more(which: str) -> None:
    """A new community beside the old one, the obvious version, builds, hosts and lifts anew."""
    usual, same = lived("as it is"), lived(which)
    pd.testing.assert_frame_equal(usual.weekly, same.weekly[usual.weekly.columns], rtol=1e-9)
    assert spent(same) == pytest.approx(0.0, abs=1e-6)
    new = world(plays=PLAYS[which], **SIZE).run()
    assert sum(sum(d.built.values()) for d in new.state.firm.departments) > 0


@pytest.mark.parametrize(("customers", "is_rented"), [(300, True), (1_000_000, False)])
def test_what_a_community_costs_follows_the_size_of_the_firm(
    customers: int, is_rented: bool
) -> None:
    """Ten hours a week of any firm, the obvious version, made its end a gain in small ones."""
    model = firm(n=300, weeks=2, firm_customers=float(customers)).run()
    view, p = model.state.lever_view(), lever(model).parameters
    c = model.customers.columns
    members = float((c["insider"] & (c["status"] == ACTIVE)).sum()) * view.scale
    hosting, wage = members * HOSTS / 1000, view.market["wage_per_hour"]
    dearest = view.market["agency_wage_ratio"] * wage
    cost = model.weekly.groupby("week")["cost.community"].sum().iloc[-1] * view.scale
    fee = sum(rent(view.market, members))
    assert cost <= 1.02 * (fee + hosting * dearest)
    if is_rented:
        assert cost < 0.5 * p.platform_hours * wage
    else:
        assert fee > p.platform_hours * dearest and cost < hosting * dearest + fee


def rent(market: Market, members: float) -> tuple[float, float]:
    """A week's rent by hand: for any number of members, and for these."""
    hours = market["rent_hours_per_month"], members * market["rent_seconds_per_customer"] / 3600
    weekly, each = (market["wage_per_hour"] * part * 12 / 52 for part in hours)
    return weekly, each


def test_more_hosts_are_charged_for_what_is_more_and_make_members_belong_more() -> None:
    usual, more = lived("as it is"), lived("more hosts")
    assert 0 < spent(more) < more.weekly["cost.community"].sum()
    c = more.customers.columns
    inside = c["insider"] & (c["status"] == ACTIVE)
    assert (c["belonging"][inside] >= c["usual_belonging_of"][inside] - 1e-12).all()
    assert c["belonging"][inside].mean() > usual.customers.columns["belonging"][inside].mean()
    assert (term(more)[inside] >= 0).all() and term(more)[inside].any()


def test_an_end_saves_what_it_cost_and_takes_what_it_did() -> None:
    usual, end = lived("as it is"), lived("end")
    assert end.weekly["cost.community"].sum() < 0.02 * usual.weekly["cost.community"].sum()
    assert spent(end) < 0  # a saving
    assert_books_agree(end)
    model = firm(PLAYS["end"], n=300)
    before = model.customers.columns["belonging"].copy()
    model.step()
    c, p = model.customers.columns, lever(model).parameters
    reached = model.last_week.plays["community"][0].reached & c["insider"]
    assert reached.any()
    fades = before[reached] * (1 - 1 / p.belonging_weeks)
    np.testing.assert_allclose(c["belonging"][reached], fades)
    lost = fades - c["usual_belonging_of"][reached]
    others = 1 - model.state.baseline.share_behind_a_trip
    expected = p.member_lift * lost / (p.usual_belonging * others)
    np.testing.assert_allclose(term(model)[reached], expected)
    assert not term(model)[~c["insider"]].any()


def test_after_the_horizon_an_end_is_over_and_what_it_costs_goes_on() -> None:
    models = [firm(usual_community=share) for share in (0.0, SHARE)]
    rows = np.flatnonzero(models[0].state.baseline.start)
    none, some = (residual_equity(m.state, m.kind, rows) for m in models)
    margin, share = models[1].market["gross_margin"], models[1].customers.columns["upkeep_share"]
    assert share[rows].any()
    np.testing.assert_allclose(some, none * (margin - share[rows]) / margin, rtol=1e-12)
    end = lived("end")
    week, own = end.state.lever_view(), end.state.own(lever(end))
    weeks = lever(end).parameters.belonging_weeks
    now, later = (lever(end).lasting_terms(week, own, w).get("purchase") for w in (0.0, 50 * weeks))
    assert (now < 0).any() and (later is None or np.abs(later).max() < 1e-12)


def test_in_a_firm_without_a_community_there_is_nothing_to_end() -> None:
    none, end = (world(plays=plays, **SIZE).run().weekly for plays in (DO_NOTHING, PLAYS["end"]))
    pd.testing.assert_frame_equal(none, end[none.columns], check_exact=True)
    assert not end["cost.community"].any()
