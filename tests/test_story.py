"""One scenario is told through three customers chosen by rule, with the numbers of the run itself."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.common.errors import InputError
from sim.experiment.customer_stories import follow_customers
from sim.market.market import load_market
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary
from sim.model.scenario import Scenario
from sim.playbook.strategy_files import load_strategy
from sim.report.one_scenario import life_words
from sim.report.one_scenario.diary_tables import as_customer, quarter_table, weeks_left
from sim.report.one_scenario.sections import life_section

N, WEEKS, SEED = 400, 40, 5


@pytest.fixture(scope="module")
def story():
    return follow_customers("grocery", "balanced", N, WEEKS, SEED)


@pytest.fixture(scope="module")
def everybody(story):
    """The diary of all known customers, under the strategy and under doing nothing."""
    found = []
    for strategy in (story.strategy, load_strategy("baseline")):
        model = LoyaltyModel(Scenario(load_market("grocery"), strategy, N, WEEKS, SEED))
        diary = keep_diary(model.state, range(N))
        model.run()
        start = diary.start.index[diary.start["status"] == 1]
        table = diary.entries()
        found.append(table[table["person"].isin(start)])
    return found


def test_the_three_are_those_that_the_rules_name(story, everybody):
    lives = {life.role: life for life in story.lives}
    assert list(lives) == ["stays", "leaves", "changes"]
    mine = everybody[0].groupby("person")
    trips, left = mine["trips"].sum(), mine["new_dropped_out"].sum() > 0
    high = trips[~left & (mine["value_segment"].first() == 0)]
    assert lives["stays"].person in high.index
    assert trips[lives["stays"].person] == np.sort(high)[len(high) // 2]
    week = everybody[0][everybody[0]["new_dropped_out"] > 0].set_index("person")["week"]
    late = trips[week.index[week >= WEEKS / 4]]
    assert lives["leaves"].person in late.index
    assert trips[lives["leaves"].person] == np.sort(late)[int(0.75 * len(late))]
    change = (trips - everybody[1].groupby("person")["trips"].sum()).abs()
    change = change.drop([lives["stays"].person, lives["leaves"].person])
    assert change[lives["changes"].person] == change.max()


def test_following_people_changes_nothing_in_the_market(story):
    model = LoyaltyModel(Scenario(load_market("grocery"), story.strategy, N, WEEKS, SEED)).run()
    pd.testing.assert_frame_equal(story.weekly, model.weekly, check_exact=True)


def test_a_life_holds_every_week_under_both(story, everybody):
    for life in story.lives:
        for diary, table in zip((life.diary, life.baseline), everybody, strict=True):
            assert list(diary.index) == list(range(WEEKS))
            whole = table[table["person"] == life.person]["trips"]
            np.testing.assert_array_equal(diary["trips"], whole)


def test_the_quarters_add_up_to_the_diary(story):
    for life in story.lives:
        table = quarter_table(life, "USD").frame
        assert table["Purchases"].astype(int).sum() == life.diary["trips"].sum()
        assert table["Elsewhere"].astype(int).sum() == life.diary["rival_trips"].sum()
        assert len(table) == 4


def test_the_text_says_what_the_diary_holds(story):
    lives = {life.role: life for life in story.lives}
    content = {role: life_section(story, life) for role, life in lives.items()}
    assert list(content) == ["stays", "leaves", "changes"]
    left = weeks_left(lives["leaves"].diary)
    assert f"leaves in week {left}" in content["leaves"].heading.replace("only ", "")
    assert weeks_left(lives["stays"].diary) == 0
    assert "stays" in content["stays"].heading
    for role, life in lives.items():
        text = " ".join(content[role].bullets)
        assert f"{int(life.diary['trips'].sum())} purchases here" in text
        assert as_customer(life.diary)["share"].notna().all()
        assert len(content[role].tables) == 3
        assert content[role].pictures[0].alt


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("grocery", "baseline", 400, 40, 1), "strategy"),
        (("grocery", "balanced", 10, 40, 1), "customers"),
        (("grocery", "balanced", 400, 0, 1), "weeks"),
        (("grocery", "balanced", 400, 40, -1), "seed"),
        (("grocer", "balanced", 400, 40, 1), "market"),
        (("grocery", "balancd", 400, 40, 1), "strategy"),
    ],
)
def test_what_cannot_be_told_is_refused(given, field):
    with pytest.raises(InputError, match=field):
        follow_customers(*given)


def test_where_nobody_leaves_nobody_is_told_of_as_leaving():
    told = follow_customers("grocery", "service_first", 100, 4, 3)
    assert [life.role for life in told.lives] == ["stays", "changes"]


def _felt(story, **changes):
    """Give what is said of a life in which some columns of the diary were as given from week 5 on."""
    life = story.lives[0]
    diary = life.diary.copy()
    diary[["trust", "attachment", "fatigue", "n_failures"]] = 0.0
    for column, value in changes.items():
        diary.loc[5:, column] = value
    start = life.start.copy()
    start["trust"] = 0.0
    return life_words._came_to_feel(replace(life, diary=diary, start=start))


def test_a_story_tells_of_trust_attachment_and_messages_where_they_matter_and_only_there(story):
    assert _felt(story) == []
    assert _felt(story, trust=-0.1, attachment=0.05, fatigue=1.0) == []
    (text,) = _felt(story, trust=-0.5, n_failures=1.0)
    assert "trust broke in week 6, when service failed (0.00 to \N{MINUS SIGN}0.50" in text
    assert "failed" not in _felt(story, trust=-0.5)[0]
    assert "emotional attachment of 0.40" in _felt(story, attachment=0.4)[0]
    assert (
        "3.00 messages above the usual were still in mind in week 6"
        in (_felt(story, fatigue=3.0)[0])
    )


def test_the_quarters_show_states_that_moved(story):
    life = story.lives[0]
    assert {"Trust"} <= set(quarter_table(life, "USD").frame)
    assert "Attachment" not in quarter_table(life, "USD").frame  # no care in this strategy
    cared = replace(life, diary=life.diary.assign(attachment=0.25))
    assert quarter_table(cared, "USD").frame["Attachment"].iloc[0] == "0.25"
