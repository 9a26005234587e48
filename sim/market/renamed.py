"""Values of a market whose names changed, and how a file with the old ones gets the new ones."""

import re
from typing import NamedTuple


class Renamed(NamedTuple):
    """A value whose name changed, and the version since which it has the new one."""

    old: str
    new: str
    version: str


#: Random numbers of a draw keep the old name as their address, so that results stay what they were.
RENAMED = (
    Renamed("purchase_rate", "purchase_alpha", "0.2.0"),
    Renamed("drop_out_rate", "drop_out_beta", "0.2.0"),
)


def with_new_names(text: str) -> str:
    """Return the text of a market file in which every value has its present name.

    Parameters
    ----------
    text : str
        YAML; only keys change, so that comments, order and numbers stay as they are.

    Returns
    -------
    str
    """
    for renamed in RENAMED:
        key = rf"(^|[{{,])(\s*['\"]?){renamed.old}(?=['\"]?\s*:)"
        text = re.sub(key, rf"\1\2{renamed.new}", text, flags=re.MULTILINE)
    return text
