"""Where strategies are, and what they are called: of the playbook, of its cases, and of clients."""

import os
from collections.abc import Iterable
from pathlib import Path

from sim.common.errors import InputError, nearest, refuse_all
from sim.common.paths import client_folder, client_names, names_in, root

#: What doing nothing new is called.
BASELINE = "baseline"


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


def check_known(
    names: Iterable[str], market: str, where: str = "--strategy", field: str = "strategy"
) -> None:
    """Refuse names of no strategy of the playbook, of its cases or of the market's client, all at once.

    Parameters
    ----------
    names : iterable of str
        A path of a ``.yaml`` file stands for a name wherever one is taken.
    market : str
    where, field : str
        Where the names stand, for messages.

    Raises
    ------
    InputError
    """
    known = known_strategies(market)
    expected = "one of " + ", ".join(known)
    hint = (
        "Strategies are files in playbook/strategies and in `strategies` of a client; any other file is "
        "named by its path, as plans/mine.yaml."
    )
    faults = []
    for one in names:
        if is_path(one):
            if not _is_file(strategy_path(one)):
                faults.append(InputError(where, field, one, "a file of a strategy that is there"))
        elif one not in known:
            faults.append(InputError(where, field, one, expected, nearest(one, known), hint))
    refuse_all(faults)


def is_path(name: object) -> bool:
    """Return whether what stands for a strategy's name is the path of a file.

    Examples
    --------
    >>> is_path("balanced"), is_path("plans/mine.yaml"), is_path("mine.yaml")
    (False, True, True)
    """
    return isinstance(name, str) and name.endswith(".yaml")


def called(name: str) -> str:
    """Return the name of a strategy that is named by its name or by its file's path."""
    return Path(name).stem if is_path(name) else name


def strategy_path(name: str, market: str = "") -> Path:
    """Return the file of a strategy that exists; a client's own comes first.

    Parameters
    ----------
    name : str
        A name, or the path of a file: from where the command is given, else from the checkout.
    market : str
    """
    if is_path(name):
        given = Path(name)
        return given if _is_file(given) else root() / given
    client = client_folder(market)
    if client and name in client_strategy_names(market):
        return client / "strategies" / f"{name}.yaml"
    return next(
        (path for folder in _folders() if (path := folder / f"{name}.yaml").exists()),
        _folders()[0] / f"{name}.yaml",
    )


def _is_file(path: Path) -> bool:
    """Return whether there is a file; what cannot be the name of one is none."""
    return os.path.isfile(path)  # noqa: PTH113 - `Path.is_file` ends in an error on names too long


def _folders() -> tuple[Path, Path, Path]:
    own = root() / "playbook" / "strategies"
    return own, root() / "playbook" / "cases" / "strategies", own / "further"
