"""The log that a market was made from: what to read, as the market's own command says."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from sim.calibration.source_file import BUILT_IN
from sim.common.errors import InputError
from sim.common.paths import shown
from sim.market.market import Market

#: Options of `loyalty calibrate` that say how a log is read.
_READ = ("until", "customer", "date", "amount")


@dataclass(frozen=True)
class OwnLog:
    """How a market's log is read: arguments of `sim.calibration.transactions.read_log`, and `until`."""

    source: str
    until: str | None = None
    customer: str | None = None
    date: str | None = None
    amount: str | None = None

    @property
    def name(self) -> str:
        """What a reader knows it by: no folder of this machine."""
        return Path(self.source).name


def own_log(market: Market) -> OwnLog:
    """Return how the log of a market is read.

    Parameters
    ----------
    market : Market
        That `loyalty calibrate` made; its command is kept in its file.

    Raises
    ------
    InputError
        If the market was made from no log, or its log is no longer where it was.
    """
    words = shlex.split(market.data.command)
    where = f"market {market.name}"
    if market.based_on or market.is_contractual or words[:2] != ["loyalty", "calibrate"]:
        raise InputError(
            where,
            "log",
            market.data.source,
            "a market that was made from a purchase log",
            hint="Name one made from a log, or where a command has it, a log with --transactions.",
        )
    source, options = words[2], dict(zip(words[3::2], words[4::2], strict=False))
    if source not in BUILT_IN and not Path(source).is_file():
        raise InputError(
            where,
            "log",
            shown(Path(source)),
            "the file that the market was made from",
            hint="Go to the folder where the market was made, or name the log with --transactions.",
        )
    return OwnLog(source, **{name: options.get(f"--{name}") for name in _READ})
