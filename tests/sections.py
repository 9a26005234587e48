"""Some sections of a report, for tests that read no others: to draw all of them takes a second."""

import pytest

from sim.analysis.answers import Answers
from sim.report.comparison import content
from sim.report.section import Content


def parts_of(comparison: Answers, *keys: str) -> Content:
    """Give the sections of a report that are asked for, as `build_content` makes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "SECTIONS", {key: content.SECTIONS[key] for key in keys})
        return content.build_content(comparison)
