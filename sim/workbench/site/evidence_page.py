"""All findings on one page, a section each, so that a number can be followed to what it rests on."""

from sim.common.formatting import capital, compact, listing, range_of, spaced
from sim.evidence.findings import Finding, load_evidence
from sim.levers import BY_NAME, lever_label

_GRADES = {
    "A": "A, a meta-analysis or a large field experiment",
    "B": "B, a single strong study",
    "C": "C, practitioners or vendors",
    "D": "D, a concept or a review without numbers",
}
_DIRECTIONS = {
    "for": "for the lever",
    "mixed": "no effect, or both ways",
    "against": "against the lever",
    "none": "does not say whether the lever works",
}
_ROLES = {
    "input": "parameters rest on it",
    "target": "the model is held against it, so no parameter rests on it",
    "context": "direction or background",
}


def evidence_sections() -> str:
    """Return a chapter for each lever, and in it a section for each finding, as Markdown."""
    findings = load_evidence()
    order = [name for name in BY_NAME if any(one.lever == name for one in findings)]
    order += sorted({one.lever for one in findings} - set(order))
    chapters = []
    for lever in order:
        sections = [_section(one) for one in findings if one.lever == lever]
        chapters.append("\n".join([f"## {_title(lever)}\n", *sections]))
    return "\n".join(chapters)


def _section(finding: Finding) -> str:
    lines = [
        f"({finding.id.lower()})=",
        f"### {finding.id}: {finding.finding}",
        "",
        f"- **Size:** {_size(finding)}",
        f"- **Who was studied:** {finding.context}",
        f"- **Source:** {finding.authors} ({finding.year}), *{finding.title}*. {finding.journal}",
        f"- **Grade:** {_GRADES[finding.grade]}; {_seen(finding)}",
        f"- **Speaks:** {_DIRECTIONS[finding.direction]}",
        f"- **Used as:** {_ROLES[finding.role]}",
    ]
    if finding.informs:
        named = listing([f"`{name}` by `{call}`" for name, call in _uses(finding)])
        kept = " / ".join(compact(part) for part in finding.discount)
        lines.append(f"- **Parameters:** {named}; share of the effect that is kept: {kept}")
    if finding.caveat:
        lines.append(f"- **Beware:** {finding.caveat}")
    return "\n".join([*lines, ""])


def _uses(finding: Finding) -> list[tuple[str, str]]:
    return list(zip(finding.informs, finding.conversion, strict=True))


def _size(finding: Finding) -> str:
    if finding.value is None:
        return f"in words ({finding.effect_measure})"
    said = f"{compact(finding.value)} ({finding.effect_measure})"
    if finding.low is not None and finding.high is not None:
        basis = "judged" if finding.range_basis == "judgement" else "from the source"
        said += f"; range {range_of(finding.low, finding.high, compact)}, {basis}"
    return said


def _seen(finding: Finding) -> str:
    return "seen in the source" if finding.verified == "yes" else "**from memory**, not verified"


def _title(lever: str) -> str:
    if lever in BY_NAME:
        return capital(lever_label(lever))
    return f"{capital(spaced(lever))}, without any lever"
