"""What people write in the playbook and the data is valid, and a mistake gets one clear message.

Serves: L3.1 C5.3 I7.1
"""

import shutil
from itertools import zip_longest
from pathlib import Path

import pytest

from sim.checks.check import check
from sim.common.paths import root
from sim.levers import BY_NAME
from sim.playbook.pages import PARTS, load_page
from sim.playbook.settings import settings_of
from sim.playbook.strategy_files import load_strategy
from sim.playbook.strategy_places import further_strategy_names, known_strategies


def test_all_that_people_write_fits_together():
    assert [fault.message for fault in check()] == []


@pytest.mark.parametrize("lever", list(BY_NAME))
def test_every_lever_has_a_page_with_presets_that_change_something(lever):
    page = load_page(lever)
    for name, preset in page.presets.items():
        chosen = settings_of(lever, preset.settings, page.id, name)
        assert chosen != BY_NAME[lever].Settings(), f"{lever}: {name} is neutral"


@pytest.mark.parametrize("name", known_strategies())
def test_every_strategy_loads_with_full_settings_and_an_owner(name):
    strategy = load_strategy(name)
    assert strategy.title and strategy.summary
    for play in strategy.plays:
        assert play.preset is None and play.settings and play.owner


def test_a_further_strategy_has_a_name_of_its_own(checkout):
    further = checkout / "playbook" / "strategies" / "further"
    assert further_strategy_names() == sorted(path.stem for path in further.glob("*.yaml"))
    shutil.copy(checkout / BALANCED, further / "balanced.yaml")
    where = "playbook/strategies/further/balanced.yaml"
    assert (where, "balanced") in {(fault.where, fault.found) for fault in check()}


def _swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


INCENTIVES = "playbook/levers/incentives.md"
BALANCED = "playbook/strategies/balanced.yaml"
PARAMETERS, EVIDENCE = "data/parameters.csv", "data/evidence.csv"
DEFINITIONS, FACTS = "data/parameter_definitions.csv", "data/stylised_facts.csv"
SOURCES, BIBLIOGRAPHY = "playbook/sources.csv", "data/references.bib"
MARKET, PORTFOLIO = "data/markets/grocery.yaml", "playbook/portfolios/three_markets.yaml"

