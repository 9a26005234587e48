"""Care builds attachment slowly, where it is wanted; attachment resists rivals; unwanted care tires.

Serves: L2.2 L2.2(2) L3.3(2) C2.4 I1 I4 I4.2 I4.5
"""

from functools import cache

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.levers.base import Delivery
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.strategies import Play, Strategy
from sim.world.population import ACTIVE
from tests.benchmark.plain_rules import bill
from tests.worlds import (
    DO_NOTHING,
    assert_share,
    lever_of,
    strategy,
    unmoved_by_usual_messages,
)
from tests.worlds import unvalued_world as world

P = load_parameters().values("emotional_connection")
LIFE = load_parameters().values("market_life")
CARE = {"moments": 12.0, "listening": 1.0}


def caring(end_week: int | None = None, **settings: float) -> Strategy:
    return strategy(
        Play(
            lever="emotional_connection",
            settings=settings,
            owner="brand",
            end_week=end_week,
        )
    )


def delivered(**settings: float) -> tuple[LoyaltyModel, Delivery]:
    """What a play delivers in its second week."""
    model = world(plays=caring(**settings), n=4_000, weeks=5, start="posterior", execution=1.0)
    model.step()
    mechanism, delivery = lever_of(model, "emotional_connection"), Delivery()
    plays = model.last_week.plays["emotional_connection"]
    mechanism.deliver(model.state.lever_view(), plays, model.state.own(mechanism), delivery)
    return model, delivery


def served(model: LoyaltyModel) -> np.ndarray:
    """Known customers whom a play for everyone is for; some are silent and given up."""
    return (
        model.customers.columns["kept"] & model.last_week.plays["emotional_connection"][0].reached
    )


# -- slow -----------------------------------------------------------------------------------------
@cache
def _pull() -> np.ndarray:
    """Mean term of attachment on the choice of the firm, per week; care stops after a year."""
    plays = caring(end_week=52, moments=24, listening=1)
    table = world(plays=plays, n=1_500, weeks=156, start="posterior").run().weekly
    sums = table.groupby("week")[["term.purchase.attachment", "exposed.purchase"]].sum()
    return (sums["term.purchase.attachment"] / sums["exposed.purchase"]).to_numpy()


def test_care_does_next_to_nothing_in_the_first_quarter_builds_over_a_year_and_fades_over_one() -> (
    None
):
    # an effect that is there at once and gone at once, the obvious version, has .25, 1 and 0
    pull = _pull()
    quarter, year = pull[:13].sum() / pull[:52].sum(), pull[51] / pull[12]
    assert quarter < 0.1
    assert year > 2.5
    assert (
        0.3 < pull[103] / pull[51] < 0.6
    )  # a half-life of a year, and some of the cared for leave


def test_attachment_adds_nothing_to_staying() -> None:
    table = world(plays=caring(**CARE), n=1_000, weeks=30, start="posterior").run().weekly
    assert table["term.purchase.attachment"].to_numpy().any()
    assert (
        "term.churn.attachment" not in table or not table["term.churn.attachment"].to_numpy().any()
    )


# -- resists rivals -------------------------------------------------------------------------------
@cache
def _loss(cared_for: bool, drift: float) -> float:
    """Mean satisfaction, at the end of two years, of who wants care and buys often."""
    plays = caring(moments=52, listening=1) if cared_for else caring()
    model = world(plays=plays, n=2_000, weeks=104, start="posterior", expectation_drift=drift).run()
    people = model.customers.columns
    often = people["category_rate"] * people["base_share"] > 0.5
    rows = people["wants_care"] & often & people["kept"]
    return float(people["satisfaction"][rows].mean())


def test_who_is_attached_is_drawn_less_by_rivals_who_get_better() -> None:
    lost = {cared: _loss(cared, 0.0) - _loss(cared, 0.3) for cared in (False, True)}
    assert lost[False] > 0
    spared = 1 - lost[True] / lost[False]
    assert 0.2 * LIFE["attachment_resists"] < spared < LIFE["attachment_resists"], lost


