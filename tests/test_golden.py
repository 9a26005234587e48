"""One stored result per market: a change of any number is noticed, and is meant or a mistake.

When a change is meant, run ``python -m tests.test_golden`` and add a line marked **Results change** to
CHANGELOG.md in the same commit.
"""

from pathlib import Path

import pandas as pd
import pytest

from sim.playbook.strategy_files import load_strategy
from tests.worlds import world

FOLDER = Path(__file__).parent / "golden"
MARKETS = ("grocery", "music_shop")


def _totals(market: str) -> pd.DataFrame:
    """Sums over the weeks of every column, by segment, for all three levers at once, in a future."""
    plays = load_strategy("segmented_care")
    weekly = (
        world(market, plays, n=600, weeks=30, seed=11, start="posterior", drawn=True).run().weekly
    )
    return weekly.drop(columns="week").groupby("segment").sum().T.sort_index()


@pytest.mark.parametrize("market", MARKETS)
def test_results_are_those_of_the_stored_baseline(market: str) -> None:
    stored = pd.read_csv(FOLDER / f"{market}.csv", index_col=0)
    # Nine digits: elementary functions may differ in the last ones between processors.
    pd.testing.assert_frame_equal(_totals(market), stored, rtol=1e-9, check_names=False)


if __name__ == "__main__":
    for name in MARKETS:
        _totals(name).to_csv(FOLDER / f"{name}.csv", float_format="%.15g", lineterminator="\n")
