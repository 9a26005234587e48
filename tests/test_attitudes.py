"""Trust, attachment, habit and fatigue keep their laws, and move nothing in an average baseline.

Serves: L2.3 I2.2 I4.2 I4.5 I8
"""

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.levers.base import Delivery
from sim.model.week import attitudes, data_breach, plays
from sim.model.week.saturation import combine
from sim.model.week.state import WeekState
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from tests.worlds import assert_mean, strategy, uncoupled
from tests.worlds import unvalued_world as world

WEEKS = 60


def _lived(seed: int):
    return world(n=2_000, weeks=WEEKS, seed=seed, parameters=uncoupled(), breaches_per_year=0).run()


@pytest.fixture(scope="module")
def baselines() -> list:
    return [_lived(seed) for seed in range(10)]


def test_known_customers_stay_as_satisfied_as_they_are_while_nothing_new_is_done() -> None:
    """If all stood as after an encounter, the mean would fall: who is content comes more often."""
    moved = []
    for seed in (2, 3):
        model = world(n=8_000, weeks=9, seed=seed, start="posterior")
        people = model.customers.columns
        known, before = people["status"] == ACTIVE, people["satisfaction"].copy()
        for _ in range(8):
            model.step()
        moved.append((people["satisfaction"] - before)[known])
    assert_mean(np.concatenate(moved), 0.0, "satisfaction after eight weeks less that of week 0")


@pytest.mark.parametrize(("state", "usual"), [("trust", None), ("habit", "usual_habit")])
def test_in_the_baseline_a_state_stays_at_what_is_usual(baselines, state, usual) -> None:
    """A trust without credit for kept promises would only fall; a habit counted from 0 only rise."""
    off = []
    for model in baselines:
        people = model.customers.columns
        # whoever joined or left in the meantime has lived less of it
        stayed = people["kept"]
        value = people[state][stayed] - (people[usual][stayed] if usual else 0.0)
        off.append(value.mean())
    assert_mean(np.array(off), 0.0, f"mean {state} after {WEEKS} weeks")


@pytest.mark.parametrize("state", ["attachment", "fatigue"])
def test_without_care_and_messages_nobody_is_attached_or_tired(baselines, state) -> None:
    assert not any(model.customers.columns[state].any() for model in baselines)


def test_trust_falls_at_once_and_is_mended_by_halves() -> None:
    model = world(n=300, weeks=1)
    people, life = model.customers.columns, model.state.life
    nobody, one = np.zeros(0, dtype=np.int64), np.array([7])
    attitudes.update_trust(people, one, np.array([1]), np.array([1.0]), 0.0, life)
    hurt = people["trust"][7]
    assert hurt == -life.trust_damage
    for _ in range(int(life.trust_half_life_weeks)):
        attitudes.update_trust(people, nobody, nobody, np.zeros(0), 0.0, life)
    assert people["trust"][7] == pytest.approx(hurt / 2)
    # A kept promise brings back a small part of what a broken one costs.
    before = people["trust"][7]
    usual = model.state.experience.usual_failures_kept
    attitudes.update_trust(people, one, np.array([1]), np.array([0.0]), usual, life)
    faded = before * 2 ** (-1 / life.trust_half_life_weeks)
    assert people["trust"][7] - faded == pytest.approx(life.trust_damage * usual)
    assert usual < 0.05


def test_care_builds_attachment_to_its_balance_and_no_further() -> None:
    model = world(n=300, weeks=1)
    people, life = model.customers.columns, model.state.life
    touches, weeks = 0.5, 2_000
    for _ in range(weeks):
        attitudes.update_states(people, np.zeros(0, np.int64), Delivery(care=touches), life)
    fed, lost = life.attachment_build * touches, 1 - 2 ** (-1 / life.attachment_half_life_weeks)
    assert people["attachment"] == pytest.approx(fed / (fed + lost))
    for _ in range(int(life.attachment_half_life_weeks)):
        attitudes.update_states(people, np.zeros(0, np.int64), Delivery(), life)
    assert people["attachment"] == pytest.approx(fed / (fed + lost) / 2)


