"""What a state is worth after the horizon is what a simulation of the following years says it is.

Serves: L1.1d
"""

from functools import cache

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.model.horizon import residual_equity
from sim.model.residual_value.noncontractual import Relaxation, residual_margin
from sim.model.week import forward_buying
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from tests.worlds import DO_NOTHING, assert_mean, strategy, world

WEEKS, PEOPLE, SEEDS = 104, 1_500, 6
CLOSED = {"inflow_per_year": 0.0, "winback_per_year": 0.0, "breaches_per_year": 0.0}
#: A state, what it is set to, for everybody, at the horizon.
STATES = {"trust": -2.0, "attachment": 1.0, "fatigue": 16.0, "habit": 1.0, "reference_price": 0.7}


def _worth(model) -> float:
    people = model.customers.columns
    rows = np.flatnonzero(people["status"] == ACTIVE)
    market = model.market
    relaxation = Relaxation(
        people,
        rows,
        model.state.life,
        model.state.baseline.share_behind_a_trip,
        market["removable_drop_out"],
        usual=model.state.usual,
    )
    return float(
        residual_margin(
            people,
            rows,
            model.state.experience,
            model.state.baseline.offsets,
            relaxation,
            model.market["gross_margin"],
            model.market.weekly_discount,
        ).sum()
    )


def _residual(model, rows: np.ndarray) -> np.ndarray:
    return residual_equity(model.state, model.kind, rows)


def _lived(model) -> float:
    """Discounted margin of the years that follow, and what is then foretold of the rest."""
    table = model.run().weekly.groupby("week")["margin"].sum()
    delta = model.market.weekly_discount
    within = float(np.sum(table * np.exp(-delta * table.index.to_numpy())))
    return within + float(np.exp(-delta * WEEKS)) * _worth(model)


@cache
def _foretold_and_lived(state: str | None, seed: int) -> tuple[float, float]:
    """What a state of everybody is worth, or the usual states, as foretold and as lived."""
    weights = dict.fromkeys(("satisfaction_on_churn", "trust_on_churn", "fatigue_on_churn"), 0.0)
    table = load_parameters().replace("market_life", **weights)
    model = world(n=PEOPLE, weeks=WEEKS, seed=seed, parameters=table, shared=True, **CLOSED)
    people = model.customers.columns
    if state:
        people[state][people["status"] == ACTIVE] = STATES[state]
    return _worth(model), _lived(model)


@pytest.mark.parametrize("state", STATES)
def test_a_state_fades_after_the_horizon_as_it_does_in_a_simulation(state: str) -> None:
    """An expression at the calibrated rates would see none of it, one at frozen states too much.

    Nobody leaves for it here: a few valuable customers lost or kept would drown the rest in luck.
    """
    worth = np.array([_foretold_and_lived(state, seed) for seed in range(SEEDS)])
    usual = np.array([_foretold_and_lived(None, seed) for seed in range(SEEDS)])
    foretold, lived = (worth - usual).T
    assert foretold.all() and (np.sign(foretold) == np.sign(foretold[0])).all()
    assert_mean(lived - foretold, 0.0, f"worth of {state} beyond what was foretold")


def test_the_risk_of_leaving_fades_with_the_states_it_comes_from() -> None:
    model = world(n=300, weeks=1)
    people, life = model.customers.columns, model.state.life
    people["trust"][:], people["fatigue"][:] = -1.0, 10.0
    rows = np.flatnonzero(people["status"] == ACTIVE)
    usual = model.state.usual
    relaxation = Relaxation(
        people, rows, life, model.state.baseline.share_behind_a_trip, 0.5, usual=usual
    )
    for weeks in (0.0, 5.0, 40.0):
        trust = -(2 ** (-weeks / life.trust_half_life_weeks))
        in_mind = usual.in_mind + 10 * 2 ** (-weeks / life.fatigue_half_life_weeks)
        tired = (in_mind**2 - usual.in_mind**2) / life.fatigue_scale**2
        expected = life.trust_on_churn * trust + life.fatigue_on_churn * tired
        np.testing.assert_allclose(relaxation.terms(weeks)[1], expected, atol=1e-12)


