"""CONTRIBUTING's table of changes is true: each recipe, followed in a copy, is seen where a user looks.

A recipe touches only what its row names; `loyalty check --fix` writes the rest, and finds nothing wrong.
Several are followed in one copy, one after the other; the larger form follows each alone.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.mutation import ROOT
from tests.recipe import CONTRIBUTING, Copy
from tests.recipe_steps import ADD, CHANGE, PLAN
from tests.test_half_made_levers import PAGE


def _followed(folder: Path, recipes: Sequence[Callable[[Copy], None]]) -> tuple[Copy, str]:
    copy = Copy(folder)
    for recipe in recipes:
        recipe(copy)
    return copy, copy.finish()


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    """A copy in which the first recipes were followed, and what `loyalty check --fix` said."""
    return _followed(tmp_path_factory.mktemp("added"), ADD)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A copy in which the other recipes were followed, and what `loyalty check --fix` said."""
    return _followed(tmp_path_factory.mktemp("changed"), CHANGE)


@pytest.mark.slow  # together they are followed by `added` and `changed`
@pytest.mark.parametrize("recipe", [*ADD, *CHANGE], ids=lambda recipe: recipe.__name__)
def test_each_recipe_is_enough_alone(recipe, tmp_path):
    _followed(tmp_path, [recipe])


def test_a_fourteenth_lever_is_seen_in_the_playbook_and_in_a_plan(added):
    copy, said = added
    assert "(opening_hours)" in said, "only the new lever's effects are to be simulated"
    assert "[Opening hours](levers/opening_hours.md)" in copy.text("playbook/README.md")
    assert "| opening_hours | `hours` |" in copy.text("playbook/README.md")
    assert "not simulated yet" in copy.text(PAGE)
    plan = PLAN.format(name="my_hours", lever="opening_hours", preset="usual_way")
    (copy.folder / "playbook/strategies/my_hours.yaml").write_text(plan, encoding="utf-8")
    assert "opening hours" in copy.loyalty("plan", "my_hours", "--weeks", "4").lower()


def test_a_strategy_is_seen_in_the_playbook_and_in_a_plan(added):
    copy, _ = added
    assert "[`my_plan`](strategies/my_plan.yaml)" in copy.text("playbook/README.md")
    said = copy.loyalty("plan", "my_plan", "--weeks", "4")
    assert "My plan" in said


def test_a_section_of_the_report_is_seen_on_its_page(added):
    copy, _ = added
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from synthetic import synthetic_comparison\n"
        "from sim.report.comparison.content import build_content\n"
        "from sim.report.rendering import render\n"
        "print(render(build_content(synthetic_comparison())))"
    )
    page = copy.python("-c", code)
    assert "With thanks to all who answered the survey" in page
    assert ">Thanks<" in page, "in the list of contents"


def test_a_fact_is_in_the_table_of_a_validation(added, tmp_path):
    copy, _ = added
    small = "--facts S21 --customers 100 --replications 2 --jobs 1".split()
    said = copy.loyalty("validate", *small, "--out", str(tmp_path / "facts"))
    (line,) = [line for line in said.splitlines() if "S21 purchases" in line]
    assert "green" in line


def test_a_case_is_in_the_list_of_cases_and_its_market_can_be_planned_in(added):
    copy, _ = added
    assert "(cases/corner_shop.md)" in copy.text("playbook/README.md")
    assert "(cases/corner_shop.md)" in copy.text("playbook/coverage.md")
    said = copy.loyalty("plan", "balanced", "--market", "corner_shop", "--weeks", "4")
    assert "Budget: $" in said


def test_a_preset_is_seen_in_the_playbook(changed):
    copy, said = changed
    assert "`half_open`" in copy.text("playbook/README.md")
    assert "| `half_open` |" in copy.text("playbook/levers/pricing.md")
    assert "not run yet (pricing)" in said


def test_a_parameter_is_in_the_table_that_runs_read(changed):
    copy, _ = changed
    assert "patience,pricing,4" in copy.text("data/parameters.csv")


def test_a_measure_is_defined_for_readers_and_stands_in_the_report(changed):
    copy, _ = changed
    assert "| `referrals` | people per year |" in copy.text("data/README.md")
    code = (
        "from sim.measures.definitions import measures_in\n"
        "print([record.label for record in measures_in(False, 'report').values()])"
    )
    assert "friends who came on a recommendation" in copy.python("-c", code)


def test_a_finding_moves_its_parameter_and_stands_on_the_page(changed):
    copy, _ = changed
    (row,) = re.findall("^half_life_weeks,incentives,.*$", copy.text("data/parameters.csv"), re.M)
    name, lever, value, *_ = row.split(",")
    assert 30 < float(value) < 39
    assert ",published,E31 E990," in row
    assert "| E990 | What joining changes has faded" in copy.text("playbook/levers/incentives.md")


def test_a_value_of_a_market_is_defined_for_readers_and_its_range_is_checked(changed):
    copy, _ = changed
    assert "| `loyal_by_habit` | share |" in copy.text("data/README.md")
    path = copy.folder / "data/markets/grocery.yaml"
    head, rest = copy.text("data/markets/grocery.yaml").split("  loyal_by_habit:\n", 1)
    rest = rest.replace("value: 0.2", "value: 1.2", 1).replace("high: 0.3", "high: 1.3", 1)
    path.write_text(f"{head}  loyal_by_habit:\n{rest}", encoding="utf-8")  # nobody looks later
    with pytest.raises(AssertionError, match="loyal_by_habit"):
        copy.loyalty("check")


def test_files_and_functions_that_contributing_names_exist():
    named = re.findall(r"`((?:sim|tests)/[\w/]+\.py)(?::(\w+))?`", CONTRIBUTING)
    assert len(named) > 20
    for file, function in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not function or re.search(rf"^(?:def|class) {function}\b", text, re.MULTILINE), (
            f"{file}:{function}"
        )


def test_every_room_is_on_the_map_of_contributing_in_the_order_of_the_layers():
    rooms = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")}
    on_map = re.findall(r"^\| `(\w+)` \|", CONTRIBUTING, re.MULTILINE)
    assert set(on_map) == rooms
    layers = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("layers = [")[1]
    order = re.findall(r"\w+", " ".join(re.findall(r'"([\w |]+)"', layers.split("]")[0])))
    assert sorted(on_map) == sorted(order)
    assert [on_map.index(room) for room in order] == sorted(on_map.index(room) for room in order)
