"""From a purchase log to a market: estimate what the log shows, assume the rest, write both.

| part | law | where the log shows it |
|---|---|---|
| purchases and drop-out | Pareto/NBD | a cohort with acquisition dates (`drop_out` measured) |
| purchases | NBD on the last year's counts; drop-out where it shows | a panel; drop-out else assumed |
| spend per occasion | Gamma-Gamma or log-normal, by the later half | always |
| correlation of rate and spend | of the logs | always |
| season | Poisson regression with Fourier terms | from two full years on |
| rates that move | law B of the forecast | half a year, 200 customers who came back |
| new customers | first purchases of the last year | a year, customers who join in it |
| what newcomers buy | stock and newcomers apart | a panel that shows who joined |
| renewal of contracts | shifted beta-geometric | the published cohort of subscribers |

All else comes from ``data/assumptions.yaml``. `sim.calibration.fit` says when drop-out is measured.
"""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibration.calibration import Calibration
from sim.calibration.fit import DropOut, estimated_values, fit_figures, fit_laws
from sim.calibration.joint_errors import covariances_of
from sim.calibration.market_file import (
    account_of,
    check_choice,
    check_name,
    check_new,
    check_same_log,
    complete,
    history_csv,
    write_market,
)
from sim.calibration.measured import LOG_NORMAL, measured_beside
from sim.calibration.measured_channels import measured_channels
from sim.calibration.measured_number import Measured
from sim.calibration.moving_market import Say, moving_section
from sim.calibration.rfm_histories import check_enough
from sim.calibration.said import Said, command_of
from sim.calibration.spend_said import caution
from sim.calibration.subscription_cohort import SOURCE as COHORT
from sim.calibration.subscription_cohort import cohort_content, firm_histories, read_cohort
from sim.calibration.transactions import Log, check_columns, read_log
from sim.common.currencies import UNSTATED
from sim.common.errors import InputError, check_all
from sim.common.paths import clients_folder, root
from sim.common.reading import digest
from sim.common.writing import check_target, clear_partial, lock, make_private_folder
from sim.market.hold_out import HoldOut
from sim.market.market import Market
from sim.market.places import case_market_names, market_names

#: Called with the log, how drop-out is to be known, `moving` as in `calibrate`, and what was said.
Foresee = Callable[[Log, DropOut, Say | None, Said], HoldOut]
#: Sources that come with the workbench.
BUILT_IN = ("complete-journey", "cdnow", COHORT)


def calibrate(
    source: str,
    name: str,
    until: str | None = None,
    customer: str | None = None,
    date: str | None = None,
    amount: str | None = None,
    drop_out: DropOut = "auto",
    currency: str | None = None,
    force: bool = False,
    folder: Path | None = None,
    foresee: Foresee | None = None,
    moving: Say | None = None,
    trade: str | None = None,
    wage: float | None = None,
) -> Calibration:
    """Make a market from a purchase log and write it.

    Parameters
    ----------
    source : str
        ``complete-journey``, ``cdnow``, ``subscription-cohort`` (contracts, a table of survivors), or
        the path of a clean log.
    name : str
        Name of the market: small letters, digits and underscores.
    until : str, optional
        Last day to use, ``YYYY-MM-DD``.
    customer, date, amount : str, optional
        Columns of the log; common names are recognised.
    drop_out : {"auto", "measured", "assumed"}
        Whether drop-out is estimated or assumed.
    currency : str, optional
        What amounts are in; known for the built-in sources.
    force : bool
        Whether a market of this name with other content is replaced.
    folder : Path, optional
        Where to write; by default the client's own folder, ``clients/NAME``.
    foresee : callable, optional
        What sets a market that saw the first part of the log beside the rest, for the market file:
        `sim.checks.validation.own_log.hold_out_of`, which simulates and so stands above this room.
    moving : callable, optional
        Told what is being done while the law of rates that move is fitted (some seconds); without it
        that law is not fitted.
    trade : str, optional
        One of `sim.market.trade_names.TRADES`, whose declared values the market takes.
    wage : float, optional
        Hourly cost of a service employee; needed where `currency` is not that of the declared wage.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the log is wrong, too small or does not show what is to be estimated, if the wage is needed
        and not given, or if another market has this name.
    """
    check_all(
        lambda: check_name(name),
        lambda: _folder_for(source, name) if folder is None else folder,
        Said(currency, trade, wage).check,
        lambda: check_columns(source, customer, date, amount),
    )
    folder = _folder_for(source, name) if folder is None else Path(folder)
    check_target(folder / f"{name}.yaml")
    said = Said(currency, trade, wage)
    checks: list[Callable[[Log], None]] = []
    if not force and source != COHORT:
        command = command_of(source, name, until, customer, date, amount, drop_out, said)
        check_new(folder, name, command, said.values())
        checks.append(partial(check_same_log, folder, name))
    asked = (source, name, until, customer, date, amount, drop_out, currency, foresee, moving)
    made = build_market(*asked, trade, wage, checks)
    make_private_folder(folder)  # only now: a log that is refused leaves no empty client
    with lock(folder):
        clear_partial(folder, deep=False)
        return replace(made, written=write_market(made.market, made.histories, folder, force))


