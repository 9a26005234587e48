"""The story of a report takes five screens, in words of a client; what it rests on opens on demand.

Serves: C3.4
"""

import re
from html import unescape
from math import ceil

import numpy as np
import pytest

from sim.analysis.answers import LEADERS
from sim.report import figure_style
from sim.report.comparison.content import SECTIONS, build_section
from sim.report.rendering import render
from sim.report.section import Content, Section, Short, Table
from tests.synthetic import content_of, shared_comparison

KINDS = ["winner", "no_clear_winner", "do_nothing", "undecided", "many", "alone"]
#: Five screens of 1200 x 900 pixels, and words that are read in some six minutes.
HEIGHT, WORDS = 5 * 900, 1500
#: Pixels: of a line, a row of a table, and of what goes with a section, a table, a heading.
LINE, ROW, SECTION, AROUND_TABLE, HEADING = 24, 32, 60, 100, 28
#: Pixels across the page, and across the column of the first figure; letters of a line, of the page
#: and of the column beside that figure.
PAGE, COLUMN, LETTERS, BESIDE = 1024, 608, 95, 45
#: What stands outside the sections: the head, the contents and the list of the appendix.
OUTSIDE, EACH_OF_APPENDIX = 170 + 90, 31
#: How a deuteranope sees linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
#: From linear RGB to CIE XYZ (IEC 61966-2-1), and its white.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _story(page: str) -> str:
    """Return what is read of a closed page."""
    body = page.partition("</style>")[2]
    body = re.sub(r'<div class="rest".*?</details>', "", body, flags=re.DOTALL)
    body = re.sub(r"<summary><h3>.*?</details>", "", body, flags=re.DOTALL)
    body = re.sub(r'<img alt="[^"]*" src="[^"]*">', "", body)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).replace("\u2060", "")


def _height(content: Content) -> float:
    """Return about how high a closed page is, by its lines, rows and the shapes of its figures.

    On four pages that a browser has shown, of 3351 to 4081 pixels, it says 5 to 8 % more.
    """
    total = OUTSIDE + EACH_OF_APPENDIX * (2 + sum(bool(p.rest) for p in content.sections.values()))
    for key, whole in content.sections.items():
        part = whole.story
        if part is None:
            continue
        first = key == "answer"
        boxes = 30 if first else 6
        text = sum(boxes + LINE * ceil(len(words) / LETTERS) for words in part.sentences)
        width = COLUMN if first else PAGE
        shapes = [picture.figure.get_size_inches() for picture in part.pictures]
        figures = sum(15 + width * high / wide for wide, high in shapes)
        lists = sum(
            (13 if first else 3) + LINE * ceil(len(words) / (BESIDE if first else LETTERS))
            for words in part.bullets
        )
        tables = sum(AROUND_TABLE + ROW * len(table.frame) for table in part.tables)
        heading = HEADING * ceil(len(part.heading) / 85)
        total += SECTION + heading + text + tables + (max if first else _sum)(figures, lists)
    return total


def _sum(*parts: float) -> float:
    return sum(parts)


@pytest.mark.parametrize("kind", KINDS)
def test_the_closed_page_takes_five_screens_and_few_words(kind):
    content = content_of(kind)
    assert _height(content) <= HEIGHT
    assert len(_story(render(content)).split()) <= WORDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_story_names_no_files_no_rows_of_evidence_and_no_words_of_the_trade(kind):
    story = _story(render(content_of(kind)))
    assert len(story.split()) > 300
    for internal in (
        r"\b[EFP]\d+\b",
        r"\w+/\w+",
        r"\.(csv|yaml|json|ipynb|html)\b",
        r"(?i)\b(odds|logit|hazard|draws?|both ends|parameters?)\b",
        "`",
    ):
        found = re.search(internal, story)
        assert found is None, found


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_the_story_have_three_digits(kind):
    story = re.sub(r"\d{4}-\d\d-\d\d", "", _story(render(content_of(kind))))
    for number in re.findall(r"\d[\d,.]*", story):
        digits = number.rstrip(".,").replace(",", "").replace(".", "").strip("0")
        assert len(digits) <= 3, number
    assert not re.search(r"\b0\.00\d", story)  # a change too small to speak of


