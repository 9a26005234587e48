"""CONTRIBUTING's table of changes is true: each recipe, followed in a copy, is seen where a user looks.

A recipe touches only what its row names; `loyalty check --fix` writes the rest, and finds nothing wrong.
"""

import re

import pytest

from tests.mutation import ROOT
from tests.recipe import CONTRIBUTING, Copy
from tests.test_half_made_levers import MODULE, PAGE

LEVER = (
    MODULE
    + '''
    def effects(self, week, plays, own):
        """Return what longer hours add to the purchases of those for whom they are."""
        hours = blend(plays, lambda chosen: chosen.hours, len(week.trips))
        return {"purchase": self.parameters.trips_by_hours * hours}

    def cost(self, week, play, own):
        """Return the wages of the hours."""
        return Cost(play.paid_effort * play.settings.hours * week.market["wage_per_hour"], 0.0, 0.0)
'''
)
ROW = "trips_by_hours,opening_hours,logit per hour,pert,0.002,0,0.004,linear,0,,Nobody has measured it\n"
PLAN = """name: my_plan
title: My plan
summary: Longer hours for everyone.
plays:
  - lever: {lever}
    preset: {preset}
    audience: everyone
    start_week: 0
    ramp_weeks: 1
    owner: brand
"""


def _worded(page: str) -> str:
    """Return a page with other words than those of the template, wherever it has words."""
    matter, body = page.split("# Opening hours\n")
    matter = re.sub(r"(summary: |E01: |  - )(\w)", r"\1Ours, \2", matter)
    lines = [f"{line} Ours." if line and line[0] != "<" else line for line in body.splitlines()]
    return f"{matter}# Opening hours\n" + "\n".join(lines) + "\n"


def test_a_fourteenth_lever_is_seen_in_the_playbook_and_in_a_plan(tmp_path):
    copy = Copy(tmp_path, "a new lever")
    module = LEVER.replace("import Mechanism, Schema", "import Cost, Mechanism, Schema, blend")
    copy.write("sim/levers/opening_hours.py", module)
    page = copy.text("playbook/_template.md").replace("id: my_lever ", "id: opening_hours ")
    page = page.replace("{intensity: 0.5}", "{hours: 10}").replace("My lever", "Opening hours")
    copy.write(PAGE, _worded(page))
    copy.allowed.append("data/parameter_definitions.csv")  # "its rows of evidence and parameters"
    copy.write("data/parameter_definitions.csv", copy.text("data/parameter_definitions.csv") + ROW)
    levers = "sim/levers/__init__.py"
    copy.edit(levers, "    Incentives,\n)", "    Incentives,\n    OpeningHours,\n)")
    head = "from sim.levers.opening_hours import OpeningHours\nfrom sim.levers.organisation"
    copy.edit(levers, "from sim.levers.organisation", head)
    said = copy.finish()
    assert "(opening_hours)" in said, "only the new lever's effects are to be simulated"
    assert "[Opening hours](levers/opening_hours.md)" in copy.text("playbook/README.md")
    assert "| opening_hours | `hours` |" in copy.text("playbook/README.md")
    assert "not simulated yet" in copy.text(PAGE)
    plan = PLAN.format(lever="opening_hours", preset="usual_way")
    (copy.folder / "playbook/strategies/my_plan.yaml").write_text(plan, encoding="utf-8")
    assert "opening hours" in copy.loyalty("plan", "my_plan", "--weeks", "4").lower()


def test_a_strategy_is_seen_in_the_playbook_and_in_a_plan(tmp_path):
    copy = Copy(tmp_path, "a new strategy")
    plan = PLAN.format(lever="pricing", preset="open_prices")
    copy.write("playbook/strategies/my_plan.yaml", plan)
    copy.finish()
    assert "[`my_plan`](strategies/my_plan.yaml)" in copy.text("playbook/README.md")
    said = copy.loyalty("plan", "my_plan", "--weeks", "4")
    assert "My plan" in said


def test_a_preset_is_seen_in_the_playbook(tmp_path):
    copy = Copy(tmp_path, "a new way to use a lever")
    preset = "  half_open:\n    summary: Half told.\n    settings: {transparency: 0.5}\n"
    copy.edit("playbook/levers/pricing.md", "  open_prices:\n", preset + "  open_prices:\n")
    said = copy.finish()
    assert "`half_open`" in copy.text("playbook/README.md")
    assert "| `half_open` |" in copy.text("playbook/levers/pricing.md")
    assert "not run yet (pricing)" in said


