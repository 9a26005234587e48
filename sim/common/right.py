"""What would be right where a schema refuses a value: words of the workbench, not of its libraries."""

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

#: By the kind of fault that pydantic names, with gaps for what it tells of it.
RIGHT = {
    "string_type": "a text",
    "string_too_short": "a text of at least {min_length} characters",
    "string_too_long": "a text of at most {max_length} characters",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a valid number",
    "float_parsing": "a valid number",
    "finite_number": "a finite number",
    "bool_type": "either true or false",
    "bool_parsing": "either true or false",
    "list_type": "a list of values",
    "tuple_type": "a list of values",
    "dict_type": "names with a value each",
    "model_type": "names with a value each",
    "model_attributes_type": "names with a value each",
    "too_short": "a list of at least {min_length} items",
    "too_long": "a list of at most {max_length} items",
    "greater_than": "a value above {gt}",
    "greater_than_equal": "a value of at least {ge}",
    "less_than": "a value below {lt}",
    "less_than_equal": "a value of at most {le}",
}


def right_instead(fault: Any) -> str:
    """Return what would be right in place of what pydantic refused.

    Parameters
    ----------
    fault : dict
        One of ``ValidationError.errors()``; of a kind that is not listed its own words are taken, which a
        schema of the workbench has given.
    """
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return "one of " + ", ".join(choices_of(fault))
    if kind in RIGHT:
        return RIGHT[kind].format(**context)
    return str(fault["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")


def choices_of(fault: Any) -> list[str]:
    """Return the values of which one is right."""
    told = str(fault.get("ctx", {}).get("expected", "")).replace("'", "")
    return told.replace(" or ", ", ").split(", ")


def keys_at(model: type[BaseModel], location: tuple) -> list[str]:
    """Return the valid keys of the nested model at `location`, or none when it is not a model."""
    current: Any = model
    for step in location:
        if isinstance(step, int):
            continue
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = _fields_of(current).get(str(step))
            current = field.annotation if field else None
        for inner in getattr(current, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                current = inner
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(_fields_of(current))
    return []


def _fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a model by the keys under which they are written."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
