"""A report answers first, says nothing its runs do not, and opens anywhere without a network.

Serves: C3.4
"""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.common.formatting import digits, money, percent
from sim.report.comparison import sentences
from sim.report.comparison.content import SECTIONS, build_content
from sim.report.rendering import readable, render
from sim.report.section import Section
from tests.synthetic import content_of, shared_comparison, synthetic_comparison

KINDS = ["winner", "no_clear_winner", "do_nothing", "undecided"]
MEGABYTES = 1024 * 1024


class _Page(HTMLParser):
    """What a browser would load, and what a reader who cannot see figures would get."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.images: list[dict] = []
        self.headers: list[dict] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.addresses += [attributes[name] for name in ("src", "href") if name in attributes]
        if tag == "img":
            self.images.append(attributes)
        if tag == "th":
            self.headers.append(attributes)


@pytest.fixture(scope="module")
def pages():
    """The page of each kind of verdict."""
    return {kind: render(content_of(kind)) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_a_section_is_shown_once_in_the_story_or_the_appendix(pages, kind):
    """What a short form says anew (a shorter table) comes on top of the whole, which is all there."""
    content, page = content_of(kind), pages[kind]
    nothing_of = (
        "searched",
        "plays",
        "reviews",
        "learned",
        "influence",
        "insight",
        "quality",
    )  # the made-up firm has none of these
    assert list(content.sections) == [key for key in SECTIONS if key not in nothing_of]
    story, _, appendix = page.partition('<section id="appendix"')
    told = re.findall(r'<section id="(\w+)"', story)
    assert told == [key for key, section in content.sections.items() if section.story]
    opened = re.findall(r'<div class="rest" id="more-(\w+)"', appendix)
    assert opened == [key for key, section in content.sections.items() if section.rest]
    for key, section in content.sections.items():
        both = {True: section.story, False: section.rest}
        part = "".join(_part(page, key, story) for story, one in both.items() if one)
        parts = [one for one in both.values() if one]
        assert part.count(f">{section.label}</h") == len(parts)
        assert part.count("<figure") == sum(len(one.pictures) for one in parts)
        assert part.count("<caption>") == sum(len(one.tables) for one in parts)
        for text in section.sentences:
            assert part.count(f"<p>{readable(text)}</p>") == 1
        assert {id(t) for t in section.tables} <= {id(t) for one in parts for t in one.tables}
        assert sum(len(one.pictures) for one in parts) == len(section.pictures)
        assert {*section.bullets} == {text for one in parts for text in one.bullets}


def _part(page: str, key: str, story: bool) -> str:
    """Return the part of a page that tells a section in the story, or in the appendix."""
    if story:
        return re.search(rf'<section id="{key}".*?</section>', page, flags=re.DOTALL)[0]
    parts = re.findall(r"<details>.*?</details>", page, flags=re.DOTALL)
    return next(part for part in parts if f'id="more-{key}"' in part)


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_of_a_page_leads_to_a_place_of_it_and_every_place_has_a_link(pages, kind):
    page = pages[kind]
    leads = re.findall(r'href="#([\w-]+)"', page)
    places = re.findall(r' id="([\w-]+)" ?[^>]*tabindex="-1"', page)
    assert {*leads} <= {*places}
    alone = {f"more-{key}" for key, part in content_of(kind).sections.items() if part.appendix}
    assert {*places} - {*leads} == alone  # these are chosen in the appendix itself


def test_a_section_is_added_by_its_function_and_its_phrases(monkeypatch):
    made = Section("new", "Something else was found", ["It is said here."], label="New")
    few = {"answer": SECTIONS["answer"], "money": lambda comparison: made}
    monkeypatch.setattr("sim.report.comparison.content.SECTIONS", few)
    page = render(build_content(shared_comparison()))
    assert page.count("Something else was found") == page.count("It is said here.") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_opens_with_the_verdict_and_what_supports_it(kind):
    comparison = shared_comparison(kind)
    content = content_of(kind)
    opening = {
        "winner": "Choose Balanced: ",
        "no_clear_winner": "No clear winner: ",
        "do_nothing": "Do nothing: ",
        "undecided": "Undecided: ",
    }
    assert comparison.verdict.kind == kind
    assert content.answer.startswith(opening[kind])
    assert next(iter(content.sections)) == "answer"
    answer = content["answer"]
    labels = [bullet.partition(": ")[0] for bullet in answer.bullets]
    first = {"winner": "Risk", "do_nothing": "Not advised"}.get(
        kind, "The best of the strategies so far"
    )
    assert labels[0] == first
    assert labels[-5:] == ["Risk", "When", "Cost", "Loyalty", "Customers"]
    assert answer.sentences[0].startswith("Main assumption")
    assert len(answer.pictures) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_amount_of_the_headline_follows_from_the_measures(kind):
    comparison = shared_comparison(kind)
    text = content_of(kind).answer
    total = comparison.measures.query("segment == 'total'")
    lives = [
        total[total["luck"] == luck].pivot(
            index="future", columns=["measure", "scenario"], values="value"
        )
        for luck in (0, 1)
    ]
    wide, first = lives[0], comparison.ranking[0]
    allowed = set()
    for measure in ("customer_equity", "margin", "cost"):
        gap, again = (life[measure][first] - life[measure]["baseline"] for life in lives)
        luck = ((gap[: len(again)] - again) ** 2).mean() / 2
        ranks = np.sort(gap)  # of 20 futures the 5 % and 95 % points have ranks 1.05 and 19.95
        ends = 0.95 * ranks[[0, -1]] + 0.05 * ranks[[1, -2]]
        surely = luck / stats.f.ppf(0.9, len(again), len(gap) - 1)
        left = min(1 - surely / gap.var(ddof=1) + 1 / len(gap), 1)
        expected = gap.mean() + np.sqrt(left) * (ends - gap.mean())
        values = (*expected, gap.mean())
        allowed |= {money(value, "USD").lstrip("\N{MINUS SIGN}") for value in values}
    found = re.findall(r"\$[\d.]+[a-z]*", text)
    assert found
    assert set(found) <= allowed
    best = wide["customer_equity"].idxmax(axis=1).value_counts()
    for count in re.findall(r"(\d+) of 20", text):
        assert int(count) in {0, *best}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_needs_nothing_but_itself(pages, kind):
    page = _Page(pages[kind])
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert not re.search(r"@import|url\(", pages[kind])
    assert len(pages[kind].encode()) <= 2 * MEGABYTES


def test_the_page_holds_no_code(pages):
    for page in pages.values():
        assert "build_content" not in page
        assert "results_dir" not in page
        assert "In&nbsp;[" not in page


def test_the_page_can_be_read_without_seeing_it(pages):
    page = _Page(pages["winner"])
    assert len(page.images) == 5
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert page.tags.count("summary") == page.tags.count("details") == page.tags.count("h3")
    assert all(len(image["alt"]) > 40 for image in page.images)
    assert all(header["scope"] in ("col", "row") for header in page.headers)
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("nav") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_screen_is_the_answer(pages, kind):
    answer = content_of(kind).answer
    verdict, _, support = answer.partition(": ")
    text = unescape(re.sub(r"<[^>]+>", "", pages[kind].split("<main>")[1]))
    text = re.sub(r"\s+", " ", text.replace("\N{WORD JOINER}", ""))
    assert f"{verdict} {support[0].upper()}{support[1:]}" in text[: len(answer) + 80]


def test_markup_in_names_is_shown_and_not_obeyed():
    comparison = synthetic_comparison("winner", title="Shop <script>alert(1)</script> & Sons")
    comparison.manifest.strategies["balanced"].title = '<img src="http://x"> $a$ {{ 7 * 7 }}'
    page = render(build_content(comparison))
    parsed = _Page(page)
    assert "script" not in parsed.tags
    assert not any(address.startswith("http") for address in parsed.addresses)
    assert "Shop &lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in page


@pytest.mark.parametrize("kind", KINDS)
def test_tables_have_plain_names_and_at_most_three_digits(kind):
    content = content_of(kind)
    for section in content.sections.values():
        for table in section.tables:
            assert not any("_" in name for name in table.frame.columns)
            if section.key in ("trail", "assumptions"):
                continue
            for cell in table.frame.iloc[:, 1:].to_numpy().ravel():
                for number in re.findall(r"\d[\d,.]*", cell):
                    if "of" not in cell and "week" not in cell:
                        assert len(number.replace(",", "").replace(".", "").strip("0")) <= 3, cell


def test_every_input_is_in_the_table_of_assumptions_with_its_status():
    comparison = shared_comparison()
    by_part, every = content_of()["assumptions"].tables
    frame = every.frame
    parts = len(comparison.market.rivals) + len(comparison.market.channels)
    expected = len(comparison.market.values) + parts + len(comparison.manifest.parameters)
    assert len(frame) == expected
    assert set(frame["Known how"]) == {"assumed", "published", "estimated"}
    assumed = (frame["Known how"] == "assumed").sum()
    heading = content_of()["assumptions"].heading
    assert heading.startswith(f"{assumed} of the {expected} numbers")


def test_what_the_market_warns_of_stands_in_the_report():
    content = content_of()
    assert any("disputed" in line for line in content["unknown"].bullets)


@pytest.mark.parametrize("needed", [160, None])
def test_an_undecided_verdict_says_how_many_futures_would_settle_it(needed):
    comparison = shared_comparison("undecided")
    verdict = replace(comparison.verdict, needed=needed)
    said = sentences.headline(replace(comparison, verdict=verdict))
    assert said.startswith("Undecided: 20 futures are too few to tell. The best so far, ")
    end = "About 160 futures would settle it." if needed else "Even 100,000 futures would not"
    assert end in said


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "winner"])
def test_no_heading_describes_a_plan_that_was_not_chosen_as_if_it_were(kind):
    comparison = shared_comparison(kind)
    name = comparison.title(comparison.ranking[0])
    content = content_of(kind)
    mark = "not advised" if kind == "do_nothing" else "the best strategy so far"
    for key in ("paths", "why", "segments", "money"):
        assert f"{name} (" in content[key].heading, key
        assert mark in content[key].heading, key


def test_plans_off_by_more_than_a_twentieth_are_flagged():
    comparison = shared_comparison()
    flagged = comparison.money.index[comparison.money["off_plan"]]
    assert list(flagged) == ["points_and_tiers"]
    section = content_of()["money"]
    assert any("Points and tiers (+1" in text for text in section.sentences)
    column = section.tables[0].frame.set_index("Strategy")["Off plan by"]
    assert list(column[column.str.contains("over 5%")].index) == ["Points and tiers"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1_236_000, "$1.24m"), (999_600, "$1.00m"), (412_345, "$412k"), (0.5, "$0.50"), (0, "$0"),
     (-87.25, "\N{MINUS SIGN}$87.2"), (np.nan, "\N{EN DASH}"), (2.5e9, "$2.50bn")],
)  # fmt: skip
def test_money_is_written_in_three_digits(value, text):
    assert money(value, "USD") == text


def test_shares_and_numbers_are_written_in_three_digits():
    assert [percent(x) for x in (0.1234, 0.00123, 1.5, 0)] == ["12.3%", "0.12%", "150%", "0.00%"]
    assert [digits(x) for x in (1234.5, 0.012345, 0, np.inf)] == ["1,230", "0.0123", "0", "\u2013"]
