"""Figures take few bytes and look as they were drawn.

Serves: L4.3
"""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from sim.report.figure_style import COLOURS, house_style, png, title

#: Steps of 255 that no eye tells apart in a smoothed edge a point wide.
UNSEEN = 16


def _figure() -> Figure:
    with house_style():
        figure = Figure(figsize=(9, 3.4), layout="none")
        axes = figure.subplots()
        for row, colour in enumerate(COLOURS):
            axes.plot(np.sin(np.linspace(0, 6, 60) + row), color=colour, lw=2)
            axes.bar(row, 0.5, color=colour, alpha=0.35)
        title(figure, "What is found", "How to read it, in a line of small letters")
    return figure


def test_a_figure_takes_half_the_bytes_at_most_and_no_point_looks_another_way():
    plain, figure = io.BytesIO(), _figure()
    with house_style():
        figure.savefig(plain, format="png", dpi=150)
    made = png(figure)
    drawn, shown = (
        np.asarray(Image.open(io.BytesIO(one)).convert("RGB")).astype(int)
        for one in (plain.getvalue(), made)
    )
    assert drawn.shape == shown.shape and np.abs(drawn - shown).max() <= UNSEEN
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 256  # so that it can fail
    assert len(made) <= len(plain.getvalue()) / 2
    assert png(figure) == made
