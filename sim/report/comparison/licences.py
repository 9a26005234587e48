"""What a hand-over may be used for: the licences of its data, its sources and its fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.common.composed import retold
from sim.report.fonts import CHINESE, LATIN
from sim.report.names import source_of_data
from sim.report.phrases import say
from sim.report.section import Table

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def licences_table(comparison: Answers) -> Table:
    """Return what a report holds that somebody else made or gave, and under which licence.

    The licence of a market's data is what its file states of it. DejaVu has the licence of Bitstream
    Vera with changes in the public domain, Noto the SIL Open Font License 1.1: both may be embedded.
    """
    data = comparison.market.data
    unknown = say("comparison.licences.unknown")
    rows = [
        (source_of_data(comparison.market), "data", retold(data.licence) or unknown),
        (say("comparison.licences.studies"), "quoted", say("comparison.licences.cited")),
        (say("comparison.licences.workbench"), "made", say("comparison.licences.mit")),
        (CHINESE, "font", say("comparison.licences.ofl")),
        (LATIN, "font", say("comparison.licences.vera")),
    ]
    heads = (say("column.what"), say("column.used_for"), say("column.licence"))
    cells = [(what, say(f"comparison.licences.for.{use}"), licence) for what, use, licence in rows]
    return Table(
        say("comparison.licences.caption"),
        pd.DataFrame(cells, columns=list(heads)),
        say("comparison.licences.note"),
    )
