"""What was made of a client's market: in the client's own folder, and outside it."""

import json
from collections.abc import Iterator
from pathlib import Path

from sim.common.errors import InputError, refuse_all
from sim.common.paths import clients_folder, root, shown
from sim.common.reading import read_bytes
from sim.experiment.manifest import MANIFEST, read_manifest
from sim.intake.forgotten import Forgotten, forgotten_since

#: Of a portfolio, what it is made of.
PORTFOLIO = "portfolio.json"
_MOST_BYTES = 20_000_000


def outside(client: str) -> list[Path]:
    """Return the folders outside a client's own that hold numbers of the client's market.

    Returns
    -------
    list of Path
        Portfolios, and comparisons and reports that lie in none of them, among the other clients'
        folders and in the checkout's ``reports`` and ``data/results``. What was written elsewhere by
        ``--out`` nobody knows. None of a name that a built-in market has.
    """
    if (root() / "data" / "markets" / f"{client}.yaml").is_file():
        return []
    portfolios = [
        path.parent
        for place in _places_outside(client)
        for path in sorted(place.rglob(PORTFOLIO))
        if client in _markets_of(path)
    ]
    return portfolios + [
        path.parent
        for path in _manifests(client, _places_outside(client))
        if not any(path.is_relative_to(one) for one in portfolios)
    ]


def refuse_outside(client: str) -> None:
    """Refuse to seal a client's folder while numbers of the client lie open outside it.

    Raises
    ------
    InputError
        With the folders.
    """
    expected = "no numbers of a client that is to be sealed, which stay readable here"
    hint = (
        "Move this folder to where only its readers are, or delete it, since it can be made again; "
        "then seal. A portfolio of several clients cannot be sealed with one of them."
    )
    folders = map(shown, outside(client))
    refuse_all([InputError(one, "client", client, expected, hint=hint) for one in folders])


def made_with_forgotten(client: str) -> dict[Path, tuple[Forgotten, ...]]:
    """Return the comparisons and reports of a client that were made with customers forgotten since.

    Returns
    -------
    dict
        Folder -> those customers, of the client's folder and outside it (`outside`). One whose manifest
        cannot be read is left out.
    """
    told = dict[Path, tuple[Forgotten, ...]]()
    for path in _manifests(client, [clients_folder() / client, *_places_outside(client)]):
        try:
            history = read_manifest(path.parent).history
        except InputError:
            continue
        if gone := forgotten_since(client, history):
            told[path.parent] = gone
    return told


def _places_outside(client: str) -> list[Path]:
    among = [path for path in sorted(clients_folder().glob("*")) if path.is_dir()]
    of_all = [root() / "reports", root() / "data" / "results"]
    return [path for path in among if path.name != client] + of_all


def _manifests(client: str, places: list[Path]) -> Iterator[Path]:
    """Yield the manifests of comparisons and reports of a client's market."""
    for place in places:
        for path in sorted(place.rglob(MANIFEST)):
            if client in _markets_of(path):
                yield path


def _markets_of(path: Path) -> set[str]:
    """Return the markets that a manifest names, or a portfolio's; none if it cannot be read."""
    try:
        found = json.loads(read_bytes(path, str(path), _MOST_BYTES))
    except (InputError, ValueError):
        return set()
    match found:
        case {"market": {"name": str(name)}}:
            return {name}
        case {"entries": dict(entries)}:
            return {one["market"] for one in entries.values()}
    return set()
