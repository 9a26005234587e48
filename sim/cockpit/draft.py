"""A plan while it is being made: its plays, one after the other, and every step back."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from sim.common.errors import InputError
from sim.common.paths import client_folder, root, shown
from sim.common.reading import validate
from sim.common.text import NAME
from sim.common.writing import write_text
from sim.playbook.pages import load_page
from sim.playbook.strategies import BASELINE, Play, Strategy, read_strategy
from sim.playbook.strategy_files import as_strategy, load_strategy
from sim.playbook.strategy_places import known_strategies

#: What a plan is called before its maker names it.
UNNAMED = "my_plan"
#: Names that a strategy may have.
_NAMES = re.compile(rf"[a-z][a-z0-9_]{{0,{NAME - 1}}}")


@dataclass(frozen=True)
class Draft:
    """A plan as far as it is made; it may not fit together yet.

    Attributes
    ----------
    name : str
    plays : tuple of Play
        As a file would hold them: presets stay presets.
    kept : dict
        What else a strategy that was opened says: its title, summary, goals and reviews.
    """

    name: str = UNNAMED
    plays: tuple[Play, ...] = ()
    kept: dict[str, Any] = field(default_factory=dict)

    def added(self, lever: str) -> "Draft":
        """Return the plan with one play more, by the lever's first preset."""
        return replace(self, plays=(*self.plays, Play(lever=lever, preset=first_preset(lever))))

    def without(self, number: int) -> "Draft":
        """Return the plan without one of its plays."""
        return replace(self, plays=(*self.plays[:number], *self.plays[number + 1 :]))

    def changed(self, number: int, **changes: Any) -> "Draft":
        """Return the plan with one play changed.

        Another lever begins with its first preset; a preset takes the place of settings.

        Raises
        ------
        InputError
            If a value is out of range.
        """
        play = self.plays[number]
        if changes.get("lever", play.lever) != play.lever:
            changes = {"preset": first_preset(changes["lever"])} | changes
        if changes.get("preset"):
            changes = {"settings": {}} | changes
        content = play.model_dump() | changes
        new = validate(Play, content, f"strategy {self.name}", f"plays.{number}")
        return replace(self, plays=(*self.plays[:number], new, *self.plays[number + 1 :]))

    def renamed(self, name: str) -> "Draft":
        """Return the plan under another name, which becomes its title as well.

        Raises
        ------
        InputError
            If that cannot be the name of a strategy.
        """
        name = name.strip()
        if not _NAMES.fullmatch(name):
            expected = "at most 100 small letters, digits and underscores, a letter first"
            raise InputError("cockpit", "name", name, expected, possible_name(name))
        kept = {key: value for key, value in self.kept.items() if key not in ("title", "summary")}
        return replace(self, name=name, kept=kept)

    def acts_as(self, other: "Draft") -> bool:
        """Return whether it is the same plan, whatever the two are called: plays, goals, reviews."""
        mine, others = (
            (one.plays, one.kept.get("goals"), one.kept.get("reviews")) for one in (self, other)
        )
        return mine == others

    @property
    def written(self) -> Strategy:
        """The strategy as a file would hold it.

        Raises
        ------
        InputError
            If its plays do not fit together, or its name is none.
        """
        plays = [play.model_dump() for play in self.plays]
        content = {"name": self.name, "plays": plays, **self.kept}
        return Strategy.of_file(content, f"strategy {self.name}")

    def design(self, market: str) -> Strategy:
        """Return the strategy that is run: with full settings, if each play is for whom it acts.

        Raises
        ------
        InputError
            As for `written`, or if a play is for people for whom its lever does nothing.
        """
        return as_strategy(self.written, market)


def first_preset(lever: str) -> str:
    """Return the preset with which a play begins: the first of the lever's page."""
    return next(iter(load_page(lever).presets))


def opened(name: str, market: str) -> Draft:
    """Return a strategy of the playbook, or of the market's client, as a plan that can be changed.

    Raises
    ------
    InputError
        If there is no such strategy, or its file is wrong.
    """
    load_strategy(name, market)  # says what is wrong with it
    written = read_strategy(name, market)
    kept = written.model_dump(include={"title", "summary", "goals", "reviews"})
    return Draft(name, tuple(written.plays), {key: value for key, value in kept.items() if value})


def save(draft: Draft, market: str) -> str:
    """Write a plan as a strategy file of which `loyalty compare` knows the name; return its path.

    That of a client lies among the client's strategies, another among those of the playbook that are
    compared only when named. No file is overwritten.

    Raises
    ------
    InputError
        If there is a strategy of this name, the plan has no play, or it does not fit together.
    """
    written = draft.written
    draft.design(market)
    if not draft.plays:
        raise InputError("strategy", "plays", "none", "at least one play")
    if written.name in (BASELINE, *known_strategies(market)):
        free = free_name(written.name, market)
        hint = "Strategies are never overwritten: choose another name."
        raise InputError("strategy", "name", written.name, "a name of its own", free, hint)
    client = client_folder(market)
    folder = client / "strategies" if client else root() / "playbook" / "strategies" / "further"
    path = folder / f"{written.name}.yaml"
    write_text(path, _text_of(written), is_new=True)
    return shown(path)


def possible_name(text: str) -> str:
    """Return the name of a strategy that is like a text.

    Examples
    --------
    >>> possible_name("Señor's plan B!"), possible_name("2nd try"), possible_name("方案")
    ('senor_s_plan_b', 'plan_2nd_try', 'my_plan')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if name and not name[0].isalpha():
        name = f"plan_{name}"
    return name[:NAME] or UNNAMED


def free_name(name: str, market: str) -> str:
    """Return a name like this one that no strategy has."""
    known = {BASELINE, *known_strategies(market)}
    stem, number = name, 2
    while name in known:
        name, number = f"{stem}_{number}", number + 1
    return name


def _text_of(written: Strategy) -> str:
    """Return the text of a strategy file: what differs from what is usual, title and summary always."""
    plays = [f"{play.lever}" for play in written.plays]
    content = {
        "format": written.format,
        "name": written.name,
        "title": written.title,
        "summary": written.summary or f"A plan of the cockpit: {', '.join(plays)}.",
        **written.model_dump(
            mode="json", exclude_defaults=True, include={"plays", "goals", "reviews"}
        ),
    }
    return yaml.safe_dump(content, sort_keys=False, width=100, allow_unicode=True)


class History:
    """A plan with every state that it went through, so that each step can be taken back."""

    def __init__(self, draft: Draft | None = None) -> None:
        self._states = [draft or Draft()]

    @property
    def draft(self) -> Draft:
        """The plan as it is now."""
        return self._states[-1]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return len(self._states) > 1

    def take(self, draft: Draft) -> bool:
        """Add a state, and return whether it differs from the one before."""
        if draft == self.draft:
            return False
        self._states.append(draft)
        return True

    def undo(self) -> Draft:
        """Take the last step back, if there is one, and return the plan as it was before."""
        if self.can_undo:
            self._states.pop()
        return self.draft
