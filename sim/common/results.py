"""Folders of results: what a command made is known by its manifest."""

from pathlib import Path

from sim.common.errors import InputError

#: The file that says what made a folder.
MANIFEST = "manifest.json"


def check_made(folder: Path, made_with: str) -> None:
    """Refuse a folder that a command did not make.

    Parameters
    ----------
    folder : Path
    made_with : str
        The command.

    Raises
    ------
    InputError
    """
    path = folder / MANIFEST
    if not (path.exists() or path.is_symlink()):
        found = "no manifest.json" if folder.is_dir() else "no such folder"
        expected = f"a folder that `{made_with}` made"
        hint = f"Make one with `{made_with} --market NAME --out DIR`."
        raise InputError(str(folder), "folder", found, expected, hint=hint)
