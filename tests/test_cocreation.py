"""Co-creation is small, real, and limited to those who take part and to launches.

Serves: C4 I3.4
"""

import numpy as np
import pytest

from sim.common.random_numbers import normal
from sim.evidence.parameters import load_parameters
from sim.levers.cocreation import Cocreation, is_call, is_launch
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE
from tests.benchmark.plain_rules import bill
from tests.worlds import DO_NOTHING, Z_LIMIT, assert_share, strategy, unmoved_by_usual_messages
from tests.worlds import unvalued_world as world

CERTAIN = {"launch_gain": 0.2, "launch_spread": 0.0}
#: The least law of voices: a single one tells all.
TOLD = {"talk_voices": 1e-9}


def cocreation(**settings: float) -> Strategy:
    return strategy(Play(lever="cocreation", settings=settings, owner="brand"))


def lived(weeks: int, settings: dict, n: int = 1_500, seed: int = 1, **values: float):
    table = unmoved_by_usual_messages().replace("cocreation", **values)
    table = table.replace("market_life", **TOLD)
    model = world(plays=cocreation(**settings), n=n, weeks=weeks + 1, seed=seed, parameters=table,
                  execution=1.0, inflow_per_year=0.0, winback_per_year=0.0)  # fmt: skip
    for _ in range(weeks):
        model.step()
    return model


def lever_of(model: LoyaltyModel) -> Cocreation:
    return next(m for m in model.state.levers.all if isinstance(m, Cocreation))


def weekly_term(model: LoyaltyModel) -> np.ndarray:
    """Mean purchase term over those exposed, by week."""
    table = model.weekly.groupby("week").sum(numeric_only=True)
    if "term.purchase.cocreation" not in table:
        return np.zeros(len(table))
    return (table["term.purchase.cocreation"] / table["exposed.purchase"]).to_numpy()


# -- taking part -----------------------------------------------------------------------------------
def test_few_take_part_and_rather_the_sociable_and_the_attached() -> None:
    model = world(plays=cocreation(calls=52 / 4, say=1), n=8_000, weeks=4, execution=1.0)
    week, people = model.state.lever_view(), model.customers.columns
    people["attachment"][::2] = 1.0
    for _ in range(4):
        model.step()
    took = people["last_part"] >= 0
    there = people["status"] == ACTIVE
    sociable = normal(week.uniform("ties", once=True))
    assert 0.02 < took[there].mean() < 0.08
    assert sociable[took].mean() > sociable[there].mean() + 0.2
    attached = np.arange(took.size) % 2 == 0
    assert took[there & attached].mean() > 1.3 * took[there & ~attached].mean()


def test_only_those_who_took_part_grow_attached_and_trust_more() -> None:
    settings = {"calls": 52 / 4, "say": 1.0}
    with_calls, without = lived(12, settings), lived(12, {"say": 1.0})
    on, off = with_calls.customers.columns, without.customers.columns
    took = on["last_part"] >= 0
    assert took.any()
    assert (on["attachment"][took] > 0).all() and not on["attachment"][~took].any()
    assert not off["attachment"].any()
    week_12 = on["last_part"] == 11
    first = week_12 & on["newly_heard"]
    same = week_12 & (on["frequency"] == off["frequency"])  # had the same encounters
    gain = (on["trust"] - off["trust"])[same & first]
    assert np.median(gain) == pytest.approx(lever_of(with_calls).parameters.empowerment, rel=0.05)


def test_trust_is_won_once_a_year_however_often_one_takes_part() -> None:
    p = load_parameters().replace("cocreation", part_intercept=5.0)
    model = world(plays=cocreation(calls=26, say=1), n=300, weeks=60, execution=1.0, parameters=p)
    heard = np.zeros(len(model.customers), dtype=int)
    taken = np.zeros_like(heard)
    for _ in range(50):
        model.step()
        heard += model.customers.columns["newly_heard"]
        taken += model.customers.columns["took_part"]
    assert taken.max() > 10 and heard.max() == 1


def test_a_vote_that_is_ignored_brings_nothing_but_a_message() -> None:
    model = lived(10, {"calls": 26, "say": 0.0})
    people = model.customers.columns
    assert (people["last_part"] >= 0).any() and people["fatigue"].any()
    assert not people["attachment"].any()
    assert not weekly_term(model).any()


# -- launches --------------------------------------------------------------------------------------
def test_the_label_works_in_the_weeks_of_a_launch_and_for_those_who_see_it() -> None:
    settings = {"calls": 13, "launch_every": 10, "launch_share": 0.05, "label": 0.5}
    model = lived(20, settings, launch_gain=0.0, launch_spread=0.0, label_weeks=4)
    term, p = weekly_term(model), lever_of(model).parameters
    new = np.isin(np.arange(20), [9, 10, 11, 12, 19])
    assert not term[~new].any()
    full = p.label_lift * 0.05 / (1 - model.state.baseline.share_behind_a_trip)
    assert (term[new] < full).all()
    exposed = model.weekly.groupby("week")["exposed.purchase"].sum()[9]
    assert_share(round(term[9] / full * exposed), int(exposed), 0.5, "see the label")


def test_a_launch_counts_for_the_basket_it_covers_and_fades() -> None:
    settings = {"calls": 13, "launch_every": 10, "launch_share": 0.05}
    model = lived(18, settings, launch_half_life_weeks=8, **CERTAIN)
    term = weekly_term(model)
    full = 0.2 * 0.05 / (1 - model.state.baseline.share_behind_a_trip)
    assert not term[:9].any()
    assert term[9] == pytest.approx(full)
    assert term[17] == pytest.approx(full / 2)
    lever, week = lever_of(model), model.state.lever_view()
    left = lever.lasting_terms(week, model.state.own(lever), 8.0)["purchase"]
    there = model.customers.columns["status"] == ACTIVE
    assert left[there] == pytest.approx(full / 4)  # the fading of a week comes with the week


