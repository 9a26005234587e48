"""A schema that is judged whole: a fault in one field hides none between the others.

Of itself pydantic looks at what fields say together only once each of them is right.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from sim.common.errors import MOST_FAULTS, nearest
from sim.common.several import parts_of, together


class Whole(BaseModel):
    """A schema whose rules between fields are told beside what is wrong in single ones."""

    @model_validator(mode="wrap")
    @classmethod
    def _is_judged_whole(cls, given: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        try:
            return handler(given)
        except ValidationError as error:
            further = cls.faults_beside(given, error) if isinstance(given, Mapping) else []
            raise _together(cls, error, further) from None

    @classmethod
    def faults_beside(cls, given: Mapping[str, Any], error: ValidationError) -> Sequence[Any]:
        """Return what else is wrong: here, what is wrong in the rest without the faulty fields.

        Parameters
        ----------
        given : mapping
            What was written.
        error : ValidationError
            What is wrong in single fields.

        Returns
        -------
        sequence of dict or PydanticCustomError
            Faults as pydantic lists them, or as `sim.common.reading.wrong` makes them.
        """
        faulty, meant = _faulty(error), as_meant(cls, given)
        rest = {name: found for name, found in meant.items() if name not in faulty}
        if rest == dict(given):  # what is missing cannot be left out
            return []
        told = faulty | (meant.keys() - given.keys())
        try:
            cls.model_validate(rest, strict=True)
        except ValidationError as beside:
            return [fault for fault in beside.errors() if _field_of(fault) not in told]
        return []


class Fitting(Whole):
    """A schema whose fields have to fit together, judged by what can be read of each."""

    @classmethod
    @abstractmethod
    def faults_between(cls, content: Mapping[str, Any]) -> Sequence[PydanticCustomError]:
        """Return all that does not fit together.

        Parameters
        ----------
        content : mapping
            The fields as they were written, or as they were read.

        Returns
        -------
        sequence of PydanticCustomError
            Each names its field, what was found and what would be right.
        """

    @classmethod
    def faults_beside(cls, given: Mapping[str, Any], error: ValidationError) -> Sequence[Any]:
        """Return what does not fit together of what can be read, a misspelt field as it was meant."""
        return cls.faults_between(as_meant(cls, given))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = self.faults_between(dict(self))
        if faults:
            raise together(faults)
        return self


def as_meant(model: type[BaseModel], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was written, fields that a schema does not know under the nearest free name.

    What is wrong with the name is told of it by itself: nothing else is to follow from that.
    """
    found, known = dict(given), model.model_fields
    unknown = [name for name in given if name not in known]
    for name in unknown[:MOST_FAULTS]:  # no more are told
        close = nearest(name, [field for field in known if field not in found])
        if close is not None:
            found[close] = found.pop(name)
    return found


def readable[M: BaseModel](model: type[M], given: Any) -> tuple[M | None, frozenset[str]]:
    """Return as much of something as can be read, and which of its fields are faulty.

    Parameters
    ----------
    model : type
        Its schema.
    given : object
        What was written, or an instance.

    Returns
    -------
    BaseModel or None
        An instance without what is faulty: of names with a value each the single one, else the whole
        field. None if it cannot do without.
    frozenset of str
        Names of the faulty fields.
    """
    if isinstance(given, model):
        return given, frozenset()
    if not isinstance(given, Mapping):
        return None, frozenset()
    rest, faulty = as_meant(model, given), set[str]()
    while True:
        try:
            return model.model_validate(rest, strict=True), frozenset(faulty)
        except ValidationError as error:
            faulty |= _faulty(error)
            left = _without(rest, error)
            if left == rest:
                return None, frozenset(faulty)
            rest = left


def _together(cls: type[BaseModel], error: ValidationError, further: Sequence[Any]) -> Exception:
    """Return one error of what pydantic found and of further faults, each told once."""
    lines = list[InitErrorDetails]()
    for fault in (*error.errors(), *further):
        if isinstance(fault, PydanticCustomError):
            lines.append({"type": fault, "loc": (), "input": None})
            continue
        kind = PydanticCustomError(fault["type"], fault["msg"], fault.get("ctx"))
        lines.append({"type": kind, "loc": fault["loc"], "input": fault["input"]})
    return ValidationError.from_exception_data(cls.__name__, lines)


def _faulty(error: ValidationError) -> set[str]:
    return {_field_of(part) for fault in error.errors() for part in parts_of(fault)}


def _field_of(fault: Any) -> str:
    """Return the field of a schema in which a fault lies."""
    named = fault["loc"][0] if fault["loc"] else fault.get("ctx", {}).get("field", "")
    return str(named).split(".")[0]


def _without(given: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return what was written without what is faulty."""
    rest = dict(given)
    for fault in (part for found in error.errors() for part in parts_of(found)):
        field, *inner = fault["loc"] or (_field_of(fault),)
        if inner and isinstance(rest.get(field), Mapping):
            rest[field] = {name: one for name, one in rest[field].items() if name != inner[0]}
        else:
            rest.pop(field, None)
    return rest