def test_a_breach_is_felt_after_the_horizon_and_fades_by_halves() -> None:
    model = world(n=300, weeks=1)
    people, life, behind = (
        model.customers.columns,
        model.state.life,
        model.state.baseline.share_behind_a_trip,
    )
    rows = np.flatnonzero(people["status"] == ACTIVE)
    calm, hurt = (Relaxation(people, rows, life, behind, 0.5, left) for left in (0.0, 2.0))
    for weeks in (0.0, 6.0):
        felt = hurt.terms(weeks)[0] - calm.terms(weeks)[0]
        left = 2.0 * 2.0 ** (-weeks / life.breach_half_life_weeks)
        np.testing.assert_allclose(felt, life.breach_effect * left / (1 - behind), rtol=1e-9)
    worth = _residual(model, rows).sum()
    model.state.firm.capability.breach_left = 2.0
    assert _residual(model, rows).sum() < worth


def test_what_was_bought_ahead_is_not_bought_again_after_the_horizon() -> None:
    model = world(n=300, weeks=1)
    people = model.customers.columns
    rows = np.flatnonzero(people["status"] == ACTIVE)
    worth = _worth(model)
    people["stock"][rows] = 0.5
    saved = forward_buying.trips_saved_later(
        people["stock"][rows], model.state.life.stored, model.state.life.stock_kept
    )
    at_most = np.sum(saved * people["mean_spend"][rows]) * model.market["gross_margin"]
    assert 0 < worth - _worth(model) < at_most  # a part of it would have been bought from rivals


@pytest.mark.parametrize("left", ["lasting_terms", "lasting_quality"])
def test_levers_are_asked_what_is_left_of_them_after_ever_more_weeks(left, monkeypatch) -> None:
    """What they left behind at the horizon for ever would be levers that go on at no cost."""
    play = Play(lever="service_quality", settings={"staff": 0.2}, owner="service")
    model = world(plays=strategy(play), n=100, weeks=1)
    asked = []

    def note(*arguments):
        asked.append(arguments[-1])
        return {} if left == "lasting_terms" else 0.0

    monkeypatch.setattr(model.state.levers.in_use[0], left, note)
    _residual(model, np.flatnonzero(model.customers.columns["status"] == ACTIVE))
    assert asked[0] == 0.0 and asked[-1] > 500
    assert (np.diff(asked) > 0).all()


def test_what_a_lever_leaves_behind_counts_and_what_it_only_did_does_not() -> None:
    """Standing that was lost is felt for a while; a discount that has stopped is not."""
    tiers = {"rebate": 0.01, "tier_trips": 20, "tier_rebate": 0.01, "review_weeks": 4}
    model = world(
        plays=strategy(Play(lever="incentives", settings=tiers, owner="market")),
        n=800,
        weeks=10,
        start="posterior",
    ).run()
    lever = next(m for m in model.state.levers.all if m.name == "incentives")
    own, week = model.state.own(lever), model.state.lever_view()
    now, later = (lever.lasting_terms(week, own, weeks)["purchase"] for weeks in (0.0, 26.0))
    assert own["standing"].any()
    half = 2.0 ** (-26 / lever.parameters.status_half_life_weeks)
    np.testing.assert_allclose(later, now * half)
    cheap = strategy(Play(lever="incentives", settings={"discount": 0.3}, owner="market"))
    left = {}
    for name, plays in (("on", cheap), ("off", DO_NOTHING)):
        run = world(plays=plays, n=1_500, weeks=10, seed=2, start="posterior").run()
        used = run.customers.columns
        used["reference_price"][:] = 1.0  # what people got used to is tested above
        left[name] = _worth(run)
    assert abs(left["on"] / left["off"] - 1) < 0.01
