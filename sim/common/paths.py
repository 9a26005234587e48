"""Where things are: the checkout that this application lives in."""

from functools import cache
from pathlib import Path

from sim.common.errors import InputError


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