#: file, what stands in it, what is written instead, words of the one message
MISTAKES = [
    (INCENTIVES, "owner: market", "ownr: market", ["incentives.md", "'ownr'", "'owner'"]),
    (INCENTIVES, "owner: market", "owner: markt", ["incentives.md", "'markt'", "'market'"]),
    (INCENTIVES, "rebate: 0.01,", "rebat: 0.01,", ["presets.points_programme", "'rebate'"]),
    (INCENTIVES, "discount: 0.1", "discount: 1.1", ["presets.members_discount", "1.1", "0.9"]),
    (INCENTIVES, "{purchase:", "{purchas:", ["expects", "'purchas'", "'purchase'"]),
    (INCENTIVES, "share_of_wallet, margin", "share_of_walet, margin", ["'share_of_wallet'"]),
    (INCENTIVES, "evidence: [E11", "evidence: [E999, E11", ["evidence", "'E999'"]),
    (INCENTIVES, "(E36, B)", "(E86, B)", ["incentives.md", "evidence", "'E86'"]),
    (INCENTIVES, "sources: [L3.4", "sources: [X3.4", ["sources", "'X3.4'"]),
    (INCENTIVES, "---\n", "", ["incentives.md", "front matter"]),
    (INCENTIVES, "sources: [L3.4,", "sources: [L3.44,", ["sources", "'L3.44'", "'L3.4'"]),
    (
        INCENTIVES,
        "**What it costs.**",
        "**The costs.**",
        ["incentives.md", "parts", "What it costs"],
    ),
    (SOURCES, "L3.4,", "L3-4,", ["sources.csv", "line", "'L3-4'"]),
    (SOURCES, "L3.4,", "C3.4,", ["sources.csv", "document", "letter C"]),
    (SOURCES, "L3.4,", "L3.3,", ["sources.csv", "line", "each id once"]),
    (BALANCED, "name: balanced", "name: balance", ["balanced.yaml", "'balance'", "balanced"]),
    (BALANCED, "preset: points_programme", "preset: point_programme", ["'points_programme'"]),
    (BALANCED, "lever: incentives", "lever: incentive", ["plays.1.lever", "'incentives'"]),
    (BALANCED, "audience: everyone", "audience: everybody", ["plays.0.audience", "'everyone'"]),
    (BALANCED, "start_week: 0", "start_weak: 0", ["plays.0.start_weak", "'start_week'"]),
    (BALANCED, "start_week: 0", "budget_share: 0.5", ["budget_share", "`loyalty check --fix`"]),
    (BALANCED, "format: 2", "format: 1", ["format", "2"]),
    (BALANCED, "plays:", "plays: [", ["balanced.yaml", "line"]),
    (PARAMETERS, "goal_weeks,incentives,8,", "goal_weks,incentives,8,", ["goal_weeks", "nothing"]),
    (PARAMETERS, "goal_weeks,incentives,8,", "goal_weeks,incentives,9,", ["`loyalty parameters`"]),
    (DEFINITIONS, "goal_weeks,inc", "goal_weks,inc", ["'goal_weks'", "'goal_weeks'"]),
    (DEFINITIONS, "goal_weeks,inc", "goal_weks,inc", ["'no goal_weeks'"]),
    (DEFINITIONS, "pert,8,4,13", "pert,8,9,13", ["parameter_definitions.csv", "low <= value"]),
    (DEFINITIONS, "goal_weeks,inc", "half_life_weeks,inc", ["each name once"]),
    (DEFINITIONS, "stored,market_life,share,pert", "stored,market_life,share,fixed", ["'fixed'"]),
    (DEFINITIONS, "scoring_hours,segmentation", "scoring_hours,segments", ["'segmentation'"]),
    (EVIDENCE, "incentives.half_life_weeks,same", "incentives.half_life,same", ["E31", "informs"]),
    (EVIDENCE, "half_life_weeks,same", "half_life_weeks,sane", ["E31", "'sane'", "'same'"]),
    (EVIDENCE, "half_life_weeks,same", "half_life_weeks,", ["conversion", "one for each"]),
    (EVIDENCE, "half_life_weeks,same,1", "half_life_weeks,same,2", ["discount", "up to 1"]),
    (EVIDENCE, "incentives.half_life_weeks,same,1", ",,", ["informs", "role input"]),
    (FACTS, " goodhardt1984,", " goodhart1984,", ["S01", "'goodhart1984'", "'goodhardt1984'"]),
    (FACTS, ",0.45,0.7,", ",0.75,0.7,", ["line", "low <= high"]),
    (PARAMETERS, "goal_weeks,incentives,8,", "goal_weeks,incentives,80,", ["80", "low <= value"]),
    (PARAMETERS, "goal_weeks,incentives,8,4", "goal_weeks,incentives,8,0", ["above 0"]),
    (PARAMETERS, "published,E31,", "published,E28,", ["line", "E28", "no target"]),
    (PARAMETERS, "published,E31,", "published,E30,", ["line", "E30", "role is input"]),
    (PARAMETERS, "published,E31,", "published,E3l,", ["'E3l'", "'E3"]),
    (EVIDENCE, "E31,incentives,", "E31,incentive,", ["E31", "'incentive'", "'incentives'"]),
    (EVIDENCE, ",neslin2006,", ",neslin2007,", ["E65", "'neslin2007'", "'neslin2006'"]),
    (EVIDENCE, ',yes,"Read as', ',perhaps,"Read as', ["line", "verified", "'perhaps'"]),
    (EVIDENCE, ",context,judgement", ",input,judgement", ["informs", "role input"]),
    (BIBLIOGRAPHY, "@article{bolton1998,", "@article{allon2011,", ["'bolton1998'"]),
    (MARKET, "gross_margin:", "gros_margin:", ["grocery.yaml", "gross_margin"]),
    (MARKET, "name: grocery", "name: grocer", ["grocery.yaml", "'grocer'", "own name, grocery"]),
    (
        PORTFOLIO,
        "- music_shop",
        "- musik_shop",
        ["markets.1.market", "'musik_shop'", "'music_shop'"],
    ),
    (PORTFOLIO, "[balanced,", "[balancd,", ["three_markets.yaml", "'balancd'", "'balanced'"]),
    (PORTFOLIO, "title:", "titel:", ["three_markets.yaml", "titel", "'title'"]),
    ("data/README.md", "| `csat` |", "| `csad` |", ["data/README.md", "loyalty check --fix"]),
]


