"""How results look in a notebook: frames in three digits, figures with words, sections."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.common.formatting import digits
from sim.common.style import ended, style
from sim.report.figure_style import png
from sim.report.notebook_display import show
from sim.report.section import Section


class Frame(pd.DataFrame):
    """A data frame that is shown in three significant digits; its numbers are kept in full.

    Examples
    --------
    >>> Frame({"gain": [54712.3, -0.012345], "n": [4, 4]})
            gain  n
    0     54,700  4
    1  −0.0123  4
    """

    @property
    def _constructor(self) -> Callable[..., "Frame"]:
        return Frame

    @property
    def _constructor_sliced(self) -> Callable[..., "FrameColumn"]:
        return FrameColumn

    def __repr__(self) -> str:
        options = ("display.max_columns", None, "display.width", 120)
        with pd.option_context("display.float_format", _three_digits, *options):
            return super().__repr__()

    def _repr_html_(self) -> str:
        """Return the table as HTML; marked so that a notebook does not read two $ signs as a formula."""
        with pd.option_context("display.float_format", _three_digits):
            table = pd.DataFrame._repr_html_(self)
        return f'<div class="mathjax_ignore tex2jax_ignore">{table}</div>'


class FrameColumn(pd.Series):
    """A column of a `Frame`: shown in three significant digits, a frame again when unstacked."""

    @property
    def _constructor(self) -> Callable[..., "FrameColumn"]:
        return FrameColumn

    @property
    def _constructor_expanddim(self) -> Callable[..., Frame]:
        return Frame

    def __repr__(self) -> str:
        with pd.option_context("display.float_format", _three_digits):
            return super().__repr__()


def _three_digits(value: float) -> str:
    return digits(value) if np.isfinite(value) else str(value)


class Plot(Figure):
    """A figure that shows itself in a notebook, with the words for those who cannot see it."""

    alt: str = ""

    @classmethod
    def titled(cls, figure: Figure, what: str) -> "Plot":
        """Return a figure that shows something, and in words what that is and what its title finds."""
        finds = figure.texts[0].get_text().replace("\n", " ")
        return cls.of(figure, f"{what}{style().gap}{ended(finds)}")

    @classmethod
    def of(cls, figure: Figure, alt: str) -> "Plot":
        """Return a figure as one that shows itself.

        Parameters
        ----------
        figure : Figure
            It is changed in place: a figure cannot be copied.
        alt : str
            What it shows, in words.
        """
        figure.__class__ = cls
        figure.alt = alt  # type: ignore[attr-defined]
        return figure  # type: ignore[return-value]

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"image/png": png(self), "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


@dataclass(frozen=True)
class ShownSection(Section):
    """A section that shows itself in a notebook: its finding, text, figures and tables."""

    @classmethod
    def of(cls, section: Section) -> "ShownSection":
        """Return a section as one that shows itself."""
        return cls(**{field.name: getattr(section, field.name) for field in fields(Section)})

    def _ipython_display_(self) -> None:
        show(self)
