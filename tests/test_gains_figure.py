"""The figure of gains can be read: its texts lie within it and apart, its axis tells both sides of zero.

Serves: C3.4
"""

from dataclasses import replace

import pytest
from handed_over import of_kind
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report.comparison.gains_figure import _mark_both_sides, gain_figure
from sim.report.figure_style import KEY, NARROW, house_style
from sim.report.phrases import in_language

#: Points an inch in which a page and a brief show figures.
_DOTS = 150


def _drawn(comparison, width, language):
    """Return the figure as it is shown, and the boxes of its texts by what they say."""
    with in_language(language), house_style():
        figure = gain_figure(comparison, width)
        figure.set_dpi(_DOTS)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        axes = figure.axes[0]
        named = [text for text in (*axes.texts, *figure.texts) if text.get_text()]
        return figure, {text: text.get_window_extent(canvas.get_renderer()) for text in named}


def _above_budget(kind):
    """Return a comparison in which each strategy costs more than its budget as written."""
    comparison, _content = of_kind(kind)
    money = comparison.money.copy()
    money["design_cost"] = 1.19 * money["budget"]
    return replace(comparison, money=money)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [KEY, NARROW])
@pytest.mark.parametrize("kind", ["winner", "undecided", "many"])
def test_what_is_written_beside_gains_lies_apart_and_within_the_figure(kind, width, language):
    figure, boxes = _drawn(_above_budget(kind), width, language)
    assert all(box.x1 <= figure.bbox.x1 and box.x0 >= 0 for box in boxes.values())
    beside = sorted((box for text, box in boxes.items() if text.axes), key=lambda box: box.y0)
    assert len(beside) > 4
    assert all(low.y1 <= high.y0 + 1 for low, high in zip(beside, beside[1:], strict=False))
    sizes = {text.get_fontsize() for text in boxes if text.axes}
    assert sizes == {10.0}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["winner", "undecided", "many", "no_clear_winner"])
def test_labels_of_the_axis_of_gains_lie_apart_and_are_two_at_least(kind, language):
    figure, _boxes = _drawn(of_kind(kind)[0], KEY, language)
    low, high = figure.axes[0].get_xlim()
    ticks = [x for x in figure.axes[0].get_xticks() if low <= x <= high]
    assert len(ticks) >= 2
    labels = [x.get_window_extent() for x in figure.axes[0].get_xticklabels() if x.get_text()]
    labels = sorted(labels, key=lambda box: box.x0)
    assert all(one.x1 < two.x0 for one, two in zip(labels, labels[1:], strict=False))


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-12.6e6, 8.6e6, [-1e7, 0.0, 8e6]),
        (-12.6e6, 0.6e6, [-1e7, 0.0]),  # no room beside zero
        (-1e3, 1.99e6, [0.0, 1.5e6]),
        (-9.9e-3, 1e-2, [-8e-3, 0.0, 1e-2]),
    ],
)
def test_an_axis_with_gains_and_losses_has_a_tick_on_either_side_that_has_room(low, high, ticks):
    axes = Figure().subplots()
    axes.set_xlim(low, high)
    _mark_both_sides(axes)
    assert list(axes.get_xticks()) == pytest.approx(ticks)