def test_a_parameter_is_in_the_table_that_runs_read(tmp_path):
    copy = Copy(tmp_path, "a new parameter")
    copy.allowed.append("sim/levers/pricing.py")  # "a field of the lever's Parameters"
    text = copy.text("sim/levers/pricing.py")
    field = (
        '        patience: float = Field(ge=0, description="weeks until a price is looked at")\n'
    )
    first = re.search(
        r"    class Parameters\(Schema\):\n        \"\"\".*?\"\"\"\n\n", text, re.DOTALL
    )
    copy.write("sim/levers/pricing.py", text[: first.end()] + field + text[first.end() :])
    file = "data/parameter_definitions.csv"
    copy.write(file, copy.text(file) + "patience,pricing,weeks,pert,4,2,8,log,,,An assumption\n")
    copy.finish()
    assert "patience,pricing,4" in copy.text("data/parameters.csv")


def test_a_measure_is_defined_for_readers_and_stands_in_the_report(tmp_path):
    copy = Copy(tmp_path, "a new measure")
    record = """    "referrals": Measure(
        label="friends who came on a recommendation",
        kind="count",
        unit="people per year",
        definition="New customers whom a customer recommended the firm to",
        window=_YEARLY,
        higher_is_better=True,
        scaled=True,
        function=yearly("new_referred"),
    ),
    "messages": Measure(
"""
    copy.edit("sim/measures/definitions.py", '    "messages": Measure(\n', record)
    copy.finish()
    assert "| `referrals` | people per year |" in copy.text("data/README.md")
    code = (
        "from sim.measures.definitions import measures_in\n"
        "print([record.label for record in measures_in(False, 'report').values()])"
    )
    assert "friends who came on a recommendation" in copy.python("-c", code)


def test_a_value_of_a_market_is_defined_for_readers_and_its_range_is_checked(tmp_path):
    copy = Copy(tmp_path, "a new value of a market")
    copy.allowed.append("data/markets/*.yaml")  # "the market files that have it"
    record = """    MarketValue("loyal_by_habit", "share", _SHARE,
        label="customers who never look elsewhere",
        meaning="customers who buy by habit alone"),
    MarketValue("contacts_per_trip","""
    copy.edit("sim/market/values.py", '    MarketValue("contacts_per_trip",', record)
    for path in sorted((copy.folder / "data/markets").glob("*.yaml")):
        file = path.relative_to(copy.folder).as_posix()
        value = "  loyal_by_habit:\n    value: 0.2\n    unit: share\n    status: assumed\n"
        value += "    low: 0.1\n    high: 0.3\n    source: a guess\n"
        copy.edit(file, "  contacts_per_trip:\n", value + "  contacts_per_trip:\n")
    copy.finish()
    assert "| `loyal_by_habit` | share |" in copy.text("data/README.md")
    head, rest = copy.text("data/markets/grocery.yaml").split("  loyal_by_habit:\n", 1)
    rest = rest.replace("value: 0.2", "value: 1.2", 1).replace("high: 0.3", "high: 1.3", 1)
    copy.write("data/markets/grocery.yaml", f"{head}  loyal_by_habit:\n{rest}")
    with pytest.raises(AssertionError, match="loyal_by_habit"):
        copy.loyalty("check")


def test_a_section_of_the_report_is_seen_on_its_page(tmp_path):
    copy = Copy(tmp_path, "a new section of the report")
    file = "sim/report/comparison/content.py"
    section = """def _thanks(comparison: Comparison) -> Section:
    return Section("thanks", say("comparison.content.thanks"))


"""
    copy.edit(file, "#: The sections of a report", f"{section}#: The sections of a report")
    copy.edit(file, '    "trail": _trail,\n', '    "trail": _trail,\n    "thanks": _thanks,\n')
    phrases = copy.text("sim/report/phrases/en.yaml")
    phrases = phrases.replace("\nlabel:\n", "\nlabel:\n  thanks: Thanks\n", 1)
    mine = "  content:\n"
    assert phrases.count(mine) == 1
    thanks = "    thanks: With thanks to all who answered the survey\n"
    phrases = phrases.replace(mine, mine + thanks)
    copy.write("sim/report/phrases/en.yaml", phrases)
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from synthetic import synthetic_comparison\n"
        "from sim.report.comparison.content import build_content\n"
        "from sim.report.rendering import render\n"
        "print(render(build_content(synthetic_comparison())))"
    )
    page = copy.python("-c", code)
    assert "With thanks to all who answered the survey" in page
    assert ">Thanks<" in page, "in the list of contents"


