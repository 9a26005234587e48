"""Where things are: the checkout that this application lives in."""

import os
from functools import cache
from pathlib import Path

from sim.common.errors import InputError

#: Names the folder of the clients' files, if it is not ``clients`` in the checkout.
CLIENTS = "LOYALTY_CLIENTS"
#: Names the folder of the clients' keys, if it is not ``clients-keys`` beside that of their files.
KEYS = "LOYALTY_KEYS"
#: Folder of the portfolios, in a client's folder, among the clients' folders or among the reports.
PORTFOLIOS = "portfolios"


@cache
def root() -> Path:
    """Return the folder of the checkout, the one place where it is worked out.

    Returns
    -------
    Path
        Absolute path of the folder that holds ``playbook``, ``data`` and ``sim``.

    Raises
    ------
    InputError
        If ``sim`` was installed without its checkout.
    """
    folder = Path(__file__).resolve().parent.parent.parent
    if not (folder / "playbook").is_dir():
        raise InputError(
            str(folder),
            "installation",
            "no playbook folder beside sim",
            "an editable install of the checkout",
            hint="Run `make setup` inside the checkout.",
        )
    return folder


def clients_folder() -> Path:
    """Return the folder of the clients' files: ``LOYALTY_CLIENTS``, or ``clients`` in the checkout."""
    given = os.environ.get(CLIENTS)
    return Path(given).expanduser().absolute() if given else root() / "clients"


def keys_folder() -> Path:
    """Return the folder of the clients' keys: ``LOYALTY_KEYS``, or one beside the clients' folder."""
    given, folder = os.environ.get(KEYS), clients_folder()
    return Path(given).expanduser().absolute() if given else folder.with_name(f"{folder.name}-keys")


def client_names() -> list[str]:
    """Return the names of the clients that have a market, sorted."""
    return sorted(path.name for path in clients_folder().glob("*") if client_folder(path.name))


def client_folder(name: str) -> Path | None:
    """Return the folder of a client with a market of this name, None if there is none.

    A built-in market comes before a client's of the same name.
    """
    if not name or (root() / "data" / "markets" / f"{name}.yaml").is_file():
        return None
    folder = clients_folder() / name
    return folder if (folder / f"{name}.yaml").is_file() else None


def insight_name(market: str) -> str:
    """Return the name of the file, beside a market's, that keeps what was found in its log."""
    return f"{market}.insight.json"


def use_clients(folder: Path) -> None:
    """Take the clients' files from another folder, in this process and in those it starts."""
    os.environ[CLIENTS] = str(folder.expanduser().absolute())


def shown(path: Path) -> str:
    """Return a path as a message shows it: from the checkout, if it lies inside."""
    told, above = str(path), f"{root()}{os.sep}"  # as text, since `Path.relative_to` is slow
    return told.removeprefix(above)


def names_in(folder: Path, ending: str) -> list[str]:
    """Return the names of the files in a folder that end so, without the ending, sorted.

    A folder that is not there, or that may not be read, holds none.
    """
    try:
        names = os.listdir(folder)  # noqa: PTH208 - a check asks often, and `Path.glob` is slow
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
    return sorted(name.removesuffix(ending) for name in names if name.endswith(ending))
