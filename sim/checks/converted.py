"""What a strategy file that was written anew costs now, where it is known for whom it is.

In format 1 plays were scaled to their shares of the budget, so that a plan cost these shares, no more and
no less. In format 2 it costs what is written, which a pilot run tells of one market only.
"""

from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.preset_effects import WEEKS
from sim.checks.faults import attempt
from sim.common.errors import InputError
from sim.common.formatting import fixed_percent, money
from sim.common.paths import client_folder, client_names, shown
from sim.common.reading import parse_yaml
from sim.experiment.budget import size_strategies
from sim.market.market import load_market
from sim.playbook.strategy_files import load_strategy

_UNKNOWN = (
    "how much dearer it is now cannot be told without its market: "
    "`loyalty plan {name} --market MARKET` tells what it costs there"
)


def cost_now(path: Path, old: str) -> str:
    """Return what a converted strategy cost a year and costs as written, or that it cannot be told.

    Parameters
    ----------
    path : Path
        Its file, in the present format.
    old : str
        The text that it had.
    """
    owner = next((n for n in client_names() if client_folder(n) == path.parent.parent), "")
    told = attempt(_told, path, old, owner)[0] if owner else None
    return told or _UNKNOWN.format(name=path.stem)


def _told(path: Path, old: str, owner: str) -> str:
    """Return it for the market of the client whose strategy it is."""
    market = load_market(owner)
    share = _shares(parse_yaml(old, shown(path)))
    sized = size_strategies(market, [load_strategy(path.stem, owner)], WEEKS)[path.stem]
    budget, customers = sized.budget or 0.0, market["firm_customers"]
    written = sized.as_written or 0.0

    def a_year(cost: float) -> str:
        of = f" ({fixed_percent(cost / budget)} of the budget)" if budget > 0 else ""
        return f"{money(cost * customers, market.currency)} a year{of}"

    change = written - share * budget
    more = "more" if change > 0 else "less"
    return (
        f"for {owner} it was scaled to {a_year(share * budget)}; as written it costs {a_year(written)}, "
        f"{money(abs(change) * customers, market.currency)} {more}"
    )


def _shares(content: Any) -> float:
    """Return which part of the budget the plays of an old file had together."""
    plays = content.get("plays") or [] if isinstance(content, dict) else []
    try:
        return float(
            np.sum([float(play["budget_share"]) for play in plays if "budget_share" in play])
        )
    except (TypeError, ValueError) as error:
        raise InputError("plays", "budget_share", "no number", "a share of the budget") from error
