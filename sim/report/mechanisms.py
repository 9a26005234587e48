"""What a report calls what moves customers: the levers, and what acts beside them."""

from sim.common.formatting import spaced
from sim.levers import BY_NAME, lever_label
from sim.report.phrases import catalogue, say

_LABEL, _MEANING = "mechanisms.label.", "mechanisms.meaning."


def mechanism_label(name: str) -> str:
    """Return what a report calls a lever, what acts beside the levers, or all of the latter."""
    if f"{_LABEL}{name}" in catalogue():
        return say(f"mechanisms.label.{name}")
    return lever_label(name) if name in BY_NAME else spaced(name)


def mechanism_meanings() -> dict[str, str]:
    """Return what each mechanism that is no lever is, by its name, in the order of a table."""
    names = [key.removeprefix(_MEANING) for key in catalogue() if key.startswith(_MEANING)]
    return {name: say(f"mechanisms.meaning.{name}") for name in names}
