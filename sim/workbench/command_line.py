"""The command line that does what a call of the interface does."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from sim.market.market import Market
from sim.playbook.strategies import Strategy


def command_of(
    market: Market | str,
    strategies: Sequence[Strategy | str],
    customers: int | None,
    weeks: int,
    futures: int,
    seed: int,
    out: Path | str | None,
    minutes: float | None = None,
    search: Sequence[str] = (),
) -> str:
    """Return the command that gives the same comparison, or that it was made in code.

    What a search beside it keeps to is told where it is not usual (`search`): a budget caps all.
    """
    many = f"--futures {futures}" if minutes is None else f"--minutes {minutes:g}"
    if not isinstance(market, str) or not all(isinstance(name, str) for name in strategies):
        return "the same call of sim.compare"
    names = shlex.quote(",".join(str(name) for name in strategies))
    size = "" if customers is None else f"--customers {customers} "
    return (
        f"loyalty compare --market {market} --strategies {names} {size}"
        f"--weeks {weeks} {many} --seed {seed}"
        + "".join(f" {word}" for word in (["--search", *search] if search else []))
        + (f" --out {shlex.quote(str(out))}" if out else "")
    )
