"""A second language is one more catalogue: words, numbers, lists and plurals follow it, no code does."""

from dataclasses import replace

import pytest

from sim.common.errors import InputError
from sim.common.formatting import digits, fixed, listing, money, percent, points, range_of
from sim.report.comparison import content
from sim.report.comparison.content import build_content
from sim.report.names import measures_in
from sim.report.phrases import FOLDER, gaps_of, in_language, languages, say, spoken
from sim.report.rendering import render
from tests.sections import parts_of
from tests.synthetic import synthetic_comparison as made_up_comparison

GERMAN = """
style:
  plural_forms: [one, other]
  plural_form_of: n != 1
  decimal: ","
  thousands: "."
  percent: "{} %"
  points: "{} Punkte"
  money: "{number}{size} {symbol}"
  sizes: {" Mrd.": 1000000000, " Mio.": 1000000}
  pair: "{} und {}"
  span: "{} bis {}"
page:
  title: "{market}: Welche Strategie?"
  meta:
    one: "{count} Strategie, {futures} Zukünfte, {weeks} Wochen, {customers} Kunden ({source})."
    other: "{count} Strategien, {futures} Zukünfte, {weeks} Wochen, {customers} Kunden ({source})."
label: {answer: Die Antwort}
column: {measure: Kennzahl}
common: {no_change: unverändert, week: Woche}
comparison:
  leanings: {answer: {unsure: unsicher}}
names:
  measure: {retention: gehaltene Kunden}
"""


@pytest.fixture(scope="module")
def comparison():
    return made_up_comparison()


def _page(comparison) -> str:
    """Return a page without its pictures, which take long to draw and have a test of their own."""
    whole = parts_of(comparison, "answer", "comparison", "paths")
    sections = {key: replace(part, pictures=[]) for key, part in whole.sections.items()}
    return render(replace(whole, sections=sections))


@pytest.fixture
def german(tmp_path):
    (tmp_path / "de.yaml").write_text(GERMAN, encoding="utf-8")
    return tmp_path


def test_the_page_speaks_the_language_and_english_where_it_is_silent(german, comparison) -> None:
    before = _page(comparison)
    with in_language("de", german):
        page = _page(comparison)
    for text in ('lang="de"', "Welche Strategie?", ">Die Antwort<", "Kennzahl", "Gehaltene Kunden"):
        assert text in page, text
        assert text not in before, text
    assert "4 Strategien, 20 Zukünfte" in page
    assert "1,14 Mio. $" in page
    assert "$1.14m" not in page
    assert ">Effects over time<" in page, "what the catalogue leaves out is said in English"
    assert '<td class="number">+1,14 Mio. $</td>' in page, "numbers are known in any language"
    assert _page(comparison) == before, "English again"


def test_the_figures_speak_the_language(german, comparison, monkeypatch) -> None:
    monkeypatch.setattr(content, "SECTIONS", {"paths": content.SECTIONS["paths"]})
    with in_language("de", german):
        (picture,) = build_content(comparison)["paths"].pictures
    labels = {axes.get_xlabel() for axes in picture.figure.axes}
    assert labels == {"Woche"}


def test_numbers_and_lists_are_written_as_the_language_does(german) -> None:
    with in_language("de", german):
        assert digits(1234567.0) == "1.230.000"
        assert (fixed(0.5, 2), percent(0.123), points(0.01)) == ("0,50", "12,3 %", "+1,00 Punkte")
        assert money(-1.5e6, "EUR") == "\N{MINUS SIGN}1,50 Mio. €"
        assert listing(["a", "b", "c"]) == "a, b und c"
        assert range_of(1.5, 2, digits) == "1,50 bis 2,00"
    assert (digits(1234567.0), listing(["a", "b"])) == ("1,230,000", "a and b")


def test_plural_forms_are_the_languages(tmp_path) -> None:
    meta = "".join(f"    {form}: '{form} {{count}} {{futures}} {{weeks}} {{customers}} {{source}}'\n"
                   for form in ("one", "few", "many"))  # fmt: skip
    rule = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
    style = f"style:\n  plural_forms: [one, few, many]\n  plural_form_of: '{rule}'\n"
    (tmp_path / "pl.yaml").write_text(f"{style}page:\n  meta:\n{meta}", encoding="utf-8")
    gaps = {"futures": "4", "weeks": "52", "customers": "500", "source": "a log"}
    with in_language("pl", tmp_path):
        said = [say("page.meta", count=count, **gaps).split()[0] for count in (1, 3, 5, 22)]
        others = say("validation.figure.lie.red", count=5, ids="S1")
    assert said == ["one", "few", "many", "few"]
    assert others == "S1 are outside", "an English phrase has English forms"


def test_names_of_records_are_those_of_the_language(german) -> None:
    with in_language("de", german):
        words = measures_in(False)
        assert words["retention"].label == "gehaltene Kunden"
        assert words["nps"].label == measures_in(False)["nps"].label
    assert measures_in(False)["retention"].label == "customers kept"


@pytest.mark.parametrize(
    ("text", "what"),
    [("page: {motto: Ja}", "page.motto"), ("style: {decimals: 2}", "style.decimals")],
)
def test_what_no_catalogue_knows_is_refused(german, text, what) -> None:
    key, _, rest = text.partition(": ")
    old = "page:\n" if key == "page" else "style:\n"
    new = rest.strip("{}")
    spoiled = GERMAN.replace(old, f"{old}  {new}\n", 1)
    (german / "de.yaml").write_text(spoiled, encoding="utf-8")
    with pytest.raises(InputError, match=what), in_language("de", german):
        pass


def test_there_is_no_such_language() -> None:
    with pytest.raises(InputError, match="xx"), in_language("xx"):
        pass


def _lacking(language) -> list[str]:
    """Return the keys of the English catalogue that another lacks, or where it has other gaps."""
    return [
        key
        for key, phrase in spoken().phrases.items()
        if key not in language.phrases or _gaps(language.phrases[key]) != _gaps(phrase)
    ]


def test_a_language_kept_here_lacks_nothing_and_leaves_the_gaps() -> None:
    assert languages() == ["en", "zh"]
    for name in languages():
        with in_language(name) as language:
            pass
        assert _lacking(language) == [], name


@pytest.mark.parametrize(
    ("line", "instead", "key"),
    [
        ("  contents: 目录\n", "", "page.contents"),
        ("比较{count}个", "比较{number}个", "page.meta"),
    ],
)
def test_a_phrase_that_is_taken_away_or_loses_a_gap_is_noticed(tmp_path, line, instead, key):
    kept = (FOLDER / "zh.yaml").read_text(encoding="utf-8")
    (tmp_path / "zh.yaml").write_text(kept.replace(line, instead, 1), encoding="utf-8")
    with in_language("zh", tmp_path) as language:
        pass
    assert _lacking(language) == [key]


def _gaps(phrase) -> set[str]:
    """Return the gaps of a phrase, but for the number that chooses its form."""
    forms = [phrase] if isinstance(phrase, str) else phrase.values()
    return set().union(*map(gaps_of, forms)) - {"count"}
