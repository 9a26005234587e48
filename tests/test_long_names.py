"""Figures stay whole whatever strategies are called: a title may have 200 characters."""

import warnings
from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import pytest

from sim.report.comparison.gains_figure import gain_figure, segment_figure
from sim.report.comparison.money_figure import money_figure
from sim.report.comparison.paths_figure import paths_figure
from sim.report.comparison.why_figure import why_figure
from sim.report.figure_style import house_style, money_axis
from sim.report.phrases import in_language
from sim.report.wrapping import short, width_of
from tests.synthetic import synthetic_comparison

LONG = "Care for regular customers and win back those who went quiet " * 4
FIGURES = {
    "gains": gain_figure,
    "segments": segment_figure,
    "money": money_figure,
    "paths": paths_figure,
    "why": lambda comparison: why_figure(comparison, comparison.ranking[0]),
}


def _called(kind, title):
    """Return a made-up comparison whose strategies have a long title, each its own."""
    found = synthetic_comparison(kind)
    renamed = {
        name: one.model_copy(update={"title": f"{name[:12]} {title}"[:200]})
        for name, one in found.manifest.strategies.items()
    }
    return replace(found, manifest=found.manifest.model_copy(update={"strategies": renamed}))


def _names_of_rows(axes):
    """Return what is written beside the height of an axis, without ticks out of view, as shared ones."""
    low, high = sorted(axes.get_ylim())
    pairs = zip(axes.get_yticks(), axes.get_yticklabels(), strict=False)
    return [label for place, label in pairs if low <= place <= high]


def _outside(figure):
    """Return the texts of a figure that are not whole within it, by more than a point's half."""
    figure.draw_without_rendering()
    whole, found = figure.bbox.padded(0.5 * figure.dpi / 72), []
    texts = [text for axes in figure.axes for text in (*axes.texts, *_names_of_rows(axes))]
    for text in (*figure.texts, *texts):
        box = text.get_window_extent()
        if text.get_text() and (
            box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
        ):
            found.append(text.get_text())
    return found


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["winner", "many"])
def test_a_figure_holds_all_its_text_however_long_the_titles(figure, language, kind):
    title = LONG if language == "en" else "照顾老顾客并赢回沉默已久的人" * 14
    with in_language(language), house_style(), warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = FIGURES[figure](_called(kind, title))
        assert _outside(drawn) == []


@pytest.mark.parametrize("figure", ["gains", "segments", "money", "paths"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_strategies_of_one_long_title_are_told_apart_in_each_figure(figure, language):
    found = synthetic_comparison("winner")
    title = (LONG if language == "en" else "照顾老顾客并赢回沉默已久的人" * 14)[:200]
    alike = {
        name: one.model_copy(update={"title": title})
        for name, one in found.manifest.strategies.items()
    }
    found = replace(found, manifest=found.manifest.model_copy(update={"strategies": alike}))
    with in_language(language), house_style():
        drawn = FIGURES[figure](found)
        drawn.draw_without_rendering()
    for axes in drawn.axes:
        texts = [*axes.texts, *_names_of_rows(axes)]
        told = [text.get_text() for text in texts if title[:5] in text.get_text()]
        assert len(told) == len(set(told)), told
    assert any(
        title[:5] in text.get_text()
        for axes in drawn.axes
        for text in (*axes.texts, *_names_of_rows(axes))
    )


@pytest.mark.parametrize("width", [2.2, 3.0, 5.0])
@pytest.mark.parametrize("most", [430.0, 9_900.0, 2.6e6])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_amounts_beneath_a_narrow_figure_do_not_touch_each_other(language, most, width):
    """Those of a client that named no currency are told in units."""
    with in_language(language), house_style():
        figure, axes = plt.subplots(figsize=(width, 2.0))
        axes.set_xlim(-most, most / 8)
        money_axis(axes.xaxis, "units")
        figure.draw_without_rendering()
    low, high = axes.get_xlim()
    ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    boxes = [label.get_window_extent() for place, label in ticks if low <= place <= high]
    plt.close(figure)
    assert len(boxes) > 1
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("kind", ["winner", "many"])
def test_names_at_the_ends_of_lines_do_not_cover_each_other(kind):
    with house_style():
        drawn = paths_figure(_called(kind, LONG))
        drawn.draw_without_rendering()
    for axes in drawn.axes:
        boxes = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
        assert len(boxes) > 1
        for lower, upper in pairwise(boxes):
            assert upper.y0 > lower.y0 + 0.7 * lower.height  # the room below letters may be shared


@pytest.mark.parametrize("text", ["Balanced", LONG, "照顾老顾客" * 20, "x" * 90])
def test_a_name_takes_no_more_lines_than_it_may_and_says_that_it_goes_on(text):
    lines = short(text, 32, 2).split("\n")
    assert len(lines) <= 2 and all(width_of(line) <= 33 for line in lines)
    assert lines[-1].endswith("\N{HORIZONTAL ELLIPSIS}") == (width_of(text) > 64)
