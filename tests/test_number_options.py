"""An option that takes a number answers a wrong one by its name, its range and the nearest valid one."""

from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sim.cli import main


def number_options() -> list[tuple[str, str, dict[str, Any]]]:
    """Every command's options that take a number, each with its type and range."""
    found = []
    for name, command in get_command(main.app).commands.items():
        for option in command.params:
            schema = option.get_runtime_param().adapter.json_schema()
            for one in (schema, *schema.get("anyOf", ())):
                if one.get("type") in ("integer", "number"):
                    found.append((name, option.opts[0], one))
    return found


OPTIONS = number_options()


def refusal(*arguments: str) -> str:
    answer = CliRunner().invoke(main.app, list(arguments))
    assert answer.exit_code == 2
    return answer.stderr


def test_there_are_options_of_both_kinds_with_a_range_and_without():
    assert {one["type"] for _, _, one in OPTIONS} == {"integer", "number"}
    assert {"minimum" in one for _, _, one in OPTIONS} == {True, False}
    assert ("calibrate", "--wage") in {(command, option) for command, option, _ in OPTIONS}


@pytest.mark.parametrize(("command", "option", "kind"), OPTIONS)
def test_a_word_in_place_of_a_number_is_refused_by_name_and_range(command, option, kind):
    """A library's words, the obvious version, name neither what was found nor what would be right."""
    said = refusal(command, option, "abc")
    assert option in said and "'abc'" in said and "Input should" not in said
    assert ("expected a whole number" in said) == (kind["type"] == "integer")
    for end in ("minimum", "maximum"):
        assert str(kind.get(end, "")) in said


@pytest.mark.parametrize(
    ("command", "option", "kind"), [one for one in OPTIONS if "minimum" in one[2]]
)
def test_a_number_out_of_range_is_refused_with_the_nearest_that_is_valid(command, option, kind):
    for off, end in ((-1, "minimum"), (1, "maximum")):
        assert f"Did you mean '{kind[end]}'?" in refusal(command, option, str(kind[end] + off))


@pytest.mark.parametrize(
    ("command", "option", "kind"), [one for one in OPTIONS if "minimum" in one[2]]
)
def test_what_is_no_number_has_no_nearest_one(command, option, kind):
    said = refusal(command, option, "nan")
    assert "'nan'" in said and "Did you mean" not in said