def test_who_is_attached_is_hurt_less_by_a_price_above_the_usual() -> None:
    def loss(plays: Strategy) -> float:
        """Mean term of a price a tenth above what all are used to, per exposed customer."""
        model = world(plays=plays, n=2_000, weeks=60, start="posterior")
        while model.week < 59:
            model.step()
        model.customers.columns["reference_price"][:] = 0.9
        model.step()
        last = model.weekly[model.weekly["week"] == 59]
        return float(last["term.purchase.reference_price"].sum() / last["exposed.purchase"].sum())

    without, cared = loss(DO_NOTHING), loss(caring(moments=52, listening=1))
    assert without < 0
    # some four in ten want care, and their tie takes a part of the hurt
    assert 0 < 1 - cared / without < P["care_wanted"] * LIFE["attachment_resists"]


# -- care or spam ---------------------------------------------------------------------------------
def test_care_is_felt_by_who_wants_it_and_is_a_message_to_all_others() -> None:
    model, delivery = delivered(moments=12)
    active = served(model)
    wants = model.customers.columns["wants_care"]
    care, messages = np.asarray(delivery.care), np.asarray(delivery.messages)
    np.testing.assert_allclose(care[active & wants], 12 / 52 * model.state.usual.attention)
    np.testing.assert_allclose(messages[active & ~wants], 12 / 52)
    assert not care[~wants].any() and not messages[wants].any()
    assert_share(wants.sum(), wants.size, P["care_wanted"], "people who want care")


def test_unwanted_care_brings_fatigue_and_no_attachment() -> None:
    quiet = unmoved_by_usual_messages()
    people = world(
        plays=caring(moments=52), n=1_000, weeks=30, start="posterior", parameters=quiet
    ).run()
    columns = people.customers.columns
    stayed = columns["kept"]
    wants = columns["wants_care"]
    assert not columns["attachment"][stayed & ~wants].any()
    assert (columns["fatigue"][stayed & ~wants] > 1).all()
    assert not columns["fatigue"][stayed & wants].any()
    assert (columns["attachment"][stayed & wants] > 0.1).all()


def test_listening_spares_the_others_as_far_as_the_data_are_right() -> None:
    model, delivery = delivered(**CARE)
    active = served(model)
    others = active & ~model.customers.columns["wants_care"]
    left = 12 / 52 * (1 - model.market["data_quality"])
    np.testing.assert_allclose(np.asarray(delivery.messages)[others], left)


def test_stories_are_care_to_who_shares_the_values_and_tire_everybody() -> None:
    model, delivery = delivered(stories=2)
    active = served(model)
    shares = model.customers.columns["suitability"] > 0
    care, messages = np.asarray(delivery.care), np.asarray(delivery.messages)
    assert not care[~shares].any() and (care[shares & active] > 0).all()
    np.testing.assert_allclose(messages[active], 2 * 12 / 52)


def test_warmth_reaches_those_who_come() -> None:
    model, delivery = delivered(warmth=1)
    columns = model.customers.columns
    active = served(model)
    care = np.asarray(delivery.care)
    np.testing.assert_allclose(care[active], P["warm_care"] * columns["habit"][active])
    assert not np.any(delivery.messages)


def test_badly_carried_out_care_is_felt_less_and_tires_as_much() -> None:
    def mean(execution: float) -> tuple[float, float]:
        model = world(plays=caring(moments=12), n=1_000, weeks=9, execution=execution).run()
        stayed = model.customers.columns["kept"]
        columns = model.customers.columns
        return columns["attachment"][stayed].mean(), columns["fatigue"][stayed].mean()

    (well, tired_well), (badly, tired_badly) = mean(1.0), mean(0.5)
    assert badly == pytest.approx(well / 2, rel=0.05)
    assert tired_badly == pytest.approx(tired_well, rel=0.01)


def test_every_touch_is_paid_by_the_minute_felt_or_not() -> None:
    model = world(plays=caring(moments=13.0), n=500, weeks=1, execution=0.5)
    active = int((model.customers.columns["status"] == ACTIVE).sum())
    model.step()
    touched = active * 13 / 52
    due = bill(touched * model.scale * P["touch_minutes"] / 60, model.market) / model.scale
    assert model.weekly["cost.emotional_connection"].sum() == pytest.approx(due)
