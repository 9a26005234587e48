"""Answers to a survey come by the stated model of response, and move nobody; firms at random differ."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import sim
from sim.common.errors import InputError
from sim.common.random_numbers import Draws, normal
from sim.measures.survey import Item, questionnaire, score, tick
from sim.model.loyalty_model import LoyaltyModel
from sim.world.population import ACTIVE
from tests.worlds import FALSE_ALARM, assert_mean, assert_share

PEOPLE = 40_000
NAMES = ["satisfaction", "recommendation", "intention"]


def _normals(*names: str) -> list[np.ndarray]:
    return [normal(Draws(1, PEOPLE).uniform(name)) for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_in_an_average_firm_each_answer_is_ticked_by_its_share(name: str) -> None:
    item = questionnaire().items[name]
    asked, style, error = _normals("asked", "style", "error")
    said = tick(item, asked, style, error, 0.2, 0.3)
    for answer, share in enumerate(item.shares, 1):
        assert_share(int(np.sum(said == answer)), PEOPLE, share, f"answer {answer}")


def test_a_question_asks_about_its_states_in_standard_deviations() -> None:
    item = questionnaire().items["intention"]
    states = dict(zip(item.states, _normals(*item.states), strict=True))
    found = score(item, states)
    assert_mean((found - found.mean()) ** 2, 1.0, "variance of what is asked")


def _correlation(m: float, shared: float = 0.0) -> float:
    """Return the correlation of answers about two states that have nothing or something in common."""
    items = [questionnaire().items[name] for name in NAMES[:2]]
    one, two, style, e1, e2 = _normals("one", "two", "style", "e1", "e2")
    two = shared * one + np.sqrt(1 - shared**2) * two
    said = [tick(items[0], one, style, e1, m, 0.3), tick(items[1], two, style, e2, m, 0.3)]
    return float(np.corrcoef(said)[0, 1])


def test_common_method_makes_unrelated_answers_correlate_by_its_share() -> None:
    """Of scores it would be m; five answers take a part of it away (polychoric attenuation)."""
    sure = stats.norm.isf(FALSE_ALARM / 2) / np.sqrt(PEOPLE)
    assert abs(_correlation(0.0)) < sure
    m = 0.25
    assert 0.6 * m < _correlation(m) < m + sure


def test_error_takes_correlation_away_and_common_method_gives_it_back() -> None:
    true = 0.6
    without, with_it = _correlation(0.0, true), _correlation(0.25, true)
    assert without < 0.7 * true + 4 / np.sqrt(PEOPLE)  # item error .3 leaves .7 at most
    low, high = _correlation(0.25), with_it
    assert low < high  # what is true still shows


def test_a_wrong_question_is_refused() -> None:
    right = questionnaire().items["satisfaction"].model_dump()
    for wrong in ({"shares": [0.2] * 4 + [0.3]}, {"states": {"mood": 1.0}}):
        with pytest.raises(ValueError, match="shares|states|mood"):
            Item(**{**right, **wrong})


# -- who answers -----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def model() -> LoyaltyModel:
    return LoyaltyModel(market="grocery", customers=6_000, weeks=6).run()


def test_answers_come_from_the_happy_the_unhappy_and_the_active_as_stated(model) -> None:
    said = sim.survey(model, activity=0.6)
    people, rows = model.customers.columns, said["person"].to_numpy()
    left = people["status"][rows] != ACTIVE
    assert not said["answered"][left].any()
    rate = np.log(people["category_rate"] * people["base_share"])
    active = people["status"] == ACTIVE
    z = (rate - rate[active].mean()) / rate[active].std()
    life = model.state.life
    odds = life.survey_intercept + life.survey_extremity * np.abs(people["satisfaction"]) + 0.6 * z
    chance = special.expit(odds[rows][~left])
    answered = said["answered"].to_numpy()[~left]
    miss = (answered - chance).sum() / np.sqrt(np.sum(chance * (1 - chance)))
    assert abs(miss) < stats.norm.isf(FALSE_ALARM / 2)
    # the obvious version, in which everybody answers alike, is clearly wrong of the active
    heavy = z[rows][~left] > 1
    gap = answered[heavy].mean() - answered[~heavy].mean()
    error = np.sqrt(0.25 / heavy.sum() + 0.25 / (~heavy).sum())
    assert gap > stats.norm.isf(FALSE_ALARM) * error


def test_what_the_firm_reads_is_not_what_all_would_say(model) -> None:
    """Nonresponse: those who answer buy more often than those who were asked."""
    said = sim.survey(model, activity=0.6)
    rate = model.customers.columns["category_rate"] * model.customers.columns["base_share"]
    asked = rate[said["person"]]
    answered = asked[said["answered"].to_numpy()]
    error = answered.std() / np.sqrt(answered.size)
    assert answered.mean() - asked.mean() > stats.norm.isf(FALSE_ALARM) * error


def test_only_a_share_is_asked_and_only_who_answers_says_something(model) -> None:
    everybody, some = sim.survey(model), sim.survey(model, share=0.25)
    assert_share(len(some), len(everybody), 0.25, "customers asked")
    assert set(some["person"]) <= set(everybody["person"])
    answers = everybody[NAMES]
    assert answers.notna().all(axis=1).equals(everybody["answered"])
    assert set(np.unique(answers[everybody["answered"]])) <= {1, 2, 3, 4, 5}


def test_a_persons_way_of_answering_stays_and_their_error_does_not() -> None:
    model = LoyaltyModel(market="grocery", customers=3_000, weeks=2)
    first = sim.survey(model, common_method=0.6, item_error=0.3)
    model.step()
    second = sim.survey(model, common_method=0.6, item_error=0.3)
    both = first.merge(second, on="person", suffixes=("", "_later"))
    both = both[both["answered"] & both["answered_later"]]
    again = float(np.corrcoef(both["satisfaction"], both["recommendation_later"])[0, 1])
    assert 0.3 < again < 0.95
    assert not (both["satisfaction"] == both["satisfaction_later"]).all()


def test_a_survey_moves_nobody() -> None:
    plain, asked = (LoyaltyModel(market="grocery", customers=300, weeks=6) for _ in range(2))
    while asked.week < 6:
        sim.survey(asked)
        asked.step()
    pd.testing.assert_frame_equal(plain.run().weekly, asked.weekly)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"share": 1.5}, "share"), ({"common_method": 0.8}, "common_method"),
     ({"item_error": -0.1}, "item_error")],
)  # fmt: skip
def test_a_survey_that_cannot_be_is_refused(model, wrong, field) -> None:
    with pytest.raises(InputError, match=field):
        sim.survey(model, **wrong)


# -- firms at random -------------------------------------------------------------------------------
SMALL = {"customers": 150, "weeks": 8}


def test_the_first_firms_are_the_same_however_many_there_are() -> None:
    two, three = (
        sim.random_firms(n, 3, markets=["grocery", "music_shop"], **SMALL) for n in (2, 3)
    )
    pd.testing.assert_frame_equal(two.firms, three.firms.iloc[:2])
    pd.testing.assert_frame_equal(two.answers, three.answers[three.answers["firm"] < 2])
    assert not three.firms["net_promoters"].duplicated().any()


def test_customers_who_say_they_will_come_again_do_so_more_often() -> None:
    """Correlations across customers can be measured within each firm, on what came after."""
    made = sim.random_firms(3, customers=800, weeks=26)
    said = made.answers[made.answers["answered"]]
    within = said.groupby("firm")[["intention", "trips_after"]].rank()
    found = stats.spearmanr(within["intention"], within["trips_after"])
    assert found.statistic > 0 and found.pvalue < FALSE_ALARM


def test_firms_that_cannot_be_are_refused() -> None:
    for wrong in ({"n": 0}, {"n": 1, "weeks": 1}, {"n": 1, "markets": []}):
        with pytest.raises(InputError, match=next(iter(set(wrong) - {"n"}), "n")):
            sim.random_firms(**wrong)
