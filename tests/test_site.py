"""The site: numbers lead to their evidence, its pages are true of the model, and it works offline.

Where Sphinx is not installed (`make site` installs it) or there is no Chromium, what needs them is
reported as skipped, with the reason.
"""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

import sim
from sim.evidence.findings import load_evidence
from sim.evidence.parameters import load_parameters
from sim.levers import BY_NAME
from sim.playbook.effect_rows import load_effects
from sim.workbench.site import lever_page
from sim.workbench.site.api_page import api_sections
from sim.workbench.site.built import faults_of
from sim.workbench.site.evidence_links import with_links
from sim.workbench.site.evidence_page import evidence_sections
from sim.workbench.site.lever_page import effects_figure, with_figure
from tests.browser import PROGRAM, as_address, open_page
from tests.mutation import ROOT

sphinx = pytest.mark.skipif(
    not (find_spec("sphinx") and find_spec("myst_nb")),
    reason="Sphinx is not installed: the site is not built here; `make site` installs it",
)
browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium: the site is not opened here")


def _page(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_each_finding_has_a_section_that_its_id_links_to() -> None:
    said = evidence_sections()
    for finding in load_evidence():
        place = f"({finding.id.lower()})=\n### {finding.id}: {finding.finding}\n"
        assert said.count(place) == 1, finding.id
        assert with_links(f"so it is ({finding.id}, B)") == (
            f"so it is ([{finding.id}](/docs/evidence.md#{finding.id.lower()}), B)"
        )


def test_ids_in_code_headings_and_links_stay_as_they_are() -> None:
    for text in (
        "`E93`",
        "# E93",
        "[see E93](x.md)",
        "```\nE93\n```",
        "---\nevidence: E93\n---",
        "E00",
    ):
        assert with_links(text) == text


@pytest.mark.parametrize("lever", BY_NAME)
def test_each_simulated_number_of_a_lever_leads_to_what_it_rests_on(lever, monkeypatch) -> None:
    monkeypatch.setattr(lever_page, "png", lambda figure, dpi: b"")  # drawn by the test below
    monkeypatch.setattr(
        lever_page, "parameters_in_use", lambda *_: {}
    )  # found in test_site_levers.py
    said = with_figure(lever, _page(f"playbook/levers/{lever}.md"))
    place = f"rests-on-{lever.replace('_', '-')}"
    table = said.split("<!-- generated: effects -->")[1].split("<!-- end of effects -->")[0]
    rows = re.findall(r"^\| `.*$", table, re.MULTILINE)
    effects = [one for one in load_effects().values() if one.lever == lever]
    assert len(rows) == len(effects) > 0
    for row in rows:
        left = re.sub(rf"\[[^\]|]*\]\(#{place}\)", "", row.split("|", 3)[3])
        assert not re.search(r"\d", left), left
    assert said.count(f"\n({place})=\n") == 1
    assert said.count('<img alt="') == 1
    rests = said.split(f"({place})=")[1]
    for row in (one for one in load_parameters().rows if one.lever == lever):
        assert f"| `{row.parameter}` |" in rests
        assert all(name in rests for name in row.evidence)


def test_the_page_of_a_lever_that_was_not_simulated_yet_stays_as_it_is(monkeypatch) -> None:
    monkeypatch.setattr(lever_page, "load_effects", dict)
    text = _page("playbook/levers/cocreation.md")
    assert with_figure("cocreation", text) == text


def test_a_levers_figure_shows_each_preset_in_each_market() -> None:
    effects = [one for one in load_effects().values() if one.lever == "cocreation"]
    panels = effects_figure("cocreation").axes
    assert [axes.get_title("left") for axes in panels] == ["grocery", "music shop", "subscription"]
    drawn = sorted(x for axes in panels for line in axes.lines[2::2] for x in line.get_xdata())
    assert drawn == sorted(one.equity for one in effects)


def test_the_page_of_the_interface_has_every_name_once() -> None:
    public = {name: getattr(sim, name) for name in sim.__all__}
    named = re.findall(
        r"^\.\. auto(?:class|function):: sim\.(\w+)$", api_sections(public), re.MULTILINE
    )
    assert sorted(named) == sorted(sim.__all__)


def test_the_odd_page_has_all_elements_and_names_modules_that_exist() -> None:
    said = _page("docs/odd.md")
    elements = re.findall(r"^## (\d)\. (.*)$", said, re.MULTILINE)
    assert [name for _, name in elements] == [
        "Purpose and patterns",
        "Entities, state variables, and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialization",
        "Input data",
        "Submodels",
    ]
    concepts = (
        "Basic principles, Emergence, Adaptation, Objectives, Learning, Prediction, Sensing, "
        "Interaction, Stochasticity, Collectives, Observation"
    )
    for concept in concepts.split(", "):
        assert f"\n**{concept}.** " in said, concept
    modules = set(re.findall(r"`(sim(?:\.\w+)+)`", said))
    assert len(modules) > 40
    assert [name for name in sorted(modules) if find_spec(name) is None] == []


def test_the_odd_page_tells_the_week_in_the_order_of_the_code() -> None:
    said = _page("docs/odd.md").split("## 3.")[1].split("## 4.")[0]
    code = _page("sim/model/loyalty_model.py")
    # the numbered comments of a week, and the steps of the page
    assert re.findall(r"^(\d)\. ", said, re.MULTILINE) == re.findall(
        r"^ +# (\d)\. ", code, re.MULTILINE
    )


def test_the_checklist_has_every_item_of_stress() -> None:
    items = re.findall(r"^\| (\d\.\d) ", _page("docs/stress.md"), re.MULTILINE)
    parts = {1: 3, 2: 5, 3: 4, 4: 3, 5: 4, 6: 1}
    assert items == [f"{part}.{k}" for part, n in parts.items() for k in range(1, n + 1)]


def test_a_broken_link_and_a_thing_fetched_from_elsewhere_are_found(tmp_path) -> None:
    (tmp_path / "other.html").write_text('<p id="here">', encoding="utf-8")
    whole = '<a href="other.html#here">x</a><a href="https://example.org">y</a>'
    (tmp_path / "page.html").write_text(whole, encoding="utf-8")
    assert faults_of(tmp_path) == []
    wrong = '<a href="none.html">x</a><a href="other.html#there">y</a><script src="https://cdn.example/x.js">'
    (tmp_path / "page.html").write_text(wrong, encoding="utf-8")
    assert len(faults_of(tmp_path)) == 3


def _built(folder: Path, *options: str) -> Path:
    site = folder / "site"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", *options]
        + ["-c", "docs", "-d", str(folder / "cache"), ".", str(site)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return site


@sphinx
@browser
def test_pages_are_searched_and_read_without_a_network(tmp_path) -> None:
    pages = "docs/index.md,docs/how_do_i/engineer.md,playbook/zh.md"
    site = _built(tmp_path, "-D", f"include_patterns={pages}")
    found, asked = open_page(as_address(site / "search.html", "?q=drifted"))
    assert asked == []
    assert re.search(r'<li[^>]*><a href="docs/how_do_i/engineer.html[^"]*"', found)
    for words, is_found in (("流失", True), ("忠诚度", True), ("用户流失的鲸鱼", False)):
        found, _ = open_page(as_address(site / "search.html", f"?q={quote(words)}"))
        assert ('href="playbook/zh.html' in found.split('id="search-results"')[1]) == is_found, (
            words
        )
    control = tmp_path / "control.html"
    control.write_text('<img src="http://example.invalid/picture.png">', encoding="utf-8")
    _, asked = open_page(as_address(control))
    assert any("example.invalid" in one for one in asked), "a request would not have been noticed"


@pytest.mark.slow
@sphinx
@browser
def test_the_whole_site_is_built_without_a_warning_and_asks_nothing_of_the_network(
    tmp_path,
) -> None:
    site = _built(tmp_path, "-W", "--keep-going")
    assert faults_of(site) == []
    for page in ("index", "docs/index", "docs/api", "docs/odd", "docs/evidence", "playbook/README"):
        _, asked = open_page(as_address(site / f"{page}.html"))
        assert asked == [], page
    for page in [
        *sorted(site.glob("notebooks/*.html")),
        *sorted(site.glob("playbook/levers/*.html")),
    ]:
        _, asked = open_page(as_address(page))
        assert asked == [], page.name
    for words, page in (
        ("points+programme", "playbook/levers/incentives.html"),
        ("furniture", "playbook/levers/cocreation.html"),
        ("ODD+protocol", "docs/odd.html"),
    ):
        found, asked = open_page(as_address(site / "search.html", f"?q={words}"))
        assert asked == []
        results = re.findall(r'<li[^>]*><a href="([^"#?]*)', found.split('id="search-results"')[1])
        assert page in results[:4], (words, results[:5])