def test_without_ideas_there_is_nothing_to_launch() -> None:
    assert not is_launch(25, 0.0, 26) and is_launch(25, 1.0, 26) and not is_launch(26, 1.0, 26)
    off = world(n=300, weeks=30).run().weekly
    on = world(plays=cocreation(launch_every=4, label=1, say=1), n=300, weeks=30).run().weekly
    assert on[off.columns].equals(off)


def test_calls_are_spread_evenly_over_the_year() -> None:
    for calls in (1.0, 4.0, 6.5, 26.0):
        weeks = np.flatnonzero([is_call(w, calls) for w in range(104)])
        assert weeks.size == 2 * calls
        assert np.ptp(np.diff(weeks)) <= 1


def test_launches_differ_more_than_they_gain_and_some_flop() -> None:
    """One draw for the whole firm: most of what a single launch does is luck."""
    settings = {"calls": 26, "launch_every": 2, "launch_share": 0.5}
    table = load_parameters().replace("market_life", **TOLD)
    forgotten = table.replace("cocreation", launch_half_life_weeks=1e-3, part_intercept=5.0)
    p = load_parameters().values("cocreation")
    model = world(
        plays=cocreation(**settings), n=50, weeks=400, execution=1.0, parameters=forgotten
    )
    drawn = []

    def look(_: int) -> None:
        appeal = model.customers.columns["launch_appeal"]
        if appeal.any():
            drawn.append(appeal[np.argmax(np.abs(appeal))] / 0.5)

    model.run(look)
    first = np.array(drawn)
    error = p["launch_spread"] / np.sqrt(first.size)
    assert abs(first.mean() - p["launch_gain"]) < Z_LIMIT * error
    flops = (first < 0).mean()
    assert 0.2 < flops < 0.5


def test_where_nobody_takes_part_nothing_is_launched_or_paid_for() -> None:
    settings = {"calls": 26, "launch_every": 4, "launch_share": 0.1, "label": 1.0, "say": 1.0}
    silent, asked = lived(12, settings, part_intercept=-40.0), lived(12, settings)
    assert not weekly_term(silent).any() and weekly_term(asked).any()
    hours = lever_of(silent).parameters.call_hours
    paid = silent.weekly.groupby("week")["cost.cocreation"].sum()
    assert paid[3] == pytest.approx(bill(hours, silent.market, "analyst") / silent.scale)


def test_an_offer_by_few_is_hardly_better_than_a_designers() -> None:
    """By the law of voices: of as many as have taken part since the last launch in the whole firm."""
    settings = {"calls": 26, "launch_every": 4, "launch_share": 0.1}
    table = load_parameters().replace("cocreation", **CERTAIN)
    for size in (500.0, 1e6):
        model = world(plays=cocreation(**settings), n=500, weeks=8, execution=1.0,
                      firm_customers=size, inflow_per_year=0.0, parameters=table)  # fmt: skip
        took, gain = np.zeros(len(model.customers), dtype=bool), 0.0
        for number in range(8):
            before = model.customers.columns["launch_appeal"].max(initial=0.0)
            model.step()
            took |= model.customers.columns["took_part"]
            if number % 4 == 3:
                kept = 2.0 ** (-1.0 / lever_of(model).parameters.launch_half_life_weeks)
                gain = model.customers.columns["launch_appeal"].max() - before * kept
                told = model.state.voices.share_told(np.count_nonzero(took) * model.scale)
                assert gain == pytest.approx(0.2 * 0.1 * told) and gain > 0.0
                took[:] = False
        assert (gain < 0.2 * 0.1 * 0.3) == (size == 500.0)


# -- the whole -------------------------------------------------------------------------------------
def test_co_creation_as_a_whole_is_small_and_real() -> None:
    settings = {"calls": 4, "say": 0.7, "launch_every": 13, "launch_share": 0.02, "label": 0.8}
    gains = []
    for seed in range(6):
        table = load_parameters().replace("cocreation", launch_spread=0.0)  # without firm's luck
        on, off = (
            world(plays=plays, n=2_500, weeks=52, seed=seed, parameters=table, start="posterior")
            .run().weekly["trips"].sum()
            for plays in (cocreation(**settings), DO_NOTHING)
        )  # fmt: skip
        gains.append(on / off - 1)
    error = np.std(gains, ddof=1) / np.sqrt(6)
    assert 4 * error < np.mean(gains) < 0.01


def test_calls_launches_and_contributions_are_paid_by_the_hour() -> None:
    settings = {"calls": 13, "say": 1.0, "launch_every": 4, "launch_share": 0.01}
    model = world(plays=cocreation(**settings), n=1_000, weeks=4, execution=0.5)
    model.run()
    p = lever_of(model).parameters
    entries = model.customers.columns["took_part"].sum()  # the call was in the last week
    fixed = bill(p.call_hours + p.launch_hours, model.market, "analyst") / model.scale
    hours = entries * p.entry_minutes / 60 * model.scale  # of the whole firm, and of an analyst
    read = bill(hours, model.market, "analyst") / model.scale
    assert entries > 0
    assert model.weekly["cost.cocreation"].sum() == pytest.approx(fixed + read)
