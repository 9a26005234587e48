"""The report says what the gain of the leading strategy is made of, in the comparison's own futures.

Serves: C3.1
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from synthetic import synthetic_comparison

from sim.analysis import parts_of_leader as module
from sim.analysis.answers import Answers
from sim.analysis.load_comparison import load_comparison
from sim.analysis.made_of import Parts
from sim.analysis.parts_of_leader import FOLDER, parts_of_leader
from sim.common.errors import InputError
from sim.experiment.compare import compare
from sim.report.comparison.content import build_content
from sim.report.comparison.findings import subject
from tests.quick import make_quick


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "small"
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        return compare("grocery", ["balanced", "rewards_first"], 100, 6, 4, 1, out, jobs=1)


@pytest.fixture(scope="module")
def comparison(folder: Path) -> Answers:
    return load_comparison(folder)


@pytest.fixture(scope="module")
def parts(folder: Path, comparison: Answers) -> Parts:
    found = parts_of_leader(comparison, folder, jobs=1)
    assert found is not None
    return found


def test_the_gain_as_it_is_is_that_of_the_comparison_in_its_first_futures(comparison, parts):
    first = comparison.ranking[0]
    draws = comparison.draws_of("customer_equity")
    gains = (draws[first] - draws["baseline"]).to_numpy()[: parts.futures]
    assert parts.whole["gain"] == pytest.approx(gains.mean(), rel=1e-12)
    assert parts.strategy == comparison.manifest.strategies[first].sized


def test_runs_of_the_comparison_are_not_run_again_and_a_second_look_runs_nothing(
    folder, comparison, parts
):
    assert parts is not None
    told: list[tuple[int, int, str]] = []
    again = parts_of_leader(comparison, folder, 1, lambda *said: told.append(said))
    assert again is not None and again.table.equals(parts.table)
    assert [what for *_, what in told] == ["finished before: nothing to run"]
    whole = {path.name for path in (folder / "runs").rglob("*.parquet")}
    made = {path.name for path in (folder / FOLDER / "runs").rglob("*.parquet")}
    assert len(whole & made) == 2 * parts.futures
    load_comparison(folder)  # what lies beside its runs does not harm the comparison


@pytest.mark.parametrize("other", ["code_digest", "libraries", "history_digest"])
def test_what_other_code_made_is_not_set_beside_runs_of_this_one(
    folder, comparison, monkeypatch, other
):
    monkeypatch.setattr(module, other, lambda *_: "another")
    assert parts_of_leader(comparison, folder, jobs=1) is None


@pytest.mark.parametrize("lacking", ["history_digest", "check_target"])
def test_a_comparison_without_its_market_or_in_a_closed_folder_is_reported_without_parts(
    folder, comparison, monkeypatch, lacking
):
    def refuse(*_: object) -> str:
        raise InputError("where", "field", "nothing", "something")

    monkeypatch.setattr(module, lacking, refuse)
    assert parts_of_leader(comparison, folder, jobs=1) is None


def test_each_part_stands_in_the_report_with_what_it_rests_on(comparison, parts):
    section = build_content(replace(comparison, parts=parts))["made_of"]
    rows = section.tables[0].frame
    assert len(rows) == len(parts.brings) and rows["Rests on"].str.len().min() > 0
    assert subject(comparison) in section.heading and section.pictures
    kinds = parts.brings["kind"].tolist()
    assert kinds == sorted(kinds), "levers first"
    for kind in set(kinds):
        size = parts.brings.loc[parts.brings["kind"] == kind, "brings"].abs().to_numpy()
        assert (np.diff(size) <= 0).all()


def test_where_nobody_looked_the_report_says_so_and_how_to_look():
    section = build_content(synthetic_comparison("do_nothing"))["made_of"]
    assert "not been looked at" in section.heading and "loyalty report" in section.sentences[0]
    assert not section.tables and not section.pictures


def test_what_is_not_chosen_is_not_called_chosen(parts):
    undecided = synthetic_comparison("do_nothing")
    section = build_content(replace(undecided, parts=parts))["made_of"]
    assert "not advised" in section.heading
