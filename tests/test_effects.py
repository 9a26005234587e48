"""What pages say of the simulation is what the simulation says, for every preset in every market.

Serves: C3.4 I7.6
"""

import numpy as np
import pytest

from sim.advice.score.scored import FILE as SCORE
from sim.analysis import preset_effects
from sim.analysis.acts_through import acts_through
from sim.analysis.effect_row import PresetRun, effect_row, shows_from
from sim.analysis.preset_effects import run_effects, wanted_rows
from sim.checks.check import check, fix, notes
from sim.checks.effect_tables import effects_of
from sim.market.market import load_market
from sim.playbook.effect_rows import FILE, load_effects, settings_text
from sim.playbook.pages import load_page


def test_every_preset_has_an_effect_in_every_market_that_is_up_to_date():
    assert [note for note in notes() if not note.startswith(f"data/{SCORE}")] == []


_PRESET = next(iter(load_page("segmentation").presets))


@pytest.fixture
def small(checkout, monkeypatch):
    """Effects of a size that takes a second, in a checkout without any."""
    for name, value in (("CUSTOMERS", 100), ("WEEKS", 8), ("FUTURES", 2)):
        monkeypatch.setattr(preset_effects, name, value)
    for name, value in (
        ("CUSTOMERS", 100),
        ("WEEKS", 20),
    ):  # of runs that say what a preset acts through
        monkeypatch.setattr(f"sim.analysis.acts_through.{name}", value)
    (checkout / FILE).unlink()
    load_effects.cache_clear()
    return checkout


def _again(key, row, made_from):
    """Return a row from runs of its own, of the size that there is now."""
    runs, base = (
        {
            k: preset_effects._run(part, k, preset_effects.scenario(*part, k))[2]
            for k in range(row.futures)
        }
        for part in (key, preset_effects._beside(key))
    )
    through = acts_through(load_market(key[0]), preset_effects.alone(*key[1:]))
    return effect_row(key, made_from, runs, base, through, preset_effects.CUSTOMERS)


@pytest.mark.slow
def test_the_first_row_of_the_file_is_what_its_runs_give():
    key, row = next(iter(load_effects().items()))
    assert _again(key, row, wanted_rows()[key]) == row


def test_a_row_is_what_its_runs_give(small):
    """Rows written in a file and read again; that the file is of the code as it is, says `notes`."""
    run_effects(["grocery"], ["segmentation"], 1)
    rows, wanted = load_effects(), wanted_rows()
    first, *_, last = rows
    assert all(_again(key, rows[key], wanted[key]) == rows[key] for key in (first, last))


def test_a_preset_and_doing_nothing_beside_it_meet_the_same_rare_events():
    for lever, weighed in (("data_stewardship", True), ("segmentation", False)):
        key = ("grocery", lever, next(iter(load_page(lever).presets)))
        for k in (0, 3):
            one, nothing = (
                preset_effects.scenario(*part, k) for part in (key, preset_effects._beside(key))
            )
            assert one.rare == nothing.rare and (one.rare is not None) == weighed
            assert not nothing.strategy.plays and one.seed == nothing.seed


@pytest.fixture
def untraced(monkeypatch):
    """Leave out by which parameters presets act, three of four runs: when they are run matters here."""
    monkeypatch.setattr(preset_effects, "acts_through", lambda *_: ())


def test_what_is_finished_is_kept_and_only_what_changed_is_run(small, untraced):
    ran = []

    def count(_done, total, _what):
        ran.append(total)

    market, lever = ["grocery"], ["segmentation"]
    presets = len(load_page("segmentation").presets)
    assert len(run_effects(market, lever, 1, count)) == presets
    assert ran[-1] == 2 * (presets + 1)
    first = (small / FILE).read_bytes()
    run_effects(market, lever, 1, count)
    assert ran[-1] == 0 and (small / FILE).read_bytes() == first
    page = small / "playbook" / "levers" / "segmentation.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("rescore_weeks: 13", "rescore_weeks: 26", 1), encoding="utf-8")
    load_page.cache_clear()
    assert "of earlier settings" in effects_of("segmentation")
    assert any("made by an earlier state (segmentation)" in note for note in notes())
    run_effects(market, lever, 1, count)
    assert ran[-1] == 2 * 2
    assert (
        load_effects()["grocery", "segmentation", "quarterly_by_value"].settings
        == "rescore_weeks=26"
    )


