"""What a reader is told where groups of few people are not shown."""

from collections.abc import Iterable

from sim.common.few import FEWEST, shown
from sim.report.phrases import say


def left_out(counts: Iterable[float]) -> list[str]:
    """Return the sentence on groups that are not shown, by how many people are in each; or none."""
    return [] if shown(counts).all() else [say("few.left_out", least=FEWEST)]
