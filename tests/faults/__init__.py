"""Deliberate faults, each of which some test must notice: what `make faults` plants, one at a time.

A fault is a small, likely slip: a sign, an off-by-one week, a swapped column, a dropped cost. The
golden baseline is not among the tests that may notice: it sees that numbers changed, not that they
are wrong.
"""

from tests.faults import (
    answers,
    exports,
    findings,
    firm,
    known_people,
    levers,
    luck,
    privacy,
    reviews,
    voices,
    week,
    winning,
    written,
)
from tests.faults.fault import Fault

FAULTS = (
    *(week.FAULTS + firm.FAULTS + levers.FAULTS + voices.FAULTS + known_people.FAULTS),
    *(winning.FAULTS + luck.FAULTS + answers.FAULTS + reviews.FAULTS + exports.FAULTS),
    *(privacy.FAULTS + findings.FAULTS + written.FAULTS),
)

__all__ = ["FAULTS", "Fault"]
