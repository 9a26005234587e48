"""Folders of results, and a client's files, that somebody spoiled are read or refused with a message."""

import json
import os
import shutil
import stat

import numpy as np
import pytest
from fuzz import clear_caches, live, share, works_or_says
from hypothesis import given
from hypothesis import strategies as st
from spoiled import spoiled_bytes, spoiled_table, spoiled_tree
from test_own_evidence import TRIAL
from test_own_evidence import _write as write_evidence
from test_reading import at_once
from typer.main import get_command
from weekly_tables import write_comparison

from sim.analysis.load_comparison import load_comparison
from sim.calibration.calibrate import calibrate
from sim.checks import check
from sim.checks.validation import validate as validation
from sim.checks.validation.validate import ValidationManifest, describe_validation
from sim.checks.validation.worlds import Setup
from sim.cli import main
from sim.common.errors import InputError
from sim.common.own_digest import SEAL
from sim.common.paths import root
from sim.common.results import MANIFEST
from sim.evidence.own import parameters_for, write_own_parameters
from sim.experiment.made_again import OPTIONS
from sim.experiment.manifest import Manifest, RunManifest, read_made
from sim.experiment.result_store import SUMMARY, missing_runs, run_files, run_place
from sim.experiment.run_once import run_once
from sim.market.market import load_market
from sim.playbook.strategy_files import load_strategy
from sim.report.html_page import make_report
from tests.stored import write_sealed

KINDS = {"comparison": Manifest, "run": RunManifest, "validation": ValidationManifest}
pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return a folder with results of each kind; those of the validation are only begun."""
    folder = tmp_path_factory.mktemp("results")
    market = load_market("grocery")
    rng = np.random.default_rng(4)
    write_comparison(folder / "comparison", market, {"balanced": list(rng.normal(9, 1, 4))})
    run_once(market, "balanced", 100, 4, 1, folder / "run")
    (folder / "validation").mkdir()
    description = describe_validation(Setup(market, 100, 2, 1), 1)
    validation._open(folder / "validation", description, "loyalty validate")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_manifest_is_what_was_written_and_of_its_own_kind_only(results, kind):
    made = read_made(results / kind, KINDS[kind])
    written = json.loads((results / kind / MANIFEST).read_text(encoding="utf-8"))
    assert written.pop(SEAL)
    assert made.model_dump(mode="json") == written
    assert made.kind == kind
    for other in KINDS.keys() - {kind}:
        with pytest.raises(InputError, match=f"found '{kind}', expected {other}"):
            read_made(results / kind, KINDS[other])


@share(0.06)
@given(st.sampled_from(list(KINDS)), st.data())
def test_every_manifest_is_read_or_refused(results, tmp_path, kind, data):
    whole = (results / kind / MANIFEST).read_bytes()
    if data.draw(st.booleans()):
        (tmp_path / MANIFEST).write_bytes(data.draw(spoiled_bytes(whole)))
    else:
        try:
            write_sealed(tmp_path, data.draw(spoiled_tree(json.loads(whole))))
        except (ValueError, TypeError):
            return  # what JSON cannot say
    works_or_says(read_made, tmp_path, KINDS[kind])


@share(0.01)
@given(st.data())
def test_every_comparison_is_shown_or_refused(results, tmp_path, data):
    folder = tmp_path / "comparison"
    shutil.copytree(results / "comparison", folder, dirs_exist_ok=True)
    content = json.loads((folder / MANIFEST).read_bytes())
    try:
        write_sealed(folder, data.draw(spoiled_tree(content)))
    except (ValueError, TypeError):
        return
    works_or_says(load_comparison, folder)


@pipes
@pytest.mark.parametrize("file", ["run", SUMMARY, MANIFEST])
def test_a_pipe_among_the_results_is_told_and_never_waited_for(results, tmp_path, file):
    folder = shutil.copytree(results / "comparison", tmp_path / "comparison")
    (folder / SUMMARY).write_text("")
    manifest = read_made(folder, Manifest)
    key, run = next(iter(manifest.runs.items()))
    path = run_files(run_place(folder, key, run))[0] if file == "run" else folder / file
    path.unlink()
    os.mkfifo(path)
    assert missing_runs(folder, manifest.runs) == ([key] if file == "run" else [])
    if file != SUMMARY:
        with at_once(), pytest.raises(InputError):
            make_report(folder, tmp_path / "report")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Return a market as a calibration writes it."""
    folder = tmp_path_factory.mktemp("client")
    for name in ("grocery.yaml", "grocery.history.csv"):
        text = (root() / "data" / "markets" / name).read_text(encoding="utf-8")
        own = name.replace("grocery", "shop")
        (folder / own).write_text(text.replace("name: grocery", "name: shop"), encoding="utf-8")
    write_evidence(folder, TRIAL)
    return folder


@pytest.fixture
def shop(client, tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    return shutil.copytree(client, tmp_path / "clients" / "shop")


@share(0.03)
@given(st.data())
def test_every_evidence_of_a_client_is_pooled_or_refused(shop, data):
    write_evidence(shop, TRIAL)
    (shop / "evidence.csv").write_bytes(
        data.draw(spoiled_table((shop / "evidence.csv").read_bytes()))
    )
    clear_caches()
    made = works_or_says(write_own_parameters, "shop")
    check.check()
    if made is not None and works_or_says(parameters_for, "shop") is not None:
        works_or_says(live, load_market("shop"), load_strategy("rewards_first"), 0)


@pipes
@pytest.mark.parametrize(
    "file", ["shop.yaml", "shop.history.csv", "evidence.csv", "parameters.csv", "strategies/a.yaml"]
)
def test_a_pipe_among_a_clients_files_is_told_by_check(shop, file):
    path = shop / file
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    clear_caches()
    with at_once():
        assert [fault for fault in check.check() if "shop" in str(fault)] or file == "shop.yaml"
    if file.endswith(".csv"):
        with pytest.raises(InputError):
            live(load_market("shop"), load_strategy("baseline"))
    assert stat.S_ISFIFO(path.stat().st_mode)


@pipes
def test_a_calibration_waits_for_no_pipe(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path / "clients"))
    os.mkfifo(tmp_path / "log.csv")
    with at_once(), pytest.raises(InputError, match="a regular file"):
        calibrate(str(tmp_path / "log.csv"), "shop")


def test_results_of_a_former_version_are_refused_once_with_a_command_of_today(results, tmp_path):
    """Options that have gone since, and faults of each of its values, would lead nowhere."""
    folder = shutil.copytree(results / "comparison", tmp_path / "old")
    content = json.loads((folder / MANIFEST).read_bytes())
    old = "loyalty compare --market grocery --strategies balanced --replications 2 --seed 1 --out x"
    content["command"] = old
    for one in content["strategies"].values():
        one["sized"]["plays"] = [{"lever": "pricing", "budget_share": 0.5}] * 9
    write_sealed(folder, content)
    with pytest.raises(InputError) as refused:
        read_made(folder, Manifest)
    assert len(refused.value.message.splitlines()) == 1
    assert "--fix" not in refused.value.message
    told = "`loyalty compare --market grocery --strategies balanced --seed 1`"
    assert refused.value.message.endswith(f"Make it again, in another folder: {told}.")


@pytest.mark.parametrize("command", OPTIONS)
def test_a_command_that_is_told_has_the_options_of_today(command):
    known = get_command(main.app).commands[command.removeprefix("loyalty ")]
    names = {name for option in known.params for name in option.opts if name.startswith("--")}
    assert set(OPTIONS[command]) == names - {"--out", "--lang", "--json", "--help"}