def _folder_for(source: str, name: str) -> Path:
    """Return where a market is written: a client's folder, or for a built-in one its own.

    Raises
    ------
    InputError
        If the workbench has a market of this name, and the source is not one that comes with it.
    """
    built_in = [*market_names(), *case_market_names()]
    if name not in built_in:
        return clients_folder() / name
    if source in BUILT_IN:
        return root() / "data" / "markets"
    raise InputError(
        "--name",
        "name",
        name,
        "a name that no built-in market has (" + ", ".join(built_in) + ")",
        hint="Choose another name for the client's market.",
    )


def build_market(
    source: str,
    name: str,
    until: str | None = None,
    customer: str | None = None,
    date: str | None = None,
    amount: str | None = None,
    drop_out: DropOut = "auto",
    currency: str | None = None,
    foresee: Foresee | None = None,
    moving: Say | None = None,
    trade: str | None = None,
    wage: float | None = None,
    checks: Sequence[Callable[[Log], None]] = (),
) -> Calibration:
    """Make a market without writing it (arguments as `calibrate`).

    What `checks` are told is the log, once it is read: they may refuse it before anything is fitted.
    """
    check_name(name)
    check_choice(drop_out)
    if source == COHORT:
        return _build_contracts(name)
    log = read_log(source, customer, date, amount, name).until(until)
    for check in checks:
        check(log)
    said = Said(currency, trade, wage)
    if source not in BUILT_IN:
        said = said.of(log.currency, source)
    command = command_of(source, name, until, customer, date, amount, drop_out, said)
    values, told = measured_beside(source, name, said.trade, until)
    channels, why = measured_channels(source, until)
    known: dict[str, Any] = {"measured": (values, [*told, *why]), "channels": channels}
    made = market_of_log(log, name, drop_out, said, command, source, moving=moving, **known)
    if foresee is None:
        return made
    seen = {"hold_out": foresee(log, drop_out, moving, said)}
    return replace(made, market=made.market.model_copy(update=seen))


def market_of_log(
    log: Log,
    name: str,
    drop_out: DropOut = "auto",
    said: Said = Said(),  # noqa: B008 - frozen, and says nothing
    command: str = "",
    source: str = "",
    figures: bool = True,
    moving: Say | None = None,
    measured: Measured = ({}, []),
    channels: Sequence[dict[str, Any]] = (),
) -> Calibration:
    """Make a market of a log that has been read.

    Parameters
    ----------
    log : Log
    name, drop_out
        As in `calibrate`.
    said : Said
        Currency, trade and wage.
    command : str
        By which it can be made again.
    source : str
        What the log was read from, if not the name that it has itself.
    figures : bool
        Whether the figures that say how well the laws fit are worked out too.
    moving
        As in `calibrate`.
    measured
        What other tables of the client measure (`sim.calibration.measured`).
    channels
        As the log shows them (`sim.calibration.measured_channels`), if it does.
    """
    source = source or log.source
    check_enough(log.occasions, source, log.spend is None)
    laws, cautions = fit_laws(log, drop_out, source)
    section, histories, level = None, laws.histories, dict[str, Any]()
    if moving is not None:
        left = "drop_out_beta" in laws.purchases.values
        section, histories, level, told = moving_section(log, histories, left, moving)
        cautions += told
    currency = said.currency or log.currency
    cautions += [*measured[1], *said.cautions(currency)]
    if log.spend is not None:
        cautions = [caution(log.spend, currency or UNSTATED), *cautions]
    content: dict[str, Any] = {
        "name": name,
        "currency": currency or UNSTATED,
        "trade": said.trade,
        "data": account_of(log, laws.histories, [*log.cautions, *cautions], command),
        "fit": fit_figures(log, laws) if figures else {},
    }
    fitted = {"purchases": laws.purchases}
    fitted |= {"spend": laws.spend.estimate} if laws.spend else {}
    values = estimated_values(log, laws) | ({"purchase_level": level} if level else {})
    values |= measured[0]
    errors = covariances_of(fitted.values(), values, LOG_NORMAL)
    content |= {"covariances": errors, "moving_rates": section}
    content |= {"channels": list(channels)} if channels else {}
    values |= said.values()
    market = complete(content, values, source, not laws.cohort, amounts=log.spend is None)
    ordered = _anonymous(histories)
    histories = ordered.reset_index(drop=True)
    made = Calibration(_tied(market, histories), histories, fitted)
    known: dict[str, Any] = {"customers": ordered.index.to_numpy(), "window": laws.window}
    return replace(made, choices=(laws.spend.choice,) if laws.spend else (), **known)


def _build_contracts(name: str) -> Calibration:
    """Make a market with contracts from the published cohort of subscribers."""
    command = shlex.join(["loyalty", "calibrate", COHORT, "--name", name])
    content, values, choice = cohort_content(name, command)
    content["covariances"] = covariances_of([choice.estimate], values)
    market = complete(content, values, COHORT)
    histories = firm_histories(read_cohort()).round(4)
    fitted = {"renewals": choice.estimate}
    return Calibration(_tied(market, histories), histories, fitted, choices=(choice,))


def _tied(market: Market, histories: pd.DataFrame) -> Market:
    """Return a market that takes no other histories than these: two files are not written at once."""
    history = digest(history_csv(histories).encode())
    return market.model_copy(update={"data": market.data.model_copy(update={"history": history})})


def _anonymous(histories: pd.DataFrame) -> pd.DataFrame:
    """Return the histories rounded and in an order that carries no information."""
    plain = histories.round({"recency": 4, "T": 4, "monetary_value": 4})
    return plain.sort_values(list(plain.columns))
