"""A trial as a finding of the firm's own: a row of ``clients/NAME/evidence.csv``.

It has the role ``context``: no single parameter rests on it, since what it teaches of all of them
together stands in ``learned.yaml``.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sim.common.paths import shown
from sim.common.reading import read_text
from sim.common.writing import write_text
from sim.evidence.findings import OWN, OwnFinding
from sim.evidence.own import EVIDENCE
from sim.experiment.trial_design import trial_designs
from sim.market.learned import FILE, Learned, Tried
from sim.market.market import Market

#: Standard errors on both sides that hold the middle 90 %.
NINETY = 1.645


def next_id(known: Sequence[OwnFinding]) -> str:
    """Return the id of a further finding of a firm's own."""
    return f"{OWN}{1 + max((int(row.id[1:]) for row in known), default=0):02d}"


def kept_before(folder: Path, name: str) -> Path:
    """Return where what was learned before a trial is kept in a client's folder."""
    return folder / f"learned_before_{name}.yaml"


def how_to_correct(folder: Path, name: str, learned: Learned | None) -> str:
    """Return what undoes a trial that was learned from, and those after it, to learn it anew."""
    trials, file, evidence = learned.trials if learned else [], folder / FILE, folder / EVIDENCE
    earlier = [trial.name for trial in trials].index(name)
    rows = ", ".join(trial.finding for trial in trials[earlier:])
    undo = f"If its table was wrong, delete {shown(file)} and {rows} in {shown(evidence)}."
    if earlier:
        before = shown(kept_before(folder, name))
        undo = (
            f"If its table was wrong, put {before} in the place of {shown(file)} and delete {rows} in "
            f"{shown(evidence)}."
        )
    return f"{undo} Then learn from the right table, and again from those of later trials."


def keep_finding(folder: Path, trial: Tried, market: Market) -> Path:
    """Add a trial to a client's evidence, unless it stands there; the file before is kept.

    Returns
    -------
    Path
        The evidence.
    """
    path, columns, rows = folder / EVIDENCE, list(OwnFinding.model_fields), list[dict[str, str]]()
    if path.exists():
        text = read_text(path, shown(path))
        lines = csv.DictReader(io.StringIO(text))
        rows, columns = list(lines), list(lines.fieldnames or columns)
        if any(row["id"] == trial.finding for row in rows):
            return path
        write_text(folder / f"evidence_before_{trial.name}.csv", text)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*rows, _row(trial, market)])
    write_text(path, out.getvalue())
    return path


def _row(trial: Tried, market: Market) -> dict[str, object]:
    """Return the row of a trial."""
    low, high = (trial.difference + side * NINETY * trial.error for side in (-1, 1))
    return {
        "id": trial.finding,
        "lever": trial_designs(market.name)[trial.name].plan.plays[0].lever,
        "effect_measure": "spend per customer with the plan less that without, over so many weeks",
        "value": f"{trial.difference:.6g}",
        "low": f"{low:.6g}",
        "high": f"{high:.6g}",
        "authors": "the firm",
        "year": date.fromisoformat(trial.day).year,
        "journal": "internal",
        "bib_key": "own",
        "verified": "yes",
        "direction": "for" if low > 0 else "against" if high < 0 else "mixed",
        "role": "context",
        "range_basis": "source",
        **_told(trial, f"{trial.difference:+.2f} {market.currency}"),
    }


def _told(trial: Tried, difference: str) -> dict[str, str]:
    """Return what is said of a trial, or of campaigns in the firm's records."""
    if trial.by_lot:
        return {
            "finding": f"In a trial over {trial.weeks} weeks customers with {trial.title} spent "
            f"{difference} each against those without.",
            "context": f"{trial.tried} customers of the firm with the plan and {trial.control} without.",
            "title": f"Trial {trial.name} of {trial.day}",
            "grade": "B",
            "caveat": "Both arms lived in one market: what they told each other is in both.",
        }
    return {
        "finding": f"In the {trial.weeks} weeks after campaigns, taken for {trial.title}, customers "
        f"spent {difference} each against comparable ones.",
        "context": f"{trial.tried} contacts in the firm's records and {trial.control} rows of others.",
        "title": f"Campaigns in the firm's records, {trial.day}",
        "grade": "C",
        "caveat": "Nothing was drawn by lot: it rests on the firm having chosen by what the log holds.",
    }
