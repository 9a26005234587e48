"""What a market foresaw of its own log is read as it must be, and said where it asks for an answer.

Serves: L4.1a
"""

import pytest
from pydantic import ValidationError

from sim.calibration.fit_told import of_a_cohort
from sim.calibration.origins import Origins
from sim.market.hold_out import HoldOut
from sim.market.market import load_market
from sim.report.likeness import likeness_section


@pytest.mark.parametrize("cut", ["soon", "2024-02-30"])
def test_the_day_of_the_cut_is_a_day(cut):
    with pytest.raises(ValidationError, match="a day such as"):
        HoldOut(cut=cut)
    assert HoldOut(cut="2024-02-29").cut == "2024-02-29"


@pytest.mark.parametrize(("newcomers", "told"), [(0.03, False), (0.2, False), (0.9, True)])
def test_newcomers_of_the_log_outside_what_is_assumed_are_told_with_what_to_do(newcomers, told):
    market = load_market("grocery")
    held = market.hold_out.model_copy(update={"newcomers": newcomers})
    said = likeness_section(market, held).bullets[0]
    assert ("inflow_per_year" in said) == told


def test_a_few_early_first_purchases_are_not_called_old_customers():
    assert "before the log begins" not in of_a_cohort(Origins(0.08, 0.42, 0.5, 75.0), 77.0)
    assert "about 40% seem" in of_a_cohort(Origins(0.4, 0.2, 0.4, 75.0), 77.0)
