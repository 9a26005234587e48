"""What a finished comparison is asked beyond its verdict: when it loses, what to find out first."""

import pandas as pd

from sim.analysis.answers import Answers
from sim.analysis.choice import equity_of
from sim.analysis.known_futures import Futures, futures_of, that_can_move
from sim.analysis.leaning import leader_of
from sim.analysis.scenario_discovery import Losing, when_it_loses
from sim.analysis.value_of_information import Information, value_of_information
from sim.playbook.strategies import BASELINE


def futures_in(comparison: Answers) -> Futures:
    """Return what is known of the futures of a comparison, of the strategies that its firm can pay."""
    equity: pd.DataFrame = equity_of(comparison.measures, 0)
    return futures_of(comparison.manifest, equity[list(comparison.verdict.options.index)])


def losing_in(comparison: Answers) -> Losing:
    """Return in which futures the advice of a comparison is wrong."""
    matter = that_can_move(comparison.manifest, [leader_of(comparison.verdict)])
    return when_it_loses(futures_in(comparison), comparison.verdict, matter)


def information_in(comparison: Answers) -> Information | None:
    """Return what is worth finding out first, None of too few futures."""
    studies: dict[str, list[str]] = {}
    for row in comparison.manifest.parameters:
        for finding in row.evidence:
            studies.setdefault(finding, []).append(row.key)
    payable = [name for name in comparison.verdict.options.index if name != BASELINE]
    matter = that_can_move(comparison.manifest, payable)
    futures = futures_in(comparison)
    return value_of_information(futures, matter, studies, comparison.verdict.matters)
