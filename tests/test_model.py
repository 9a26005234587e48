"""The model is a Mesa model, a complete checkpoint, and indifferent to the order of people."""

import pickle
from dataclasses import replace

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.common.random_numbers import Draws
from sim.model.firm import Channel, Department, Rival
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play
from sim.playbook.strategy_files import load_strategy
from sim.world.population import ACTIVE, CustomerSet
from sim.world.social_network import Ties
from sim.world.week_zero import read_history
from tests.benchmark.plain_rules import bill
from tests.worlds import (
    BUILT,
    DO_NOTHING,
    assert_books_agree,
    assert_mean,
    strategy,
    uncoupled,
    world,
)


def test_the_model_holds_the_firms_side_and_one_set_of_customers() -> None:
    model = world(n=300, weeks=4, start="posterior")
    assert isinstance(model, mesa.Model)
    kinds = model.agents_by_type
    assert len(kinds[CustomerSet]) == 1
    assert {d.name for d in kinds[Department]} == {"market", "technology", "service", "brand"}
    assert len(kinds[Rival]) == len(model.market.rivals)
    assert len(kinds[Channel]) == len(model.market.channels)
    model.run_for(3)
    assert model.week == 3
    collected = model.datacollector.get_model_vars_dataframe()
    assert list(collected["n_active"]) == list(
        model.weekly.groupby("week")["n_active"].sum().to_numpy()
    )


def test_a_customer_is_a_view_that_writes_through() -> None:
    model = world(n=300, weeks=4)
    customer = model.customers[7]
    customer.satisfaction = 1.25
    assert model.customers.columns["satisfaction"][7] == 1.25
    with pytest.raises(AttributeError):
        customer.shoe_size = 43
    with pytest.raises(IndexError):
        model.customers[10**9]


def test_the_verbs_of_the_customer_set_speak_of_active_customers() -> None:
    model = world(n=300, weeks=4)
    customers = model.customers
    assert customers.select(status=ACTIVE).size == 300
    active = customers.columns["status"] == ACTIVE
    assert customers.agg("mean_spend", np.sum) == customers.columns["mean_spend"][active].sum()
    means = customers.groupby("value_segment", "base_share")
    best = active & (customers.columns["value_segment"] == 0)
    assert means[0] == pytest.approx(customers.columns["base_share"][best].mean())
    with pytest.raises(ValueError, match="read-only"):
        customers.get("status")[0] = 2


def test_a_pickled_model_goes_on_as_if_nothing_had_happened() -> None:
    model = world(plays=load_strategy("segmented_care"), n=400, weeks=20, start="posterior")
    model.run_for(9)
    other = pickle.loads(pickle.dumps(model))
    pd.testing.assert_frame_equal(model.run().weekly, other.run().weekly, check_exact=True)


def test_a_run_that_is_over_is_not_stepped_on() -> None:
    model = world(n=100, weeks=4, start="posterior").run()
    with pytest.raises(RuntimeError, match="after its 4 weeks"):
        model.step()


def test_adding_a_lever_moves_nobody_elses_luck() -> None:
    play = Play(lever="service_quality", settings={"staff": 0.2}, owner="service")
    options = {"n": 500, "weeks": 8, "start": "posterior", "parameters": uncoupled()}
    off = world(**options).run()
    on = world(plays=strategy(play), **options).run()
    # With attitudes uncoupled better service changes nobody's trips: every draw is where it was.
    for column in ("trips", "spend", "rival_trips", "new_dropped_out"):
        np.testing.assert_array_equal(off.weekly[column], on.weekly[column])
    assert on.mean_satisfaction > off.mean_satisfaction


class _Reordered(Draws):
    """Draws whose positions follow a permutation of the people."""

    def __init__(self, draws: Draws, order: np.ndarray) -> None:
        super().__init__(draws.seed, draws.size)
        self.order = order

    def uniform(self, decision, week=0, size=None, rows=None) -> np.ndarray:
        if size is not None:  # luck of the firm, which has no place among people
            return super().uniform(decision, week, size=size)
        order = self.order if rows is None else self.order[rows]
        return super().uniform(decision, week, rows=order)

    def in_turn(self, decisions, week, rows, times) -> tuple[np.ndarray, np.ndarray]:
        return super().in_turn(decisions, week, self.order[rows], times)


def _reorder(model: LoyaltyModel, order: np.ndarray) -> None:
    place = np.argsort(order)
    for column in model.customers.columns.values():
        column[:] = column[order]
    speaker = np.repeat(np.arange(order.size), np.diff(model.state.ties.starts))
    new_speaker, new_listener = place[speaker], place[model.state.ties.listeners]
    sorting = np.argsort(new_speaker, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(new_speaker, minlength=order.size))))
    model.state.ties = Ties(starts, new_listener[sorting].astype(np.int32))
    frozen = model.state.baseline
    model.state.baseline = replace(
        frozen,
        logit_share=frozen.logit_share[order],
        start=frozen.start[order],
        talk=replace(frozen.talk, blame=frozen.talk.blame[order]),
    )
    model.state.logit_share = model.state.logit_share[order]
    model.state.draws = _Reordered(model.state.draws, order)
    model.state.who = _Reordered(model.state.who, order)


