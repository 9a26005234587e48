"""On what a gain hangs: indices are those of theory, and what is kept is told of its own comparison.

Serves: C3.1
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from test_learn import TRIED

from sim.analysis import influence as module
from sim.analysis.influence import (
    FILE,
    OTHERS,
    Influence,
    influence_in,
    read_influence,
    screened,
    shares_of,
)
from sim.analysis.known_futures import that_can_move
from sim.analysis.load_comparison import load_comparison
from sim.common.errors import InputError
from sim.common.own_digest import with_seal
from sim.common.writing import write_json
from sim.experiment.compare import compare
from sim.experiment.futures import draw_futures, futures_at
from sim.experiment.latin_hypercube import spread
from sim.experiment.learned_places import futures_as_learned
from sim.experiment.uncertain_values import draw_values
from sim.market.learned import Learned, Plan
from sim.report.comparison.influence import influence_section, section_of
from sim.report.phrases import in_language
from tests.quick import make_quick
from tests.worlds import FALSE_ALARM

NAMES = ["a", "b", "c", "d"]
#: How far an index may be off, over half of its 90 % interval.
FAR = stats.norm.isf(FALSE_ALARM / 16) / stats.norm.isf(0.05)


def _ishigami(_, places: np.ndarray) -> np.ndarray:
    """Return Ishigami & Homma's (1990) function of the first three; the fourth does nothing."""
    x = np.pi * (2 * places - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_a_value_that_adds_moves_the_gain_by_its_slope_over_two_thirds_of_the_range():
    slopes = np.array([3.0, -2.0, 0.0, 1.0])
    moved, points = screened(NAMES, lambda _, places: places @ slopes, 1)
    assert points == module.TRAJECTORIES * (len(NAMES) + 1)
    assert [one.address for one in moved] == ["a", "b", "d", "c"]
    step = 0.9 * 2 / 3
    for one in moved:
        slope = slopes[NAMES.index(one.address)]
        assert one.mean == pytest.approx(slope * step, abs=1e-9)
        assert one.size == pytest.approx(abs(slope) * step, abs=1e-9)
        assert one.spread == pytest.approx(0, abs=1e-9)


def test_a_value_that_acts_through_others_is_moved_either_way():
    moved, _ = screened(NAMES, lambda _, p: (p[:, 0] - 0.5) * (p[:, 1] - 0.5), 1)
    sizes = {one.address: one for one in moved}
    assert sizes["a"].size > 0 and sizes["a"].spread > sizes["a"].size / 2
    assert sizes["c"].size == sizes["d"].size == 0


def test_shares_of_the_spread_are_those_that_theory_gives(monkeypatch):
    monkeypatch.setattr(module, "_POINTS", 1024)
    shares, deviation, points = shares_of(["a", "b"], ["c", "d"], _ishigami, 1)
    assert points == 1024 * 5
    a, b = 7.0, 0.1
    first = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    second, both = a**2 / 8, b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    total = first + second + both
    told = {
        "a": (first / total, (first + both) / total),
        "b": (second / total, second / total),
        OTHERS: (0.0, both / total),
    }
    assert [one.address for one in shares] == list(told)
    for one in shares:
        alone, whole = told[one.address]
        assert abs(one.alone - alone) < FAR * one.alone_error
        assert abs(one.total - whole) < FAR * one.total_error
    values = _ishigami(None, np.random.default_rng(2).random((2048, 4)))
    fourth = stats.kurtosis(values, fisher=False)
    error = np.sqrt(total) / 2 * np.sqrt((fourth - 1) / 2048)
    assert abs(deviation - np.sqrt(total)) < stats.norm.isf(FALSE_ALARM / 2) * error


def test_where_nothing_moves_the_gain_no_shares_are_told():
    moved, _ = screened(NAMES, lambda _, places: np.ones(len(places)), 1)
    assert all(one.size == 0 for one in moved)
    assert shares_of([], NAMES, _ishigami, 1) == ([], 0.0, 0)


def _make_small(patch: pytest.MonkeyPatch) -> None:
    """Let ten values be looked at, from two points."""
    patch.setattr(module, "TRAJECTORIES", 2)
    patch.setattr(module, "_POINTS", 4)
    everything = that_can_move
    patch.setattr(module, "that_can_move", lambda *given: everything(*given)[:10])


@pytest.fixture(scope="module")
def looked(tmp_path_factory) -> tuple[Path, Influence]:
    folder = tmp_path_factory.mktemp("results") / "small"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        compare("music_shop", ["rewards_first"], 100, 4, 4, 1, folder, jobs=1)
        found = load_comparison(folder)
        _make_small(patch)
        return folder, influence_in(found, jobs=1)


def test_futures_at_the_places_of_a_sample_are_those_of_the_sample(looked):
    manifest = load_comparison(looked[0]).manifest
    drawn = [one for one in manifest.drawn if not one.luck]
    places = {name: spread(name, 4, manifest.seed) for name in drawn[0].values}
    again = futures_at(manifest.market, manifest.parameters, places, drawn[0])
    assert [one.values for one in again] == [one.values for one in drawn]
    assert {(one.seed, one.rare) for one in again} == {(drawn[0].seed, drawn[0].rare)}
    assert draw_futures(manifest.market, manifest.parameters, 4, manifest.seed)[:4] == drawn


def test_after_a_trial_values_move_through_what_it_left_of_their_laws_and_the_plan_acts(looked):
    """The law is that of the weighted futures from which the comparison draws."""
    manifest, n, address = load_comparison(looked[0]).manifest, 64, "incentives.redemption"
    rows = manifest.parameters
    drawn = np.array(draw_values(manifest.market, rows, n, 14)[address])
    rank = np.argsort(np.argsort(drawn))
    weights, idle = np.where(rank >= 32, 1 / 32, 0.0), np.where(rank >= 48, 1.0, 0.0)
    learned = Learned(
        seed=14,
        market="",
        parameters="",
        trials=[TRIED],
        weights=weights.tolist(),
        plans={"balanced": Plan(levers=["incentives"], idle=idle.tolist())},
    )
    market = manifest.market.model_copy(update={"learned": learned})
    like = replace(manifest.drawn[0], off=("incentives.likes",))
    places = {address: (np.arange(n) + 0.5) / n}
    for levers, acting in (["pricing"], rank >= 32), (["incentives"], (rank >= 32) & (rank < 48)):
        found = futures_as_learned(market, rows, places, like, levers)
        values, left = [one.values[address] for one in found], np.sort(drawn[acting])
        assert np.interp(np.arange(len(left)), np.linspace(0, len(left) - 1, n), values) == (
            pytest.approx(left, abs=np.ptp(drawn) / len(left))
        )
        assert {one.off for one in found} == {()}
    untaught = futures_as_learned(manifest.market, rows, places, like, ["incentives"])
    assert untaught == futures_at(manifest.market, rows, places, like)


def test_a_screening_after_a_trial_takes_its_laws_and_says_so(looked, tmp_path, monkeypatch):
    make_quick(monkeypatch.setattr)
    _make_small(monkeypatch)
    folder = shutil.copytree(looked[0], tmp_path / "small")
    comparison, given = load_comparison(folder), list[list[str]]()
    learned = Learned(
        seed=14, market="", parameters="", trials=[TRIED], weights=[1.0, 1.0], plans={}
    )
    market = comparison.market.model_copy(update={"learned": learned})
    taught = replace(
        comparison,
        market=market,
        manifest=comparison.manifest.model_copy(update={"market": market}),
    )

    def noted(market, rows, places, like, levers):
        given.append(sorted(levers))
        assert market.learned == learned
        return futures_as_learned(market, rows, places, like, levers)

    monkeypatch.setattr(module, "check_plan", lambda *_: None)
    monkeypatch.setattr(module, "futures_as_learned", noted)
    found = influence_in(taught, jobs=1)
    assert given and all(one == given[0] for one in given) and "incentives" in given[0]
    section = section_of(taught, found)
    assert any("what the firm's trials left" in text for text in section.sentences)
    assert read_influence(taught) == found
    looked_before = found.model_copy(update={"as_learned": False})
    write_json(folder / FILE, with_seal(looked_before.model_dump(mode="json")))
    assert read_influence(taught) is None, "other laws than those of the comparison"


def test_what_was_found_is_kept_and_another_look_runs_nothing_and_finds_the_same(
    looked, monkeypatch
):
    folder, found = looked
    comparison = load_comparison(folder)
    assert read_influence(comparison) == found
    assert found.moved[0].size > 0 and 0 < len(found.shares) <= 7
    before, steps = (folder / FILE).read_bytes(), list[tuple[int, int]]()
    _make_small(monkeypatch)
    again = influence_in(comparison, jobs=1, say=lambda done, of, what: steps.append((done, of)))
    assert again == found and (folder / FILE).read_bytes() == before
    assert len(steps) == 2 + (found.runs > 100)  # nothing but each look at what is there


def test_the_report_tells_it_in_both_languages_and_not_of_another_comparison(looked):
    folder, found = looked
    comparison = load_comparison(folder)
    for language in ("en", "zh"):
        with in_language(language):
            section = influence_section(comparison)
        assert section is not None and len(section.tables) == 2
        assert len(section.tables[1].frame) == len(found.shares)
    before = (folder / FILE).read_bytes()
    try:
        other = found.model_copy(update={"comparison": "another"})
        write_json(folder / FILE, with_seal(other.model_dump(mode="json")))
        assert influence_section(comparison) is None
    finally:
        (folder / FILE).write_bytes(before)


def test_what_was_edited_or_damaged_since_is_refused_with_the_command_that_makes_it_again(looked):
    folder, found = looked
    comparison, before = load_comparison(folder), (folder / FILE).read_bytes()
    larger = json.loads(before) | {"deviation": 2 * found.deviation}
    unsealed = json.dumps(found.model_dump(mode="json"))
    digit = next(place for place, byte in enumerate(before) if byte in b"12345678")
    flipped = before[:digit] + bytes([before[digit] ^ 1]) + before[digit + 1 :]
    try:
        for content in (json.dumps(larger).encode(), unsealed.encode(), flipped, b"{", b"[]"):
            (folder / FILE).write_bytes(content)
            with pytest.raises(InputError, match="edited or damaged") as refused:
                influence_section(comparison)
            assert f"`loyalty sensitivity {folder} --screen`" in str(refused.value)
    finally:
        (folder / FILE).write_bytes(before)
