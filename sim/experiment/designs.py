"""Which strategies a comparison runs: those asked for, and what they are told by."""

from collections.abc import Iterable, Mapping
from functools import partial

from sim.common.errors import InputError, check_all
from sim.playbook.strategies import BASELINE, Strategy, partner_of
from sim.playbook.strategy_files import as_strategy
from sim.playbook.strategy_places import check_known, known_strategies

#: What the same plan is called when nobody reviews it; `sim.common.composed` says it in other languages.
UNREVIEWED = "{title}: never reviewed"


def designs_of(market: str, strategies: Iterable[Strategy | str], weeks: int) -> list[Strategy]:
    """Return the strategies of a comparison as designed, without the baseline, each with its own name.

    Raises
    ------
    InputError
        If one is unknown or has a goal after the horizon of so many weeks, two share a name, or there is
        none besides the baseline.
    """
    asked = [strategies] if isinstance(strategies, str | Strategy) else list(strategies)
    check_known([one for one in asked if isinstance(one, str)], market, "--strategies")
    designs, read = dict[str, Strategy](), list[Strategy]()
    check_all(*(partial(_read, given, market, weeks, read) for given in asked))
    for design in read:
        if design != designs.setdefault(design.name, design):
            expected = "a name of its own for each strategy"
            raise InputError("--strategies", "name", design.name, expected)
    designs.pop(BASELINE, None)
    designs |= _unreviewed(designs, market)
    if not designs:
        expected = "at least one strategy besides the baseline"
        raise InputError("--strategies", "strategies", "none", expected)
    return list(designs.values())


def _read(given: Strategy | str, market: str, weeks: int, read: list[Strategy]) -> None:
    """Add a strategy to those that were read, if it can be run."""
    design = as_strategy(given, market)
    check_goals(design, weeks)
    read.append(design)


def check_goals(design: Strategy, weeks: int) -> None:
    """Refuse a goal whose time is up after the horizon: nobody would find it missed.

    Parameters
    ----------
    design : Strategy
    weeks : int
        Horizon.
    """
    for i, goal in enumerate(design.goals):
        if goal.by_week > weeks:
            expected = f"a week from 1 to {weeks}, the length of the plan"
            where = f"strategy {design.name}"
            raise InputError(where, f"goals.{i}.by_week", goal.by_week, expected)


def _unreviewed(designs: Mapping[str, Strategy], market: str) -> dict[str, Strategy]:
    """Return the same plans that nobody reviews, where they are not compared: reviews are told by them.

    One of the playbook's with the same plays has its own name, another gets one.
    """
    found: dict[str, Strategy] = {}
    for design in designs.values():
        if design.reviews is None or partner_of(design, designs.values()):
            continue
        known = (as_strategy(name, market) for name in known_strategies(market))
        partner = partner_of(design, known) or design.unreviewed.model_copy(
            update={
                "name": f"{design.name}_unreviewed",
                "title": UNREVIEWED.format(title=design.title),
            }
        )
        found[partner.name] = partner
    return found
