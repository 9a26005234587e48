"""What is shown never changes what results are called; what computes them always does.

Serves: C3.4
"""

import ast
import shutil
from pathlib import Path

import pytest

from sim.analysis import preset_effects
from sim.common.paths import root
from sim.evidence.own import parameters_for
from sim.experiment import fingerprint
from sim.experiment.fingerprint import code_digest
from sim.experiment.normalised_source import normalise
from sim.levers import MECHANISMS

SOURCE = '''
"""A module."""
from sim.common.formatting import percent

class Value(NamedTuple):
    name: str
    label: str
    low: float

class Lever:
    """A lever."""
    title = "Prices"
    rate: float = Field(0.5, ge=0, description="how often")

    def __repr__(self):
        return percent(self.rate)

PRICE = Value("price", "the price", 0.0)
COLUMN = Column("points", "float64", 0, "points", "collected so far")

def act(week, rate):
    """Act."""
    if rate < 0:
        raise InputError("--rate", "rate", rate, "at least 0")
    return week.uniform("several channels") < rate * 2  # twice
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', '"""Another text.\n\nWith a table."""'),
        ("import percent", "import percent, money"),
        ('"the price"', '"what it costs"'),
        ('title = "Prices"', 'title = "What things cost"'),
        ('description="how often"', 'description="times a week", title="Times"'),
        ("return percent(self.rate)", 'return "a lever"'),
        ('"points", "collected so far"', '"1", "what was collected"'),
        ('"""Act."""', ""),
        ('"at least 0"', '"0 or more", hint="Choose one."'),
        ("# twice", "# two times"),
        ("rate * 2 ", "(rate\n        * 2) "),
    ],
)
def test_a_changed_text_is_the_same_code(old, new):
    assert SOURCE.count(old) == 1
    changed = SOURCE.replace(old, new)
    people = {"sim.common.formatting"}
    assert normalise(changed.encode(), people)[0] == normalise(SOURCE.encode(), people)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rate * 2", "rate * 3"),
        ("rate * 2", "rate + 2"),
        ("ge=0", "ge=0.1"),
        ("Field(0.5", "Field(0.6"),
        ('"several channels"', '"some channels"'),
        ("rate < 0", "rate <= 0"),
        ('"the price", 0.0', '"the price", 0.1'),
        ('"points", "float64", 0,', '"points", "float32", 0,'),
        ("    if rate < 0:\n", "    if rate < 0 or rate > 1:\n"),
    ],
)
def test_a_changed_formula_or_bound_is_other_code(old, new):
    assert SOURCE.count(old) == 1
    assert normalise(SOURCE.replace(old, new).encode())[0] != normalise(SOURCE.encode())[0]


@pytest.fixture
def code(tmp_path, monkeypatch) -> Path:
    """A copy of the code, of which digests are taken."""
    shutil.copytree(root() / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "root", lambda: tmp_path)
    return tmp_path / "sim"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_layout_comments_and_docstrings_of_all_the_code_change_no_digest(code):
    before = code_digest()
    for path in code.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
                node
            ):
                node.body[0] = ast.Expr(ast.Constant("Another text."))
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    assert code_digest() == before


@pytest.mark.parametrize("room", ["report", "cli", "checks", "measures", "analysis"])
def test_what_shows_and_tells_results_takes_no_part_in_a_run(code, room):
    before = code_digest()
    for path in (code / room).rglob("*.py"):
        path.write_text("LABEL = 1\n")
    assert code_digest() == before


@pytest.mark.parametrize("file", ["world/customer_view", "common/formatting", "common/translated"])
def test_what_shows_a_person_a_number_or_another_language_takes_no_part_either(code, file):
    before, path = code_digest(), code / f"{file}.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n\nLABEL = 1\n", encoding="utf-8")
    assert code_digest() == before


def test_a_digest_of_a_lever_covers_the_week_and_that_lever_only(code):
    def digests():
        return {m.name: code_digest([m.name]) for m in MECHANISMS if not m.always}

    before = digests()
    _edit(code / "levers" / "pricing.py", "import numpy as np\n", "import numpy as np\nX = 1\n")
    after = digests()
    assert [name for name in before if after[name] != before[name]] == ["pricing"]
    _edit(code / "model" / "week" / "purchase.py", "\nimport numpy", "\nX = 1\nimport numpy")
    last = digests()
    assert all(last[name] != after[name] for name in before)


def test_a_new_lever_makes_no_effect_of_another_one_stale(code, monkeypatch):
    before = preset_effects.wanted_rows()
    shutil.copy(code / "levers" / "omnichannel.py", code / "levers" / "fourteenth.py")
    with (code / "levers" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom sim.levers.fourteenth import Omnichannel as Fourteenth\n")

    class Fourteenth(MECHANISMS[0]):
        name = "fourteenth"

    Fourteenth.__module__ = "sim.levers.fourteenth"
    monkeypatch.setattr(fingerprint, "MECHANISMS", (Fourteenth, *MECHANISMS))

    def more(market):
        rows = parameters_for(market)
        new = [row.model_copy(update={"lever": "fourteenth"}) for row in rows.rows[:3]]
        return type(rows)((*new, *rows.rows))

    monkeypatch.setattr(fingerprint, "parameters_for", more)
    assert preset_effects.wanted_rows() == before
    assert code_digest(["fourteenth"]) != code_digest([])


def test_a_text_of_a_market_or_a_parameter_makes_no_effect_stale_and_a_number_does(monkeypatch):
    market = preset_effects.load_market("grocery")
    number = market.values["gross_margin"]

    def digest(**changes):
        values = {**market.values, "gross_margin": number.model_copy(update=changes)}
        return fingerprint.identify(
            {"of": preset_effects._numbers_of(market.model_copy(update={"values": values}))}
        )

    assert digest(source="a better word") == digest()
    assert digest(value=number.value * 1.01) != digest()