#: Files whose mistakes are seen where tables are made.
TABLED = {SOURCES, "data/README.md"}
#: Files whose mistakes leave what is said of mistakes in the others as it is.
APART = [{INCENTIVES, BALANCED}, {PARAMETERS, DEFINITIONS, EVIDENCE, FACTS, BIBLIOGRAPHY}]
_OTHERS = [mistake for mistake in MISTAKES if not any(mistake[0] in files for files in APART)]
_BY_FILES = [[mistake for mistake in MISTAKES if mistake[0] in files] for files in APART]
#: Mistakes made together, at most one in each set of files.
TOGETHER = [list(filter(None, some)) for some in zip_longest(*_BY_FILES, _OTHERS)]


@pytest.mark.parametrize(
    "mistakes",
    [*TOGETHER, *(pytest.param([one], marks=pytest.mark.slow) for one in MISTAKES)],
    ids=lambda mistakes: "-".join(Path(file).stem for file, *_ in mistakes),
)
def test_a_mistake_is_named_with_file_field_what_was_found_and_what_is_near(
    checkout, mistakes, request
):
    if not TABLED & {file for file, *_ in mistakes}:
        request.getfixturevalue("untabled")
    for file, old, new, _ in mistakes:
        _swap(checkout / file, old, new)
    messages = [fault.message for fault in check()]
    for *mistake, words in mistakes:
        told = [text for text in messages if all(word in text for word in words)]
        assert told, (mistake, messages)
    assert all("expected" in text for text in messages)


def test_what_a_page_still_says_in_the_words_of_the_template_is_told(checkout):
    page, template = checkout / INCENTIVES, checkout / "playbook" / "_template.md"
    own = page.read_text(encoding="utf-8")
    text = template.read_text(encoding="utf-8").replace("id: my_lever", "id: incentives")
    page.write_text(text.replace("{intensity: 0.5}", "{rebate: 0.01}"), encoding="utf-8")
    told = [fault.field for fault in check() if "_template.md" in fault.expected]
    fields = ["title", "summary", "presets.usual_way.summary", "beliefs.E01", "risks.0", "risks.1"]
    assert told == [*fields, "heading", *PARTS]
    line = text[text.index("When it looks again") :].split("\n", 1)[0]
    half = own.replace("**What it costs.**", f"4. {line}\n\n**What it costs.**")
    page.write_text(half.replace(f"4. {line}", f"3. {line}"), encoding="utf-8")
    told = [fault.field for fault in check() if "_template.md" in fault.expected]
    assert told == ["What to do on Monday"], "one line is enough"


def test_one_mistake_does_not_hide_another(checkout):
    _swap(checkout / INCENTIVES, "rebate: 0.01,", "rebat: 0.01,")
    _swap(checkout / INCENTIVES, "{purchase:", "{purchas:")
    _swap(checkout / "playbook/levers/segmentation.md", "owner: market", "owner: markt")
    _swap(checkout / EVIDENCE, ",neslin2006,", ",neslin2007,")
    _swap(checkout / MARKET, "name: grocery", "name: grocer")
    text = "\n".join(fault.message for fault in check())
    for word in ("'rebat'", "'purchas'", "'markt'", "'neslin2007'", "'grocer'"):
        assert word in text


@pytest.mark.parametrize(
    "file",
    [INCENTIVES, PARAMETERS, DEFINITIONS, FACTS, EVIDENCE, "data/markets/grocery.history.csv"],
)
def test_a_missing_file_is_a_message_and_not_a_traceback(checkout, file):
    (checkout / file).unlink()
    assert any(Path(file).name in fault.message for fault in check())


def test_a_page_without_a_lever_is_told(checkout):
    pages = checkout / "playbook" / "levers"
    shutil.copy(pages / "incentives.md", pages / "incentivs.md")
    messages = [fault.message for fault in check()]
    assert any("'incentivs'" in text and "'incentives'" in text for text in messages)


def test_the_strategy_printed_in_the_playbook_is_valid(checkout):
    text = (root() / "playbook" / "README.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    path = checkout / "playbook" / "strategies" / "my_plan.yaml"
    path.write_text(example, encoding="utf-8")
    assert len(load_strategy("my_plan").plays) == 3
