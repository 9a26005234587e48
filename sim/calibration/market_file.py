"""The files of a market: join estimates and assumptions, and write them."""

import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.calibration.spend_said import SECTION
from sim.calibration.transactions import Log
from sim.common.errors import InputError, nearest
from sim.common.reading import LARGEST_TABLE, read_bytes, read_yaml, validate
from sim.common.writing import write_text
from sim.market.declared import ASSUMPTIONS, declared, sections
from sim.market.market import Market
from sim.market.numbers import Number
from sim.market.values import PURCHASE_VALUES, VALUES

#: Two calibrations agree when their numbers do to this share; machines differ in the last digits.
AGREE = 1e-3
#: What a market may be called.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def check_name(name: str) -> None:
    """Refuse a name that cannot be a market's.

    Raises
    ------
    InputError
        Unless it is at most 60 small letters, digits and underscores, a letter first.
    """
    if not _NAME.fullmatch(name):
        expected = "at most 60 small letters, digits and underscores, a letter first"
        raise InputError("--name", "name", name, expected, _plain_name(name))


def check_choice(drop_out: str) -> None:
    """Refuse a `drop_out` that is none of the three."""
    choices = ("auto", "measured", "assumed")
    if drop_out not in choices:
        expected = "one of " + ", ".join(choices)
        raise InputError("--drop-out", "drop_out", drop_out, expected, nearest(drop_out, choices))


def _plain_name(name: str) -> str | None:
    """Return the valid name closest to what was typed."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain if _NAME.fullmatch(plain) else None


def complete(
    content: dict[str, Any],
    estimated: dict[str, dict[str, Any]],
    own: str,
    panel: bool = False,
    amounts: bool = True,
) -> Market:
    """Put the estimates and what is declared together.

    An estimate comes first, then what is known of the source, then its trade, then any firm.

    Parameters
    ----------
    content : dict
        ``name``, ``currency``, ``data`` and ``fit`` of the market, its ``trade`` where somebody said
        it, and its ``channels`` where the log shows them.
    estimated : dict
        Estimated values, as `sim.market.market.Number` has them.
    own : str
        The source; its section of the assumptions, if it has one, goes before ``default``.
    panel : bool
        Whether the log shows no first purchases: what newcomers buy is then assumed.
    amounts : bool
        Whether it has amounts: if not, how spend differs is assumed.

    Returns
    -------
    Market

    Raises
    ------
    InputError
        If the assumptions are wrong or incomplete, or there is no such trade.
    """
    special = sections(ASSUMPTIONS).get(own) or {}
    trade = content.get("trade") or special.get("trade")
    known = declared(trade)
    assumed = {**known.values, **special.get("values", {})}
    if "drop_out_beta" in estimated:
        assumed.pop("yearly_attrition", None)
    if not panel:
        assumed.pop("newcomer_purchases", None)
    if "renewal_alpha" in estimated:
        for name in PURCHASE_VALUES:
            assumed.pop(name, None)
    if not amounts:
        assumed |= sections(ASSUMPTIONS)[SECTION]["values"]
    values = {**assumed, **estimated}
    order = [name for name in VALUES if name in values]
    values = {name: values[name] for name in order} | values
    parts = {key: special.get(key, getattr(known, key)) for key in ("rivals", "channels")}
    title = special.get("title", content["name"].replace("_", " ").capitalize())
    market = {"name": content["name"], "title": title, **parts, **content, "values": values}
    fit = market.pop("fit")
    return validate(Market, {**market, "trade": trade, "fit": fit}, ASSUMPTIONS)


def account_of(
    log: Log, histories: pd.DataFrame, cautions: list[str], command: str
) -> dict[str, Any]:
    """Return the market's account of its data."""
    return {
        "source": log.source,
        "description": log.description,
        "licence": log.licence,
        "provenance": log.provenance,
        **_size(log),
        "histories": len(histories) if len(histories) != log.n_customers else None,
        "command": command,
        "grain": log.grain,
        "cautions": cautions,
    }


def write_market(
    market: Market, histories: pd.DataFrame, folder: Path, force: bool = False
) -> tuple[Path, ...]:
    """Write ``NAME.yaml`` and ``NAME.history.csv``.

    Parameters
    ----------
    market : Market
    histories : pandas.DataFrame
        As in `Calibration`.
    folder : Path
        Existing folder.
    force : bool
        Whether files that are there are replaced.

    Returns
    -------
    tuple of Path
        The files written; empty if both hold the same already, to 3 digits.

    Raises
    ------
    InputError
        If a file of this name holds something else and `force` is false.
    """
    header = (
        f"# The market `{market.name}`, made from data; the next calibration replaces it.\n"
        f"# Made by: {market.data.command}\n"
        "# Values `estimated` come from the data, the others from data/assumptions.yaml\n"
        "# and, by trade, from data/trades.yaml.\n"
        "# Rates are per week.\n"
    )
    body = yaml.safe_dump(_plain(market), sort_keys=False, width=100, allow_unicode=True)
    texts = {  # the history first: a market is there when its own file is
        folder / f"{market.name}.history.csv": history_csv(histories),
        folder / f"{market.name}.yaml": header + body,
    }
    there = folder / f"{market.name}.yaml"  # a history alone is what a stopped calibration left
    if there.exists() and not force:
        if _holds(folder, market, histories):
            return ()
        raise _taken(there)
    for path, text in texts.items():
        write_text(path, text, private=True)
    return tuple(texts)


