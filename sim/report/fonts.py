"""The fonts of figures and typeset documents: from packages, so that bytes are the same everywhere.

DejaVu Sans comes with matplotlib, Noto Sans CJK SC (SIL Open Font Licence 1.1, which allows embedding)
with the package mplfonts, of which nothing is imported: it would set matplotlib as it likes.
"""

import importlib.util
from dataclasses import replace
from functools import cache
from pathlib import Path

from matplotlib import font_manager, get_data_path

from sim.common.style import style

#: Letters alone, and letters and Chinese characters.
LATIN, CHINESE = "DejaVu Sans", "Noto Sans CJK SC"
#: What spreadsheets and slides name, which take fonts from the machine that shows them.
OFFICE = "Microsoft YaHei"
#: Of the marks of a list on slides; a Chinese font sets them in the middle of a wide blank.
MARKS = "Arial"
_BOLD = 700
_FILE = "NotoSansCJKsc-Regular.otf"


def font_folder() -> Path:
    """Return where the package of fonts keeps them."""
    found = importlib.util.find_spec("mplfonts")
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "fonts"


def latin_file(bold: bool = False) -> Path:
    """Return where the package that draws figures keeps its font of letters."""
    return Path(get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


def fonts_of_figures() -> list[str]:
    """Return the fonts of figures, that of the language first; the other has what it lacks."""
    _register()
    letters = [LATIN, CHINESE]
    return letters[::-1] if style().wide else letters


@cache
def _register() -> None:
    """Add to matplotlib the font that is not its own; of one weight, it stands for bold too."""
    known = font_manager.fontManager
    known.addfont(font_folder() / _FILE)
    (made,) = [
        font for font in known.ttflist if font.name == CHINESE and font.fname.endswith(_FILE)
    ]
    known.ttflist.append(replace(made, weight=_BOLD))
