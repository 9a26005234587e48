"""What is asked of a search and cannot be had is refused with the numbers, before a folder is opened."""

import re

import pytest
from typer.testing import CliRunner

from sim.advice.search.candidates import limits_of
from sim.cli.main import app
from sim.common.errors import InputError
from tests.quick import make_quick

SMALL = ("--customers", "100", "--weeks", "4", "--futures", "10", "--jobs", "1")
PROGRAMME = "incentives:points_programme"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What is refused is tested here, not what budgets are."""
    make_quick(monkeypatch.setattr)


def _call(out, *arguments):
    words = ["optimise", "--market", "grocery", *SMALL, "--out", str(out), *arguments]
    return CliRunner().invoke(app, words)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_play_that_the_budget_does_not_pay_is_refused_with_its_cost_and_the_budget(
    tmp_path, language
):
    done = _call(tmp_path / "out", "--include", PROGRAMME, "--budget", "10", "--lang", language)
    assert done.exit_code == 2, done.output
    assert PROGRAMME in done.stderr and "--budget" in done.stderr
    money = [float(x.replace(",", "")) for x in re.findall(r"([\d,]+) USD", done.stderr)]
    assert money[0] == 10 and money[1] > 10, done.stderr
    assert ("this firm" in done.stderr) == (language == "en")
    # what it is said to cost, and a little for rounding, pays for it
    from sim.advice.search.asked import Asked, within_budget
    from sim.advice.search.trials import Size
    from sim.evidence.own import parameters_for
    from sim.market.market import load_market

    market, size = load_market("grocery"), Size(100, 4, 10, 1)
    for budget, pays in ((money[1] + 1, True), (money[1] - 1, False)):
        asked = Asked(budget, 5, (), (PROGRAMME,), {}, size)
        if pays:
            assert within_budget(market, parameters_for(market), asked, 1)[1].include
        else:
            with pytest.raises(InputError, match="the budget pays"):
                within_budget(market, parameters_for(market), asked, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--budget", "0"), "above 0"),
        (("--budget", "-5"), "above 0"),
        (("--budget", "nan"), "a finite number"),
        (("--budget", "1e14"), "USD a year"),
        (("--include", PROGRAMME, "--budget", "10"), "the budget pays"),
    ],
)
def test_what_is_refused_leaves_no_folder_behind(tmp_path, arguments, said):
    done = _call(tmp_path / "out", *arguments)
    assert done.exit_code == 2 and said in done.stderr, done.output
    assert "Did you mean" not in done.stderr  # nothing near that is refused as well
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    done = _call(tmp_path, "--budget", "100000")
    assert done.exit_code == 2 and "never overwritten" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_the_help_shows_no_bounds_that_nobody_could_mean():
    done = CliRunner().invoke(app, ["optimise", "--help"])
    assert "--budget MONEY" in done.stdout and "1000000000000000" not in done.stdout


def _limits(include, capacity):
    return limits_of(1.0, 5, (), include, capacity, 3.0, 52)


def test_plays_that_a_department_cannot_lead_are_refused_with_hours_needed_and_there():
    with pytest.raises(InputError, match="market can lead") as caught:
        _limits(["incentives:points_programme", "pricing:open_prices"], {"market": 5.0})
    assert "5 hours a week" in str(caught.value) and "these take 6" in str(caught.value)
    assert _limits(["incentives:points_programme"], {"market": 5.0}).include


def test_the_same_play_twice_is_told_as_such():
    with pytest.raises(InputError, match="each play once"):
        _limits([PROGRAMME, PROGRAMME], {})
    with pytest.raises(InputError, match="one play of a lever for the same customers"):
        _limits([PROGRAMME, "incentives:end_of_points"], {})
