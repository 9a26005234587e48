"""What a lever's settings and parameters have in common: no unknown keys, and none that is idle."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from sim.common.reading import wrong


class Schema(BaseModel):
    """Base of a lever's settings and parameters: no unknown keys, no infinities."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


def check_needed(chosen: Schema, needs: Mapping[str, Sequence[str]]) -> None:
    """Refuse a setting that does nothing since one that it needs is nil.

    Parameters
    ----------
    chosen : Schema
        The settings of a play.
    needs : mapping of str to sequence of str
        Setting -> those without which it does nothing.
    """
    for name, needed in needs.items():
        for other in needed:
            if getattr(chosen, name) > 0 and not getattr(chosen, other) > 0:
                expected = f"0, or {other} above 0, without which {name} does nothing"
                raise wrong(name, getattr(chosen, name), expected)
