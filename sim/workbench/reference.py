"""One reference simulation per version: what was put in, what came out, so that drift can be seen.

``data/reference/VERSION.yaml`` holds it; ``python -m sim.workbench.reference``, or ``make reference``,
makes that of the present version. `tests/test_reference.py` holds the file to what the code gives.
"""

import json
from pathlib import Path
from typing import Any

import yaml

from sim.common.paths import root, shown
from sim.common.reading import digest
from sim.common.version import __version__
from sim.common.writing import write_text
from sim.experiment.fingerprint import describe
from sim.market.market import load_market
from sim.measures.of_run import horizon_measures
from sim.measures.weekly import TOTAL
from sim.model.loyalty_model import LoyaltyModel
from sim.model.scenario import Scenario
from sim.playbook.strategies import BASELINE
from sim.playbook.strategy_files import load_strategy

#: One market without contracts, one with.
MARKETS = ("grocery", "subscription")
STRATEGY, CUSTOMERS, WEEKS, SEED = "balanced", 500, 52, 1
#: Significant digits of each outcome: the last ones of a number differ between processors.
DIGITS = 6


def reference_path(version: str = __version__) -> Path:
    """Return the file that holds the reference simulation of a version."""
    return root() / "data" / "reference" / f"{version}.yaml"


def simulate_reference() -> dict[str, Any]:
    """Run the reference simulation with the present code and data.

    Returns
    -------
    dict
        ``version``, ``inputs``, ``digests`` by market of what was put in, and ``outputs`` by market and
        measure: under doing nothing, then under the strategy.
    """
    asked = {"customers": CUSTOMERS, "weeks": WEEKS, "seed": SEED}
    return {
        "version": __version__,
        "inputs": {"strategy": STRATEGY, **asked},
        "digests": {market: _digests(market) for market in MARKETS},
        "outputs": {market: _outcomes(market) for market in MARKETS},
    }


def _digests(market: str) -> dict[str, str]:
    """Return a digest of each part of what determines the results, and of the code."""
    whole = describe(load_market(market), [load_strategy(STRATEGY)])
    return {
        name: digest(json.dumps(whole[name], sort_keys=True).encode())
        for name in ("market", "history", "parameters", "chosen", "code")
    }


def _outcomes(market: str) -> dict[str, list[float]]:
    where, found = load_market(market), list[dict[str, float]]()
    for strategy in (BASELINE, STRATEGY):
        # as it is written, with no budget to meet: a pilot that sizes it would take most of the time
        model = LoyaltyModel(Scenario(where, load_strategy(strategy), CUSTOMERS, WEEKS, SEED)).run()
        table = horizon_measures(model.weekly, where, model.scale)
        total = table[table["segment"] == TOTAL].dropna(subset="value")
        found.append(dict(zip(total["measure"], total["value"], strict=True)))
    before, after = found
    return {
        name: [float(f"{value:.{DIGITS}g}") for value in (before[name], after[name])]
        for name in before
        if name in after
    }


def read_references() -> dict[str, dict[str, Any]]:
    """Return the reference simulations of all versions that are kept, by version, oldest first."""
    files = sorted(reference_path().parent.glob("*.yaml"), key=_order)
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def _order(path: Path) -> list[int]:
    return [int(part) for part in path.stem.split(".")]


def main() -> None:
    """Write the reference simulation of the present version."""
    path = reference_path()
    text = yaml.safe_dump(simulate_reference(), sort_keys=False, default_flow_style=None, width=100)
    head = "# Written by `make reference`: what this version gives, for comparison with other versions.\n"
    write_text(path, head + text)
    print(f"Written: {shown(path)}")


if __name__ == "__main__":
    main()
