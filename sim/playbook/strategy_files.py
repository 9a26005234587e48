"""The files of strategies: of the playbook, further ones, of its cases, and of clients."""

from sim.common.errors import InputError, refuse_all
from sim.common.paths import shown
from sim.levers import BY_NAME
from sim.playbook.settings import resolve
from sim.playbook.strategies import BASELINE, Play, Strategy, read_strategy
from sim.playbook.strategy_places import check_known, strategy_path


def load_strategy(name: str, market: str = "") -> Strategy:
    """Read, validate and resolve one strategy of the playbook, or of a client.

    Parameters
    ----------
    name : str
        Name of a file in ``playbook/strategies``, its folder ``further`` or
        ``playbook/cases/strategies``, without its ending.
    market : str
        Name of the market: if it is a client's, the strategies of that client are known too.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If there is no such strategy, or its file is wrong.

    Examples
    --------
    >>> [play.lever for play in load_strategy("balanced").plays]
    ['service_quality', 'incentives']
    """
    if not isinstance(market, str):
        raise InputError("load_strategy", "market", market, "the name of a market")
    check_known([name], market)
    where = shown(strategy_path(name, market))
    return _for_whom_it_acts(resolve(read_strategy(name, market), where), where)


def as_strategy(given: "Strategy | str", market: str = "") -> Strategy:
    """Return a strategy with full settings, given by its name or built in code.

    Parameters
    ----------
    given : Strategy or str
    market : str
        Name of the market it is for.

    Returns
    -------
    Strategy
        As `resolve` gives it.

    Raises
    ------
    InputError
        If there is no such strategy, or one built in code is wrong or called like doing nothing.
    """
    if isinstance(given, str):
        return load_strategy(given, market)
    if given.name == BASELINE and given.plays:
        expected = f"another name: {BASELINE} is doing nothing"
        raise InputError("Strategy", "name", given.name, expected)
    where = f"strategy {given.name}"
    return _for_whom_it_acts(resolve(given, where), where)


def _for_whom_it_acts(strategy: Strategy, where: str) -> Strategy:
    """Return a strategy with full settings, if each of its plays is for an audience for which it acts."""
    faults = [
        InputError(where, f"plays.{i}.audience", play.audience, expected)
        for i, play in enumerate(strategy.plays)
        if (expected := _for_others(play))
    ]
    refuse_all(faults)
    return strategy


def _for_others(play: Play) -> str:
    """Return for whom a play acts, if that is not its audience; else nothing."""
    mechanism = BY_NAME[play.lever]
    confined = mechanism.confined(play.settings)
    if mechanism.changes_the_firm(play.settings) and play.audience != "everyone":
        what = next((name for name, whom in confined.items() if len(whom) == 1), play.lever)
        return f"everyone: {what} changes the firm, not what some customers get"
    for name, whom in confined.items():
        if play.audience not in whom:
            return f"one of {', '.join(whom)}: {name} does nothing for others"
    return ""
