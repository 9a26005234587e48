"""What was found in a market's log, kept beside the market: numbers of groups of five and more."""

from pathlib import Path
from typing import Any

from sim.common.errors import InputError
from sim.common.paths import client_folder, insight_name, root
from sim.common.reading import read_yaml, validate
from sim.common.writing import write_json
from sim.insight.records import Insight
from sim.market.market import Market

#: Digits that are kept of a number.
_DIGITS = 4


def insight_path(market: Market) -> Path:
    """Return where what was found in the log of a market is kept: beside its histories."""
    return market.history_path.with_name(insight_name(market.name))


def page_folder(market: Market) -> Path:
    """Return where the page is written: a client's folder, of a built-in market among the results."""
    own = client_folder(market.name)
    return own if own is not None else root() / "data" / "results" / f"insight_{market.name}"


def read_insight(market: Market) -> Insight | None:
    """Read what was found in the log of a market; None where nobody has looked, or there is no log.

    Raises
    ------
    InputError
        If the file was spoiled.
    """
    if market.based_on or market.is_contractual:
        return None
    path = insight_path(market)
    return validate(Insight, read_yaml(path), str(path), strict=False) if path.exists() else None


def numbers_path(market: Market, out: Path | None = None, renews: bool = False) -> Path:
    """Return where the numbers of a look at a log go: what comes with the workbench is left as it is.

    Parameters
    ----------
    market : Market
    out : Path, optional
        The folder that somebody asked for.
    renews : bool
        Whether what is kept of a market that comes with the workbench is to be renewed.

    Raises
    ------
    InputError
        If both are asked for.
    """
    if out is not None and renews:
        expected = "one of --out and --renew, which write to different places"
        raise InputError("--renew", "renew", f"--out {out}", expected)
    if out is not None:
        return out / insight_name(market.name)
    if renews or client_folder(market.name) is not None:
        return insight_path(market)
    return page_folder(market) / insight_name(market.name)


def write_insight(market: Market, found: Insight, path: Path) -> None:
    """Write what was found in the log of a market."""
    write_json(path, as_kept(found), private=client_folder(market.name) is not None)


def as_kept(found: Insight) -> dict[str, Any]:
    """Return what was found as plain values, each number with as many digits as are kept."""
    return {name: _rounded(one) for name, one in found.model_dump(mode="json").items()}


def _rounded(value: Any) -> Any:
    """Return the same with numbers as they are kept."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
