"""Committed notebooks were run, are compared when they are run again, and never end in a lie."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.common.errors import InputError
from sim.common.paths import root
from sim.report.normalise_notebook import execute, normalise
from sim.report.notebook_format import nbformat
from sim.report.run_notebook import (
    NotebookError,
    check_parameters,
    read_parameters,
    run_notebook,
    status_path,
)

FOLDER = root() / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def _notebook(path: Path, *sources: str) -> Path:
    """Write a notebook whose first cell holds the parameters."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def _compare(*paths: Path) -> subprocess.CompletedProcess:
    """Run notebooks again and compare their outputs, as `make test` does."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval"]
    options = ["--nbval-current-env", "--nbval-sanitize-with", FOLDER / "sanitize.cfg"]
    return subprocess.run(
        [*command, *options, *paths],
        cwd=paths[0].parent,
        capture_output=True,
        text=True,
        check=False,
    )


# -- committed notebooks ---------------------------------------------------------------------------


@each
def test_every_code_cell_was_run_and_shows_no_error(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1)), "nbval compares nothing in cells never run"
    for cell in cells:
        assert not any(output.output_type == "error" for output in cell.outputs)
        assert not any(output.get("name") == "stderr" for output in cell.outputs)
        shows = cell.source.startswith(("show(", "print("))
        assert not shows or cell.outputs
    assert sum(bool(cell.outputs) for cell in cells) >= len(cells) / 2
    assert not any("nbval-skip" in cell.metadata.get("tags", []) for cell in cells)


@each
def test_committed_notebooks_are_normalised(path):
    text = nbformat.writes(normalise(nbformat.read(path, as_version=4))).rstrip("\n") + "\n"
    assert path.read_text(encoding="utf-8") == text


@each
def test_every_notebook_declares_its_parameters(path):
    assert read_parameters(path)


def test_the_comparison_notebook_is_small_by_default():
    defaults = read_parameters(FOLDER / "3_compare_strategies.ipynb")
    assert list(defaults) == [
        "market", "strategies", "customers", "weeks", "futures", "seed", "results_dir"
    ]  # fmt: skip
    assert defaults["customers"] <= 1000
    assert defaults["weeks"] <= 52
    assert defaults["futures"] <= 8
    assert defaults["results_dir"] == ""


def test_the_notebooks_on_data_and_on_one_scenario_say_what_can_be_changed():
    data = read_parameters(FOLDER / "1_your_data.ipynb")
    given = ["sources", "customer", "date", "amount", "currency", "drop_out", "campaigns"]
    assert list(data) == given
    assert data["sources"] == ["complete-journey", "cdnow", "subscription-cohort"]
    scenario = read_parameters(FOLDER / "2_one_scenario.ipynb")
    assert list(scenario) == ["market", "strategy", "customers", "weeks", "seed"]
    assert scenario["customers"] <= 1000
    assert scenario["weeks"] <= 52


def test_a_changed_output_is_noticed_when_the_notebook_is_run_again(tmp_path):
    path = _notebook(tmp_path / "small.ipynb", "gain = 3", "print('gain', gain)\ngain + 1")
    execute(path)
    whole = path.read_text()
    assert "gain 3" in whole
    changed = tmp_path / "changed.ipynb"
    changed.write_text(whole.replace("gain 3", "gain 4"))
    result = _compare(path, changed)
    assert result.returncode == 1
    assert "1 failed, 3 passed" in result.stdout
    assert r"'gain 4\n' == 'gain 3\n'" in result.stdout


def test_running_a_notebook_again_gives_the_same_bytes(tmp_path):
    source = (
        "from matplotlib.figure import Figure\n"
        "from sim.report.section import Picture, Section\n"
        "from sim.report.notebook_display import show\n"
        "figure = Figure()\n"
        "figure.subplots().plot([1, size])\n"
        "show(Section('a', 'Heading', ['Text.'], pictures=[Picture(figure, 'words')]))"
    )
    path = _notebook(tmp_path / "figure.ipynb", "size = 2", source)
    execute(path)
    first = path.read_bytes()
    assert b"image/png" in first
    assert b'"alt": "words"' in first
    execute(path)
    assert path.read_bytes() == first


# -- running with parameters -----------------------------------------------------------------------


def _status(out):
    return json.loads(status_path(out).read_text(encoding="utf-8"))


def test_parameters_are_injected_and_the_status_says_completed(tmp_path):
    path = _notebook(tmp_path / "n.ipynb", "size = 2\nnames = ['a']", "print(size, names)")
    before = (path.read_bytes(), Path.cwd())
    out = run_notebook(path, tmp_path / "out.ipynb", {"size": 5, "names": ["b", "c"]})
    assert _status(out)["status"] == "completed"
    assert _status(out)["parameters"] == {"size": 5, "names": ["b", "c"]}
    assert "5 ['b', 'c']" in out.read_text()
    assert (path.read_bytes(), Path.cwd()) == before


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise ValueError('no such week')", "ValueError: no such week"),
        ("import os; os._exit(3)", ""),
    ],
)
def test_a_failed_cell_and_a_dead_kernel_are_recorded_as_failed(tmp_path, source, error):
    path = _notebook(tmp_path / "n.ipynb", "size = 2", source)
    with pytest.raises(NotebookError, match=error or "n.ipynb"):
        run_notebook(path, tmp_path / "out.ipynb")
    status = _status(tmp_path / "out.ipynb")
    assert status["status"] == "failed"
    assert error in status["error"]


def test_an_unknown_parameter_is_refused_before_anything_runs(tmp_path):
    path = _notebook(tmp_path / "n.ipynb", "customers = 100", "open('ran', 'w')")
    with pytest.raises(InputError, match="Did you mean 'customers'") as caught:
        run_notebook(path, tmp_path / "out.ipynb", {"custmers": 5})
    assert caught.value.nearest == "customers"
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.parametrize(
    "given",
    [{"n": 1.5}, {"n": "3"}, {"n": True}, {"on": 1}, {"on": "false"}, {"name": 3}, {"name": Path("a")},
     {"names": "a"}, {"names": ("a",)}, {"names": ["a", 1]}, {"share": "half"}, {"n": None}],
    ids=str,
)  # fmt: skip
def test_a_parameter_of_the_wrong_type_is_refused(given):
    defaults = {"n": 3, "on": True, "name": "a", "names": ["a"], "share": 0.5}
    check_parameters(defaults, defaults, "here")
    check_parameters({"share": 1}, defaults, "here")
    with pytest.raises(InputError):
        check_parameters(given, defaults, "here")


@pytest.mark.parametrize("source", ["n = 1 + k", "import os", "n, m = 1, 2"])
def test_a_parameters_cell_that_is_no_list_of_values_is_refused(tmp_path, source):
    with pytest.raises(InputError, match="plain assignment"):
        read_parameters(_notebook(tmp_path / "n.ipynb", source))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    shutil.copy(FOLDER / "sanitize.cfg", tmp_path / "n.ipynb")
    with pytest.raises(InputError, match="expected a notebook"):
        read_parameters(tmp_path / "n.ipynb")


@each
def test_no_two_amounts_of_money_are_taken_for_a_formula(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            if html.count("$") > 1:
                assert "mathjax_ignore" in html.split(">")[0]
