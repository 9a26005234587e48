"""One consent holds for the marketing of all levers, and for nothing that answers to what somebody did.

Serves: I7.3 I7.C3
"""

from functools import cache

import numpy as np
import pytest

from sim.evidence.parameters import load_parameters
from sim.levers import BY_NAME
from sim.levers.messages import MESSAGES
from sim.model.loyalty_model import LoyaltyModel
from sim.playbook.pages import load_page
from sim.playbook.strategies import Play
from sim.world.population import ACTIVE
from tests.worlds import strategy
from tests.worlds import unvalued_world as world

MAIL = [Play(lever="personalisation", owner="market", settings={"messages": 2.0, "matching": 0.6})]
STORIES = [
    Play(lever="personalisation", owner="market", settings={"matching": 0.6}),
    Play(lever="emotional_connection", owner="brand", settings={"stories": 4.0}),
    Play(lever="omnichannel", owner="technology", settings={"nudges": 26.0}),
]
FLOOD = [MAIL[0].model_copy(update={"settings": {"messages": 20.0, "matching": 0.6}})]

SENDERS = sorted({lever for (lever, _), kind in MESSAGES.items() if kind == "marketing"})
#: Settings that end what others begin.
ENDING = {"end_community", "end_programme"}


def everything_of(lever: str) -> dict[str, float]:
    """Each setting that any preset of a lever uses, at the highest that one has."""
    settings: dict[str, float] = {}
    for preset in load_page(lever).presets.values():
        for name, value in preset.settings.items():
            if name not in ENDING:
                settings[name] = max(value, settings.get(name, value))
    return settings | ({"calls": 26.0} if lever == "cocreation" else {})  # each second week


@cache
def run_of(lever: str) -> tuple[LoyaltyModel, list[np.ndarray]]:
    """A run in which every second person has opted out, and the messages of each person and week."""
    plays = [Play(lever=lever, owner="brand", settings=everything_of(lever), start_week=0)]
    if lever != "personalisation":  # which keeps the consent
        plays.append(Play(lever="personalisation", owner="market", settings={}))
    model = world(
        plays=strategy(*plays), n=300, weeks=6, start="posterior", shared=True, valued=False
    )
    model.customers.columns["let_in"][::2] = 0.0
    messages = []
    for _ in range(6):
        model.step()
        sent = model.last_week.delivery.messages
        messages.append(np.broadcast_to(sent, len(model.customers)).copy())
    return model, messages


@pytest.mark.parametrize("lever", SENDERS)
def test_who_has_opted_out_is_written_to_by_no_lever(lever: str):
    model, messages = run_of(lever)
    usual = model.state.usual.messages
    active = model.customers.columns["status"] == ACTIVE
    for sent in messages:
        assert (sent[::2] <= 0.0).all() and (sent[::2] >= -usual).all()
        assert (sent[::2][active[::2]] < 0.0).any()  # the usual ones are missing
    assert any((sent[1::2] > 0.0).any() for sent in messages), "nobody at all is written to"


@pytest.mark.parametrize(
    "lever", ["personalisation", "emotional_connection", "omnichannel", "feedback"]
)
def test_nobody_who_has_opted_out_is_billed_for_messages(lever: str):
    sends = {name for (who, name), kind in MESSAGES.items() if (who, kind) == (lever, "marketing")}
    settings = {k: v for k, v in everything_of(lever).items() if k in sends}
    assert settings
    beside = [] if lever == "personalisation" else [Play(lever="personalisation", owner="market")]
    play = Play(lever=lever, owner="brand", settings=settings)
    model = world(plays=strategy(play, *beside), n=300, weeks=3, start="posterior", shared=True)
    model.customers.columns["let_in"][::2] = 0.0
    mechanism = next(m for m in model.state.levers.all if m.name == lever)
    for _ in range(3):
        model.step()
        cost = mechanism.cost(
            model.last_week.view, model.last_week.plays[lever][0], model.state.own(mechanism)
        )
        each = np.zeros(len(model.customers))
        each[cost.rows] = cost.per_person + np.asarray(cost.per_event)
        assert not each[::2].any() and each[1::2].any()


def test_who_has_opted_out_is_answered_all_the_same():
    model, _ = run_of("feedback")
    delivery = model.last_week.delivery
    (play,) = model.last_week.plays["feedback"]
    out = np.flatnonzero(play.reached)[::2]
    for name in ("recovery", "voice"):
        assert (np.asarray(getattr(delivery, name))[out] > 0.0).all()


def test_every_row_of_the_record_is_a_setting_and_each_lever_that_writes_has_one():
    for lever, setting in MESSAGES:
        assert setting in BY_NAME[lever].Settings.model_fields
    writing = set()
    for lever in BY_NAME:
        play = Play(lever=lever, owner="brand", settings=everything_of(lever))
        model = world(plays=strategy(play), n=60, weeks=4, start="posterior", valued=False)
        for _ in range(4):
            model.step()
            if np.any(np.asarray(model.last_week.delivery.messages) > 0.0):
                writing.add(lever)
    assert writing == set(SENDERS)


def profit(plays: list[Play], opt_out: float, tires: float) -> float:
    """Return the profit of forty weeks if so many opt out for a message, on the same luck."""
    values = load_parameters().values("market_life")
    tiring = {
        f"market_life.fatigue_on_{at}": tires * values[f"fatigue_on_{at}"]
        for at in ("purchase", "churn")
    }
    table = load_parameters().with_values({"personalisation.opt_out": opt_out} | tiring)
    run = world(
        "grocery",
        strategy(*plays),
        1_000,
        40,
        start="posterior",
        shared=True,
        parameters=table,
        valued=False,
    ).run()
    spent = sum(run.weekly[name].sum() for name in run.weekly if name.startswith("cost."))
    return float(run.weekly["margin"].sum() - spent)


@pytest.mark.parametrize("plays", [MAIL, STORIES])
def test_more_opting_out_raises_no_gain_where_messages_do_no_harm(plays: list[Play]):
    assert profit(plays, 0.3, tires=0.0) < profit(plays, 0.0, tires=0.0)


def test_it_raises_that_of_a_plan_which_tires_people_more_than_it_brings():
    assert profit(FLOOD, 0.3, tires=1.0) > profit(FLOOD, 0.0, tires=1.0)
