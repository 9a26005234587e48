"""Feedback that reaches those who can change something makes failures fewer; thanks do nothing.

Serves: L3.4b L6.1 I6.1 I6.3
"""

import pytest
from scipy import stats

from sim.evidence.parameters import ParameterTable, load_parameters
from sim.playbook.strategies import Play, Strategy
from tests.worlds import DO_NOTHING, FALSE_ALARM, strategy
from tests.worlds import unvalued_world as world

#: What one who hears all and mends all chooses.
MENDS = {"ease": 1.0, "learning": 1.0, "mend_causes": 1.0}


def feedback(**settings: float) -> Strategy:
    return strategy(Play(lever="feedback", owner="service", settings=settings))


def parameters(**values: float) -> ParameterTable:
    return load_parameters().replace("feedback", **values)


def told_by_few(**values: float) -> ParameterTable:
    """Parameters of feedback by which a single voice tells all that can be told."""
    return parameters(**values).replace("market_life", talk_voices=1e-9)


def test_failures_become_fewer_by_what_is_known_mended_and_mendable() -> None:
    table = told_by_few(mendable=0.5, insight_weeks=1.0)
    model = world(plays=feedback(**MENDS), n=4_000, weeks=12, parameters=table, execution=1.0,
                  failures_per_trip=0.2).run()  # fmt: skip
    late = model.weekly[model.weekly["week"] >= 2].sum(numeric_only=True)
    failed, trips = int(late["n_failures"]), int(late["trips"])
    # known at once and whole, so that half of the failures are left: .1 of the trips
    assert stats.binomtest(failed, trips, 0.1).pvalue > FALSE_ALARM, failed / trips


def test_nothing_is_mended_before_anything_is_known() -> None:
    settings = {"ease": 1.0, "mend_causes": 1.0}  # heard, and read by nobody
    plain, blind = (
        world(plays=plays, n=500, weeks=12, shared=True).run().weekly["n_failures"]
        for plays in (feedback(ease=1.0), feedback(**settings))
    )
    assert (plain == blind).all()


def test_what_is_known_is_built_over_half_a_year() -> None:
    model = world(plays=feedback(**MENDS), n=300, weeks=26).run()
    firm = model.state.firm.capability
    reached = model.market["execution"]
    assert 0.5 * reached < firm.customer_insight < 0.7 * reached


@pytest.mark.parametrize("lift", [0.0, 0.3])
def test_thanks_move_purchases_by_what_is_found_of_them_and_are_messages(lift: float) -> None:
    table = parameters(thanks_lift=lift)
    thanked = world(plays=feedback(thanks=12.0), n=500, weeks=8, parameters=table, shared=True)
    without = world(plays=DO_NOTHING, n=500, weeks=8, parameters=table, shared=True)
    more = thanked.run().weekly["trips"].sum() - without.run().weekly["trips"].sum()
    assert thanked.customers.columns["fatigue"].mean() > without.customers.columns["fatigue"].mean()
    assert (more > 0) == (lift > 0)


def test_work_on_causes_and_thanks_cost_what_they_take() -> None:
    table = parameters(mending_hours=20.0, thanks_minutes=2.0, channel_hours=0.0)
    fixed = world(plays=feedback(mend_causes=1.0), n=300, weeks=4, parameters=table).run()
    hour = fixed.market["wage_per_hour"]
    paid = fixed.weekly["cost.feedback"].sum() * fixed.scale
    assert paid == pytest.approx(4 * 20.0 * hour, rel=1e-9)
    thanks = world(plays=feedback(thanks=52.0), n=300, weeks=1, parameters=table)
    there = thanks.state.lever_view().customers.sum()
    each = thanks.run().weekly["cost.feedback"].sum() / there
    assert each == pytest.approx(2.0 / 60.0 * hour, rel=1e-9)


def test_a_firm_that_hears_few_complaints_knows_and_mends_less() -> None:
    """The first voices tell most: a firm of thousands knows nearly all that many complaints tell."""
    known, mended = [], []
    for size in (200.0, 2_000.0, 1e6):
        model = world(plays=feedback(**MENDS), n=300, weeks=20, firm_customers=size).run()
        table = model.weekly[model.weekly["week"] == 19].sum(numeric_only=True)
        known.append(model.state.firm.capability.customer_insight)
        mended.append(table["n_acted_on"] / table["n_complaints"])
    assert 2.0 * known[0] < known[1] < 0.95 * known[2]
    assert mended[0] / mended[2] == pytest.approx(known[0] / known[2], rel=0.1)  # one week on


def test_where_nobody_complains_nothing_is_learnt() -> None:
    table = parameters(insight_weeks=1.0)
    silent = world(plays=feedback(**MENDS), n=300, weeks=6, parameters=table, failures_per_trip=0.0)
    assert silent.run().state.firm.capability.customer_insight == 0.0