def test_more_messages_get_less_and_less_through_with_an_inner_best() -> None:
    model = world(n=300, weeks=1)
    life = model.state.life
    kept = 2 ** (-1 / life.fatigue_half_life_weeks)
    rates = np.linspace(0.05, 6, 120)
    heard = []
    for rate in rates:
        people = {name: c.copy() for name, c in model.customers.columns.items()}
        for _ in range(200):
            attitudes.update_states(people, np.zeros(0, np.int64), Delivery(messages=rate), life)
        assert people["fatigue"][0] == pytest.approx(rate * kept / (1 - kept), rel=1e-6)
        heard.append(rate * float(np.mean(attitudes.attention(people, life, model.state.usual))))
    best = (
        life.fatigue_scale * (1 - kept) / kept
    )  # where d/dn of n exp(-n kept / (1 - kept) / F0) is 0
    assert rates[int(np.argmax(heard))] == pytest.approx(best, abs=rates[1] - rates[0])


def test_the_tired_buy_less_and_leave_sooner_and_the_attached_buy_more() -> None:
    model = world(n=300, weeks=1)
    people, rows = model.customers.columns, np.arange(5)
    model.state.life = model.state.life.model_copy(
        update={"attachment_on_churn": -0.2}
    )  # whatever it is now

    def terms(**states: float) -> tuple[float, float]:
        for name in ("trust", "attachment", "fatigue"):
            people[name][:] = states.get(name, 0.0)
        given = (people, rows, model.state.life, model.state.usual)
        bought, left = attitudes.purchase_terms(*given), attitudes.churn_terms(*given)
        return sum(t[0] for _, t in bought), sum((t[0] for _, t in left), 0.0)

    assert terms() == (0.0, 0.0)
    assert terms(fatigue=10)[0] < 0 < terms(fatigue=10)[1]
    # by the square of the messages in mind, above that of the usual ones
    usual = model.state.usual.in_mind
    ratio = ((20 + usual) ** 2 - usual**2) / ((10 + usual) ** 2 - usual**2)
    assert terms(fatigue=20)[0] == pytest.approx(ratio * terms(fatigue=10)[0])
    assert terms(fatigue=-usual)[1] < 0 < terms(fatigue=-usual)[0]
    assert terms(trust=-1)[0] < 0 < terms(trust=-1)[1]
    assert terms(attachment=1)[0] > 0
    assert terms(attachment=1)[1] == -0.2


def test_whoever_becomes_a_customer_again_starts_anew() -> None:
    people, again = world(n=300, weeks=1).customers.columns, np.array([3, 8])
    others = np.setdiff1d(np.arange(300), again)
    states = ("trust", "attachment", "fatigue", "habit")
    for name in states:
        people[name][:] = 0.7
    attitudes.reset_states(people, again)
    for name in states:
        fresh = people["usual_habit"][again] if name == "habit" else 0.0
        np.testing.assert_array_equal(people[name][again], fresh)
        assert (people[name][others] == 0.7).all()


def test_rivals_who_get_better_pull_the_attached_less() -> None:
    felt = {}
    for attached in (0.0, 1.0):
        model = world(n=3_000, weeks=30, expectation_drift=2.0, parameters=uncoupled())
        for _ in range(30):
            model.customers.columns["attachment"][:] = attached
            model.step()
        felt[attached] = model.mean_satisfaction
    calm = world(n=3_000, weeks=30, expectation_drift=0.0, parameters=uncoupled()).run()
    spared = (felt[1.0] - felt[0.0]) / (calm.mean_satisfaction - felt[0.0])
    # Same people and same luck: what is spared is the share that attachment resists, but for the kink.
    assert spared == pytest.approx(model.state.life.attachment_resists, abs=0.1)


def test_a_breach_is_forgotten_by_halves_and_then_altogether() -> None:
    model = world(n=50, weeks=1, breaches_per_year=0.0)
    half = int(model.state.life.breach_half_life_weeks)
    week, left = model.state.lever_view(), []
    week.firm.breach_left = 1.0
    for _ in range(40 * half):
        data_breach.draw_breach(week, model.state.life)
        left.append(week.firm.breach_left)
    assert left[half - 1] == pytest.approx(2 ** (-half / model.state.life.breach_half_life_weeks))
    assert left[-1] == 0.0


