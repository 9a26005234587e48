"""From the units in which effects are published to those in which the model takes them.

Each function takes one published number and gives one in the model's unit; `conversion` in
``data/evidence.csv`` names the function, with its further arguments, as
``lift_to_logit(share=0.35)``. A range is converted end by end.

| symbol | meaning | unit |
|---|---|---|
| s | share of wallet, or of a market | share, 0 to 1 |
| x | published effect | as each function says |
| L(s) | logit, ln(s / (1 - s)) | 1 |

The model's units are logits of the share of the category's trips (purchase) and log points of hazards
and rates (churn, spend, join, talk). A logit moves the log of a firm's own sales by 1 - s of itself,
the derivative of ln s with respect to L(s) (cooper1988).
"""

import ast
import math
from collections.abc import Callable

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.errors import InputError, nearest
from sim.evidence.log_odds import logit

Conversion = Callable[..., float]
_UNREADABLE = (
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    MemoryError,
)


def same(effect: float) -> float:
    """Return the effect as it is: it was published in the parameter's unit."""
    return effect


def inverse(ratio: float) -> float:
    """Return the inverse of a ratio of two impacts: b over a from a over b.

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
    """Return the share in one of two equal steps that multiply to the published one.

    Parameters
    ----------
    share : float
        Of what passes both steps, 0 to 1.

    Returns
    -------
    float
    """
    return math.sqrt(share)


# -- ratios and lifts to log points ----------------------------------------------------------------
def lift_to_log_points(lift: float) -> float:
    """Return ln(1 + x) of a relative change x: +.08 for eight per cent more, -.263 for as much less.

    Serves changes of sales, of rates and, approximately where few leave, of odds.
    """
    return math.log1p(lift)


def ratio_to_log_points(ratio: float) -> float:
    """Return ln x of a ratio of hazards or rates, in log points, or of odds, in logits (cox1984)."""
    return math.log(ratio)


def share_of_sales_to_log_points(share: float) -> float:
    """Turn the share x of sales that an effect causes into the lift of sales behind it, in log points.

    Of sales S = S0 e^y the effect causes x = 1 - S0 / S, hence y = -ln(1 - x).
    """
    return -math.log1p(-share)


def shorter_time_to_log_rate(change: float, progress: float = 1.0) -> float:
    """Turn a relative change of the time between purchases into the log of their rate.

    The rate is one over the time: y = -ln(1 + x) / p.

    Parameters
    ----------
    change : float
        x, negative where time is saved.
    progress : float
        p, the part of the way to the reward over which the change was seen.

    Returns
    -------
    float
        y, log points for the whole way.
    """
    return -math.log1p(change) / progress


def premium_to_log_hazard(premium: float) -> float:
    """Turn a premium x in lifetime value into the change of the log hazard that would give it.

    At a constant hazard u and margin m, and without discounting, value is m / u, so that y = -ln(1 + x).
    With discounting more of a change would be behind the same premium.
    """
    return -math.log1p(premium)


# -- to the logit of a share -----------------------------------------------------------------------
def share_points_to_logit(points: float, share: float) -> float:
    """Return L(s + x) - L(s) of a change of the share s by x points, .04 for four (cooper1988)."""
    return logit(share + points) - logit(share)


def share_points_to_log_points(points: float, share: float) -> float:
    """Return ln((s + x) / s): the lift of own sales behind a change of a share by x points."""
    return math.log((share + points) / share)


def lift_to_logit(lift: float, share: float) -> float:
    """Return L(s (1 + x)) - L(s) of a lift x of own sales at a share of wallet of s (cooper1988)."""
    return logit(share * (1 + lift)) - logit(share)


def elasticity_to_logit(elasticity: float, share: float) -> float:
    """Return the slope of the logit on a log price from an elasticity of own sales: x / (1 - s).

    The elasticity of a logit share is the slope times 1 - s (cooper1988).
    """
    return elasticity / (1 - share)


# -- correlations and standardised effects ---------------------------------------------------------
def correlation_to_logit(correlation: float) -> float:
    """Turn a correlation x with a choice into the logit per SD of its cause.

    The choice is seen as a leaning with a logistic error, whose SD is pi / sqrt(3) (mckelvey1975). A SD
    of the cause moves the leaning by x / sqrt(1 - x^2) SDs of that error:
    y = (pi / sqrt 3) x / sqrt(1 - x^2).
    """
    return effect_size_to_logit(correlation / math.sqrt(1 - correlation**2))


def effect_size_to_logit(effect: float) -> float:
    """Return the log odds ratio of a standardised difference: x pi / sqrt(3) (chinn2000)."""
    return effect * math.pi / math.sqrt(3)


def standardised(effect: float, spread: float) -> float:
    """Return an effect x in SDs, from the SD between people in the unit of x (borenstein2009)."""
    return effect / spread


# -- times and hazards -----------------------------------------------------------------------------
def weekly_hazard(share: float, weeks: float = WEEKS_A_YEAR) -> float:
    """Return the constant hazard per week at which a share x is gone after so many weeks (cox1984).

    y = -ln(1 - x) / weeks; 52 weeks for a yearly share.
    """
    return -math.log1p(-share) / weeks


def weekly_loss(share: float, weeks: float = WEEKS_A_YEAR) -> float:
    """Return the share lost each week when a share x is lost in some weeks: 1 - (1 - x)^(1 / weeks)."""
    return -math.expm1(math.log1p(-share) / weeks)


def share_ratio_to_log_hazard(ratio: float, base: float) -> float:
    """Turn a ratio of the shares who left within a period into that of hazards, in log points.

    With a share b gone without and x b with: y = ln(ln(1 - x b) / ln(1 - b)) (cox1984).

    Parameters
    ----------
    ratio : float
        x.
    base : float
        b.

    Returns
    -------
    float
    """
    return math.log(math.log1p(-ratio * base) / math.log1p(-base))


def half_life_to_weekly_decay(weeks: float) -> float:
    """Return the share lost each week of what is halved in x weeks: 1 - 2^(-1 / x)."""
    return -math.expm1(-math.log(2) / weeks)


#: The conversions by name.
CONVERSIONS: dict[str, Conversion] = {
    function.__name__: function
    for function in (
        same,
        inverse,
        square_root,
        lift_to_log_points,
        ratio_to_log_points,
        share_of_sales_to_log_points,
        shorter_time_to_log_rate,
        premium_to_log_hazard,
        share_points_to_logit,
        share_points_to_log_points,
        lift_to_logit,
        elasticity_to_logit,
        correlation_to_logit,
        effect_size_to_logit,
        standardised,
        weekly_hazard,
        weekly_loss,
        share_ratio_to_log_hazard,
        half_life_to_weekly_decay,
    )
}


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
    """Parse ``name`` or ``name(argument=number, ...)``."""
    try:
        tree = ast.parse(call, mode="eval").body
        if isinstance(tree, ast.Name):
            return tree.id, {}
        assert isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.args
        return tree.func.id, {str(k.arg): float(ast.literal_eval(k.value)) for k in tree.keywords}
    except _UNREADABLE:
        expected = "a name, with numbers by name in brackets where it takes any"
        raise InputError(where, "conversion", call, expected) from None
