"""How the score is counted: shares, intervals, probabilities, on tables made up for it."""

import numpy as np
import pandas as pd
import pytest

from sim.advice.score.definitions import NOTHING_WORKS
from sim.advice.score.gaps import gaps_of
from sim.advice.score.scored import OF_KINDS, Scored, record, scored
from sim.advice.score.tally import figures_of, gains_table, reliability, worlds_of
from sim.advice.score.words import GAPS, KINDS, WAYS, WORDS, Aim
from sim.checks import score_tables
from sim.cli import score as command
from sim.common.formatting import MINUS

TRIALS = ("silenced_where_nothing_works",) + tuple(
    f"{asked}_that_{do}" for asked in ("kept", "kept_again") for do in ("lose", "earn")
)


def table_of(worlds):
    """Return the table of worlds given as (advised, budget, {plan: (foretold gain, true gain)})."""
    rows = []
    for number, (advised, budget, plans) in enumerate(worlds):
        for plan, (gain, true) in plans.items():
            ends = {
                f"{end}{share}": gain + sign * share / 100 * budget
                for share in (50, 80, 90)
                for end, sign in (("low", -1), ("high", 1))
            }
            rows.append(
                {
                    "kind": "prior",
                    "number": number,
                    "budget": budget,
                    "verdict": "winner",
                    "advised": advised,
                    "tried": None if advised == "baseline" else advised,
                    "trial_share": 0.5,
                    "again": None if advised == "baseline" else advised,
                    "after": "baseline",
                    "plan": plan,
                    "gain": gain,
                    "probability": 0.5,
                    "loses": 0.5,
                    "lives_lost": float(true < 0),
                    "lives_best": float(true > 0 and true == max(t for _, t in plans.values())),
                    "knowable": true,
                    "true": true,
                    "first_lives": true,
                    "later_lives": true,
                    **ends,
                }
            )
    return pd.DataFrame(rows)


def test_the_share_is_what_the_advice_brings_over_what_the_best_plan_brings_in_budgets():
    table = table_of(
        [
            ("a", 100.0, {"a": (50, 50), "b": (20, 100)}),  # half of the best
            ("baseline", 10.0, {"a": (1, -5), "b": (-1, -9)}),  # right to do nothing
            (
                "b",
                1000.0,
                {"a": (0, -100), "b": (900, -200)},
            ),  # a false winner, a fifth of a budget
        ]
    )
    worlds, found = worlds_of(table), {one.name: one for one in figures_of(table)}
    assert list(worlds["advice"]) == [0.5, 0.0, -0.2]
    assert list(worlds["best"]) == [1.0, 0.0, 0.0]
    assert found["share_of_best"].value == pytest.approx(0.3 / 1.0)
    assert found["loss_where_nothing_pays"].value == pytest.approx((0.0 + 0.2) / 2)
    assert found["false_winners"].value == pytest.approx(1 / 3)
    assert found["truly_best"].value == pytest.approx(1 / 3)
    assert found["missed_winners"].value == 0.0
    gains = gains_table(worlds)
    assert gains.loc["always a", "mean"] == pytest.approx((0.5 - 0.5 - 0.1) / 3)
    assert set(found) == set(WORDS)


def test_what_is_advised_after_a_trial_is_counted_of_the_plans_that_led():
    worlds = [("a", 1.0, {"a": (0.5, gain), "b": (0.0, -0.1)}) for gain in (-0.4, -0.3, -0.2, 0.6)]
    table = table_of([*worlds, ("baseline", 1.0, {"a": (-0.5, -0.7), "b": (-0.5, -0.7)})])
    of_worlds = {
        "kind": ["nothing_works", "nothing_works", "prior", "prior", "nothing_works"],
        "after": ["baseline", "b", "a", "a", "baseline"],
        "again": ["a", "baseline", "a", "b", None],
    }
    for name, each in of_worlds.items():
        table[name] = np.repeat(each, 2)
    found = {one.name: one for one in figures_of(table)}
    counted = {name: (found[name].value, found[name].n) for name in TRIALS}
    assert counted == {
        "silenced_where_nothing_works": (0.5, 2),  # another plan is none the less a plan
        "kept_that_lose": (pytest.approx(1 / 3), 3),
        "kept_that_earn": (1.0, 1),
        "kept_again_that_lose": (pytest.approx(2 / 3), 3),
        "kept_again_that_earn": (0.0, 1),
    }
    # by kind; of the plan that was tried a half has come in the trial
    expected = [-0.2, -0.15 - 0.1, 0.0, -0.1 - 0.2, 0.3 + 0.6]
    assert list(worlds_of(table)["after"]) == pytest.approx(expected)
    assert gains_table(worlds_of(table)).loc["after", "worlds"] == 5
    some = table.assign(after=table["after"].where(table["number"] > 0))
    assert "after" not in gains_table(worlds_of(some)).index
    without = table.assign(tried=None, trial_share=None, again=None, after=None)
    assert "after" not in gains_table(worlds_of(without)).index
    counts = {one.name: one.n for one in figures_of(without) if one.name in TRIALS}
    assert counts == dict.fromkeys(TRIALS, 0)