def test_the_number_of_processes_changes_no_byte(small):
    run_effects(["grocery"], ["segmentation"], 1)
    alone = (small / FILE).read_bytes()
    (small / FILE).unlink()
    load_effects.cache_clear()
    run_effects(["grocery"], ["segmentation"], 2)
    assert (small / FILE).read_bytes() == alone


def test_a_row_that_is_wrong_is_told(checkout):
    path = checkout / FILE
    head, first, *_ = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head}\n{first}\n{first}\n", encoding="utf-8")
    load_effects.cache_clear()
    assert any("each row once" in fault.message for fault in check())


def test_pages_get_a_place_for_their_tables_where_it_belongs(checkout):
    page = checkout / "playbook" / "levers" / "segmentation.md"
    right = page.read_text(encoding="utf-8")
    bare = right
    for name in ("evidence", "effects"):
        start, end = f"<!-- generated: {name} -->", f"<!-- end of {name} -->"
        bare = bare[: bare.index(start)] + bare[bare.index(end) + len(end) + 1 :]
    page.write_text(bare.replace("\n\n\n", "\n\n"), encoding="utf-8")
    assert any("no such part" in fault.message for fault in check())
    fix()
    assert page.read_text(encoding="utf-8") == right


def test_a_preset_meets_the_futures_of_doing_nothing_beside_it():
    alone, nothing = (
        preset_effects.scenario("grocery", *what, 3)
        for what in (("segmentation", _PRESET), ("", ""))
    )
    assert alone.strategy.plays and not nothing.strategy.plays
    for name in ("market", "n_customers", "weeks", "seed", "parameters", "start"):
        assert getattr(alone, name) == getattr(nothing, name)


def test_an_effect_is_what_the_preset_has_more_than_doing_nothing():
    names = ("customer_equity", "cost", "retention", "trips", "csat")

    def runs(more):
        margin = np.full(4, 2.0 + more)
        return {
            k: PresetRun(
                dict.fromkeys(names, 10.0 + k + more * (1 + k)), margin, more, more / 2, 80.0
            )
            for k in range(2)
        }

    key = "grocery", "segmentation", _PRESET
    row = effect_row(key, "0" * 12, runs(0.5), runs(0.0), ("seen_error",), 1000)
    assert [row.equity, row.cost, row.retention, row.trips, row.csat] == [0.75] * 5
    assert row.equity_low < 0.75 < row.equity_high
    assert row.shows_week == 0
    assert (row.won, row.before_fixed) == (0.75 + 0.5, 0.75 + 0.25)
    assert row.won_high - row.won_low == pytest.approx(row.equity_high - row.equity_low)
    assert row.fixed == 0.25 * 80 and row.acts_through == "seen_error"
    assert (row.customers, row.weeks, row.futures) == (1000, 4, 2)


def test_an_effect_shows_when_the_running_total_stays_above_its_error():
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.01, (8, 20))
    late = np.where(np.arange(20) < 10, 0.0, 1.0) + noise * 0.01
    usual = np.full((8, 20), 5.0)

    def shows(more):
        return shows_from(usual + more, usual, 1000)

    assert shows(late) == 10
    assert shows(np.zeros((8, 20))) is None
    assert shows(np.ones((8, 20))) == 0
    assert shows(-np.ones((8, 20))) is None
    fades = np.where(np.arange(20) < 10, 1.0, -2.0) + noise
    assert shows(fades) is None


def test_what_is_no_more_than_rounding_does_not_show():
    usual = np.full((8, 20), 5.0)
    last_digit = np.nextafter(usual, 6.0)
    assert shows_from(last_digit, usual, 1000) is None
    assert shows_from(usual + 1e-9, usual, 1000) == 0


def test_equal_settings_are_equal_texts():
    assert settings_text({"b": 0.10, "a": 1}) == settings_text({"a": 1.0, "b": 0.1}) == "a=1 b=0.1"


def test_a_command_that_was_stopped_goes_on_where_it_was(small, untraced):
    def stop(done, total, _what):
        if done == total - 1:  # all but the last run of the last preset
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_effects(["grocery"], ["segmentation"], 1, stop)
    presets = len(load_page("segmentation").presets)
    kept = load_effects()
    assert len(kept) == presets - 1
    rows = run_effects(["grocery"], ["segmentation"], 1)
    assert len(rows) == presets and all(row in rows for row in kept.values())
