"""A diary tells of single people what the weekly table tells of all, and changes nothing."""

import pickle

import numpy as np
import pandas as pd
import pytest

from sim.common.errors import InputError
from sim.common.random_numbers import poisson
from sim.model.loyalty_model import LoyaltyModel
from sim.model.observers.diary import keep_diary, sum_of_terms
from sim.model.observers.recorder import Recorder
from sim.playbook.strategy_files import load_strategy
from sim.world.population import ACTIVE
from tests.worlds import world

OPTIONS = {"n": 300, "weeks": 30, "start": "posterior", "drawn": True}


def _followed(people=None, **options):
    model = world(plays=load_strategy("balanced"), **{**OPTIONS, **options})
    diary = keep_diary(model.state, range(len(model.customers)) if people is None else people)
    return model.run(), diary


def test_a_run_with_a_diary_is_the_same_run_to_the_last_bit() -> None:
    plain = world(plays=load_strategy("balanced"), **OPTIONS).run()
    assert type(plain.state.recorder) is Recorder
    followed, _ = _followed([0, 5, 290])
    pd.testing.assert_frame_equal(followed.weekly, plain.weekly, check_exact=True)
    for name, column in plain.customers.columns.items():
        np.testing.assert_array_equal(followed.customers.columns[name], column, err_msg=name)


@pytest.mark.parametrize("market", ["grocery", "music_shop"])
def test_the_diary_of_everybody_adds_up_to_the_weekly_table(market: str) -> None:
    model, diary = _followed(market=market)
    entries = diary.entries()
    assert len(entries) == 30 * len(model.customers)
    names = [name for name in model.weekly if name not in ("week", "segment")]
    sums = entries.groupby(["week", "value_segment"])[names].sum()
    weekly = model.weekly[names].to_numpy()
    np.testing.assert_allclose(sums.to_numpy(), weekly, rtol=1e-9, atol=1e-9)


def test_terms_give_the_share_and_the_hazard_that_with_the_weeks_luck_give_what_happened() -> None:
    model, diary = _followed()
    entries, market = diary.entries(), model.market
    assert entries["hazard"].notna().sum() > 5_000
    for week, now in entries.groupby("week"):
        now = now[now["exposed.churn"] > 0]
        people = now["person"].to_numpy()

        def luck(decision: str, week: int = week, people: np.ndarray = people) -> np.ndarray:
            return model.state.draws.uniform(decision, week + 1)[people]

        stays = np.minimum(1.0, -np.log(luck("drop-out")) / now["hazard"].to_numpy())
        np.testing.assert_array_equal(stays < 1.0, now["new_dropped_out"] == 1)
        category = now["category_rate"].to_numpy() * market.season(week) * stays
        trips = poisson(luck("trips"), category * now["share"].to_numpy())
        np.testing.assert_array_equal(trips, now["trips"])
        rival = poisson(luck("rival trips"), category * (1 - now["share"].to_numpy()))
        np.testing.assert_array_equal(rival, now["rival_trips"])
    assert entries["new_dropped_out"].sum() > 5


def test_terms_are_named_and_add_up_on_the_link_scale() -> None:
    model, diary = _followed()
    table = diary.entries()
    table = table[table["exposed.purchase"] > 0]
    parts = {"offset", "satisfaction", "incentives"}
    assert parts <= {n.split(".")[2] for n in table if n.startswith("term.purchase.")}
    change = np.log(table["share"] / (1 - table["share"]))
    change -= np.log(table["base_share"] / (1 - table["base_share"]))
    np.testing.assert_allclose(change, sum_of_terms(table, "purchase"), rtol=1e-6, atol=1e-9)
    removable = model.market["removable_drop_out"]
    unavoidable = (1 - removable) * table["drop_out_rate"]
    raised = np.log((table["hazard"] - unavoidable) / (removable * table["drop_out_rate"]))
    np.testing.assert_allclose(raised, sum_of_terms(table, "churn"), rtol=1e-6, atol=1e-9)
    assert table["term.purchase.incentives"].abs().max() > 0


def test_a_person_not_exposed_has_neither_share_nor_hazard() -> None:
    model, diary = _followed()
    table = diary.entries().set_index(["person", "week"])
    for person in diary.start.index[diary.start["status"] != ACTIVE][:20]:
        mine = table.loc[person]
        joined = np.flatnonzero(mine["new_joined"] > 0)
        before = mine.iloc[: joined[0] + 1] if joined.size else mine
        assert before["share"].isna().all()
        assert before["hazard"].isna().all()
        assert not before["exposed.purchase"].any()


def test_states_are_those_at_the_end_of_the_week() -> None:
    model = world(plays=load_strategy("balanced"), **OPTIONS)
    diary = keep_diary(model.state, [4, 2])
    before = model.customers[4].satisfaction
    seen = []
    model.run(on_week=lambda _: seen.append(model.customers[4].satisfaction))
    table = diary.entries()
    assert list(table["person"][:4]) == [4, 2, 4, 2]
    assert list(table.loc[table["person"] == 4, "satisfaction"]) == seen
    assert diary.start.loc[4, "satisfaction"] == before


def test_a_diary_may_begin_later_and_survives_a_checkpoint() -> None:
    model = world(plays=load_strategy("balanced"), **OPTIONS)
    for _ in range(10):
        model.step()
    keep_diary(model.state, [1, 2])
    model.step()
    copy: LoyaltyModel = pickle.loads(pickle.dumps(model))
    assert model.run().state.recorder.entries()["week"].min() == 10
    copy.run()
    pd.testing.assert_frame_equal(copy.state.recorder.entries(), model.state.recorder.entries())
    whole, diary = _followed([1, 2])
    late = diary.entries().query("week >= 10").reset_index(drop=True)
    columns = model.state.recorder.entries().columns
    pd.testing.assert_frame_equal(model.state.recorder.entries(), late[columns])


@pytest.mark.parametrize("people", [[-1], [10**6], [3, 3]])
def test_people_who_are_not_there_are_refused(people: list[int]) -> None:
    with pytest.raises(InputError, match="diary"):
        keep_diary(world(n=300, weeks=4).state, people)


def test_a_customer_can_be_read() -> None:
    model = world(n=300, weeks=4, start="posterior")
    customer = model.customers[7]
    text = repr(customer)
    assert text.startswith("Person 7: ")
    assert "customer" in text.splitlines()[0]
    assert all(name in text for name in model.customers.columns)
    assert customer._repr_html_().count("<tr>") == len(model.customers.columns)
    assert "satisfaction" in dir(customer)
