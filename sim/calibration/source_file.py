"""The log that a calibration is asked to read, looked at before anything heavy is loaded."""

from pathlib import Path

from sim.common.errors import InputError, nearest
from sim.intake.load import check_file

#: Public logs that come with the workbench, and a table of renewals that is no log.
BUILT_IN, COHORT = ("complete-journey", "cdnow"), "subscription-cohort"


def check_source(source: str, *others: str) -> None:
    """Refuse what is neither a built-in log, one of others that are known, nor a file that can be read.

    Only name and size of the file are looked at: a name that was mistyped is told at once.

    Raises
    ------
    InputError
        With the nearest name beside it.
    """
    path = Path(source)
    if source in (*BUILT_IN, *others):
        return
    if not path.exists() and not path.is_symlink():  # of a link that leads nowhere its reader tells
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        close = nearest(path.name, [*BUILT_IN, *beside])
        expected = f"an existing file, or one of {', '.join(BUILT_IN)}"
        raise InputError(str(path), "source", path.name, expected, close)
    check_file(path)
