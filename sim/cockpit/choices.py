"""What can be chosen: by the name that files and commands know, with its title."""

import re
from collections.abc import Iterable

from sim.cockpit.session import openable_markets
from sim.cockpit.words import named
from sim.common.errors import InputError
from sim.common.translated import told, translated
from sim.market.market import load_market
from sim.playbook.strategies import BASELINE, DO_NOTHING, read_strategy


def market_choices() -> list[tuple[str, str]]:
    """Return label and name of markets that can be opened; an unreadable one has its name alone."""
    return [(named(name, _market_title(name)), name) for name in openable_markets()]


def strategy_choices(names: Iterable[str], market: str) -> list[tuple[str, str]]:
    """Return label and name of strategies, as `market_choices` does."""
    return [(named(name, _strategy_title(name, market)), name) for name in names]


def progress_said(what: str, market: str) -> str:
    """Return what a comparison did last, which it tells as ``future 13: balanced``."""
    found = re.fullmatch(r"future (\d+): (\w+)", what)
    if found is None:
        return translated(what)
    title = _strategy_title(found[2], market)
    return told("future {number}: {strategy}", number=found[1], strategy=named(found[2], title))


def _market_title(name: str) -> str:
    try:
        return load_market(name).title
    except InputError:  # said when it is opened
        return ""


def _strategy_title(name: str, market: str) -> str:
    try:
        return DO_NOTHING.title if name == BASELINE else read_strategy(name, market).title
    except InputError:  # said when it is opened
        return ""
