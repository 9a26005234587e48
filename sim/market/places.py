"""Where the files of markets are: built-in ones, those of clients, and those of cases."""

from pathlib import Path

from sim.common.errors import InputError, nearest
from sim.common.paths import client_folder, client_names, names_in, root


def market_names() -> list[str]:
    """Return the names of the markets in ``data/markets``, sorted.

    Examples
    --------
    >>> "grocery" in market_names()
    True
    """
    return names_in(root() / "data" / "markets", ".yaml")


def market_paths() -> list[Path]:
    """Return the files of the markets that a calibration wrote: built-in ones, then clients'."""
    return [path_of(name) for name in (*market_names(), *client_names())]


def case_market_paths() -> list[Path]:
    """Return the files of the markets that cases of the playbook bring along, sorted."""
    return sorted((root() / "playbook" / "cases").glob("*.yaml"))


def case_market_names() -> list[str]:
    """Return the names of the markets that cases of the playbook bring along, sorted."""
    return names_in(root() / "playbook" / "cases", ".yaml")


def check_known(name: str, where: str = "--market") -> None:
    """Refuse a name of no market: built-in, of a client, or of a case.

    Parameters
    ----------
    name : str
    where : str
        Where it stands, for messages.

    Raises
    ------
    InputError
    """
    names = [*market_names(), *client_names(), *case_market_names()]
    if name not in names:
        expected = "one of " + ", ".join(names)
        hint = "Make a new market with `loyalty calibrate LOG --name NAME`."
        raise InputError(where, "market", name, expected, nearest(name, names), hint)


def path_of(name: str) -> Path:
    """Return the file of a market: of the workbench, or of a client."""
    if client := client_folder(name):
        return client / f"{name}.yaml"
    return root() / "data" / "markets" / f"{name}.yaml"
