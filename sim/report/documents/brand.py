"""Whose document it is: what a consultant's brand file says, on every document."""

import datetime
from base64 import b64encode
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from sim.common.errors import InputError
from sim.common.reading import read_bytes, read_yaml, validate
from sim.common.style import day
from sim.common.text import Name, Title
from sim.report.figure_style import GOOD
from sim.report.phrases import say

#: Bytes of a logo at most, and how its file must begin.
_LARGEST_LOGO = 2_000_000
_LOGOS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
#: Text in the colour must be read on white: contrast of WCAG 2.2, success criterion 1.4.3.
_CONTRAST = 4.5


def _readable(colour: str) -> str:
    """Return a colour on which white can be read, and which can be read on white."""
    try:
        parts = [part / 255 for part in bytes.fromhex(colour.removeprefix("#"))]
    except ValueError:
        parts = []
    if len(parts) != 3 or len(colour) != 7:
        raise PydanticCustomError("colour", "a colour such as #006644")
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    if 1.05 / (light + 0.05) < _CONTRAST:
        raise PydanticCustomError("colour", "a colour dark enough to be read on white")
    return colour


def _day(written: object) -> datetime.date:
    """Return a day as a person writes it in YAML."""
    try:
        return datetime.date.fromisoformat(str(written))
    except ValueError:
        raise PydanticCustomError("day", "a day such as 2026-03-31") from None


Day = Annotated[datetime.date, BeforeValidator(_day)]
Colour = Annotated[str, AfterValidator(_readable)]


class Brand(BaseModel):
    """Whose documents they are.

    Attributes
    ----------
    client, author : str
        Who asked, and who answers.
    date : datetime.date, optional
        As it is to be shown; a document without one names none, so that it can be made again.
    confidentiality : str
        A line at the foot of every page.
    logo : str
        A PNG or JPEG file, beside the brand file or by its whole path.
    colour : str
        ``#rrggbb``, of headings and of what stands out.
    logo_image : bytes, optional
        What the logo's file holds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    client: Name = ""
    author: Name = ""
    date: Day | None = None
    confidentiality: Title = ""
    logo: str = ""
    colour: Colour = GOOD
    _logo_image: bytes | None = None

    @property
    def logo_image(self) -> bytes | None:
        """What the logo's file holds, if there is one."""
        return self._logo_image

    def as_data(self) -> dict[str, Any]:
        """Return what a template shows."""
        date = "" if self.date is None else day(self.date)
        line = [self.client, self.author, date, self.confidentiality]
        return {
            "client": self.client,
            "author": self.author,
            "kicker": say("page.kicker"),
            "line": " \N{MIDDLE DOT} ".join(part for part in line if part),
            "logo": f"logo{Path(self.logo).suffix.lower()}" if self._logo_image else "",
            "colour": self.colour,
        }

    def on_a_page(self) -> dict[str, str]:
        """Return what a page shows, which holds its logo in itself and has a colour of its own."""
        data = self.as_data()
        if "colour" not in self.model_fields_set:
            data["colour"] = ""
        if self._logo_image is not None:
            kind = "png" if data["logo"].endswith("png") else "jpeg"
            data["logo"] = f"data:image/{kind};base64,{b64encode(self._logo_image).decode()}"
        return data


def load_brand(path: Path | None) -> Brand:
    """Return what a brand file says, or the workbench's own if there is none.

    Raises
    ------
    InputError
        If the file cannot be read, holds what is not known, or names a logo that is none.
    """
    if path is None:
        return Brand()
    brand = validate(Brand, read_yaml(path), str(path))
    if brand.logo:
        place = path.parent / brand.logo
        kind = _LOGOS.get(place.suffix.lower())
        image = read_bytes(place, str(place), _LARGEST_LOGO) if kind else b""
        if kind is None or not image.startswith(kind):
            raise InputError(str(path), "logo", brand.logo, "a PNG or JPEG file")
        brand._logo_image = image
    return brand
