"""The command line starts in a moment: help and refusals of names load no heavy library."""

import subprocess
import sys

import pytest

COMMANDS = "check parameters calibrate forecast run compare optimise report plan effects".split()
COMMANDS += ["portfolio", "reproduce"]
HEAVY = ("numpy", "pandas", "scipy", "mesa", "statsmodels", "matplotlib", "rich", "joblib")


def _start(arguments) -> tuple[list[str], set[str], str]:
    """Return what a command prints, with its exit code, what of heavy it loads, and what it refuses."""
    code = (
        "import sys\nfrom sim.cli import main\n"
        "try:\n    main.app(sys.argv[1:])\nexcept SystemExit as end:\n    print('code:', end.code)\n"
        f"print('loaded:', *[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    *printed, loaded = done.stdout.splitlines()
    return printed, set(loaded.split()[1:]), done.stderr


@pytest.mark.parametrize("arguments", [("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_teaches_by_example_and_loads_no_heavy_library(arguments):
    printed, loaded, _ = _start(arguments)
    assert not loaded
    assert printed[-1] == "code: 0"
    assert any(line.strip().startswith("loyalty ") for line in printed), printed


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "--market", "grosery"),
        ("compare", "--market", "grocery", "--strategies", "balanced,ballanced"),
        ("plan", "ballanced"),
        ("run", "--market", "grocery", "--strategy", "ballanced", "--out", "nowhere"),
        ("optimise", "--market", "grosery"),
        *((name, "nowhere") for name in ("explain", "report", "sensitivity", "stress", "trial")),
        *((name, "grosery") for name in ("assume", "learn")),
        *((name, "--market", "grosery") for name in ("effects", "insight", "validate")),
        ("portfolio", "nowhere.yaml"),
    ],
)
def test_a_name_of_nothing_is_refused_before_a_heavy_library_is_loaded(arguments):
    _is_refused_in_a_moment(arguments, "expected")


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "long"),
        ("run", "--strategy", "long", "--out", "x"),
        ("compare", "--strategies", "long"),
    ],
)
def test_what_is_wrong_in_a_strategys_file_is_told_before_a_heavy_library_is_loaded(
    arguments, tmp_path, monkeypatch
):
    strategies = tmp_path / "acme" / "strategies"
    strategies.mkdir(parents=True)
    (tmp_path / "acme" / "acme.yaml").write_text("name: acme", encoding="utf-8")
    plays = "- {lever: pricing}\n" * 300
    text = f"name: long\ntitle: Long\nsummary: Too long.\nplays:\n{plays}"
    (strategies / "long.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path))
    _is_refused_in_a_moment((*arguments, "--market", "acme"), "at most 100 items")


def _is_refused_in_a_moment(arguments, word):
    printed, loaded, refused = _start(arguments)
    assert printed == ["code: 2"]
    assert loaded <= {"rich"}
    assert word in refused