def test_the_order_of_people_does_not_matter() -> None:
    options = {"plays": load_strategy("balanced"), "n": 400, "weeks": 15, "start": "posterior"}
    straight, shuffled = world(**options), world(**options)
    _reorder(shuffled, np.random.default_rng(3).permutation(len(straight.customers)))
    first, second = straight.run().weekly, shuffled.run().weekly
    numbers = first.columns.drop("segment")
    # Sums of floats depend on the order of terms in their last digits; nothing else may differ.
    np.testing.assert_allclose(first[numbers], second[numbers], rtol=1e-9, atol=1e-7)


def test_a_larger_population_starts_with_the_smaller_ones_draws() -> None:
    few, many = Draws(9, 100), Draws(9, 1_000)
    np.testing.assert_array_equal(few.uniform("trips", 5), many.uniform("trips", 5)[:100])
    assert not np.array_equal(few.uniform("trips", 5), few.uniform("trips", 6))
    assert not np.array_equal(few.uniform("trips", 5), few.uniform("spend", 5))


def test_known_customers_start_from_their_posterior() -> None:
    n = 20_000
    model = world("grocery", n=n, weeks=4, start="posterior", spend_rate_correlation=0.0)
    history = read_history(model.market)
    r, alpha = model.market["purchase_shape"], model.market["purchase_alpha"]
    expected = float(((r + history["frequency"]) / (alpha + history["T"])).mean())
    people = model.customers.columns
    assert_mean((people["category_rate"] * people["base_share"])[:n], expected, "purchase rate")


def test_the_baseline_keeps_its_calibrated_rates_with_attitudes_coupled() -> None:
    model = world(n=4_000, weeks=4, start="posterior")
    people, life = model.customers.columns, model.state.life
    active = people["status"] == ACTIVE
    felt = people["satisfaction"][active]
    eta = model.state.baseline.logit_share[active] + model.state.baseline.offsets["purchase"]
    share = 1 / (1 + np.exp(-eta - life.satisfaction_on_purchase * felt))
    rate = people["category_rate"][active]
    assert rate @ share == pytest.approx(rate @ people["base_share"][active], rel=1e-9)
    hazard = people["drop_out_rate"][active]
    factor = np.exp(model.state.baseline.offsets["churn"] + life.satisfaction_on_churn * felt)
    assert hazard @ factor == pytest.approx(hazard.sum(), rel=1e-9)
    assert felt.std() == pytest.approx(1.0, rel=1e-9)


def test_the_usual_inflow_of_new_customers_is_kept() -> None:
    n, weeks, seeds = 2_000, 40, 12
    joined = np.array(
        [
            world(n=n, weeks=weeks, seed=s, plays=DO_NOTHING).run().weekly["new_joined"].sum()
            for s in range(seeds)
        ],
        dtype=float,
    )
    model = world(n=n, weeks=weeks)
    expected = model.market["inflow_per_year"] * n * weeks / 52
    assert_mean(joined, expected, "new customers")


def test_points_outstanding_agree_with_the_books_and_are_charged_once() -> None:
    plan = load_strategy("rewards_first")
    model = world(plays=plan, n=600, weeks=40, start="posterior", **BUILT).run()
    people, ledger = model.customers.columns, model.ledger
    outstanding = float((people["points"] * people["point_value"]).sum())
    assert outstanding > 0
    assert -ledger.balance("rewards_outstanding") == pytest.approx(outstanding, abs=0.02)
    assert_books_agree(model)
    given = -ledger.balance("rewards_given")
    p = next(m for m in model.state.levers.all if m.name == "incentives").parameters
    play = model.setting.strategy.plays[0]
    a_week = bill(p.programme_build_hours / play.ramp_weeks, model.market, "engineer") / model.scale
    charged = model.weekly["cost.incentives"].sum() - play.ramp_weeks * a_week  # the start apart
    # Customers lost in the last week give their points back only in the next.
    lost = people["enrolled"] & (people["status"] != ACTIVE)
    assert not (people["point_value"] * people["points"])[lost & (people["week_lapsed"] < 39)].any()
    assert charged == pytest.approx((given + outstanding) * p.redemption * p.reward_cost, rel=1e-6)


def test_a_play_stops_when_its_share_of_the_budget_is_used_up() -> None:
    chosen = load_strategy("rewards_first")
    rich = chosen.model_copy(update={"budget": 1e9})
    poor = chosen.model_copy(update={"budget": 0.5})
    options = {"n": 800, "weeks": 30, "start": "posterior"}
    spent = [world(plays=s, **options).run().weekly["cost.incentives"].sum() for s in (rich, poor)]
    assert spent[0] > spent[1] > 0
    week = world(plays=rich, **options).run().weekly.groupby("week")["cost.incentives"].sum().max()
    assert spent[1] <= 0.5 * 800 + week  # at most the week in which it ran out


def test_a_play_of_half_a_year_spends_in_it_what_two_years_were_planned_for() -> None:
    """Its share of the budget is a mean over the plan: released by years, half of it would be stopped."""
    chosen = load_strategy("service_first")
    half = chosen.plays[0].model_copy(update={"end_week": 26})
    free = chosen.model_copy(update={"plays": [half]})
    options = {"n": 500, "weeks": 104, "start": "posterior"}
    needed = world(plays=free, **options).run().weekly["cost.service_quality"].sum()
    planned = free.model_copy(update={"budget": 1.001 * needed / 500 / 2})  # a year and customer
    spent = world(plays=planned, **options).run().weekly["cost.service_quality"].sum()
    assert spent == pytest.approx(needed)
