"""A firm's own evidence: findings of its trials, pooled with what is published, for its market alone.

``clients/NAME/evidence.csv`` has the columns of ``data/evidence.csv``; `write_own_parameters` makes
``clients/NAME/parameters.csv`` of both, which every run of this market takes instead of
``data/parameters.csv``.
"""

from functools import lru_cache
from pathlib import Path

from sim.common.errors import InputError
from sim.common.paths import client_folder, shown
from sim.common.reading import read_text
from sim.common.writing import write
from sim.evidence.findings import OwnFinding, load_own_evidence
from sim.evidence.indirectness import in_market
from sim.evidence.meta_analysis import parameters_text
from sim.evidence.parameters import ParameterTable, load_parameters, read_parameters
from sim.market.market import Market, load_market

EVIDENCE, PARAMETERS = "evidence.csv", "parameters.csv"


def evidence_folder(market: str) -> Path | None:
    """Return the folder of a client that has evidence of its own, None for any other market."""
    client = client_folder(market)
    path = client / EVIDENCE if client else None
    return client if path is not None and (path.exists() or path.is_symlink()) else None


def own_findings(market: str) -> tuple[OwnFinding, ...]:
    """Return the findings of the client whose market it is; none for any other market.

    Raises
    ------
    InputError
        If a row is wrong or an id stands twice.
    """
    folder = evidence_folder(market)
    return load_own_evidence(shown(folder)) if folder else ()


def parameters_for(market: Market | str) -> ParameterTable:
    """Return the parameters of runs in a market: its client's own or those of ``data``, carried over.

    Parameters
    ----------
    market : Market or str
        The market or its name; none without a name, so that nothing is carried over to it.

    Returns
    -------
    ParameterTable
        What findings of another trade or relation inform counts for less
        (`sim.evidence.indirectness`).

    Raises
    ------
    InputError
        If a file is wrong, or the client's parameters are not what its evidence says now.
    """
    table = as_measured(market if isinstance(market, str) else market.name)
    if not market:
        return table
    return in_market(table, load_market(market) if isinstance(market, str) else market)


def as_measured(market: str) -> ParameterTable:
    """Return the parameters behind those of a market, by its name, as they were measured.

    Raises
    ------
    InputError
        As `parameters_for`.
    """
    folder = evidence_folder(market)
    if folder is None:
        return load_parameters()
    path = folder / PARAMETERS
    read_text(folder / EVIDENCE, shown(folder / EVIDENCE))  # what is no file is told as such
    if not path.exists():
        raise _not_up_to_date(market, "no parameters of its own")
    written = read_text(path, shown(path))
    if written != _text(market, (folder / EVIDENCE).read_bytes()):
        raise _not_up_to_date(market, "parameters of an earlier state")
    return _table(shown(path), written)


def own_parameters_text(market: str) -> str:
    """Return ``clients/NAME/parameters.csv`` as it has to be."""
    return parameters_text(own_findings(market))


@lru_cache(maxsize=4)
def _text(market: str, _evidence: bytes) -> str:
    """Pool once for each content of the evidence: a comparison asks for it run by run."""
    return own_parameters_text(market)


@lru_cache(maxsize=4)
def _table(where: str, _written: str) -> ParameterTable:
    return read_parameters(where)


def clear_caches() -> None:
    """Clear what was pooled before from evidence that may have changed."""
    _text.cache_clear()
    _table.cache_clear()


def _not_up_to_date(market: str, found: str) -> InputError:
    folder = evidence_folder(market)
    assert folder is not None
    return InputError(
        shown(folder / PARAMETERS),
        "content",
        found,
        f"what {EVIDENCE} beside it and data/{EVIDENCE} say now",
        hint=f"Run `loyalty parameters --market {market}`.",
    )


def write_own_parameters(market: str) -> tuple[Path, bool]:
    """Write a client's parameters anew.

    Parameters
    ----------
    market : str
        Name of the client's market.

    Returns
    -------
    path : Path
    changed : bool

    Raises
    ------
    InputError
        If the client has no evidence of its own, or it is wrong.
    """
    folder = evidence_folder(market)
    if folder is None:
        raise InputError(
            "--market",
            "market",
            market,
            "a client with a market and evidence of its own",
            hint=f"A client's evidence is clients/NAME/{EVIDENCE}, with the columns of data/{EVIDENCE}.",
        )
    path, text = folder / PARAMETERS, own_parameters_text(market).encode()
    if path.is_file() and path.read_bytes() == text:
        return path, False
    write(path, text)
    return path, True
