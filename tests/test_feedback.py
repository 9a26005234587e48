"""Feedback shows what is known of it: paired runs, with and without, on the same luck.

Serves: L3.4 L6.1 I6 I6.2 I6.3
"""

import numpy as np
import pytest
from scipy import stats

from sim.evidence.parameters import ParameterTable, load_parameters
from sim.levers.feedback import Feedback, handling
from sim.levers.feedback.settings import Parameters, Settings
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE, PROSPECT
from tests.worlds import DO_NOTHING, strategy
from tests.worlds import unvalued_world as world

BEST = {"compensation": 2.0, "empathy": 1.0, "speed": 1.0, "close_loop": 1.0}
FAILS_IN = 2


def feedback(start_week: int = 0, **settings: float) -> Strategy:
    how = {"settings": settings, "start_week": start_week}
    return strategy(Play(lever="feedback", owner="service", **how))


def parameters(**values: float) -> ParameterTable:
    return load_parameters().replace("feedback", **values)


def responses(**values: float) -> Parameters:
    return Parameters(**(load_parameters().values("feedback") | values))


def lever_of(model: LoyaltyModel) -> Feedback:
    return next(m for m in model.state.levers.all if isinstance(m, Feedback))


# -- recovery (S10) --------------------------------------------------------------------------------
def _after_a_failure(seed: int, failures: float, plays: Strategy) -> dict[str, np.ndarray]:
    """Live on after a week in which each trip of everybody fails, or none; all is complained about."""
    best = parameters(recovery_most=0.95)  # the best handling, and better than is thought possible
    model = world(plays=plays, n=1_500, weeks=30, seed=seed, start="posterior", parameters=best,
                  execution=1.0, inflow_per_year=0.0, winback_per_year=0.0)  # fmt: skip
    model.state.firm.desk.serve = lambda *_, usual=model.state.firm.desk.usual_wait: (
        usual
    )  # the queue stays out of it
    columns = model.customers.columns
    for week in range(30):
        usual, life = model.market, model.state.life
        if week == FAILS_IN:
            model.state.market = usual.with_values(failures_per_trip=failures)
            model.state.life = life.model_copy(update={"complaint_share": 1.0})
        seen = model.state.lever_view().customers
        model.step()
        model.state.market, model.state.life = usual, life
        if week == FAILS_IN:
            there = (columns["recency"] == columns["tenure"]) & (columns["status"] == ACTIVE)
            there &= seen  # whom it had given up it does not serve
            found = {name: columns[name][there] for name in ("satisfaction", "trust")}
            before = columns["frequency"][there].copy()
    return found | {"trips": columns["frequency"][there] - before}


def test_the_best_recovery_never_beats_no_failure() -> None:
    """The same people in the same week: there is no paradox, in satisfaction, trust or repurchase."""
    ratios, against_nothing = [], []
    for seed in range(5):
        none = _after_a_failure(seed, 0.0, feedback(FAILS_IN, **BEST))
        best = _after_a_failure(seed, 1.0, feedback(FAILS_IN, **BEST))
        left = _after_a_failure(seed, 1.0, DO_NOTHING)
        assert none["trips"].size == best["trips"].size > 400
        for attitude in ("satisfaction", "trust"):
            assert (left[attitude] < best[attitude]).all()
            assert (best[attitude] < none[attitude]).all()
        ratios.append(best["trips"].sum() / none["trips"].sum())
        against_nothing.append(best["trips"].sum() - left["trips"].sum())
    assert np.mean(ratios) <= 1.0 and min(ratios) > 0.75 and max(ratios) < 1.01
    assert min(against_nothing) > 0


def test_no_handling_mends_all_and_each_part_of_it_counts_by_its_weight() -> None:
    p = responses()
    whole = handling.recovered(Settings(**BEST), p)
    assert 0 < whole < p.recovery_most < 1
    parts = [handling.recovered(Settings(**{k: v}), p) for k, v in BEST.items()]
    compensation, empathy, speed, loop = parts
    assert compensation > empathy > speed > 0  # outcome, treatment, procedure
    assert 0 < loop < empathy
    assert sum(parts) > whole  # being told and being treated well overlap
    half, full = (handling.recovered(Settings(compensation=c), p) for c in (1.0, 2.0))
    assert full < 2 * half