def check_new(folder: Path, name: str, command: str, said: Collection[str]) -> None:
    """Refuse, before anything is read, a name that a market made by another command has.

    So is one in whose file somebody stated values since.

    Parameters
    ----------
    folder : Path
        Where the market is to be written.
    name, command : str
        Of the new market. One that the same command made may turn out to be the same.
    said : collection of str
        Values that the command states itself.

    Raises
    ------
    InputError
        If there is such a market, or its file cannot be read.
    """
    there = folder / f"{name}.yaml"
    if not there.exists():
        return
    found = read_yaml(there)
    values = (found.get("values") or {}).items()
    stated = {key for key, one in values if isinstance(one, dict) and one.get("status") == "stated"}
    if (found.get("data") or {}).get("command") != command or stated - set(said):
        raise _taken(there)


def check_same_log(folder: Path, name: str, log: Log) -> None:
    """Refuse, before anything is fitted, a name that a market made of another log has.

    Raises
    ------
    InputError
        If there is such a market: the file of the log has other lines by now.
    """
    there = folder / f"{name}.yaml"
    if there.exists():
        data = read_yaml(there).get("data") or {}
        if any(data.get(key) != value for key, value in _size(log).items()):
            raise _taken(there)


def _size(log: Log) -> dict[str, Any]:
    """Return by what a market's account of its data knows the log."""
    return {
        "n_customers": log.n_customers,
        "n_transactions": log.n_lines,
        "first_date": f"{log.first_day:%Y-%m-%d}",
        "last_date": f"{log.last_day:%Y-%m-%d}",
    }


def _taken(there: Path) -> InputError:
    """Return that another market has this name, and how to replace it."""
    return InputError(
        str(there),
        "--name",
        there.stem,
        "the name of a new market",
        hint="A market of this name holds other numbers. Add --force to replace it; what was "
        f"corrected in {there.name} by hand is then lost, so keep a copy.",
    )


def history_csv(histories: pd.DataFrame) -> str:
    """Return the histories as the text of their file."""
    return histories.to_csv(index=False, lineterminator="\n")


def _plain(market: Market) -> dict[str, Any]:
    """Return the market as plain values, without what is empty."""
    content = market.model_dump(exclude_none=True)
    if not market.based_on:
        del content["based_on"]
    if not market.covariances:
        del content["covariances"]
    moving = content.get("moving_rates", {"values": {}})
    if not moving.get("covariances"):
        moving.pop("covariances", None)
    content["values"] = _numbers(market.values)
    if market.moving_rates is not None:
        moving["values"] = _numbers(market.moving_rates.values)
    for key in ("rivals", "channels"):
        parts = getattr(market, key)
        content[key] = [{"name": part.name, "share": part.share.written()} for part in parts]
    return content


def _numbers(values: Mapping[str, Number]) -> dict[str, Any]:
    return {name: number.written() for name, number in values.items()}


def _holds(folder: Path, market: Market, histories: pd.DataFrame) -> bool:
    """Return whether the folder holds this market, but for the last digits."""
    try:
        there = read_yaml(folder / f"{market.name}.yaml")
        same = _agree(_without_digest(there), _without_digest(_plain(market)))
        path = folder / f"{market.name}.history.csv"
        content = read_bytes(path, str(path), LARGEST_TABLE)
        written = pd.read_csv(io.BytesIO(content), dtype=float)
    except (InputError, ValueError, KeyError, AttributeError):
        return False
    if list(written.columns) != list(histories.columns) or len(written) != len(histories):
        return False
    return same and bool(np.allclose(written, histories, rtol=AGREE, atol=AGREE))


def _without_digest(content: dict[str, Any]) -> dict[str, Any]:
    """Return a market without the digest of its histories, whose last digits may differ."""
    data = {name: value for name, value in content["data"].items() if name != "history"}
    return content | {"data": data}


def _agree(one: Any, other: Any) -> bool:
    """Compare two plain values, numbers to the share `AGREE`."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= AGREE * max(abs(one), abs(other))
    return bool(one == other)
