"""The reference simulation that is kept for this version is what the present code and data give.

When a change is meant, run ``make reference`` and add a line marked **Results change** to CHANGELOG.md.
"""

import pytest

from sim.common.version import __version__
from sim.workbench.reference import read_references, simulate_reference
from sim.workbench.site.reference_page import reference_tables

#: Six digits are kept: half of the last one is at most five parts in a million.
ROUNDING = 1e-5


def test_the_reference_of_this_version_is_what_the_code_gives() -> None:
    kept, now = read_references()[__version__], simulate_reference()
    assert kept["inputs"] == now["inputs"]
    for market, outcomes in now["outputs"].items():
        assert kept["outputs"][market] == {
            name: pytest.approx(values, rel=ROUNDING, abs=ROUNDING)
            for name, values in outcomes.items()
        }, "run `make reference` if this is meant"
        for part, digest in now["digests"][market].items():
            # code may be written otherwise and give the same
            assert part == "code" or kept["digests"][market][part] == digest, part


def test_the_page_shows_what_drifted_between_versions() -> None:
    digests = {"grocery": {"code": "0123"}}
    before, after = (
        {
            "version": version,
            "inputs": {"seed": 1},
            "digests": digests,
            "outputs": {"grocery": {"profit": [100.0, profit], "trips": [5.0, 6.0]}},
        }
        for version, profit in (("0.1.0", 200.0), ("0.2.0", 201.0))
    )
    said = reference_tables({"0.1.0": before, "0.2.0": after})
    (profit,) = (line for line in said.splitlines() if "201" in line)
    assert "same" in profit and "+0.500%" in profit
    (trips,) = (line for line in said.splitlines() if "| 5 | 6 |" in line)
    assert trips.count("same") == 2
