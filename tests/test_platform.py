"""What is seen of the firm on social platforms moves prospects, and is paid for once.

Serves: I5.1 I5.2
"""

import numpy as np
import pytest
from scipy import stats

from sim.levers.base import Delivery
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary
from sim.playbook.strategies import Play, Strategy
from sim.world.platform import Platform, UsualWeek
from tests.worlds import DO_NOTHING, FALSE_ALARM, assert_books_agree, strategy, world

WEEKS = 20


def on_platforms(**settings: float) -> Strategy:
    return strategy(Play(lever="community", owner="brand", settings=settings))


def run_of(plays: Strategy, market: str = "grocery", **values: float) -> LoyaltyModel:
    return world(market, plays, 1_000, WEEKS, start="posterior", shared=True, **values)


def a_platform(**changes: float) -> Platform:
    """A platform alone, at usual and already there."""
    platform = run_of(DO_NOTHING).state.firm.platform
    platform.life = platform.life.model_copy(update=changes)
    platform.usual, platform.present = UsualWeek(30.0, 10.0, 100.0), True
    platform.good, platform.bad, platform.unanswered = 0.75, 0.25, 0.25
    return platform


def weeks_of(platform: Platform, n: int, praise: float, blame: float, **delivered: float) -> None:
    for _ in range(n):
        platform.take_in(praise, blame, 1.0, Delivery(**delivered))


def measure(model: LoyaltyModel, name: str) -> float:
    table = horizon_measures(model.weekly, model.market, 1.0)
    return float(table[table["segment"] == TOTAL].set_index("measure")["value"][name])


# -- the place ---------------------------------------------------------------------------------------
def test_a_platform_is_an_agent_that_is_idle_without_a_presence():
    model = run_of(DO_NOTHING).run()
    assert [p.present for p in model.agents.select(agent_type=Platform)] == [False]
    assert not {"new_by_platform", "platform_reach", "term.join.platform"} & set(model.weekly)
    assert (measure(model, "arrivals_by_platform"), measure(model, "platform_reach")) == (0, 1)


def test_what_is_written_as_usual_lifts_nothing():
    platform = a_platform()
    weeks_of(platform, 50, 30.0, 10.0)
    assert platform.lift == pytest.approx(0.0, abs=1e-12)
    assert platform.reach == pytest.approx(1.0)


def test_blame_weighs_as_often_as_it_is_seen():
    lifts = []
    for spread in (1.0, 2.0):
        platform = a_platform(blame_spread=spread, volume_elasticity=0.0, rating_elasticity=0.4)
        weeks_of(platform, 500, 20.0, 20.0)
        share = 1.0 / (1.0 + spread)
        assert platform.rating == pytest.approx(1.0 + 4.0 * share)
        weeks_of(platform, 500, 20.0, 20.0, answering=1.0)
        lifts.append(platform.lift)
    assert lifts[1] > lifts[0] > 0.0


def test_what_customers_write_by_themselves_counts_in_talk_and_not_a_second_time():
    """A presence of next to nothing lifts next to nothing, however pleased customers have become."""
    platform = a_platform()
    weeks_of(platform, 500, 60.0, 1.0, posts=1e-9)
    assert platform.rating > 4.5 and platform.reach > 1.3
    assert platform.lift == pytest.approx(0.0, abs=1e-8)


def test_what_a_presence_brought_ends_with_it():
    platform = a_platform()
    weeks_of(platform, 50, 30.0, 10.0, posts=2.0, answering=1.0, reach_bought=50.0)
    assert platform.lift > 0.05
    weeks_of(platform, 500, 30.0, 10.0)
    assert platform.lift == pytest.approx(0.0, abs=1e-6)


def test_answers_shorten_the_life_of_blame_and_leave_what_is_written_as_it_is():
    platform = a_platform()
    weeks_of(platform, 1_000, 30.0, 10.0, answering=0.25)
    assert platform.unanswered == pytest.approx(0.25 / 1.25)
    assert platform.bad == pytest.approx(0.25)
    assert platform.lift > 0.0


def test_nobody_is_reached_twice_so_that_reach_levels_off():
    reached = []
    for posts in (0.0, 1.0, 2.0):
        platform = a_platform(platform_reach=0.3)
        weeks_of(platform, 1, 30.0, 10.0, posts=posts)
        reached.append(0.3 * platform.reach)
    np.testing.assert_allclose(reached, 1.0 - 0.7 ** np.arange(1.0, 4.0))


def test_twice_the_money_for_reach_brings_the_elasticity_of_reach():
    platform = a_platform()
    platform.reach_elasticity = 0.24
    weeks_of(platform, 1, 30.0, 10.0, reach_bought=100.0)
    assert np.exp(platform.lift) == pytest.approx(2**0.24)


# -- who comes, and what it costs --------------------------------------------------------------------
BUSY = {"inflow_per_year": 2.0}