def test_intervals_are_held_against_the_truth():
    table = table_of([("a", 1.0, {"a": (0.0, 0.6), "b": (0.0, 0.85)})])
    found = {one.name: one.value for one in figures_of(table)}
    assert [found[f"coverage_{share}"] for share in (50, 80, 90)] == [0.0, 0.5, 1.0]


def test_luck_among_lives_does_not_count_as_knowledge_of_the_best_plan():
    """Plans that bring nothing but noise: the mean of the largest of 8 would be 1.42 SD above nil."""
    rng, n, plans = np.random.default_rng(5), 400, 8
    rows = []
    for number in range(n):
        halves = rng.normal(size=(2, plans))
        for k in range(plans):
            rows.append(
                {
                    "kind": "prior",
                    "number": number,
                    "budget": 1.0,
                    "verdict": "do_nothing",
                    "advised": "baseline",
                    "tried": None,
                    "trial_share": None,
                    "again": None,
                    "after": None,
                    "plan": f"p{k}",
                    "gain": -1.0,
                    "probability": 0.0,
                    "loses": 1.0,
                    "lives_lost": 0.5,
                    "lives_best": 0.1,
                    "knowable": -1.0,
                    "true": halves[:, k].mean(),
                    "first_lives": halves[0, k],
                    "later_lives": halves[1, k],
                }
            )
    best = worlds_of(pd.DataFrame(rows))["best"]
    # of a world a mean of two standard normals of which the second is free of the choice: SD .71 at most
    assert abs(best.mean()) < 3.9 * 1.0 / np.sqrt(n)


def test_probabilities_are_set_beside_what_came():
    table = table_of([("a", 1.0, {"a": (0, 1.0), "b": (0, -1.0)})] * 1)
    table["loses"] = [0.1, 0.9]
    table["probability"] = [0.9, 0.0]
    found = {one.name: one.value for one in figures_of(table)}
    assert found["brier_loses"] == pytest.approx(0.01)
    assert found["brier_best"] == pytest.approx((0.01 + 0.0) / 2)
    rows = reliability(table).loc["loses"]
    assert list(rows["came"]) == [0.0, 1.0] and list(rows["n"]) == [1, 1]
    shown, _ = command._said_and_came(table)
    assert ("it loses", "0.80 to 1.00", "0.90", "1.00", "1") in shown
    assert command._tables(table)[-1][0] == shown
    # who says one half of what comes in half of the lives is right, and has the score of a fair coin
    table[["loses", "lives_lost"]] = 0.5
    assert {one.name: one.value for one in figures_of(table)}["brier_loses"] == pytest.approx(0.25)


def test_what_the_advice_misses_is_split_into_steps_that_add_up():
    table = table_of(
        [
            ("a", 1.0, {"a": (0.2, 0.1), "b": (0.5, 0.3), "c": (0.1, 0.9)}),
            ("baseline", 1.0, {"a": (0.2, -0.4), "b": (-0.1, 0.6), "c": (0.0, -1.0)}),
        ]
    )
    table.loc[table["plan"] == "c", "knowable"] = -1.0  # the best cannot be known to be it
    worlds = worlds_of(table)
    gaps = gaps_of(worlds).loc["own", "mean"]
    # best .9 and .6; knowable b: .3 and .6; largest b: .3, a: -.4; advice .1 and 0
    assert gaps.to_dict() == pytest.approx({"information": 0.3, "noise": 0.5, "caution": -0.1})
    assert gaps.sum() == pytest.approx((worlds["best"] - worlds["advice"]).mean())
    table["kind"], table["knowable"] = "correlated", np.nan
    gaps = gaps_of(worlds_of(table)).loc["other", "mean"]
    assert gaps.to_dict() == pytest.approx({"structure": 0.8, "caution": -0.1})


