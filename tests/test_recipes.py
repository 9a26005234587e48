"""CONTRIBUTING's table of changes is true: each recipe, followed in a copy, is seen where a user looks.

A recipe touches only what its row names; `loyalty check --fix` writes the rest, and finds nothing wrong.
"""

import fnmatch
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.mutation import ROOT, copy_checkout
from tests.test_half_made_levers import MODULE, PAGE

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
#: What `loyalty check --fix` may write: read-me files, pages, and the table of parameters.
GENERATED = ("data/README.md", "data/parameters.csv", "playbook/*.md", "playbook/*/*.md")
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
ROW = "trips_by_hours,opening_hours,logit per hour,pert,0.002,0,0.004,linear,,Nobody has measured it\n"
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
    budget_share: 1.0
"""


def _row(what: str) -> list[str]:
    """Return the files and folders that the row of a change names."""
    (row,) = re.findall(rf"^\| {re.escape(what)}[^|]* \|(.*)\|$", CONTRIBUTING, re.MULTILINE)
    named = [re.sub(r"<\w+>", "*", each) for each in re.findall(r"`([^`]+)`", row)]
    return [f"{each}*" if each.endswith("/") else each for each in named] + [
        "sim/levers/__init__.py"
    ]


class Copy:
    """A copy of the checkout in which one recipe is followed."""

    def __init__(self, folder: Path, change: str) -> None:
        self.folder, self.allowed = copy_checkout(folder / "copy"), _row(change)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace text that stands once in a file that the recipe names."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file}: {old!r} stands {text.count(old)} times"
        self.write(file, text.replace(old, new))

    def write(self, file: str, text: str) -> None:
        """Write a file that the recipe names."""
        assert any(fnmatch.fnmatch(file, each) for each in self.allowed), (file, self.allowed)
        (self.folder / file).write_text(text, encoding="utf-8")

    def python(self, *arguments: str) -> str:
        """Run Python in the copy and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def loyalty(self, *words: str) -> str:
        """Run the command in the copy and return what it printed."""
        return self.python("-m", "sim.cli.main", *words)

    def finish(self) -> str:
        """Renew what is generated: nothing is wrong then, and nothing else was written."""
        before = self._state()
        said = self.loyalty("check", "--fix")
        after = self._state()
        changed = [file for file in after if after[file] != before.get(file)]
        strange = [f for f in changed if not any(fnmatch.fnmatch(f, each) for each in GENERATED)]
        assert strange == []
        return said

    def _state(self) -> dict[str, str]:
        parts = [self.folder / part for part in ("data", "playbook", "sim")]
        files = [path for part in parts for path in part.rglob("*")]
        return {
            path.relative_to(self.folder).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.is_file()
        }

    def text(self, file: str) -> str:
        """Return what stands in a file of the copy."""
        return (self.folder / file).read_text(encoding="utf-8")


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
    small = "--customers 100 --weeks 4 --replications 2 --jobs 1 --market grocery".split()
    out = ("--out", str(tmp_path / "results"))
    said = copy.loyalty("compare", "--strategies", "my_plan", *small, *out)
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
    copy.write(file, copy.text(file) + "patience,pricing,weeks,pert,4,2,8,log,,An assumption\n")
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
