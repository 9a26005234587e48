"""Plans that are reviewed, for tests of what reviews see and do."""

from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.reviews import Goal, Reviews
from sim.playbook.settings import resolve
from sim.playbook.strategies import Play, Strategy

POINTS = "incentives:everyone"


def points(reviews: Reviews | None, goals: tuple[Goal, ...] = ()) -> Strategy:
    """Return a points programme for everyone, reviewed or not."""
    play = Play(lever="incentives", preset="points_programme")
    plan = Strategy(name="points", plays=[play], reviews=reviews, goals=list(goals))
    return resolve(plan, "a test")


def run_of(
    plan: Strategy, weeks: int, customers: int = 1000, seed: int = 3, **more
) -> LoyaltyModel:
    """Return the run of a plan in the grocery market, over."""
    return LoyaltyModel(
        Scenario(load_market("grocery"), plan, customers, weeks, seed, **more)
    ).run()
