"""Every fact is tested or says why not; a validation is continued and never overwritten."""

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.checks.validation import (
    bias,
    brands,
    catalogue,
    contact,
    incentives,
    leaving,
    referral_and_community,
    validate,
)
from sim.checks.validation.leaving import churn_is_contagious
from sim.checks.validation.statistic import Statistic, Untested, Verdict
from sim.checks.validation.worlds import Setup
from sim.cli import main
from sim.common.errors import InputError
from sim.evidence.findings import load_facts
from sim.market.market import load_market
from sim.report.validation.sections import fact_sections
from sim.report.validation.tables import bias_rows, fact_rows
from sim.workbench.validation import read_validation

GROCERY = Setup(load_market("grocery"), 1_000, 3)
PEOPLE = 100_000


def test_every_row_has_a_function_that_answers_it_or_says_why_not() -> None:
    assert set(catalogue.facts_by_group()) == set(catalogue.TESTS)
    assert {catalogue.group(row) for row in catalogue.REASONS} <= set(catalogue.TESTS)
    assert set(catalogue.REASONS) <= {fact.id for fact in load_facts()}


def test_what_does_not_fade_in_a_few_lives_has_no_half_life_and_stops_no_validation() -> None:
    grew = [np.array([3.0, 4.0]), np.array([5.0, 1.0])]  # without the second nothing fades
    assert isinstance(incentives._half_life_found(grew), Untested)
    faded = [np.array([6.0, 2.0]), np.array([5.0, 1.0]), np.array([5.0, 2.0])]
    assert isinstance(incentives._half_life_found(faded), Statistic)


@pytest.fixture(scope="module")
def validated(tmp_path_factory) -> Path:
    """A validation of all facts, each looked at for a shorter while: what is found is not asked here."""
    folder = tmp_path_factory.mktemp("facts") / "all"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contact, "_RATES", contact._RATES[::3])
        patch.setattr(leaving, "_WINDOWS", (1, leaving._USUAL_WINDOW))
        patch.setattr(leaving, "_YEARS", 3)
        patch.setattr(referral_and_community, "_FOLLOWED_YEARS", 1)
        validate.validate("grocery", folder, customers=150, replications=2, jobs=1, more=1)
    return folder


def test_all_rows_are_in_the_table_and_none_without_a_reason(validated) -> None:
    table = pd.read_csv(validated / validate.TABLE, keep_default_na=False)
    assert list(table["id"]) == [fact.id for fact in load_facts()]
    assert set(table["verdict"]) <= set(get_args(Verdict))
    assert (table.loc[table["verdict"] != "green", "reason"] != "").all()


def test_each_offer_of_the_bias_test_is_in_its_table(validated) -> None:
    table = pd.read_csv(validated / validate.BIAS)
    assert list(table["offer"]) == list(bias.WORDS)
    assert table[["naive", "randomised"]].notna().all(axis=None)


def test_no_ratio_is_taken_over_an_effect_that_may_be_nil() -> None:
    sides = {
        "programme": (Statistic(0.1, 0.08, 0.12), Statistic(0.02, 0.01, 0.03)),
        "channels": (Statistic(0.6, 0.5, 0.7), Statistic(-0.004, -0.009, 0.002)),
    }
    found = {
        f"bias.{name}.{kind}": one
        for name, both in sides.items()
        for kind, one in zip(bias.KINDS, both, strict=True)
    }
    table = bias.bias_table(found)
    assert table["over"].iloc[0] == pytest.approx(5.0)
    assert np.isnan(table["over"].iloc[1])
    assert bias_rows(table)[2][3] == "–"


def test_tables_on_the_screen_have_a_heading_for_each_column(validated) -> None:
    found = validate.read_facts(validated)
    facts = fact_rows(validate.table_of(found))
    assert {row[-1] for row in facts[1:]} <= set(get_args(Verdict))
    for table in (facts, bias_rows(validate.bias_table(found))):
        assert {len(row) for row in table} == {5}


def test_each_fact_has_a_section_with_a_figure_that_says_what_the_table_says(validated) -> None:
    sections = read_validation(validated).sections
    table = pd.read_csv(validated / validate.TABLE, keep_default_na=False)
    assert list(sections) == ["all", *catalogue.TESTS, "bias"]
    for name in catalogue.TESTS:
        rows = table[table["id"].str.startswith(name)]
        (picture,), (shown,) = sections[name].pictures, sections[name].tables
        assert list(shown.frame["Verdict"]) == list(rows["verdict"])
        assert len(picture.figure.axes) == len(rows)
        assert all(row in picture.alt for row in rows["id"])
        said = " ".join(sections[name].bullets)
        assert all(reason in said for reason in rows["reason"])
    with pytest.raises(InputError, match="loyalty validate"):
        read_validation(validated / "nowhere")


def test_a_market_with_few_brands_says_that_they_are_too_few() -> None:
    shop = GROCERY.in_market(load_market("music_shop"))
    for found in (brands.brands_suffer_twice(shop), brands.buyers_are_shared(shop)):
        assert all(isinstance(one, Untested) for one in found.values())


