"""What the cockpit shows is what a comparison of that size finds; plans are saved and never lost."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.analysis.intervals import paired_interval
from sim.cockpit import sample as sample_module
from sim.cockpit.draft import Draft, History, free_name, opened, save
from sim.cockpit.estimate import Estimate, yearly
from sim.cockpit.evidence import known_of
from sim.cockpit.sample import Sample
from sim.cockpit.session import Sent, Session, openable_markets
from sim.common.errors import InputError
from sim.common.paths import CLIENTS
from sim.evidence.strength import strength
from sim.experiment.left_out import without_lever
from sim.market.market import load_market
from sim.playbook.strategies import Play
from sim.playbook.strategy_files import load_strategy
from tests.portfolios import make_client
from tests.quick import make_quick

SIZE = {"customers": 150, "weeks": 14, "seed": 3}
STAGES = (2, 8)
#: One whose futures are drawn, and one that changes data breaches, so that these are weighed.
PLANS = ("balanced", "known_and_asked")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_quick(monkeypatch.setattr)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make a client whose market is the grocer's."""
    monkeypatch.setenv(CLIENTS, str(tmp_path / "clients"))
    return make_client(tmp_path / "clients", "shop")


def _sample(market: str = "grocery", stages: tuple[int, ...] = STAGES) -> Sample:
    return Sample(load_market(market), **SIZE, stages=stages)


def _estimates(sample: Sample, draft: Draft) -> list[Estimate]:
    return [one for one in sample.steps(draft.design(sample.market.name)) if one is not None]


# -- what is shown is what a comparison finds -----------------------------------------------------


@pytest.mark.parametrize("name", PLANS)
def test_what_is_shown_is_what_a_comparison_of_that_size_and_seed_finds(name):
    draft = opened(name, "grocery")
    stages = STAGES if name == "balanced" else STAGES[-1:]
    for shown in {one.futures: one for one in _estimates(_sample(stages=stages), draft)}.values():
        found = sim.compare("grocery", [draft.written], futures=shown.futures, **SIZE)
        gains, cost = found.gains.loc[name], found.costs.loc[name]
        ends = ("expected_low", "expected_high", "low", "high", "ci_low", "ci_high", "luck")
        assert shown.gain.mean == pytest.approx(gains["gain"], rel=1e-9)
        for end in ends:
            assert getattr(shown.gain, end) == pytest.approx(gains[end], rel=1e-9, nan_ok=True)
        assert shown.cost.mean == pytest.approx(cost["actual"], rel=1e-9)
        assert shown.plan.planned_cost * shown.firm == pytest.approx(cost["planned"], rel=1e-9)
        assert shown.plan.budget * shown.firm == pytest.approx(cost["budget"], rel=1e-9)
        after = found.effects_on("equity_after").loc[name, "difference"]
        assert shown.parts["after"] == pytest.approx(after, rel=1e-9)
        spent = {lever: yearly(shown, lever) for lever in shown.quarters}
        for lever, money in found.lever_costs.loc[name].items():
            assert spent[lever] == pytest.approx(money, rel=1e-9)


def test_one_of_the_plans_has_its_rare_events_weighed_and_the_other_has_not():
    found = {sample_module.breaches_in([load_strategy(name)]) for name in PLANS}
    assert found == {"drawn", "weighed"}


def test_the_parts_of_a_gain_add_up_to_it_and_the_quarters_to_its_cost():
    shown = _estimates(_sample(), opened("balanced", "grocery"))[-1]
    assert sum(shown.parts.values()) == pytest.approx(shown.gain.mean, rel=1e-9)
    total = sum(yearly(shown, lever) for lever in shown.quarters)
    assert total == pytest.approx(shown.cost.mean, rel=1e-9)
    assert {len(costs) for costs in shown.quarters.values()} == {2}, "13 weeks and one"


