"""The walk from a raw export to a report on the consultants' page prints what the page says it prints.

Serves: L4.1a
"""

import random
import re
import shlex
from datetime import date, timedelta
from pathlib import Path

from typer.testing import CliRunner

from sim.cli import main
from tests.mutation import ROOT
from tests.quick import foresee_little, make_quick, without_a_kernel

PAGE = ROOT / "docs" / "how_do_i" / "consultant.md"
#: What makes a command small that prints no number of the page's; what it leaves out of a print.
TINY = {"compare": "--customers 100 --weeks 8 --futures 2 --jobs 1"}
LEFT_OUT = "…"
FIRST, DAYS, CUSTOMERS = date(2023, 1, 1), 640, 300


def write_till(path: Path) -> None:
    """Write what a German till exports: articles sold with names, returns, cancellations and guests."""
    luck = random.Random(15)
    sold = []
    for who in range(CUSTOMERS):
        gap, day = luck.uniform(8, 60), luck.uniform(0, 200)
        while day < DAYS and luck.random() > 0.02:
            sold.append((FIRST + timedelta(int(day)), f"{4000 + who}", f"Schön, Eva {who}"))
            day += 1 + luck.expovariate(1 / gap)
    sold += [(FIRST + timedelta(luck.randrange(DAYS)), "Laufkunde", "") for _ in range(90)]
    lines = ["Bon;Kundennr;Name;Datum;Menge;Einzelpreis;Status"]
    for bon, (day, who, name) in enumerate(sorted(sold), 1):
        price = f"{luck.lognormvariate(2.8, 0.6):.2f}".replace(".", ",")
        said = "STO" if bon % 80 == 0 else "bezahlt"
        lines.append(f"{bon};{who};{name};{day:%d.%m.%Y};{luck.choice((1, 1, 2))};{price};{said}")
        if bon % 50 == 0:
            lines.append(f"{bon};{who};{name};{day:%d.%m.%Y};-1;{price};bezahlt")
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")


def _walk() -> list[tuple[str, list[str]]]:
    """Return each command of the walk with the lines that the page says it prints."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    steps: list[tuple[str, list[str]]] = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(line.rstrip())
    return steps


def _printed(command: str, clients: Path) -> list[str]:
    """Return the lines that a command prints, the clients' folder by its short name."""
    program, *words = shlex.split(command)
    if program == "head":
        text = Path(words[-1]).read_text("cp1252")
        return text.splitlines()[: int(words[0].lstrip("-"))]
    assert program == "loyalty", command
    known = [one.replace("clients/", f"{clients}/", 1) for one in words]
    done = CliRunner().invoke(main.app, [*known, *TINY.get(words[0], "").split()])
    return [line.rstrip() for line in done.output.replace(str(clients), "clients").splitlines()]


def _matches(shown: list[str], printed: list[str]) -> bool:
    """Return whether lines are all that was printed, but for what is said to be left out."""
    pattern = "".join(
        r"(?:.*\n)*" if line == LEFT_OUT else f"{re.escape(line)}\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def test_each_command_from_raw_export_to_report_prints_what_the_page_says(
    clients, tmp_path, monkeypatch
) -> None:
    make_quick(monkeypatch.setattr)
    foresee_little(monkeypatch.setattr)
    without_a_kernel(monkeypatch.setattr)
    monkeypatch.chdir(tmp_path)
    write_till(tmp_path / "till.csv")
    steps = _walk()
    named = [command.split()[1] for command, _ in steps if command.startswith("loyalty")]
    assert [one for i, one in enumerate(named) if one not in named[:i]] == [
        "intake", "quality", "calibrate", "insight", "compare", "report",
    ]  # fmt: skip
    for command, shown in steps:
        printed = _printed(command, clients)
        assert _matches(shown, printed), "\n".join([command, "prints", *printed])
    assert (clients / "till" / "reports" / "till" / "report.html").exists()


def test_a_print_that_the_page_has_otherwise_would_be_noticed() -> None:
    assert _matches(["a", LEFT_OUT, "d"], ["a", "b", "c", "d"])
    assert not _matches(["a", "d"], ["a", "b", "d"])
    assert not _matches(["a", LEFT_OUT], ["b", "c"])