def test_the_platform_leaves_talk_as_it_is_and_lifts_the_others_by_its_factor():
    model = run_of(on_platforms(paid_reach=0.2), **BUSY)
    usual = run_of(DO_NOTHING, **BUSY).run().weekly.sum(numeric_only=True)
    model.step()
    first = model.weekly.sum(numeric_only=True)
    lifted = first["term.join.platform"] / first["exposed.join"]
    untold = lifted / np.expm1(model.state.firm.platform.lift)  # share of the hazard without talk
    assert untold == pytest.approx(1.0 - model.market["talk_share_of_inflow"], abs=0.1)
    model.run()
    table = model.weekly.sum(numeric_only=True)
    by_reach = table["new_joined"] - table["new_by_talk"] - table["new_by_platform"]
    before = usual["new_joined"] - usual["new_by_talk"]
    for now, then in ((by_reach, before), (table["new_by_talk"], usual["new_by_talk"])):
        fair = stats.binomtest(int(now), int(now + then), 0.5)
        assert fair.pvalue > FALSE_ALARM and now > 50
    assert table["new_by_platform"] > 0


@pytest.mark.parametrize("market", ["grocery", "subscription"])
def test_each_who_joins_is_put_down_to_one_way_and_paid_for_once(market):
    model = run_of(on_platforms(paid_reach=0.2, content=40), market, **BUSY)
    diary = keep_diary(model.state, range(len(model.customers)))
    model.run()
    joined, told = diary.events["new_joined"] > 0, diary.events["new_by_talk"] > 0
    public = diary.events["new_by_platform"] > 0
    assert public.any() and not (public & told).any() and (joined | ~public).all()
    due = model.market.acquisition_cost * (joined & ~told & ~public)
    np.testing.assert_allclose(diary.events["acquisition_cost"], due, rtol=1e-12)
    assert_books_agree(model)


def test_nothing_on_platforms_is_free():
    for settings in ({"paid_reach": 0.01}, {"influencers": 0.01}):
        model = run_of(on_platforms(**settings)).run()
        paid = model.weekly["cost.community"].sum()
        assert paid == pytest.approx(0.01 * 1_000 * model.market.yearly_margin * WEEKS / 52)
    for settings in ({"content": 5.0}, {"moderation": 0.5}):
        model = run_of(on_platforms(**settings)).run()
        hours = settings.get("content", 0.0) / model.scale + settings.get("moderation", 0.0)
        wages = WEEKS * hours * model.market["wage_per_hour"]
        assert model.weekly["cost.community"].sum() > 0.5 * wages


def test_money_for_a_part_of_the_customers_is_a_part_of_the_money():
    half = strategy(Play(lever="community", owner="brand", settings={"paid_reach": 0.1}, reach=0.5))
    whole = on_platforms(paid_reach=0.1)
    cost, money = [], []
    for plays in (half, whole):
        model = run_of(plays)
        model.step()
        cost.append(model.weekly["cost.community"].sum())
        money.append(model.state.firm.platform.money)
    assert cost[0] / cost[1] == pytest.approx(money[0] / money[1])
    assert stats.binomtest(round(1_000 * cost[0] / cost[1]), 1_000, 0.5).pvalue > FALSE_ALARM


def for_whom(*plays: tuple[str, dict[str, float]]) -> LoyaltyModel:
    """A run of plays of the community, each for an audience, of which all is done from the first week."""
    made = [Play(lever="community", owner="brand", audience=x, settings=y) for x, y in plays]
    return run_of(strategy(*made), inflow_per_year=0.9).run()


def posts_and_answers(model: LoyaltyModel) -> tuple[float, float]:
    platform = model.state.firm.platform
    return platform.posts, platform.unanswered


@pytest.mark.parametrize(
    "settings", [{"content": 20.0}, {"moderation": 2.0}, {"paid_reach": 0.1}, {"influencers": 0.1}]
)
def test_a_presence_for_prospects_is_that_for_everyone_and_costs_the_same(settings):
    everyone, prospects = (for_whom((x, settings)) for x in ("everyone", "prospect"))
    for name in ("cost.community", "new_joined", "platform_reach"):
        np.testing.assert_allclose(
            everyone.weekly[name].groupby(everyone.weekly["week"]).sum(),
            prospects.weekly[name].groupby(prospects.weekly["week"]).sum(),
            rtol=1e-9,
        )


@pytest.mark.parametrize("name", ["content", "moderation"])
def test_hours_for_customers_and_prospects_level_off_as_if_they_were_of_one_play(name):
    both = for_whom(("everyone", {name: 4.0}), ("prospect", {name: 6.0}))
    one = for_whom(("everyone", {name: 10.0}))
    assert posts_and_answers(both) == pytest.approx(posts_and_answers(one), rel=1e-9)


def test_the_fee_of_famous_influencers_buys_less():
    lifts = []
    for followers in (10.0, 1_000.0):
        model = run_of(on_platforms(influencers=0.05, influencer_followers=followers))
        model.step()
        lifts.append(model.state.firm.platform.money)
    assert lifts[1] / lifts[0] == pytest.approx(100.0**-0.3, rel=0.05)
