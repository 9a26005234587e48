"""Whether what is written of a strategy fits together: plays, goals, and rules of its reviews.

Each part is judged by what can be read of it, whatever is wrong in the others.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from sim.common.errors import nearest
from sim.common.reading import wrong
from sim.playbook.play import PlayRead, plays_read
from sim.playbook.reviews import EACH, GoalMeasure

_MEASURES = get_args(GoalMeasure)


def faults_between(content: Mapping[str, Any]) -> list[PydanticCustomError]:
    """Return all that does not fit together in a strategy (`sim.common.whole.Fitting`)."""
    plays = plays_read(content)
    return [*_of_plays(plays), *_of_goals(content), *_of_rules(content, plays)]


def _of_plays(plays: list[PlayRead]) -> Iterator[PydanticCustomError]:
    """Yield plays of one lever for the same people that are on at a time, or share a name."""
    known = [one for one in plays if one.has_key]
    for i, one in enumerate(known):
        play, at = one.play, f"plays.{one.place}"
        for other in known[:i]:
            if (play.lever, play.audience) != (other.play.lever, other.play.audience):
                continue
            if one.has_time and other.has_time and play.overlaps(other.play):
                expected = f"one play of {play.lever} at a time for the same audience"
                yield wrong(f"{at}.audience", play.audience, expected)
                break
            if play.key == other.play.key:
                expected = f"a name of its own for each phase of {play.lever} for {play.audience}"
                yield wrong(f"{at}.phase", play.phase or "nothing", expected)
                break


def _of_goals(content: Mapping[str, Any]) -> Iterator[PydanticCustomError]:
    """Yield the fault of goals that nobody looks at."""
    goals = content.get("goals")
    if isinstance(goals, list) and goals and content.get("reviews") is None:
        expected = "`reviews` that look whether they are met"
        yield wrong("goals", f"{len(goals)} of them", expected)


def _of_rules(content: Mapping[str, Any], plays: list[PlayRead]) -> Iterator[PydanticCustomError]:
    """Yield rules on plays and goals that are not there, if all that are there can be read."""
    written = content.get("plays", [])
    called = [one.play.key for one in plays if one.has_key]
    has_all_keys = isinstance(written, list) and len(called) == len(written)
    keys = list(dict.fromkeys(called))
    aims = content.get("goals", [])
    goals = [_fields(goal).get("measure") for goal in _list(aims)]
    has_all_goals = isinstance(aims, list) and all(measure in _MEASURES for measure in goals)
    for i, rule in enumerate(map(_fields, _list(_fields(content.get("reviews")).get("rules")))):
        named: dict[str, tuple[list[Any], bool]] = {
            "play": ([EACH, *keys], has_all_keys),
            "to": (keys, has_all_keys),
            "goal": (goals, has_all_goals and rule.get("goal") in _MEASURES),
        }
        for field, (known, is_whole) in named.items():
            value = rule.get(field)
            if isinstance(value, str) and is_whole and value not in known:
                told = ", ".join(f"`{one}`" for one in known) or "none: there is none"
                close = nearest(value, map(str, known))
                yield wrong(f"reviews.rules.{i}.{field}", value, f"one of {told}", close)


def _fields(one: object) -> Mapping[str, Any]:
    """Return the fields of what was read or written, none of what has none."""
    return dict(one) if isinstance(one, BaseModel | Mapping) else {}


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []
