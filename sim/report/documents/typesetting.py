"""From content to PDF: the content as data, a template that shows it, and typst between the two.

The template reads the content from a JSON file and shows strings as text, so that nothing people wrote
is ever markup. Fonts come with packages, none from the machine, and no date is written: the same
content gives the same bytes.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from sim.common.formatting import capital
from sim.common.style import split_label, style
from sim.common.writing import write, write_text
from sim.report.documents.brand import Brand
from sim.report.fonts import CHINESE, font_folder
from sim.report.phrases import say, spoken
from sim.report.rendering import numeric_columns
from sim.report.section import Content, Picture, Section, Table
from sim.report.wrapping import JOINER, breakable, column_shares, joined

TEMPLATES = Path(__file__).parent / "typst"
#: A table of more columns than this is set smaller; letters across a page in both sizes.
_COLUMNS, _LETTERS, _SMALLER = 6, 112, 129
#: In order of preference; the second one comes with typst.
FONTS = [CHINESE, "DejaVu Sans Mono"]
#: How tight a template can be set that has a most of pages.
_TIGHTEST = 3
#: PDF/UA: headings, reading order and the words of figures are marked for those who do not see.
ACCESSIBLE: Literal["ua-1"] = "ua-1"


def typeset(content: Content, template: str, brand: Brand, most_pages: int = 0) -> bytes:
    """Return a content as a PDF.

    Parameters
    ----------
    content : Content
    template : str
        A file of the folder ``typst``, without its ending.
    brand : Brand
        Whose document it is.
    most_pages : int
        If not 0, it is set tighter until it takes no more; the template says how, and how many it takes.

    Returns
    -------
    bytes
        The same for the same content, brand and versions.
    """
    pictures: dict[str, Picture] = {}
    data = as_data(content, brand, pictures)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for file in TEMPLATES.glob("*.typ"):
            write(folder / file.name, file.read_bytes())
        for name, picture in pictures.items():
            write(folder / name, picture.png)
        if brand.logo_image is not None:
            write(folder / data["brand"]["logo"], brand.logo_image)
        write_text(folder / "content.json", joined(json.dumps(data, ensure_ascii=False)))
        main = str(folder / f"{template}.typ")
        how: dict[str, Any] = {
            "root": str(folder),
            "font_paths": [str(font_folder())],
            "ignore_system_fonts": True,
        }
        how["sys_inputs"] = {"tight": str(_tightness(main, how, most_pages))}
        return typst.compile(main, format="pdf", pdf_standards=ACCESSIBLE, timestamp=0, **how)


def _tightness(template: str, how: dict[str, Any], most_pages: int) -> int:
    """Return how tight a template has to be set to take at most so many pages, if it can be."""
    for tight in range(_TIGHTEST if most_pages else 0):
        inputs = {"tight": str(tight)}
        pages = typst.query(template, "<pages>", "value", one=True, sys_inputs=inputs, **how)
        if json.loads(pages) <= most_pages:
            return tight
    return _TIGHTEST if most_pages else 0


def as_data(content: Content, brand: Brand, pictures: dict[str, Picture]) -> dict[str, Any]:
    """Return a content as plain data, and put its pictures into `pictures` by their file names."""
    return {
        "title": content.title,
        "meta": content.meta,
        "footer": content.footer,
        "id": content.id,
        "language": spoken().name,
        "fonts": FONTS,
        "words": {
            name: say(f"documents.typesetting.{name}") for name in ("contents", "figure", "table")
        }
        | {"colon": say("common.colon")}
        # which page it is the template knows
        | {"page": say("documents.typesetting.page", page="{page}", pages="{pages}")},
        "brand": brand.as_data(),
        "sections": [_section(part, pictures) for part in content.sections.values()],
    }


def _section(section: Section, pictures: dict[str, Picture]) -> dict[str, Any]:
    shown = []
    for picture in section.pictures:
        name = f"figure{len(pictures) + 1}.png"
        pictures[name] = picture
        shown.append({"file": name, "alt": picture.alt})
    return {
        "label": section.label,
        "heading": section.heading,
        "sentences": section.sentences,
        "bullets": [_bullet(text) for text in section.bullets],
        "pictures": shown,
        "tables": [_table(table) for table in section.tables],
    }


def _bullet(text: str) -> Mapping[str, str]:
    """Split a line of a list into its label, which stands before a colon, and the rest."""
    label, rest = split_label(text)
    return {"label": label, "text": capital(rest) if label else rest}


def _unbroken(cell: str) -> str:
    """Return a cell of numbers that breaks at most between the two ends of a range.

    A number in Chinese goes on in its unit, between whose characters a line may end.
    """
    if not style().wide:
        return cell
    between = style().span.format("", "")
    ends = (JOINER.join(end) for end in cell.split(between))
    return f"{JOINER}{between}".join(ends)


def _table(table: Table) -> dict[str, Any]:
    frame = table.frame.astype(str)
    small = frame.shape[1] > _COLUMNS
    widths = column_shares(frame, _SMALLER if small else _LETTERS)
    numeric = numeric_columns(frame)
    for name in frame.columns[numeric]:
        frame[name] = frame[name].map(_unbroken)
    return {
        "caption": table.caption,
        "note": table.note,
        "columns": list(frame.columns),
        "rows": frame.map(breakable).to_numpy().tolist(),
        "numeric": numeric,
        "widths": widths,
        "small": small,
    }
