"""Rivals run campaigns, the same in all strategies; on average a firm stands where its log has it.

Serves: L1.2a I4.5
"""

import numpy as np
import pytest
from scipy import stats

from sim.common.random_numbers import Draws
from sim.market.market import load_market
from sim.model.firm import campaign_runs
from sim.model.week import rival_campaigns
from sim.playbook.strategies import Play
from tests.worlds import FALSE_ALARM, strategy, uncoupled
from tests.worlds import unvalued_world as world

OFTEN = {"rival_campaigns_per_year": 12.0, "rival_campaign_lift": 0.75}
REWARDS = strategy(Play(lever="incentives", settings={"rebate": 0.02}, owner="market"))


def _terms(model) -> np.ndarray:
    """Return the mean term of rivals' campaigns on the choice of the firm, by week."""
    table = model.run().weekly.groupby("week").sum(numeric_only=True)
    return (table["term.purchase.rivals"] / table["exposed.purchase"]).to_numpy()


def test_a_campaign_runs_as_often_as_the_market_says() -> None:
    market, weeks, n = load_market("grocery").with_values(**OFTEN), 3, 4_000
    draws = Draws(1, 1)
    runs = [campaign_runs(draws, "x", week, 12.0, weeks) for week in range(n)]
    expected = rival_campaigns.usual_share(market, weeks)
    assert expected == pytest.approx(1 - np.exp(-12 * weeks / 52))
    # weeks that share a start go together: as good as a third of them
    z = (np.mean(runs) - expected) / np.sqrt(expected * (1 - expected) * weeks / n)
    assert abs(z) < stats.norm.isf(FALSE_ALARM / 2)


def test_campaigns_come_in_the_same_weeks_whatever_the_firm_does() -> None:
    lives = [
        _terms(world("grocery", plays, n=300, weeks=40, parameters=uncoupled(), **OFTEN))
        for plays in (strategy(), REWARDS)
    ]
    np.testing.assert_allclose(*lives, rtol=1e-12)
    assert np.unique(lives[0]).size > 2


def test_a_campaign_takes_more_the_larger_the_rival_and_nothing_on_average() -> None:
    market = load_market("grocery").with_values(**OFTEN)
    life, behind = world("grocery", n=100, weeks=1).state.life, 0.4
    small, large = (rival_campaigns.pull(share, market, life, behind) for share in (0.1, 0.5))
    assert 0 < 5 * small < large  # more than in proportion: its own sales are no longer to be won
    people, rows = {"attachment": np.zeros(3)}, np.arange(3)
    often = rival_campaigns.usual_share(market, rival_campaigns.campaign_weeks(life))
    during, else_ = (
        rival_campaigns.purchase_term(people, rows, life, market, [(0.5, runs)], behind)
        for runs in (True, False)
    )
    assert during < 0 < else_
    assert often * during + (1 - often) * else_ == pytest.approx(0.0, abs=1e-15)
    assert during - else_ == pytest.approx(-large / (1 - behind))


def test_who_is_attached_is_drawn_away_less() -> None:
    market = load_market("grocery").with_values(**OFTEN)
    life = world("grocery", n=100, weeks=1).state.life
    people, rows = {"attachment": np.array([0.0, 0.5, 1.0])}, np.arange(3)
    term = rival_campaigns.purchase_term(people, rows, life, market, [(0.5, True)], 0.4)
    assert term[0] < term[1] < term[2]
    calm = rival_campaigns.purchase_term(people, rows, life, market, [(0.5, False)], 0.4)
    np.testing.assert_array_equal(calm, calm[0])


def test_the_rivals_of_a_market_matter() -> None:
    """Changing who the rivals are changes what is bought here: one large one, or many small ones."""
    grocery = load_market("grocery")
    part = grocery.rivals[0]
    alone = [part.model_copy(update={"share": part.share.model_copy(update={"value": 1.0})})]
    one = grocery.model_copy(update={"rivals": alone})
    spread = [
        np.std(_terms(world(market, n=200, weeks=100, parameters=uncoupled(), **OFTEN)))
        for market in (grocery, one)
    ]
    assert spread[1] > 1.5 * spread[0] > 0


def test_without_campaigns_no_term_is_there() -> None:
    weekly = world("grocery", n=200, weeks=4, rival_campaigns_per_year=0.0).run().weekly
    assert "term.purchase.rivals" not in weekly
