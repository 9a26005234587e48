"""What was made in the cockpit is not lost: a saved plan, a comparison under way."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.cockpit import draft as draft_module
from sim.cockpit.draft import Draft, save
from sim.cockpit.pins import Pinned
from sim.cockpit.session import Session
from sim.cockpit.view import Cockpit
from sim.common.errors import InputError
from tests.portfolios import make_client
from tests.quick import make_quick


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch.setattr)


def test_of_two_who_save_under_one_name_the_second_is_told_and_loses_nothing(clients, monkeypatch):
    client = make_client(clients, "shop")
    path = Path(save(Draft("mine").added("incentives"), client))
    before = path.read_bytes()
    monkeypatch.setattr(
        draft_module, "known_strategies", lambda _: []
    )  # looked before it was there
    with pytest.raises(InputError, match="there already"):
        save(Draft("mine").added("service_quality"), client)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["mine.yaml"]


def test_a_full_comparison_goes_on_and_is_seen_and_stopped_in_another_language(monkeypatch):
    monkeypatch.setattr(Session, "look", lambda *_: None)
    cockpit = Cockpit("grocery", customers=150, weeks=14, stages=(2,))
    full, stops = cockpit.full, []
    full.sent = SimpleNamespace(stop=lambda: stops.append(1), command="loyalty compare")
    full.send.disabled, full.stop.disabled = True, False
    full._heard(1, 4, "baseline")
    cockpit.tongue.value = "zh"
    shown = cockpit.children[-1]
    told = next(one for one in shown.children if "1 / 4" in getattr(one, "value", ""))
    buttons = [one for one in shown.children[1].children if hasattr(one, "click")]
    assert [one.description for one in buttons] == ["完整比较", "停止"]
    assert [one.disabled for one in buttons] == [True, False]
    full._heard(2, 4, "baseline")
    assert "2 / 4" in told.value and "runs" not in told.value
    buttons[1].click()
    assert stops == [1]
    full._ended(None)
    assert "loyalty compare" in told.value and not buttons[0].disabled


def test_a_pinned_plan_stays_chosen_in_another_language_and_can_be_unpinned(monkeypatch):
    monkeypatch.setattr(Session, "look", lambda *_: None)
    cockpit = Cockpit("grocery", customers=150, weeks=14, stages=(2,))
    cockpit.session.pins["mine"] = Pinned(Draft("mine").added("incentives"), {})
    monkeypatch.setattr(Session, "pinned", lambda _: [])
    cockpit.tongue.value = "zh"
    assert cockpit.pinned.value == "mine"
    cockpit._unpin()
    assert not cockpit.session.pins


def test_a_market_that_cannot_be_opened_leaves_the_former_one_chosen_with_its_pins(
    clients, monkeypatch
):
    monkeypatch.setattr(Session, "look", lambda *_: None)
    broken = clients / make_client(clients, "broken") / "broken.yaml"
    cockpit = Cockpit("grocery", customers=150, weeks=14, stages=(2,))
    cockpit.session.pins["mine"] = Pinned(Draft("mine").added("incentives"), {})
    broken.write_text("name: [", encoding="utf-8")
    cockpit.market.value = "broken"
    assert "broken.yaml" in cockpit.said.value and "lw-wrong" in cockpit.said.value
    assert cockpit.market.value == cockpit.session.market == "grocery"
    assert list(cockpit.session.pins) == ["mine"]