def test_what_a_lever_brings_is_what_the_plan_loses_without_it_in_the_same_futures():
    sample, draft = _sample(), opened("balanced", "grocery")
    shown = _estimates(sample, draft)[-1]
    assert list(shown.brings) == ["service_quality", "incentives"]
    rest = without_lever(shown.plan, "incentives")
    found = sim.compare("grocery", [shown.plan, rest.model_copy(update={"name": "rest"})],
                        futures=8, **SIZE)  # fmt: skip
    draws = found.draws_of("customer_equity")
    loses = paired_interval(draws["balanced"] - draws["rest"])
    assert shown.brings["incentives"].mean == pytest.approx(loses.mean, rel=1e-9)
    assert shown.brings["incentives"].ci_low == pytest.approx(loses.ci_low, rel=1e-9)


def test_a_changed_plan_costs_the_runs_of_the_plan_alone(monkeypatch):
    sample, draft = _sample(stages=(2,)), opened("service_first", "grocery")
    _estimates(sample, draft)
    made: list[str] = []
    whole = sample_module.weekly_of
    monkeypatch.setattr(sample_module, "weekly_of", lambda scenario, start: (
        made.append(scenario.strategy.name), whole(scenario, start))[1])  # fmt: skip
    monkeypatch.setattr(sample_module, "prepare", lambda _: pytest.fail("people made again"))
    _estimates(sample, draft.changed(0, reach=0.5))
    assert made == ["service_first"] * 2
    _estimates(sample, draft)
    assert len(made) == 2, "a step back is seen at once"
    called = _estimates(sample, draft.renamed("other"))[-1]
    assert len(made) == 2 and called.plan.name == "other", "so is another name"


# -- making a plan --------------------------------------------------------------------------------


def test_each_step_can_be_taken_back():
    history = History()
    states = [history.draft]
    steps = (
        lambda d: d.added("incentives"),
        lambda d: d.changed(0, start_week=8, ramp_weeks=4),
        lambda d: d.added("service_quality"),
        lambda d: d.renamed("two"),
        lambda d: d.without(0),
    )
    for step in steps:
        assert history.take(step(history.draft))
        states.append(history.draft)
    assert not history.take(replace(history.draft)), "nothing changed"
    for state in reversed(states[:-1]):
        assert history.undo() == state
    assert not history.can_undo


def test_a_changed_strategy_gets_a_name_of_its_own_and_an_opened_one_keeps_its_own(client):
    session = Session(client, **SIZE, stages=(2,))
    session.change(opened("balanced", client))
    assert session.draft.written.title == "Balanced"
    session.change(session.draft.changed(0, reach=0.5))
    assert session.draft.written.title == "Balanced 2" and session.draft.name == "balanced_2"
    session.change(session.draft.changed(0, reach=0.4))
    assert session.draft.name == "balanced_2"
    assert session.history.undo().name == "balanced_2" and session.history.undo().name == "balanced"


def test_another_lever_begins_with_its_first_preset_and_a_preset_takes_the_place_of_settings():
    draft = Draft(plays=(Play(lever="incentives", settings={"discount": 0.05}),))
    assert draft.changed(0, preset="points_programme").plays[0].settings == {}
    other = draft.changed(0, lever="service_quality").plays[0]
    assert other.preset == sim.presets("service_quality").index[0] and other.settings == {}


def test_a_plan_that_does_not_fit_together_is_said_to_and_can_be_mended():
    draft = Draft().added("incentives").added("incentives")
    with pytest.raises(InputError, match="one play of incentives at a time"):
        draft.design("grocery")
    draft.changed(1, audience="new").design("grocery")
    with pytest.raises(InputError, match="nothing of this play acts on prospects"):
        draft.changed(1, audience="prospect").design("grocery")
    with pytest.raises(InputError, match="ramp_weeks"):
        draft.changed(0, ramp_weeks=0)


@pytest.mark.parametrize("name", ["balanced", "balanced_reviewed"])
def test_a_saved_plan_is_the_strategy_that_was_opened(client, name):
    draft = opened(name, client)
    kept = replace(draft, name="mine")
    save(kept, client)
    saved = load_strategy("mine", client)
    assert saved.model_copy(update={"name": name}) == load_strategy(name, client)
    assert opened("mine", client).plays == draft.plays, "presets stay presets"


