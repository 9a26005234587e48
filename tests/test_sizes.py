"""How large a comparison is unless asked otherwise, wherever that is asked."""

import inspect

import sim
from sim.cli import given
from sim.cli.runs import compare as command
from sim.common.paths import root
from sim.common.size import LOOK_SIZE, REPORT_SIZE


def test_what_is_left_open_is_a_look_and_the_size_of_a_report_is_that_of_the_command():
    def left_open(function):
        found = inspect.signature(function).parameters
        return {name: found[name].default for name in ("weeks", "futures")}

    assert left_open(sim.compare) == {name: LOOK_SIZE[name] for name in ("weeks", "futures")}
    assert left_open(command) == {"weeks": REPORT_SIZE["weeks"], "futures": None}
    assert given.futures(None, None) == given.futures(None, 5.0) == REPORT_SIZE["futures"]
    page = (root() / "docs" / "how_do_i" / "engineer.md").read_text(encoding="utf-8")
    for size in (LOOK_SIZE, REPORT_SIZE):
        said = f"{size['customers']:,} customers, {size['weeks']} weeks"
        assert said in page and f"{size['futures']} futures" in page
    assert "compare(market, **REPORT_SIZE)" in page and "**REPORT_SIZE" in sim.compare.__doc__
