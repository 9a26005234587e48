"""Several faults that a model's own check found, raised as one and told one by one."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import PydanticCustomError


def together(faults: Sequence[PydanticCustomError]) -> PydanticCustomError:
    """Return errors of `sim.common.reading.wrong`, at least one, as one error to be raised."""
    if len(faults) == 1:
        return faults[0]
    told = {"all": "; ".join(map(str, faults)), "several": [fault.context for fault in faults]}
    return PydanticCustomError("wrong", "{all}", told)


def parts_of(fault: Any) -> list[Any]:
    """Return the faults of which one that pydantic lists is made: itself, if it is made of no others."""
    several = fault.get("ctx", {}).get("several")
    return [fault] if several is None else [{**fault, "ctx": context} for context in several]
