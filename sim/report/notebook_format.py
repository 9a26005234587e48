"""Load what reads and runs notebooks, without a grammar that takes longer to build than all the rest.

nbformat checks notebooks by jsonschema, which offers to check addresses with letters of all scripts
where `rfc3987_syntax` is installed, as JupyterLab has it. Building that grammar takes more than a
second of each process, and no field of a notebook asks for the check.
"""

import sys

#: What is kept from being loaded.
_UNASKED = "rfc3987_syntax"

_loaded = sys.modules.get(_UNASKED)
sys.modules[_UNASKED] = _loaded  # type: ignore[assignment]  # None says: there is no such module
try:
    import nbformat as nbformat
    from nbclient import NotebookClient as NotebookClient
    from nbformat import NotebookNode as NotebookNode
finally:
    if _loaded is None:  # whoever asks for it later gets it
        del sys.modules[_UNASKED]
