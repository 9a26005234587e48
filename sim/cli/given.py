"""A first look at what a command was given, before the libraries that it needs are loaded.

A wrong name is told in a moment so; what is right is looked at again where it is read.
"""

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from sim.common.size import REPORT_SIZE


def market(name: str | None) -> str | None:
    """Return the name of a market that exists, or None where none is named."""
    if name is not None:
        from sim.market.places import check_known

        check_known(name)
    return name


def market_argument(name: str) -> str:
    """Return the name of a market that exists, where it stands without an option."""
    from sim.market.places import check_known

    check_known(name, "MARKET")
    return name


def markets(names: list[str] | None) -> list[str] | None:
    """Return names of markets, each of one that exists."""
    for name in names or []:
        market(name)
    return names


def comparison(folder: Path) -> Path:
    """Return a folder that holds results."""
    from sim.common.results import check_made

    check_made(folder, "loyalty compare")
    return folder


def yaml_file(path: Path) -> Path:
    """Return a file whose YAML can be read."""
    from sim.common.reading import read_yaml

    read_yaml(path)
    return path


def strategies(names: Iterable[str], of: str, option: str) -> None:
    """Refuse names of no strategy that a market can use, and files that cannot be read as one."""
    from sim.common.errors import InputError, check_all
    from sim.playbook.strategies import read_strategy
    from sim.playbook.strategy_places import check_known

    names = list(names)
    check_known(names, of, option)
    try:
        check_all(*(partial(read_strategy, name, of) for name in names))
    except InputError:
        if any(_has_plays(name, of) for name in names):  # what their levers say is told at once
            from sim.playbook.strategy_files import load_strategy  # which loads the levers

            check_all(*(partial(load_strategy, name, of) for name in names))
        raise


def compared(asked: list[str] | None, market: str) -> list[str]:
    """Return the strategies to compare: those named, with commas or one by one, else all."""
    from sim.playbook.strategy_places import compared_names

    every = asked or compared_names(market)
    names = list(dict.fromkeys(name.strip() for item in every for name in item.split(",")))
    strategies(names, market, "--strategies")
    return names


def futures(number: int | None, minutes: float | None) -> int:
    """Return how many futures a report takes unless asked otherwise; refuse a number beside a time."""
    if number is not None and minutes is not None:
        from sim.common.errors import InputError

        expected = "--minutes alone, which finds how many"
        raise InputError("loyalty compare", "--futures", number, expected)
    return number or REPORT_SIZE["futures"]


def left_of(minutes: float | None, since: float) -> float | None:
    """Return what is left of a time since a command began, by `time.perf_counter`; never none of it."""
    if minutes is None:
        return None
    return max(minutes - (time.perf_counter() - since) / 60, minutes / 1_000)


def _has_plays(name: str, market: str) -> bool:
    """Return whether a strategy's file has plays that a lever could judge."""
    from sim.common.errors import InputError
    from sim.common.reading import read_yaml
    from sim.playbook.play import plays_read
    from sim.playbook.strategy_places import strategy_path

    try:
        return bool(plays_read(read_yaml(strategy_path(name, market))))
    except InputError:
        return False
