"""Change several files of a folder as one: all are changed, or none, whatever is killed when.

What they shall hold is written beside them first; then one small file, ``order.json``, decides; then
they are replaced one by one. Whoever finds that file carries on from there, as often as need be.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from sim.common.errors import InputError
from sim.common.reading import LARGEST_TEXT, read_bytes
from sim.common.writing import lock, make_private_folder, remove, write, write_json

#: Folder of what files shall hold, and the list that decides.
STAGED = ".changes"
_ORDER = "order.json"


def change_together(folder: Path, changed: Mapping[Path, bytes | Path | None]) -> None:
    """Change files of a folder as one. Only for the holder of its lock.

    Parameters
    ----------
    folder : Path
    changed : mapping
        By file what it shall hold: bytes, the file that holds it, or None where it shall go.
    """
    place = folder / STAGED
    shutil.rmtree(place, ignore_errors=True)
    make_private_folder(place)
    order = []
    for number, (path, content) in enumerate(changed.items()):
        if content is not None:
            write(place / str(number), content, private=True)
        order.append([str(path.relative_to(folder)), content is not None])
    write_json(place / _ORDER, order, private=True)
    finish_changes(folder)


def finish_changes(folder: Path) -> bool:
    """Carry on with changes that were decided, and return whether there were any.

    Only for the holder of the folder's lock.
    """
    place = folder / STAGED
    if not (place / _ORDER).is_file():
        return False
    content = read_bytes(place / _ORDER, str(place / _ORDER), LARGEST_TEXT)
    for number, (name, stays) in enumerate(json.loads(content)):
        if stays:
            write(folder / name, place / str(number), private=True)
        else:
            remove(folder / name)
    remove(place / _ORDER)
    shutil.rmtree(place, ignore_errors=True)
    return True


def finish_all(clients: Path) -> None:
    """Carry on with what a killed command has decided and not done, of all clients in a folder.

    A client whose folder another command holds is left to that one.
    """
    for order in clients.glob(f"*/{STAGED}/{_ORDER}"):
        folder = order.parent.parent
        try:
            with lock(folder):
                finish_changes(folder)
        except InputError as fault:
            if fault.field != "folder":
                raise