@pytest.mark.parametrize(
    ("aim", "interval", "said"),
    [
        (Aim(0.8, "least"), (0.9, 0.85, 1.0), "yes"),
        (Aim(0.8, "least"), (0.9, 0.75, 1.0), "not settled, likely"),
        (Aim(0.8, "least"), (0.7, 0.5, 0.9), "not settled, unlikely"),
        (Aim(0.8, "least"), (0.5, 0.3, 0.7), "no"),
        (Aim(0.05, "most"), (0.0, 0.0, 0.04), "yes"),
        (Aim(0.05, "most"), (0.2, 0.1, 0.3), "no"),
        (Aim(0.9, "exactly"), (0.95, 0.91, 0.99), "no"),
        (Aim(0.9, "exactly"), (0.85, 0.8, 0.92), "as far as can be told"),
        (Aim(0.9, "exactly"), (np.nan, np.nan, np.nan), ""),
    ],
)
def test_an_aim_is_met_where_the_whole_interval_says_so(aim, interval, said):
    assert aim.met(*interval) == said


def test_recorded_worlds_stand_in_place_of_those_of_their_seed(checkout):
    whole = next(iter(scored().values()))
    (checkout / "data" / "score.csv").unlink()
    one, other = (whole.assign(seed=seed) for seed in (1, 2))
    for table in (one, other, one.head(11)):
        record(table)
    again = scored()
    assert {seed: len(rows) for seed, rows in again.items()} == {1: 11, 2: len(whole)}
    # what is missing is None or NaN by what else stands in the column
    found, expected = (x.reset_index(drop=True).astype(object) for x in (again[2], other))
    pd.testing.assert_frame_equal(
        found.where(found.notna(), None), expected.where(expected.notna(), None)
    )
    columns = pd.read_csv(checkout / "data" / "score.csv").columns
    assert list(columns) == list(Scored.model_fields)


def test_recorded_worlds_of_one_kind_stand_beside_those_of_other_kinds_and_seeds(checkout):
    (checkout / "data" / OF_KINDS).unlink(missing_ok=True)
    table, runs = next(iter(scored().values())), scored()
    prior, null = (table[table["kind"] == kind] for kind in ("prior", NOTHING_WORKS))
    for part in (prior, null.head(5), null, null.assign(seed=9)):
        record(part, OF_KINDS)
    found = scored(OF_KINDS)
    seed = int(table["seed"].iloc[0])
    assert {at: len(rows) for at, rows in found.items()} == {
        seed: len(prior) + len(null),
        9: len(null),
    }
    assert scored().keys() == runs.keys()


def test_firms_in_which_nothing_works_are_told_together_whatever_their_seeds(monkeypatch):
    lost = ("a", 1.0, {"a": (1.0, -0.5), "b": (0.5, -0.3)})
    still = ("baseline", 1.0, {"a": (-1.0, -0.5), "b": (-0.5, -0.2)})
    table = table_of([lost, still]).assign(kind=NOTHING_WORKS, seed=1)
    other = table.assign(after=table["after"].where(table["tried"].isna(), "b"), seed=2)
    monkeypatch.setattr(score_tables, "scored", lambda _: {1: table, 2: other})
    rows = {
        line.split("|")[1].strip(): line.split("|")[3].strip()
        for line in score_tables.nulls_table().splitlines()
    }
    told = {name: rows[WORDS[name].label] for name in score_tables.OF_NULLS}
    assert told["false_winners"].startswith("**0.50**") and told["false_winners"].endswith("n 4")
    assert told["loss_where_nothing_works"].startswith("**0.25**")
    assert told["kept_that_lose"].startswith("**0.00**")
    assert told["kept_again_that_lose"].startswith("**1.00**")
    assert told["silenced_where_nothing_works"].startswith("**0.50**")
    # half of the plan's loss in each trial, and what follows one of them
    assert rows[WAYS["after"]].startswith(f"**{MINUS}0.20**")


def test_the_page_shows_each_run_beside_the_others_and_all_figures(monkeypatch):
    table = next(iter(scored().values()))
    monkeypatch.setattr(score_tables, "scored", lambda: {1: table, 2: table.assign(true=-1.0)})
    text = score_tables.figures_table()
    assert all(words.label in text for words in WORDS.values())
    assert "not asked" in score_tables.verdicts_table()  # of what is to be believed, before trials
    assert "value, seed 1" in text and "met, seed 2" in text
    assert all(label in score_tables.kinds_table() for label in KINDS.values())
    assert set(gaps_of(worlds_of(table)).index.get_level_values("gap")) <= set(GAPS)