# -- voice -----------------------------------------------------------------------------------------
def test_each_way_to_be_told_more_leaves_less_untold() -> None:
    p = responses()
    ways = ({"ease": 1.0}, {"reward": 8.0}, {"close_loop": 1.0})
    each = [handling.voiced(Settings(**way), 40.0, p) for way in ways]
    together = handling.voiced(Settings(ease=1.0, reward=8.0, close_loop=1.0), 40.0, p)
    assert 1 - together == pytest.approx(np.prod([1 - share for share in each]))
    assert max(each) < together < sum(each) < 1
    assert each[1] == pytest.approx(p.voice_by_reward)  # the usual reward, a fifth of a trip
    assert handling.voiced(Settings(), 40.0, p) == 0.0


def _satisfaction(seed: int, plays: Strategy, recovered: float, desk: bool) -> float:
    table = load_parameters().replace("market_life", failure_recovered=recovered)
    model = world(plays=plays, n=1_000, weeks=12, seed=seed, parameters=table,
                  failures_per_trip=0.15)  # fmt: skip
    if not desk:
        model.state.firm.desk.serve = lambda *_, usual=model.state.firm.desk.usual_wait: usual
    return float(model.run().weekly["satisfaction_sum"].sum())


@pytest.mark.parametrize("desk", [True, False])
def test_complaining_more_without_recovery_does_not_help(desk: bool) -> None:
    loud, mended = feedback(ease=1.0), feedback(ease=1.0, empathy=1.0)
    for seed in range(3):
        silent = _satisfaction(seed, DO_NOTHING, 0.0, desk)
        change = _satisfaction(seed, loud, 0.0, desk) - silent
        assert change < 0 if desk else change == 0  # all that comes of it is the queue
        if not desk:
            assert _satisfaction(seed, mended, 0.0, desk) > silent


def test_complaints_without_people_to_answer_make_everyone_wait() -> None:
    on, off = (world(plays=p, n=1_500, weeks=10, failures_per_trip=0.08).run().weekly.sum()
               for p in (feedback(ease=1.0), DO_NOTHING))  # fmt: skip
    assert on["n_contacts"] > 1.1 * off["n_contacts"]
    assert on["wait_minutes"] / on["n_contacts"] > 1.2 * off["wait_minutes"] / off["n_contacts"]


# -- mere measurement ------------------------------------------------------------------------------
def _asked(weeks: int, **settings: float) -> LoyaltyModel:
    model = world(plays=feedback(**settings), n=1_000, weeks=weeks, execution=1.0, survey_share=0.0,
                  usual_messages=0.0)  # fmt: skip
    for _ in range(weeks - 1):
        model.step()
    return model


def test_a_first_survey_moves_the_satisfied_for_a_year_and_more_of_them_add_nothing() -> None:
    for every in (8, 52):
        model = _asked(30, survey_every=every)
        columns, lever = model.customers.columns, lever_of(model)
        term = lever.effects(model.state.lever_view(), [], columns)["churn"]
        assert set(np.unique(term)) == {lever.parameters.measured_churn, 0.0}
        moved = term < 0
        assert (columns["surveyed"][moved]).all()
        here = columns["status"] == ACTIVE  # who left unseen is asked as well, and moved by nothing
        share = moved[columns["surveyed"] & here].mean()
        assert 0.3 < share < 0.7  # the satisfied half
    later = lever.lasting_terms(model.state.lever_view(), columns, 60.0)
    assert not any(values.any() for values in later.values())
    soon = lever.lasting_terms(model.state.lever_view(), columns, 5.0)
    assert soon["churn"].sum() <= term.sum() < 0


def test_a_survey_lowers_the_risk_of_leaving_as_far_as_the_trial_is_believed() -> None:
    """Drop-outs of the known over half a year; twice the effect, twice the difference."""
    lost = []
    for effect in (0.0, -0.3, -0.6):
        table = parameters(measured_churn=effect)
        seeds = [world(plays=feedback(survey_every=2), n=2_000, weeks=30, seed=s, survey_share=0.0,
                       parameters=table, yearly_attrition=0.4).run().weekly["new_dropped_out"].sum()
                 for s in range(4)]  # fmt: skip
        lost.append(np.array(seeds))
    for one, two in ((0, 1), (1, 2)):
        gap = lost[one] - lost[two]
        t = gap.mean() / (gap.std(ddof=1) / np.sqrt(gap.size))
        assert t > stats.t.isf(0.01, gap.size - 1)


