"""Friends resemble each other as much as is stated, and nothing else of who hears whom changes."""

from math import sqrt

import numpy as np
import pytest

from sim.common.random_numbers import Draws
from sim.world.likeness import likeness, normal_scores
from sim.world.social_network import make_ties
from tests.worlds import Z_LIMIT, assert_mean
from tests.worlds import unvalued_world as world

PEOPLE = 20_000


def _people(seed: int = 5, correlated: float = 0.0) -> dict[str, np.ndarray]:
    """People with four traits, of which buying often and spending much may go together."""
    luck = np.random.default_rng(seed)
    one, two, three, four = luck.standard_normal((4, PEOPLE))
    return {
        "category_rate": np.exp(one),
        "base_share": np.full(PEOPLE, 0.5),
        "mean_spend": np.exp(correlated * one + sqrt(1 - correlated**2) * two),
        "drop_out_rate": three**2,
        "suitability": four,
    }


def _traits(people: dict[str, np.ndarray]) -> list[np.ndarray]:
    names = ("category_rate", "mean_spend", "drop_out_rate", "suitability")
    return [normal_scores(people[name]) for name in names]


def _pairs(alike) -> tuple[np.ndarray, np.ndarray]:
    """One tie of each person who has any: who speaks and who listens."""
    ties = make_ties(Draws(7, PEOPLE), PEOPLE, 8.0, 1.0, alike)
    some = np.flatnonzero(np.diff(ties.starts))
    return some, ties.listeners[ties.starts[some]]


@pytest.mark.parametrize("rho", [0.05, 0.2])
@pytest.mark.parametrize("correlated", [0.0, 0.5])
def test_friends_traits_correlate_as_stated_however_traits_go_together(rho, correlated):
    """Taking the correlation of the scores for that of a trait gives a fourth of it."""
    people = _people(correlated=correlated)
    speaker, listener = _pairs(likeness(people, rho))
    products = np.mean([z[speaker] * z[listener] for z in _traits(people)], axis=0)
    assert_mean(products, rho, "mean correlation of friends over four traits")


def test_friends_who_do_not_resemble_each_other_are_drawn_as_without_likeness():
    people = _people()
    assert likeness(people, 0.0) is None
    model = world(n=300, weeks=1, likeness_of_friends=0.0)
    plain = make_ties(model.state.draws, model.state.size, model.state.life.mean_ties,
                      model.state.life.ties_spread)  # fmt: skip
    assert (model.state.ties.listeners == plain.listeners).all()
    assert (model.state.ties.starts == plain.starts).all()


def test_everybody_speaks_to_as_many_and_is_heard_by_as_many_as_before():
    people = _people()
    ties = [make_ties(Draws(7, PEOPLE), PEOPLE, 8.0, 1.0, one)
            for one in (None, likeness(people, 0.2))]  # fmt: skip
    assert (ties[0].starts == ties[1].starts).all()
    heard = np.bincount(ties[1].listeners, minlength=PEOPLE)
    # a Poisson number, but for lumps of speakers with many ties, of whom thousands reach everybody
    lumps = 8.0 * np.e / (PEOPLE / 4)
    assert abs(heard.var() / heard.mean() - 1.0) < Z_LIMIT * sqrt(2.0 / PEOPLE) + lumps
    for score in _traits(people):  # no kind of people is heard by more than another
        assert abs(np.corrcoef(score, heard)[0, 1]) < Z_LIMIT / sqrt(PEOPLE)


def test_nobody_listens_to_themselves():
    speaker, listener = _pairs(likeness(_people(), 0.2))
    assert (speaker != listener).all()


def test_friends_of_one_person_are_hardly_ever_friends():
    """Neighbours in the order of likeness would be: they make cliques."""
    ties = make_ties(Draws(7, PEOPLE), PEOPLE, 8.0, 1.0, likeness(_people(), 0.2))
    told = [set(ties.listeners[ties.starts[i] : ties.starts[i + 1]]) for i in range(PEOPLE)]
    pairs = [(a, b) for i in range(2_000) for a in told[i] for b in told[i] if a != b]
    assert np.mean([b in told[a] for a, b in pairs]) < 0.01


def test_what_everybody_has_in_common_tells_nobody_apart():
    people = {name: np.ones(PEOPLE) for name in _people()}
    assert likeness(people, 0.1) is None


def test_equal_values_have_equal_scores():
    score = normal_scores(np.array([3.0, 1.0, 3.0, 2.0]))
    assert score[0] == score[2] > score[3] > score[1]


def test_likeness_leaves_the_usual_number_of_losses_where_leaving_is_contagious():
    """People at risk whose friends are at risk must not breed more losses than the log shows."""
    seen = {"defection_visible": 1.0, "start": "posterior", "n": 2_000, "weeks": 52}
    lost = {
        rho: np.array(
            [
                world("subscription", seed=seed, likeness_of_friends=rho, **seen)
                .run()
                .weekly["new_dropped_out"]
                .sum()
                for seed in range(4)
            ]
        )
        for rho in (0.0, 0.2)
    }
    assert lost[0.2].sum() > 0
    more = (lost[0.2] - lost[0.0]).sum()
    # the same luck, but for whom contagion strikes: at most as noisy as two counts of losses
    assert abs(more) < Z_LIMIT * sqrt(2 * lost[0.0].sum())
