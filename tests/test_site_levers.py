"""What a preset rests on, as its lever's page on the site says, is what moves its outcome.

The other way is a run with the parameter at an end of its range. A study is left out of no page whose
preset it moves, and stands on none whose preset it does not.
"""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.preset_effects import alone
from sim.checks.effect_tables import market_currencies
from sim.evidence.parameters import Parameter, load_parameters
from sim.levers import BY_NAME
from sim.market.market import load_market
from sim.model.rare_events import breaches_in, run_lives, table_of
from sim.model.scenario import Rare, Scenario
from sim.playbook.pages import load_page
from sim.workbench.site import lever_page
from sim.workbench.site.lever_page import parameters_in_use, with_figure
from tests.mutation import ROOT

#: Levers of which the firm's luck decides what comes of them.
BY_LUCK = ("iteration",)
#: Seeds of which one may show what luck hides in another: a release that nobody notices either way.
SEEDS = range(1, 13)
STUDIED = {
    name: [r for r in load_parameters().rows if r.lever == name and r.status != "assumed"]
    for name in BY_NAME
}
#: Presets of levers with studies; all but the first of each in the larger form of the tests.
PRESETS = [
    pytest.param(lever, preset, marks=[pytest.mark.slow] if place else [])
    for lever, studied in STUDIED.items()
    if studied
    for place, preset in enumerate(load_page(lever).presets)
]


def _lived(scenario: Scenario) -> tuple[list[str], np.ndarray]:
    """Return all that a run records, week by week."""
    weekly = table_of(run_lives(scenario))
    kept = [name for name in weekly if name != "segment"]
    return kept, np.nan_to_num(weekly[kept].to_numpy(dtype=float))


def _moved_by(scenario: Scenario, rows: list[Parameter]) -> set[str]:
    """Return the parameters of which an end of the range changes anything, with any of some seeds."""
    found = set[str]()
    for seed in SEEDS if scenario.strategy.plays[0].lever in BY_LUCK else SEEDS[:1]:
        here = replace(scenario, seed=seed)
        names, whole = _lived(here)
        ends = [(r, end) for r in rows for end in (r.low, r.high)]
        for row, end in ends:
            if row.parameter in found:
                continue
            moved = here.parameters.with_values({row.key: end})
            others, there = _lived(replace(here, parameters=moved))
            if others != names or not np.array_equal(there, whole):
                found.add(row.parameter)
        if len(found) == len(rows):
            break
    return found


def _check(lever: str, preset: str, market: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Hold a page against runs in a market, and return the parameters with studies that are in use."""
    monkeypatch.setattr(lever_page, "market_currencies", lambda: {market: "USD"})
    strategy, studied = alone(lever, preset), STUDIED[lever]
    rare = Rare(0.5, 0.95) if breaches_in([strategy]) == "weighed" else None
    found = _moved_by(Scenario(load_market(market), strategy, 300, 60, rare=rare), studied)
    assert {r.parameter for r in studied} & set(parameters_in_use(lever, preset)) == found
    return found


@pytest.mark.parametrize(("lever", "preset"), PRESETS)
def test_the_studies_of_a_preset_are_those_whose_numbers_move_it(
    lever: str, preset: str, monkeypatch
) -> None:
    _check(lever, preset, "grocery", monkeypatch)


def test_a_study_of_renewals_counts_where_contracts_are_renewed(monkeypatch) -> None:
    found = _check("service_quality", "guided_first_weeks", "subscription", monkeypatch)
    assert "guidance_renewal" in found


def _rows(lever: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Return the cells of each preset's row of what it rests on."""
    monkeypatch.setattr(lever_page, "png", lambda figure, dpi: b"")
    page = (ROOT / f"playbook/levers/{lever}.md").read_text(encoding="utf-8")
    said = with_figure(lever, page).split("## What these numbers rest on")[1]
    rows = [row.strip("| ").split(" | ") for row in re.findall(r"^\| `.*$", said, re.MULTILINE)]
    presets = load_page(lever).presets
    return {row[0].strip("`"): row for row in rows if row[0].strip("`") in presets}


def test_a_preset_is_called_assumed_only_where_no_study_moves_it(monkeypatch) -> None:
    renewal = next(r for r in STUDIED["service_quality"] if r.parameter == "guidance_renewal")
    (somewhere, *_), everywhere = [*market_currencies()], list(market_currencies())
    used = {
        "guidance_renewal": [somewhere],
        "guidance_churn": everywhere,
        "guidance_lift": everywhere,
    }
    first, second, *_ = load_page("service_quality").presets
    monkeypatch.setattr(
        lever_page,
        "parameters_in_use",
        lambda _, preset: used if preset == first else {"guidance_lift": everywhere},
    )
    rows = _rows("service_quality", monkeypatch)
    assert rows[first][2] == (
        f"`guidance_renewal` in {somewhere} ({', '.join(renewal.evidence)})<br>`guidance_churn` (E168)"
    )
    assert rows[first][3] == "`guidance_lift`"
    assert rows[second][2:4] == ["none: assumed", "`guidance_lift`"]


def test_renewing_rests_on_the_study_of_releases_and_clean_records_on_that_of_decay(
    monkeypatch,
) -> None:
    rows = _rows("iteration", monkeypatch)
    assert {row[2] for row in rows.values()} == {"`noticed` (E98)"} and len(rows) == 4
    assert _rows("data_stewardship", monkeypatch)["clean_records"][2] == "`records_lost` (E70)"
