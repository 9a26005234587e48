"""What the recipes of CONTRIBUTING write, each into a copy of the checkout."""

import re

from tests.recipe import Copy
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
PLAN = """name: {name}
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
    matter = re.sub(r"(summary: |E01: |  - (?:says: )?)(\w)(?!\w*: )", r"\1Ours, \2", matter)
    lines = [f"{line} Ours." if line and line[0] != "<" else line for line in body.splitlines()]
    return f"{matter}# Opening hours\n" + "\n".join(lines) + "\n"


def _lever(copy: Copy) -> None:
    copy.follow("a new lever")
    module = LEVER.replace("import Mechanism, Schema", "import Cost, Mechanism, Schema, blend")
    copy.write("sim/levers/opening_hours.py", module)
    page = copy.text("playbook/_template.md").replace("id: my_lever ", "id: opening_hours ")
    page = page.replace("{intensity: 0.5}", "{hours: 10}").replace("[intensity]", "[hours]")
    page = page.replace("My lever", "Opening hours")
    copy.write(PAGE, _worded(page))
    copy.allowed.append("data/parameter_definitions.csv")  # "its rows of evidence and parameters"
    copy.write("data/parameter_definitions.csv", copy.text("data/parameter_definitions.csv") + ROW)
    levers = "sim/levers/__init__.py"
    copy.edit(levers, "    Incentives,\n)", "    Incentives,\n    OpeningHours,\n)")
    head = "from sim.levers.opening_hours import OpeningHours\nfrom sim.levers.organisation"
    copy.edit(levers, "from sim.levers.organisation", head)


def _strategy(copy: Copy) -> None:
    copy.follow("a new strategy")
    plan = PLAN.format(name="my_plan", lever="pricing", preset="open_prices")
    copy.write("playbook/strategies/my_plan.yaml", plan)


def _preset(copy: Copy) -> None:
    copy.follow("a new way to use a lever")
    preset = "  half_open:\n    summary: Half told.\n    settings: {transparency: 0.5}\n"
    copy.edit("playbook/levers/pricing.md", "  open_prices:\n", preset + "  open_prices:\n")


def _parameter(copy: Copy) -> None:
    copy.follow("a new parameter")
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


def _measure(copy: Copy) -> None:
    copy.follow("a new measure")
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


def _value(copy: Copy) -> None:
    copy.follow("a new value of a market")
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


def _section(copy: Copy) -> None:
    copy.follow("a new section of the report")
    file = "sim/report/comparison/content.py"
    section = """def _thanks(comparison: Comparison) -> Section:
    return Section("thanks", say("comparison.content.thanks"))


"""
    copy.edit(file, "#: The sections of a report", f"{section}#: The sections of a report")
    last = '    "glossary": glossary,\n'
    copy.edit(file, last, f'    "thanks": _thanks,\n{last}')
    phrases = copy.text("sim/report/phrases/en.yaml")
    phrases = phrases.replace("\nlabel:\n", "\nlabel:\n  thanks: Thanks\n", 1)
    mine = "  content:\n"
    assert phrases.count(mine) == 1
    thanks = "    thanks: With thanks to all who answered the survey\n"
    phrases = phrases.replace(mine, mine + thanks)
    copy.write("sim/report/phrases/en.yaml", phrases)


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

from sim.checks.validation.statistic import Found, mean_of
from sim.checks.validation.worlds import Setup, each, world


def people_buy(setup: Setup) -> Found:
    """S21: people buy."""

    def one(seed: int) -> float:
        return float(world(setup, seed, 4).run().weekly["trips"].sum()) / setup.customers

    return {"S21": mean_of(each(setup, one), "Four weeks.")}
'''


def _finding(copy: Copy) -> None:
    copy.follow("a new finding")
    for file, text in (("data/evidence.csv", FINDING), ("data/references.bib", WORK)):
        copy.write(file, copy.text(file) + text)
    copy.edit("playbook/levers/incentives.md", "\nevidence: [", "\nevidence: [E990, ")
    assert "written anew" in copy.loyalty("parameters")


def _fact(copy: Copy) -> None:
    copy.follow("a new stylised fact")
    copy.write("data/stylised_facts.csv", copy.text("data/stylised_facts.csv") + FACT)
    copy.write("sim/checks/validation/purchases.py", TEST)
    catalogue = "sim/checks/validation/catalogue.py"
    last = '    "S20": equity.equity_follows_retention,\n'
    copy.edit(catalogue, last, f'{last}    "S21": purchases.people_buy,\n')
    copy.edit(catalogue, "    purchase_counts,\n", "    purchase_counts,\n    purchases,\n")


def _case(copy: Copy) -> None:
    copy.follow("a new case")
    for ending in ("md", "yaml"):
        text = copy.text(f"playbook/cases/coffee_chain.{ending}")
        text = text.replace("coffee_chain", "corner_shop").replace("title: ", "title: Small ")
        copy.write(f"playbook/cases/corner_shop.{ending}", text)


#: Recipes that leave what presets do as it is, and recipes that change what they say of it.
ADD = (_lever, _strategy, _section, _fact, _case)
CHANGE = (_preset, _parameter, _measure, _value, _finding)
