"""The files of strategies: of the playbook, further ones, of its cases, and of clients."""

from pathlib import Path

from sim.common.errors import InputError, nearest
from sim.common.paths import client_folder, client_names, names_in, root, shown
from sim.common.reading import read_yaml, validate
from sim.levers import BY_NAME
from sim.playbook.strategies import BASELINE, Strategy, resolve


def strategy_names() -> list[str]:
    """Return the names of the strategies of the playbook: the baseline first, then sorted.

    Examples
    --------
    >>> strategy_names()[0]
    'baseline'
    """
    return [BASELINE, *(name for name in names_in(_folders()[0], ".yaml") if name != BASELINE)]


def case_strategy_names() -> list[str]:
    """Return the names of the strategies of cases, which are compared only when named."""
    return names_in(_folders()[1], ".yaml")


def further_strategy_names() -> list[str]:
    """Return the names of the playbook's further strategies, which are compared only when named.

    Examples
    --------
    >>> further_strategy_names()[:2]
    ['balanced_by_members', 'balanced_reviewed']
    """
    return names_in(_folders()[2], ".yaml")


def client_strategy_names(market: str) -> list[str]:
    """Return the names of the strategies of the client whose market it is, sorted."""
    client = client_folder(market)
    return names_in(client / "strategies", ".yaml") if client else []


def known_strategies(market: str = "") -> list[str]:
    """Return the names of all strategies: of the playbook, and of a market's client."""
    told = [*strategy_names(), *case_strategy_names(), *further_strategy_names()]
    names = [*told, *client_strategy_names(market)]
    return list(dict.fromkeys(names))


def compared_names(market: str) -> list[str]:
    """Return the names of the strategies that are compared in a market if none is named."""
    return list(dict.fromkeys([*strategy_names(), *client_strategy_names(market)]))


def strategy_paths() -> list[Path]:
    """Return all files of strategies: of the playbook, of its cases, and of all clients."""
    clients = [folder for name in client_names() if (folder := client_folder(name))]
    folders = [*_folders(), *(folder / "strategies" for folder in clients)]
    return [path for folder in folders for path in sorted(folder.glob("*.yaml"))]


def strategy_path(name: str, market: str = "") -> Path:
    """Return the file of a strategy that exists; a client's own comes first."""
    client = client_folder(market)
    if client and name in client_strategy_names(market):
        return client / "strategies" / f"{name}.yaml"
    return next(
        (path for folder in _folders() if (path := folder / f"{name}.yaml").exists()),
        _folders()[0] / f"{name}.yaml",
    )


def _folders() -> tuple[Path, Path, Path]:
    own = root() / "playbook" / "strategies"
    return own, root() / "playbook" / "cases" / "strategies", own / "further"


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
    names = known_strategies(market)
    if name not in names:
        raise InputError(
            "--strategy",
            "strategy",
            name,
            "one of " + ", ".join(names),
            nearest(name, names),
            "Strategies are files in playbook/strategies.",
        )
    path = strategy_path(name, market)
    where = shown(path)
    content = read_yaml(path)
    strategy = validate(Strategy, content, where)
    for field, meaning in (("title", "what reports call it"), ("summary", "one sentence on it")):
        if not str(content.get(field, "")).strip():
            raise InputError(where, field, "nothing", meaning)
    if strategy.name != name:
        raise InputError(where, "name", strategy.name, f"the file's own name, {name}")
    return _for_whom_it_acts(resolve(strategy, where), where)


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
    for i, play in enumerate(strategy.plays):
        mechanism, field = BY_NAME[play.lever], f"plays.{i}.audience"
        if mechanism.changes_the_firm(play.settings) and play.audience != "everyone":
            confined = mechanism.confined(play.settings)
            what = next((name for name, whom in confined.items() if len(whom) == 1), play.lever)
            expected = f"everyone: {what} changes the firm, not what some customers get"
            raise InputError(where, field, play.audience, expected)
        for name, whom in mechanism.confined(play.settings).items():
            if play.audience not in whom:
                known = ", ".join(whom)
                expected = f"one of {known}: {name} does nothing for others"
                raise InputError(where, field, play.audience, expected)
    return strategy
