"""Figures of a comparison, in one house style; each states its finding in its title."""

from sim.figures.gains import gain_figure, segment_figure
from sim.figures.money import money_figure
from sim.figures.paths import paths_figure
from sim.figures.style import png
from sim.figures.why import why_figure

__all__ = ["gain_figure", "money_figure", "paths_figure", "png", "segment_figure", "why_figure"]