FINDING = (
    "E990,incentives,What joining changes has faded after nine months,weeks,39,34,44,A made-up panel,"
    "several,no_contract,"
    "Nobody,2026,On fading,A journal,nobody2026,B,yes,None of it is true,mixed,input,source,"
    "incentives.half_life_weeks,same,1\n"
)
WORK = "\n@article{nobody2026,\n  author = {Nobody},\n  title = {On fading},\n  year = {2026},\n}\n"
FACT = (
    "S21,People buy,purchases of a customer in four weeks,0.01,100,more than none,Nobody (2026),"
    "ehrenberg2000,no,a month of a stationary baseline,,hard,read_out,\n"
)
TEST = '''"""That people buy at all (S21)."""

from sim.validation.statistic import Found, mean_of
from sim.validation.worlds import Setup, each, world


def people_buy(setup: Setup) -> Found:
    """S21: people buy."""

    def one(seed: int) -> float:
        return float(world(setup, seed, 4).run().weekly["trips"].sum()) / setup.customers

    return {"S21": mean_of(each(setup, one), "Four weeks.")}
'''


def test_a_finding_moves_its_parameter_and_stands_on_the_page(tmp_path):
    copy = Copy(tmp_path, "a new finding")
    for file, text in (("data/evidence.csv", FINDING), ("data/references.bib", WORK)):
        copy.write(file, copy.text(file) + text)
    copy.edit("playbook/levers/incentives.md", "\nevidence: [", "\nevidence: [E990, ")
    assert "written anew" in copy.loyalty("parameters")
    copy.finish()
    (row,) = re.findall("^half_life_weeks,incentives,.*$", copy.text("data/parameters.csv"), re.M)
    name, lever, value, *_ = row.split(",")
    assert 30 < float(value) < 39
    assert ",published,E31 E990," in row
    assert "| E990 | What joining changes has faded" in copy.text("playbook/levers/incentives.md")


def test_a_fact_is_in_the_table_of_a_validation(tmp_path):
    copy = Copy(tmp_path, "a new stylised fact")
    copy.write("data/stylised_facts.csv", copy.text("data/stylised_facts.csv") + FACT)
    copy.write("sim/validation/purchases.py", TEST)
    catalogue = "sim/validation/catalogue.py"
    last = '    "S20": equity.equity_follows_retention,\n'
    copy.edit(catalogue, last, f'{last}    "S21": purchases.people_buy,\n')
    copy.edit(catalogue, "    purchase_counts,\n", "    purchase_counts,\n    purchases,\n")
    copy.finish()
    small = "--facts S21 --customers 100 --replications 2 --jobs 1".split()
    said = copy.loyalty("validate", *small, "--out", str(tmp_path / "facts"))
    (line,) = [line for line in said.splitlines() if "S21 purchases" in line]
    assert "green" in line


def test_a_case_is_in_the_list_of_cases_and_its_market_can_be_planned_in(tmp_path):
    copy = Copy(tmp_path, "a new case")
    for ending in ("md", "yaml"):
        text = copy.text(f"playbook/cases/coffee_chain.{ending}")
        text = text.replace("coffee_chain", "corner_shop").replace("title: ", "title: Small ")
        copy.write(f"playbook/cases/corner_shop.{ending}", text)
    copy.finish()
    assert "(cases/corner_shop.md)" in copy.text("playbook/README.md")
    assert "(cases/corner_shop.md)" in copy.text("playbook/coverage.md")
    said = copy.loyalty("plan", "balanced", "--market", "corner_shop", "--weeks", "4")
    assert "Budget: $" in said


def test_files_and_functions_that_contributing_names_exist():
    named = re.findall(r"`((?:sim|tests)/[\w/]+\.py)(?::(\w+))?`", CONTRIBUTING)
    assert len(named) > 20
    for file, function in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not function or re.search(rf"^(?:def|class) {function}\b", text, re.MULTILINE), (
            f"{file}:{function}"
        )


def test_every_room_is_on_the_map_of_contributing_in_the_order_of_the_layers():
    rooms = {path.parent.name for path in (ROOT / "sim").glob("*/__init__.py")}
    on_map = re.findall(r"^\| `(\w+)` \|", CONTRIBUTING, re.MULTILINE)
    assert set(on_map) == rooms
    layers = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("layers = [")[1]
    order = re.findall(r"\w+", " ".join(re.findall(r'"([\w |]+)"', layers.split("]")[0])))
    assert sorted(on_map) == sorted(order)
    assert [on_map.index(room) for room in order] == sorted(on_map.index(room) for room in order)
