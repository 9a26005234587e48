"""How far versions drift apart: the reference simulation of each version, side by side."""

from collections.abc import Mapping
from typing import Any

from sim.common.formatting import MINUS, fixed_percent, markdown_table, spaced
from sim.measures.definitions import MEASURES


def reference_tables(references: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what was put in, what came out and what differs from the version before, as Markdown.

    Parameters
    ----------
    references : mapping of str to mapping
        Reference simulations by version, oldest first, as ``data/reference`` keeps them.
    """
    last = list(references.values())[-1]
    before = list(references.values())[-2] if len(references) > 1 else None
    parts = [_inputs(references)]
    for market in last["outputs"]:
        parts += [f"## {spaced(market).capitalize()}", _outcomes(last, before, market)]
    return "\n\n".join(parts)


def _inputs(references: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for version, one in references.items():
        asked = ", ".join(f"{spaced(name)} {value}" for name, value in one["inputs"].items())
        for market, digests in one["digests"].items():
            told = " ".join(f"{name} `{value}`" for name, value in digests.items())
            rows.append((version, spaced(market), asked, told))
    return markdown_table(("version", "market", "put in", "digests"), rows)


def _outcomes(last: Mapping[str, Any], before: Mapping[str, Any] | None, market: str) -> str:
    labels = {name: measure.label for name, measure in MEASURES.items()}
    rows = []
    for name, (nothing, strategy) in last["outputs"][market].items():
        earlier = before and before["outputs"].get(market, {}).get(name)
        cells = [labels.get(name, spaced(name)), _number(nothing), _number(strategy)]
        if earlier:
            cells += [_drift(earlier[0], nothing), _drift(earlier[1], strategy)]
        elif before is not None:
            cells += ["new", "new"]
        rows.append(tuple(cells))
    head = ["measure", "doing nothing", "strategy"]
    if before is not None:
        head += [f"since {before['version']}: doing nothing", "strategy"]
    return markdown_table(head, rows)


def _number(value: float) -> str:
    """Write a number with all digits that are kept, since three would hide a drift."""
    return f"{value:,.10g}".replace("-", MINUS)


def _drift(earlier: float, now: float) -> str:
    """Write a change as a share of the earlier value, or that there is none."""
    if earlier == now:
        return "same"
    return "from nil" if earlier == 0 else fixed_percent(now / earlier - 1, 3, signed=True)