def test_a_breach_costs_trust_and_spend_for_a_while() -> None:
    off, on = (
        world(n=2_000, weeks=40, seed=3, breaches_per_year=rate, start="posterior")
        for rate in (0.0, 3.0)
    )
    table_off, table_on = off.run().weekly, on.run().weekly
    assert on.customers.agg("trust", np.mean) < off.customers.agg("trust", np.mean) - 0.1
    hurt = table_on["term.purchase.breach"].groupby(table_on["week"]).sum()
    assert hurt.min() < 0
    assert table_on["spend"].sum() < 0.99 * table_off["spend"].sum()
    first = int((hurt < 0).to_numpy().argmax())
    before = (table_on["week"] < first).to_numpy()
    np.testing.assert_array_equal(table_on["spend"][before], table_off["spend"][before])


def test_one_lever_alone_is_not_dampened_and_several_stay_below_the_cap() -> None:
    rng = np.random.default_rng(5)
    gains = [rng.uniform(0, 0.3, 50) for _ in range(6)]
    alone = combine({"a": gains[0]}, 0.4, 1)
    np.testing.assert_array_equal(alone["a"], gains[0])
    one_of_two = combine({"a": gains[0], "b": np.zeros(50)}, 0.4, 1)
    np.testing.assert_allclose(one_of_two["a"], gains[0], rtol=1e-15)
    terms = {f"lever {k}": gain for k, gain in enumerate(gains)}
    both_ways = (combine(dict(order), 0.4, 1) for order in (terms.items(), [*terms.items()][::-1]))
    total, reverse = (sum(t for t in found.values()) for found in both_ways)
    np.testing.assert_allclose(total, reverse, rtol=1e-12)
    expected = 0.4 * (1 - np.prod([1 - g / 0.4 for g in gains], axis=0))
    np.testing.assert_allclose(total, expected, rtol=1e-12)
    assert (total < 0.4).all() and (total >= np.max(gains, axis=0)).all()


def test_what_levers_do_against_the_firm_adds_up_in_full() -> None:
    good, bad = np.array([0.2, 0.0]), np.array([-0.3, -0.3])
    found = combine({"a": good, "b": bad, "c": good}, 0.4, 1)
    np.testing.assert_array_equal(found["b"], bad)
    hazard = combine({"a": -good, "c": -good}, 0.4, -1)
    np.testing.assert_allclose(hazard["a"] + hazard["c"], -np.array([0.3, 0.0]))


def test_each_outcome_is_dampened_on_the_side_that_is_good_for_the_firm(monkeypatch) -> None:
    two = [Play(lever=name, owner="service") for name in ("feedback", "pricing")]
    model = world(plays=strategy(*two), n=50, weeks=1)
    size = {"purchase": 0.3, "churn": -0.3, "spend": 0.3, "talk": 0.3, "join": 0.3}
    for mechanism in model.state.levers.in_use:
        given = {outcome: np.full(len(model.customers), x) for outcome, x in size.items()}
        monkeypatch.setattr(mechanism, "effects", lambda *_, given=given: given)
    week = WeekState(model.state, model.state.lever_view())
    plays.act(week)
    found = week.terms
    total = {outcome: abs(sum(found[outcome].values())[0]) for outcome in size}
    for outcome in ("purchase", "churn", "spend"):
        cap = getattr(model.state.life, f"{outcome}_cap")
        expected = cap * (1 - max(0.0, 1 - 0.3 / cap) ** 2)
        assert total[outcome] == pytest.approx(max(0.3, expected))
        assert total[outcome] < 0.6
    assert total["talk"] == total["join"] == 0.6


def test_weights_of_all_attitudes_can_be_set_to_zero() -> None:
    """A new attitude whose weight `uncoupled` misses would bend the laws that tests rely on."""
    people = world(n=200, weeks=1).customers.columns
    for name in ("trust", "attachment", "fatigue"):
        people[name][:] = 1.0
    people["habit"] += 0.3
    rows = np.flatnonzero(people["status"] == ACTIVE)
    state = world(n=200, weeks=1, parameters=uncoupled()).state
    for found in (attitudes.purchase_terms, attitudes.churn_terms):
        assert not any(term.any() for _, term in found(people, rows, state.life, state.usual))
    assert load_parameters() != uncoupled()