def test_whoever_was_asked_before_is_not_moved() -> None:
    model = world(plays=feedback(survey_every=4, ask_for_praise=1), n=1_000, weeks=8,
                  start="posterior", survey_share=1.0)  # fmt: skip
    model.run()
    columns = model.customers.columns
    known = columns["tenure"] > 8
    assert columns["surveyed"][known].all()
    assert not columns["pleased_when_asked"][known].any()
    assert not columns["asked_for_praise"][known].any()


def test_beginning_with_what_went_well_lifts_purchases_and_fades() -> None:
    model = _asked(20, survey_every=4, ask_for_praise=1)
    lever, columns, week = lever_of(model), model.customers.columns, model.state.lever_view()
    lift = lever.parameters.praise_lift / (1 - model.state.baseline.share_behind_a_trip)
    now = lever.effects(week, [], columns)["purchase"]
    later = lever.lasting_terms(week, columns, 20.0)["purchase"]
    asked = columns["asked_for_praise"]
    assert asked.any() and (now[asked] > later[asked]).all() and (later[asked] > 0).all()
    assert now.max() <= lift and not now[~asked].any()


def test_every_survey_is_a_message_and_costs_its_minutes() -> None:
    model = world(plays=feedback(survey_every=4), n=800, weeks=5, execution=1.0)
    minute = model.market["wage_per_hour"] / 60
    sent = 0
    for _ in range(5):
        model.step()
        sent += int(model.customers.columns["asked_now"].sum())
    assert sent > 700  # everyone in their turn
    paid = model.weekly["cost.feedback"].sum()
    assert paid == pytest.approx(sent * lever_of(model).parameters.survey_minutes * minute)
    fatigue = model.customers.columns["fatigue"]
    assert (fatigue[model.customers.columns["asked_now"]] > 0).all()


# -- reviews, learning, costs ----------------------------------------------------------------------
@pytest.mark.parametrize("unknown", [1.0, 0.25])
def test_answered_reviews_help_a_firm_as_far_as_people_do_not_know_it(unknown: float) -> None:
    answering = feedback(reply_reviews=1.0, unknown=unknown)
    model = world(plays=answering, n=400, weeks=2, execution=1.0)
    model.step()
    p = lever_of(model).parameters
    term = model.weekly["term.join.feedback"].sum() / model.weekly["exposed.join"].sum()
    assert term == pytest.approx(unknown * p.review_stars * p.star_join)
    assert (model.weekly["cost.feedback"] > 0).any()


def test_what_is_learnt_grows_slowly_needs_execution_and_does_nothing_alone() -> None:
    learning = feedback(learning=1.0, ease=0.0)
    off = world(n=300, weeks=40, valued=True).run().weekly
    seen = []
    for execution in (1.0, 0.5):
        model = world(plays=learning, n=300, weeks=40, execution=execution, valued=True)
        path = []
        model.run(
            lambda _, m=model, path=path: path.append(m.state.firm.capability.customer_insight)
        )
        assert path[0] == 0.0 < path[1] < 0.1 * path[-1]  # nothing has been heard at first
        assert np.all(np.diff(path) > 0)
        seen.append(path[-1])
        same = off.columns.drop("sustained_equity")  # which counts the cost
        assert model.weekly[same].equals(off[same])
    assert seen[0] == pytest.approx(2 * seen[1])
    assert seen[0] < handling.known(Settings(learning=1.0), responses()) < 1
    assert world(n=300, weeks=1).state.firm.capability.customer_insight == 0.0


def test_complaints_are_paid_for_one_by_one() -> None:
    chosen = {"compensation": 0.5, "empathy": 0.4, "speed": 0.2, "close_loop": 0.5, "reward": 4.0}
    model = world(plays=feedback(**chosen), n=600, weeks=1, failures_per_trip=0.2, execution=0.7)
    customers = model.customers.columns["status"] == ACTIVE  # who was in the audience
    model.step()
    week, p = model.last_week.view, lever_of(model).parameters
    said = week.complaints * customers
    assert (
        said.sum() > 20 and not week.complaints[model.customers.columns["status"] == PROSPECT].any()
    )
    minutes = 0.4 * p.empathy_minutes + 0.2 * p.speed_minutes + 0.5 * p.reply_minutes
    each = 4.0 * p.useful_share + minutes * model.market["wage_per_hour"] / 60
    price = p.failed_part * week.spend / np.maximum(week.trips, 1)  # not the whole basket's
    due = (said * (0.5 * price + each)).sum()
    assert model.weekly["cost.feedback"].sum() == pytest.approx(
        due
    )  # in full, also what goes astray
