"""What is kept of a search counts only as it was written: its trials, its plan, its manifest."""

import json
from dataclasses import replace

import pytest

from sim.advice.search import optimise as optimising
from sim.advice.search import trials as playing
from sim.advice.search.optimise import Asked, optimise
from sim.advice.search.read import MANIFEST, PLAN, read_manifest
from sim.advice.search.seek import FUTURES
from sim.advice.search.trials import KEPT, Size, Trials, Tried
from sim.common.errors import InputError
from sim.common.own_digest import SEAL, without_seal
from sim.common.writing import write_json
from sim.evidence.own import parameters_for
from sim.market.market import load_market
from sim.playbook.strategies import DO_NOTHING
from tests.test_searched import ANSWERED

SMALL = Size(customers=100, weeks=4, futures=10, seed=1)
ASKED = Asked(None, 2, (), (), {}, SMALL)


def _flipped(content):
    """Return a kept file in which one bit of a money amount is another."""
    place = content.index(b"1234.5")
    return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]


def _unsealed(content):
    """Return a kept file without its digest, as former ones were."""
    return json.dumps({x: y for x, y in json.loads(content).items() if x != SEAL}).encode()


def _with_no_seal_that_fits(content):
    return json.dumps(json.loads(content) | {SEAL: "0" * 16}).encode()


@pytest.mark.parametrize("damage", [_flipped, _unsealed, _with_no_seal_that_fits])
def test_a_trial_that_is_not_as_it_was_written_is_played_again(tmp_path, monkeypatch, damage):
    market, played = load_market("grocery"), []

    def play(nothing, plans):
        played.append(nothing.name)
        return nothing.name, {name: Tried(1234.5, {}) for name in plans}

    def gains():
        trials = Trials(
            tmp_path, market, parameters_for(market), SMALL, FUTURES, 1, lambda *_: None
        )
        trials.gains([DO_NOTHING], "search", range(1))
        return [one.equity for one in trials.found.values()]

    monkeypatch.setattr(playing, "try_plans", play)
    equities = gains()
    assert set(equities) == {1234.5} and gains() == equities
    assert len(played) == 1, "what is whole is not played again"
    (path,) = (tmp_path / KEPT).glob("*.json")
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert gains() == equities and len(played) == 2
    assert path.read_bytes() == before


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """The folder of a search of which nothing was run."""
    monkeypatch.setattr(optimising, "_search", lambda *_: (ANSWERED, None))
    return optimise("grocery", ASKED, tmp_path / "search", jobs=1)


def test_a_plan_file_that_was_moved_away_is_written_again_by_the_same_call(finished):
    path = finished / PLAN.format(market="grocery")
    optimise("grocery", ASKED, finished, jobs=1)
    before = path.read_bytes()
    path.write_text("edited")
    optimise("grocery", ASKED, finished, jobs=1)
    assert path.read_text() == "edited", "a person's own plan is never overwritten"
    path.unlink()
    optimise("grocery", ASKED, finished, jobs=1)
    assert path.read_bytes() == before


def test_the_manifest_of_a_search_that_was_edited_since_is_refused(finished):
    path = finished / MANIFEST
    optimise("grocery", ASKED, finished, jobs=1)
    whole = read_manifest(finished)
    assert without_seal(whole) is not None
    edited = whole | {"asked": whole["asked"] | {"size": whole["asked"]["size"] | {"seed": 2}}}
    for content in (edited, {name: x for name, x in whole.items() if name != SEAL}):
        write_json(path, content)
        with pytest.raises(InputError, match="edited or damaged") as refused:
            optimise("grocery", ASKED, finished, jobs=1)
        assert str(path) in str(refused.value) and "Move this folder away" in str(refused.value)
    write_json(path, whole)
    optimise("grocery", ASKED, finished, jobs=1)


def test_an_edited_manifest_does_not_hinder_that_another_search_takes_its_place(finished):
    """It is moved aside by its id, as one that is whole."""
    whole = read_manifest(finished)
    write_json(finished / MANIFEST, whole | {"command": "edited"})
    other = replace(ASKED, size=replace(SMALL, seed=2))
    optimise("grocery", other, finished, jobs=1, move_other=True)
    assert read_manifest(finished)["asked"]["size"]["seed"] == 2
    aside = finished.with_name(f"{finished.name}-{whole['id']}")
    assert read_manifest(aside)["command"] == "edited"
