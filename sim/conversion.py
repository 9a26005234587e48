"""From the units in which effects are published to those in which the model takes them.

Each function takes one published number and gives one in the model's unit; `conversion` in
``data/evidence.csv`` names the function, with its further arguments, as
``share_points_to_log_points(share=0.35)``. A range is converted end by end.
"""

import ast
import math
from collections.abc import Callable

from sim.errors import InputError, nearest

Conversion = Callable[..., float]


def same(effect: float) -> float:
    """Give the effect as it is: it was published in the parameter's unit."""
    return effect


def inverse(ratio: float) -> float:
    """Turn a ratio of two impacts around: a over b into b over a.

    Parameters
    ----------
    ratio : float
        Above 0.

    Returns
    -------
    float
    """
    return 1 / ratio


def square_root(share: float) -> float:
    """Give the share in one of two equal steps that multiply to the published one.

    Parameters
    ----------
    share : float
        Of what passes both steps, 0 to 1.

    Returns
    -------
    float
    """
    return math.sqrt(share)


#: The conversions by name.
CONVERSIONS: dict[str, Conversion] = {f.__name__: f for f in (same, inverse, square_root)}


def convert(call: str, effect: float, where: str) -> float:
    """Convert a published effect as a cell of ``data/evidence.csv`` says.

    Parameters
    ----------
    call : str
        Name of a function of this module, with further arguments by name where it has any.
    effect : float
    where : str
        For messages.

    Returns
    -------
    float
        In the model's unit.

    Raises
    ------
    InputError
        If there is no such function, its arguments are wrong, or the effect is outside its domain.
    """
    name, arguments = _parsed(call, where)
    if name not in CONVERSIONS:
        known = nearest(name, CONVERSIONS)
        raise InputError(where, "conversion", name, "one of " + ", ".join(CONVERSIONS), known)
    try:
        converted = CONVERSIONS[name](effect, **arguments)
    except TypeError:
        raise InputError(where, "conversion", call, f"the arguments of {name}") from None
    except (ValueError, ArithmeticError):
        expected = f"an effect within the domain of {name}"
        raise InputError(where, "conversion", f"{call} of {effect:g}", expected) from None
    if not math.isfinite(converted):
        raise InputError(where, "conversion", f"{call} of {effect:g}", "a finite result")
    return converted


def _parsed(call: str, where: str) -> tuple[str, dict[str, float]]:
    """Take ``name`` or ``name(argument=number, ...)`` apart."""
    try:
        tree = ast.parse(call, mode="eval").body
        if isinstance(tree, ast.Name):
            return tree.id, {}
        assert isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.args
        return tree.func.id, {str(k.arg): float(ast.literal_eval(k.value)) for k in tree.keywords}
    except (SyntaxError, ValueError, TypeError, AssertionError, RecursionError, MemoryError):
        expected = "a name, with numbers by name in brackets where it takes any"
        raise InputError(where, "conversion", call, expected) from None
