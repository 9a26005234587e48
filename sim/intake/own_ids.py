"""A client's own ids by their pseudonyms: kept sealed beside the log, for whoever holds the key."""

from io import BytesIO
from pathlib import Path

from sim.common.errors import InputError
from sim.common.paths import clients_folder
from sim.common.reading import LARGEST_RESULT, read_bytes
from sim.common.sealed import sealed, unsealed
from sim.intake.keys import held_key

#: Parquet with ``pseudonym`` and ``customer``, sealed.
IDS = "ids.sealed"
#: The log, beside which they lie.
LOG = "log.parquet"
#: What of it was sold and sent back, by customer and day.
RETURNS = "returns.parquet"
#: Its column of amounts, and what it is called where a purchase brings what the client says on average.
AMOUNT, STATED = "amount", "stated_amount"
#: Its column of where a purchase was made, where an export says so.
CHANNEL = "channel"
#: What they are sealed as.
_WHAT = "ids"


def amount_of(log: Path) -> str:
    """Return which column of a log that an intake wrote holds its amounts."""
    import pyarrow.parquet as pq

    return STATED if STATED in pq.read_schema(log).names else AMOUNT


def has_channel(log: Path) -> bool:
    """Return whether a log that an intake wrote says where purchases were made."""
    import pyarrow.parquet as pq

    return CHANNEL in pq.read_schema(log).names


def seal_ids(parquet: bytes, key: bytes) -> bytes:
    """Return the ids of a log, sealed for the holder of the key."""
    return sealed(parquet, key, _WHAT)


def own_ids(folder: Path, key: bytes) -> dict[str, str]:
    """Return the client's own id by pseudonym, of the intake in a folder.

    Raises
    ------
    InputError
        If there is none, or the key is another one.
    """
    import pyarrow.parquet as pq

    path = folder / IDS
    if not path.exists():
        expected = "the sealed ids that an intake leaves beside its log"
        hint = "Take the client's export in again with `loyalty intake`."
        raise InputError(str(path), "file", "no such file", expected, hint=hint)
    content = read_bytes(path, str(path), LARGEST_RESULT)
    table = pq.read_table(BytesIO(unsealed(content, key, _WHAT, str(path))))
    return dict(zip(*(table[name].to_pylist() for name in ("pseudonym", "customer")), strict=True))


def client_within(path: str | Path) -> str | None:
    """Return the client in whose folder a path lies, None in nobody's."""
    place, clients = Path(path).resolve(), clients_folder().resolve()
    return place.relative_to(clients).parts[0] if clients in place.parents else None


def client_of(log: str | Path) -> str | None:
    """Return the client whose intake wrote a log; None if none did."""
    path, clients = Path(log).resolve(), clients_folder().resolve()
    if path.name != LOG or not path.is_relative_to(clients):
        return None
    name, *inside = path.relative_to(clients).parts
    return name if inside[:1] == ["intake"] else None


def revealed(log: str | Path) -> dict[str, str]:
    """Return the client's own id by pseudonym, of the customers of a log.

    Parameters
    ----------
    log : str or Path
        That an intake wrote.

    Raises
    ------
    InputError
        If it did not, or the client's key is not here.
    """
    client = client_of(log)
    if client is None:
        expected = "a log of pseudonyms, as `loyalty intake` writes it"
        hint = "Without one a log's customers have their own ids anyway."
        raise InputError("--reveal", "reveal", Path(log).name, expected, hint=hint)
    return own_ids(Path(log).parent, held_key(client))
