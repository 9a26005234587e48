"""Suggestions come from engaged customers, sharpen releases and mend nothing; the loop is counted.

Serves: L3.4b I6.2 I6.3 L6.1
"""

from typing import Any

import numpy as np
import pytest

from sim.levers.feedback.settings import Settings
from sim.levers.feedback.suggestions import further_use, wants_shown
from sim.levers.iteration import Iteration
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play
from tests.test_feedback_causes import MENDS, feedback, parameters, told_by_few
from tests.worlds import strategy, world

OPTIONS = {"n": 400, "weeks": 6, "start": "posterior", "shared": True}
HEARD = {"suggestions": 1.0, "learning": 1.0}


def responses(lever: str, model: LoyaltyModel) -> Any:
    """The parameters of a lever of a model."""
    return next(one.parameters for one in model.state.levers.all if one.name == lever)


def lived(table=None, execution: float = 1.0, **settings: float):
    """Sums of a world in which feedback is so, beside the model."""
    model = world(plays=feedback(**settings), parameters=table, execution=execution, **OPTIONS)
    return model.run().weekly.sum(numeric_only=True), model


def test_suggestions_are_in_proportion_to_purchases_where_nobody_is_more_engaged() -> None:
    table = parameters(suggestion_rate=0.01, suggestion_engaged=0.0, useful_suggested=0.1)
    model = world(plays=feedback(**HEARD), parameters=table, execution=0.5, **OPTIONS)
    model.step()
    (play,), sums = model.last_week.plays["feedback"], model.weekly.sum(numeric_only=True)
    trips = model.last_week.view.trips[play.reached].sum()
    assert sums["n_suggestions"] == pytest.approx(0.005 * trips)
    assert sums["n_suggestions_useful"] == pytest.approx(0.1 * sums["n_suggestions"])


def test_attached_customers_suggest_more() -> None:
    table = parameters(suggestion_rate=0.01, suggestion_engaged=0.5)
    model = world(plays=feedback(**HEARD), parameters=table, execution=1.0, **OPTIONS)
    people = model.state.people
    people["attachment"][:] = 2.0
    model.step()
    attached = model.weekly.sum(numeric_only=True)
    each = attached["n_suggestions"] / attached["trips"]
    assert each == pytest.approx(0.01 * np.exp(1.0), rel=0.05)  # attachment fades in the week


def test_what_is_wanted_is_known_if_suggestions_are_read_and_mends_no_failure() -> None:
    table = told_by_few(insight_weeks=1.0, insight_suggested=0.2)
    for learning, known in ((1.0, 0.2), (0.5, 0.1), (0.0, 0.0)):
        _, model = lived(table, suggestions=1.0, learning=learning)
        assert model.state.firm.capability.wants_suggested == pytest.approx(known, rel=0.01)
    with_ = lived(table, **{**MENDS, **HEARD})[0]["n_failures"]
    assert with_ == lived(table, **MENDS)[0]["n_failures"]


def test_many_voices_tell_what_as_many_talks_of_a_beta_law_do_and_the_first_tell_most() -> None:
    voices = world(n=50, weeks=1).state.voices
    a, b = voices.alpha, voices.beta
    for talks in (0, 1, 7, 30):
        missed = np.prod([(b + k) / (a + b + k) for k in range(talks)])
        found = voices.share_told(talks * voices.per_talk)
        assert found == pytest.approx(1.0 - missed)
    assert voices.share_told(30 * voices.per_talk) == pytest.approx(0.9, abs=0.02)
    one, two, many = (voices.share_told(n) for n in (1.0, 2.0, 15_000.0))
    assert 1.9 * one < two < 2.0 * one and many > 100.0 * one and many < 1.0


def test_a_small_firm_hears_less_of_what_is_wanted() -> None:
    known = []
    for size in (500.0, 2_000.0, 1e6):
        model = world(plays=feedback(**HEARD), execution=1.0, firm_customers=size, **OPTIONS).run()
        known.append(model.state.firm.capability.wants_suggested)
    assert 3.0 * known[0] < known[1] < 4.0 * known[0] and known[2] > 5.0 * known[1]


