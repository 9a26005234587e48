"""The files of strategies: of the playbook, further ones, of its cases, and of clients."""

from pathlib import Path

from sim.common.errors import InputError, refuse_all, together
from sim.common.paths import shown
from sim.common.reading import read_yaml
from sim.levers import BY_NAME
from sim.playbook.pages import load_page
from sim.playbook.play import Play, PlayRead, plays_read
from sim.playbook.settings import each_play, with_settings
from sim.playbook.strategies import BASELINE, Strategy, read_strategy
from sim.playbook.strategy_places import check_known, strategy_path


def load_strategy(name: str, market: str = "") -> Strategy:
    """Read, validate and resolve one strategy of the playbook, or of a client.

    Parameters
    ----------
    name : str
        Name of a file in ``playbook/strategies``, its folder ``further`` or
        ``playbook/cases/strategies``, without its ending; or the path of any other, with it.
    market : str
        Name of the market: if it is a client's, the strategies of that client are known too.

    Returns
    -------
    Strategy

    Raises
    ------
    InputError
        If there is no such strategy, or with all that is wrong in its file.

    Examples
    --------
    >>> [play.lever for play in load_strategy("balanced").plays]
    ['service_quality', 'incentives']
    """
    if not isinstance(market, str):
        raise InputError("load_strategy", "market", market, "the name of a market")
    check_known([name], market)
    path = strategy_path(name, market)
    try:
        strategy = read_strategy(name, market)
    except InputError as refused:
        raise together([refused, *_faults_of_levers(path)]) from None
    return _in_use(strategy, shown(path))


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
    return _in_use(given, f"strategy {given.name}")


def _in_use(strategy: Strategy, where: str) -> Strategy:
    """Return a strategy with full settings, if each of its plays does something for whom it is."""
    return strategy.model_copy(update={"plays": each_play(strategy, where, _acting)})


def _faults_of_levers(path: Path) -> list[InputError]:
    """Return what levers have to say on the plays of a file that is wrong elsewhere as well."""
    faults = list[InputError]()
    for read in plays_read(read_yaml(path)):
        try:
            _acting(read, shown(path))
        except InputError as refused:
            faults.append(refused)
    return faults


def _acting(read: PlayRead, where: str) -> Play:
    """Return a play with full settings, if it has any and is for an audience for which it acts."""
    play, field = with_settings(read, where), f"plays.{read.place}"
    if read.faulty & {"preset", "settings", "intensity", "audience"}:
        return play
    faults = list[InputError]()
    if not play.settings:
        presets = load_page(play.lever).presets
        expected = (
            f"a preset, one of {', '.join(presets)}, or settings: without them nothing is done"
        )
        faults.append(InputError(where, f"{field}.preset", "nothing", expected))
    if expected := _for_others(play):
        faults.append(InputError(where, f"{field}.audience", play.audience, expected))
    refuse_all(faults)
    return play


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
    if mechanism.is_idle(play.settings, play.audience):
        acting = _act_on_prospects()
        return f"customers: nothing of this play acts on prospects, as these do: {acting}"
    return ""


def _act_on_prospects() -> str:
    """Return the settings of all levers that act on prospects, those that win them at once first."""
    levers = reversed([one for one in BY_NAME.values() if one.for_prospects])
    return "; ".join(f"{one.name} {', '.join(one.for_prospects)}" for one in levers)