def test_a_section_says_what_of_it_stands_in_the_story_and_the_rest_opens():
    table = Table("All", content_of("winner")["comparison"].tables[0].frame)
    short = Table("Few", table.frame.head(1))
    made = Section(
        "new", "Found", ["a", "b"], ["c"], [], [table], "New", Short(["b"], [], [], [short])
    )
    assert (made.story.sentences, made.story.bullets, made.story.tables) == (["b"], [], [short])
    assert (made.rest.sentences, made.rest.bullets, made.rest.tables) == (["a"], ["c"], [table])
    page = render(Content("T", "Found", {"new": made}))
    story, appendix = page.split('<section id="appendix"')
    assert "Few" in story and "All" not in story
    assert "All" in appendix and appendix.count("<details>") == 2
    assert Section("whole", "x").story and Section("whole", "x").rest is None
    hidden = Section("hidden", "x", appendix=True)
    assert hidden.story is None and hidden.rest is hidden


def _seen(colour: str, as_seen: np.ndarray) -> np.ndarray:
    """Return a colour in CIE L*a*b*, as somebody sees it."""
    code = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(as_seen @ linear, 0, 1) / XYZ.sum(axis=1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", [np.eye(3), DEUTERANOPIA], ids=["usual", "deuteranopia"])
def test_colours_of_lines_stay_apart_for_the_colour_blind_and_each_has_its_own_dashes(eyes):
    """Just noticeable is 2.3 in L*a*b* (Mahy et al., 1994): these differ by ten times that."""
    colours = figure_style.COLOURS[:LEADERS]
    assert {figure_style.GOOD, figure_style.BAD} <= set(colours)
    seen = [_seen(colour, eyes) for colour in colours]
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert np.linalg.norm(one - other) > 10 * 2.3
    assert len({str(line) for line in figure_style.LINES[:LEADERS]}) == LEADERS
    assert figure_style.bar(False)["hatch"] and "hatch" not in figure_style.bar(True)


def test_what_is_wider_than_a_phone_is_moved_within_its_own_box():
    page = render(content_of("many"))
    css = page.partition("<style>")[2].partition("</style>")[0]
    assert re.search(r"\.table, \.moved \{[^}]*overflow-x: auto", css)
    assert page.count("<table>") == len(re.findall(r'<div class="table[^>]*><table>', page)) > 3
    figures = re.findall(r"<figure[^>]*>", page)
    assert figures[0] == "<figure>" and {*figures[1:]} == {'<figure class="moved">'}
    assert re.search(r"figure img \{[^}]*width: 100%", css)
    widths = re.findall(r"(?<![-\w])(?:min-)?width: ([\d.]+)(rem|em|px)", css)
    assert [(size, unit) for size, unit in widths if float(size) > 20] == [("42", "rem")]


@pytest.mark.parametrize("kind", ["winner", "do_nothing"])
def test_a_section_by_itself_says_what_it_says_in_the_whole_report(kind):
    whole, comparison = content_of(kind), shared_comparison(kind)
    for key in SECTIONS:
        if key not in whole.sections:
            with pytest.raises(KeyError):
                build_section(comparison, key)
            continue
        alone, among = build_section(comparison, key), whole[key]
        assert (alone.label, alone.heading) == (among.label, among.heading)
        assert (alone.sentences, alone.bullets) == (among.sentences, among.bullets)
        assert [one.png for one in alone.pictures] == [one.png for one in among.pictures]
        for mine, table in zip(alone.tables, among.tables, strict=True):
            assert mine.caption == table.caption and mine.frame.equals(table.frame)