def test_an_undecided_fact_is_tested_again_in_more_worlds(tmp_path, monkeypatch) -> None:
    asked = []

    def at_the_end(setup: Setup) -> dict:
        asked.append(setup.replications)
        half = 0.1 / setup.replications  # the band of S11 begins at 2
        return {"S11": Statistic(2.01, 2.01 - half, 2.01 + half)}

    monkeypatch.setitem(validate.TESTS, "S11", at_the_end)
    found = validate.validate("grocery", tmp_path / "more", ["S11"], 200, 5, jobs=1, more=4)
    assert asked == [5, 20] and list(found["verdict"]) == ["green"]
    once = validate.validate("grocery", tmp_path / "once", ["S11"], 200, 5, jobs=1, more=1)
    assert asked == [5, 20, 5] and list(once["verdict"]) == ["undecided"]


def test_a_read_out_of_what_was_put_in_never_counts_as_a_prediction(validated) -> None:
    table = validate.table_of(validate.read_facts(validated))
    only = table.assign(verdict="green")
    only.loc[only["basis"] == "prediction", "verdict"] = "red"
    said = fact_sections(only)["all"].heading
    predictions, read_outs = ((only["basis"] == b).sum() for b in ("prediction", "read_out"))
    assert (
        f"Of {predictions} statistics" in said and f"0 lie in their band and {predictions}" in said
    )
    assert f"of {read_outs} that" in said and f"{read_outs} and 0" in said.replace("\n", " ")


# -- stopped, continued, refused -------------------------------------------------------------------
SMALL = {"customers": 200, "replications": 2, "jobs": 1}
TWO = ["S03", "S11"]


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def test_a_validation_that_crashed_goes_on_with_what_is_finished(tmp_path, monkeypatch) -> None:
    validate.validate("grocery", tmp_path / "whole", TWO, **SMALL)
    folder = tmp_path / "stopped"
    with monkeypatch.context() as patch:
        patch.setitem(validate.TESTS, "S11", lambda setup: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            validate.validate("grocery", folder, TWO, **SMALL)
    first = folder / "facts" / "S03.json"
    made = first.stat().st_mtime_ns
    said = []
    table = validate.validate(
        "grocery", folder, TWO, **SMALL, on_progress=lambda *s: said.append(s)
    )
    assert first.stat().st_mtime_ns == made
    assert said[0][:2] == (1, 2) and said[-1] == (2, 2, "S11")
    assert list(table["id"]) == TWO
    assert _content(folder) == _content(tmp_path / "whole")


def test_processes_change_nothing(tmp_path) -> None:
    for jobs in (1, 2):
        validate.validate("grocery", tmp_path / str(jobs), TWO, **{**SMALL, "jobs": jobs})
    assert _content(tmp_path / "1") == _content(tmp_path / "2")


def test_results_of_another_model_or_market_are_never_overwritten(tmp_path, monkeypatch) -> None:
    validate.validate("grocery", tmp_path, ["S11"], **SMALL)
    before = _content(tmp_path)
    for changed in ({"seed": 2}, {"customers": 300}):
        with pytest.raises(InputError, match="never overwritten"):
            validate.validate("grocery", tmp_path, ["S11"], **{**SMALL, **changed})
    with pytest.raises(InputError, match="other .*market"):
        validate.validate("music_shop", tmp_path, ["S11"], **SMALL)
    monkeypatch.setattr(validate, "code_digest", lambda makers: "another")
    with pytest.raises(InputError, match="other code"):
        validate.validate("grocery", tmp_path, ["S11"], **SMALL)
    assert _content(tmp_path) == before


def test_a_folder_with_other_files_is_refused(tmp_path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(InputError, match="holds other files"):
        validate.validate("grocery", tmp_path, ["S11"], **SMALL)


def test_the_command_prints_each_fact_and_why_it_is_not_green(tmp_path) -> None:
    out = tmp_path / "validation"
    options = ["--customers", "200", "--replications", "2", "--out", str(out)]
    said = CliRunner().invoke(
        main.app, ["validate", "--market", "music_shop", "--facts", "S03,S11", *options]
    )
    assert said.exit_code == 0, said.output
    assert "S03 is untested: The market names 2 rivals" in said.output
    assert (out / validate.TABLE).exists()
    assert json.loads((out / "manifest.json").read_text())["market"]["name"] == "music_shop"
    wrong = CliRunner().invoke(main.app, ["validate", "--facts", "S1", *options])
    assert wrong.exit_code == 2
    assert "one of S01" in wrong.stderr


def test_a_world_in_which_hardly_anybody_leaves_tests_no_contagion() -> None:
    found = churn_is_contagious(Setup(load_market("grocery"), 100, 2))
    for row in ("S13a", "S13b"):
        one = found[row]
        assert isinstance(one, Untested)
        assert "Too few of 100 customers leave" in one.reason