def test_releases_help_more_often_the_more_wants_are_known() -> None:
    """The same luck, and just between the chances of helping without suggestions and with them."""
    step = Play(lever="iteration", owner="technology", settings={"release_weeks": 1, "size": 1.0})
    worth = []
    for wants in (0.0, 0.3):
        model = world(plays=strategy(step), n=100, weeks=2, execution=1.0)
        model.step()
        week, p = model.state.lever_view(), responses("iteration", model)
        week.firm.wants_suggested = wants
        between = p.noticed * (p.helpful + (1 - p.helpful) * 0.15)
        week.firm_luck = lambda _, luck=between: luck
        worth.append(Iteration(p)._worth(week, model.last_week.plays["iteration"][0]))
    assert worth[0] < 0 < worth[1]


def test_rewards_by_use_make_more_suggestions_useful_and_are_nothing_without_a_reward() -> None:
    table = responses("feedback", world(n=50, weeks=1, parameters=parameters(reward_impact=0.2)))
    trip, usual = 30.0, 30.0 * table.reference_reward
    values = Settings.model_validate
    assert further_use(values({"reward": usual}), trip, table) == 1.0
    with pytest.raises(ValueError, match="reward above 0"):
        values({"reward_by_use": 1.0, **HEARD})
    by_use = values({"reward": usual, "reward_by_use": 1.0, **HEARD})
    assert further_use(by_use, trip, table) == pytest.approx(1.2)
    flat = values({"reward": usual, **HEARD})
    assert wants_shown(by_use, trip, table) == pytest.approx(1.2 * wants_shown(flat, trip, table))


def test_reading_and_rewards_are_paid_for_each_suggestion() -> None:
    table = parameters(reading_minutes=6.0, useful_suggested=0.1, learning_hours=0.0, useful_share=0.0,
                       suggestion_rate=0.01, voice_by_reward=0.0)  # fmt: skip
    whole = {"agency_wage_ratio": 1.0, "analyst_wage_ratio": 2.0}  # posts of any size
    plays = [feedback(**HEARD, reward=reward) for reward in (0.0, 5.0)]
    read, paid = (
        world(plays=one, parameters=table, execution=1.0, **OPTIONS, **whole).run() for one in plays
    )
    sums, rewarded = (model.weekly.sum(numeric_only=True) for model in (read, paid))
    heard = sums["n_suggestions"] + sums["n_complaints"]
    assert sums["cost.feedback"] == pytest.approx(heard * 0.1 * 2.0 * read.market["wage_per_hour"])
    rewards = rewarded["cost.feedback"] - sums["cost.feedback"]
    assert rewards == pytest.approx(rewarded["n_suggestions"] * 0.1 * 5.0, rel=0.1)


def test_the_loop_counts_what_is_answered_and_acted_on() -> None:
    table = told_by_few(insight_weeks=1.0, mendable=0.5, suggestion_rate=0.0)
    sums, _ = lived(table, 0.5, close_loop=1.0)
    assert (
        sums["n_answered"] == pytest.approx(0.5 * sums["n_complaints"]) and sums["n_answered"] > 0
    )
    assert "n_acted_on" not in sums
    model = world(plays=feedback(**MENDS), parameters=table, execution=1.0, failures_per_trip=0.2,
                  **OPTIONS).run()  # fmt: skip
    late = model.weekly[model.weekly["week"] >= 1].sum(numeric_only=True)
    assert late["n_acted_on"] == pytest.approx(0.5 * late["n_complaints"])
    only = {**MENDS, "weakest_link": 1.0}
    part = world(plays=feedback(**only), parameters=table, execution=1.0, failures_per_trip=0.2,
                  **OPTIONS).run()  # fmt: skip
    late = part.weekly[part.weekly["week"] >= 1].sum(numeric_only=True)
    assert late["n_acted_on"] == pytest.approx(
        0.5 * 0.5 * late["n_complaints"]
    )  # half at the purchase
