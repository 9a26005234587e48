"""What a folder is called changes nothing of what is read from it."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.calibration.forgetting.kept_intake import lines_of
from sim.common.paths import root
from sim.common.sql_files import NO_PARTITIONS
from sim.experiment import compare as experiment
from sim.experiment.manifest import read_manifest
from sim.experiment.result_store import read_runs
from sim.intake.sql import rows, workplace
from sim.intake.stored import open_json, open_parquet
from tests.quick import make_quick

#: A column of what lies in it, and patterns that its neighbour would fit.
NAMES = ["margin=5", "customer=acme", "q?", "b[1]", "x*y", "it's"]
NEIGHBOURS = {"q?": "q1", "b[1]": "b1", "x*y": "xzy"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder of a comparison."""
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch.setattr)
        size = {"customers": 100, "weeks": 4, "seed": 3, "jobs": 1, "futures": 2}
        folder = tmp_path_factory.mktemp("made") / "results"
        experiment.compare("grocery", ["balanced"], out=folder, **size)
    return folder


def _tables(folder: Path) -> dict:
    runs = read_manifest(folder).runs
    return {key: pd.DataFrame(table) for key, table in read_runs(folder, runs)}


@pytest.mark.parametrize("name", NAMES)
def test_runs_are_the_same_in_a_folder_of_any_name(made, tmp_path, name):
    right = _tables(made)
    for one in (name, NEIGHBOURS.get(name)):
        if one:
            shutil.copytree(made, tmp_path / one / "results")
    found = _tables(tmp_path / name / "results")
    assert list(found) == list(right)
    for key, table in right.items():
        pd.testing.assert_frame_equal(found[key], table)


@pytest.mark.parametrize("name", NAMES)
def test_logs_are_the_same_in_a_folder_of_any_name(tmp_path, name):
    for folder, who in ((name, "c1"), (NEIGHBOURS.get(name, "other"), "c2")):
        (tmp_path / folder).mkdir()
        frame = pd.DataFrame({"customer": [who], "margin": ["7"]})
        frame.to_parquet(tmp_path / folder / "log.parquet")
        frame.to_json(tmp_path / folder / "log.json", orient="records", lines=True)
    folder = tmp_path / name
    with workplace() as (database, _):
        assert lines_of(database, folder / "log.parquet", "c1") == 1
        for source in (
            open_parquet(folder / "log.parquet", database),
            open_json(folder / "log.json", database),
        ):
            assert source.names == ("customer", "margin")
            wanted = ", ".join(source.cells[column].plain for column in source.names)
            assert rows(database, f"select {wanted} from {source.table}") == [("c1", "7")]


def test_every_reader_in_sql_is_told_that_a_path_is_no_column():
    reader = re.compile(r"read_(?:parquet|csv|json)(?:_objects)?\(")
    for path in sorted((root() / "sim").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for found in reader.finditer(text):
            if text[max(found.start() - 3, 0) : found.start()].endswith(("pd.", "``")):
                continue
            after = text[found.end() : found.end() + 160]
            assert "file_in_sql(" in after or "{where}" in after or "NO_PARTITIONS" in after, path
    assert NO_PARTITIONS == "hive_partitioning = false"