def test_a_saved_plan_is_never_written_over(client, tmp_path):
    draft = Draft("mine").added("incentives")
    path = Path(save(draft, client))
    assert path == tmp_path / "clients" / "shop" / "strategies" / "mine.yaml"
    before = path.read_bytes()
    with pytest.raises(InputError, match="mine_2"):
        save(draft.changed(0, reach=0.5), client)
    assert path.read_bytes() == before
    with pytest.raises(InputError, match="balanced_2"):
        save(replace(draft, name="balanced"), client)
    assert free_name("mine", client) == "mine_2"
    for wrong in (Draft("empty"), replace(draft, name="../up")):
        with pytest.raises(InputError):
            save(wrong, client)
    assert [one.name for one in path.parent.iterdir()] == ["mine.yaml"]


# -- looking, pinning, sending --------------------------------------------------------------------


def test_pinned_plans_stand_in_order_of_their_gains_beside_the_first_in_the_same_futures():
    session = Session("grocery", **SIZE, stages=(2, 4))
    for name in ("service_first", "balanced"):
        session.history.take(opened(name, "grocery"))
        session.look(lambda _: None)
        assert session.background.wait(120)
        assert session.pin() == name
    first, second = session.pinned()
    assert first.behind is None and first.estimate.gain.mean >= second.estimate.gain.mean
    gap = first.estimate.gains - second.estimate.gains
    assert second.behind.mean == pytest.approx(float(np.mean(gap)))
    assert first.estimate.futures == 4
    session.open_market("grocery")
    assert not session.pinned(), "pins belong to their market"


def test_a_plan_that_was_not_seen_yet_cannot_be_pinned():
    with pytest.raises(InputError, match="wait"):
        Session("grocery", **SIZE).pin()


def test_what_is_known_of_a_plan_names_each_lever_with_its_strength_and_its_findings():
    market = load_market("grocery")
    plan = load_strategy("balanced")
    found = known_of(market, plan)
    assert [one.lever for one in found] == ["service_quality", "incentives"]
    for one in found:
        assert one.strength == strength(one.lever)
        assert 0 <= one.assumed <= one.parameters and one.parameters > 0
        assert one.findings or one.assumed == one.parameters


def test_clients_can_be_opened_beside_the_built_in_markets(client):
    assert openable_markets()[-1] == "shop" and "grocery" in openable_markets()


def test_pinned_plans_are_sent_to_a_full_comparison_that_is_kept(client, tmp_path):
    session = Session(client, **SIZE, stages=(2,))
    session.history.take(Draft("mine").added("service_quality"))
    session.look(lambda _: None)
    assert session.background.wait(120)
    session.pin()
    assert session.saved_pins() == ["mine"] == session.saved_pins(), "saved once"
    seen, ends = list[tuple[int, int]](), []
    size = (100, 4, 2, 1)
    say = lambda done, total, what: seen.append((done, total))  # noqa: E731
    sent = Sent(client, session.saved_pins(), *size, say, ends.append, jobs=1)
    assert sent.wait(120)
    (folder,) = ends
    assert folder == tmp_path / "clients" / "shop" / "results" / "shop"
    assert seen[-1] == (4, 4)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["finished"] and manifest["command"] == sent.command
    assert sent.command.startswith("loyalty compare --market shop --strategies mine ")


def test_a_full_comparison_that_is_stopped_is_not_finished_and_keeps_its_runs(client, tmp_path):
    save(Draft("mine").added("service_quality"), client)
    ends = []

    def say(done, total, what):
        if done == 2:
            sent.stop()

    sent = Sent(client, ["mine"], 100, 4, 4, 1, say, ends.append, jobs=1)
    assert sent.wait(120)
    assert ends == [None]
    folder = tmp_path / "clients" / "shop" / "results" / "shop"
    assert 2 <= len(list(folder.glob("runs/*/*.parquet"))) < 8
    assert not json.loads((folder / "manifest.json").read_text("utf-8"))["finished"]


def test_a_pinned_plan_under_the_name_of_another_strategy_is_not_sent(client):
    session = Session(client, **SIZE, stages=(2,))
    session.history.take(replace(opened("balanced", client)).changed(0, reach=0.5))
    session.look(lambda _: None)
    assert session.background.wait(120)
    session.pin()
    with pytest.raises(InputError, match="balanced"):
        session.saved_pins()
