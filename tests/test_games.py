"""Games of a community act through who takes part, wear off, and may discourage those who rank low.

Serves: I3.1 I5.3
"""

import numpy as np
import pytest

from sim.levers.community import Community, games
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from tests.worlds import strategy
from tests.worlds import unvalued_world as world

GROUP = {"invitations": 12.0, "hosts": 5.0}
WEEKS = 20


def community(**settings: float) -> Strategy:
    return strategy(Play(lever="community", owner="brand", settings={**GROUP, **settings}))


def lever_of(model: LoyaltyModel) -> Community:
    return next(m for m in model.state.levers.all if isinstance(m, Community))


def run_of(**settings: float) -> LoyaltyModel:
    return world("grocery", community(**settings), 1_000, WEEKS, start="posterior", shared=True)


def odds(belonging: np.ndarray, weeks: float = 0.0, **settings: float) -> np.ndarray:
    model = run_of()
    chosen = Community.Settings(**settings)
    waited = np.full(belonging.size, weeks)
    return games.odds(chosen, waited, belonging, lever_of(model).parameters)


def test_games_bring_members_who_are_there_more_and_no_further_members():
    plain, played = run_of().run(), run_of(tasks=3.0).run()
    there = [model.weekly["n_taking_part"].sum() for model in (plain, played)]
    members = [model.customers.columns["community_member"].sum() for model in (plain, played)]
    assert there[1] > there[0]
    assert members[1] == pytest.approx(members[0], rel=0.02)  # by way of satisfaction alone


def test_games_wear_off_to_what_lasts():
    same = np.full(1, 0.2)
    p = lever_of(run_of()).parameters
    new, old = odds(same, tasks=2.0), odds(same, weeks=1e4, tasks=2.0)
    assert old / new == pytest.approx(p.game_lasting)
    half = odds(same, weeks=p.novelty_weeks * np.log(2), tasks=2.0)
    assert half / new == pytest.approx((1 + p.game_lasting) / 2)


def test_a_ranking_spurs_the_first_and_discourages_the_last():
    p = lever_of(run_of()).parameters
    added = odds(np.array([0.1, 0.4, 0.2, 0.3, 0.0]), rankings=1)
    expected = [-0.5 * p.rank_discouragement, p.rank_spur, 0.0, 0.5 * p.rank_spur]
    np.testing.assert_allclose(added, [*expected, -p.rank_discouragement], atol=1e-12)


def test_all_who_rank_alike_are_moved_by_no_ranking():
    np.testing.assert_allclose(odds(np.full(7, 0.3), rankings=1), 0.0, atol=1e-12)


def test_games_are_work():
    plain, played = run_of(), run_of(tasks=2.0, rankings=1)
    paid = []
    for model in (plain, played):
        model.step()
        paid.append(model.weekly["cost.community"].sum() * model.scale)
    hours = 3 * lever_of(played).parameters.task_hours
    assert paid[1] - paid[0] > 0.5 * hours * played.market["wage_per_hour"]
