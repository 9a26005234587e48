"""From findings to parameters: write ``data/parameters.csv``, which nobody edits by hand.

A parameter without any finding that informs it is assumed, at the value and range of its row in
``data/parameter_definitions.csv``. One finding: its value and range, converted to the parameter's unit
(`sim.evidence.conversions`) and discounted. Several: a random-effects mean of them,

    s_k = f_k (high_k - low_k) / (2 z),   z = 1.96,   f_k = grade factor x memory factor
    value = sum_k x_k / (s_k^2 + t^2) / sum_k 1 / (s_k^2 + t^2)
    low, high = value -+ z sqrt(v + t^2),   v = 1 / sum_k 1 / (s_k^2 + t^2)

with x_k the finding on the scale on which it is pooled (`pooling`: linear, log, or logit) and t^2 the
variance between studies (paule1982). The range is that of the next firm, not of the mean of the firms
studied (higgins2009). That a judged range covers about 95 per cent is an assumption, and so are the
factors: 1 for grade A, 1.25 for B, 2 for C, 3 for D; 1.5 more for a number from memory.

A discount acts on the converted effect: as a factor, or as a power where the scale is log, since no
effect is then a ratio of 1. Results keep two decimals, small ones two digits: the ranges are judged.
"""

import csv
import io
import math
from dataclasses import dataclass

import numpy as np

from sim.common.errors import InputError, nearest
from sim.common.paths import root
from sim.common.reading import validate
from sim.common.writing import write
from sim.evidence.conversions import convert
from sim.evidence.findings import Finding, OwnFinding, load_evidence
from sim.evidence.parameters import FILE, Definition, Parameter, load_definitions
from sim.evidence.scales import SCALES, Scale, rounded

_GRADE_FACTOR = {"A": 1.0, "B": 1.25, "C": 2.0, "D": 3.0}
_MEMORY_FACTOR = 1.5
_Z = 1.96
Ends = tuple[float, float, float]


@dataclass(frozen=True)
class ConvertedFinding:
    """What one finding says of one parameter, in the parameter's unit."""

    finding: Finding
    ends: Ends  # value, low, high

    def factor(self) -> float:
        """Return how much wider than judged its range is taken."""
        memory = 1.0 if self.finding.verified == "yes" else _MEMORY_FACTOR
        return _GRADE_FACTOR[self.finding.grade] * memory


def convert_findings(
    definition: Definition, findings: tuple[Finding, ...]
) -> list[ConvertedFinding]:
    """Return what each finding that informs a parameter says of it, in its unit.

    Parameters
    ----------
    definition : Definition
    findings : tuple of Finding

    Returns
    -------
    list of ConvertedFinding

    Raises
    ------
    InputError
        If a conversion cannot be done.
    """
    found = []
    for finding in findings:
        for key, call in zip(finding.informs, finding.conversion, strict=True):
            if key == definition.key:
                found.append(
                    ConvertedFinding(finding, _converted(finding, call, definition.pooling))
                )
    return found


def _converted(finding: Finding, call: str, scale: Scale) -> Ends:
    where = finding.place
    kept = finding.discount * 3 if len(finding.discount) == 1 else finding.discount
    ends = []
    for effect, share in zip((finding.value, finding.low, finding.high), kept, strict=True):
        assert effect is not None  # the schema asks for all three of an input
        converted = convert(call, effect, where)
        if (scale == "log" and converted <= 0) or (scale == "logit" and not 0 <= converted <= 1):
            expected = "a result above 0" if scale == "log" else "a result from 0 to 1"
            raise InputError(where, "conversion", converted, f"{expected}, as pooling is {scale}")
        ends.append(converted**share if scale == "log" else converted * share)
    return ends[0], min(ends), max(ends)


def pooled(definition: Definition, found: list[ConvertedFinding]) -> Parameter:
    """Return a parameter from what findings say of it, or from its assumption if none does.

    Parameters
    ----------
    definition : Definition
    found : list of ConvertedFinding

    Returns
    -------
    Parameter

    Raises
    ------
    InputError
        If a fixed definition is informed by a finding.
    """
    cited = [converted.finding.id for converted in found]
    if found and definition.distribution == "fixed":
        place = found[0].finding.place
        raise InputError(place, "informs", definition.key, "a parameter that is drawn")
    value, low, high = definition.value, definition.low, definition.high
    note = definition.note
    if len(found) == 1:
        value, low, high = map(rounded, found[0].ends)
    elif found:
        value, low, high = map(rounded, _random_effects(found, definition.pooling))
        note = "; ".join(filter(None, [note, f"pooled from {len(found)} findings"]))
    row = {
        "parameter": definition.parameter,
        "lever": definition.lever,
        "value": value,
        "low": low,
        "high": high,
        "distribution": definition.distribution,
        "unit": definition.unit,
        "status": _status(found),
        "evidence": cited + [key for key in definition.evidence if key not in cited],
        "note": note,
        "pooling": definition.pooling,
        "no_effect": definition.no_effect,
        **_measured_in(found),
    }
    return validate(Parameter, row, f"{FILE}, {definition.key}")


def _measured_in(found: list[ConvertedFinding]) -> dict[str, list[str]]:
    """Return trades and relations that findings come from; none where one is the firm's own."""
    findings = [converted.finding for converted in found]
    if any(isinstance(finding, OwnFinding) for finding in findings):
        return {"trades": [], "relations": []}
    return {
        "trades": list(dict.fromkeys(finding.trade for finding in findings)),
        "relations": list(dict.fromkeys(finding.relation for finding in findings)),
    }


def _status(found: list[ConvertedFinding]) -> str:
    """Return how a parameter is known: estimated at the firm, published of others, or assumed."""
    own = any(isinstance(converted.finding, OwnFinding) for converted in found)
    return "estimated" if own else "published" if found else "assumed"


def _random_effects(found: list[ConvertedFinding], scale: Scale) -> Ends:
    from statsmodels.stats.meta_analysis import combine_effects  # takes a second to load

    there, back = SCALES[scale]
    effects, variances = [], []
    for converted in found:
        value, low, high = (there(end) for end in converted.ends)
        if low == high:
            one = converted.finding
            raise InputError(one.place, "low", one.low, "a range, to be weighed by")
        effects.append(value)
        variances.append((converted.factor() * (high - low) / (2 * _Z)) ** 2)
    try:
        with np.errstate(all="ignore"):  # its I2, which is not used, where all effects are equal
            result = combine_effects(np.array(effects), np.array(variances), method_re="iterated")
        half = _Z * math.sqrt(result.sd_eff_w_re**2 + result.tau2)
        mean = float(result.mean_effect_re)
        return back(mean), back(mean - half), back(mean + half)
    except ArithmeticError:
        one = found[0].finding
        raise InputError(one.place, "high", one.high, "ranges that can be pooled") from None


def parameters(own: tuple[OwnFinding, ...] = ()) -> list[Parameter]:
    """Return all parameters as evidence and definitions have them, in the order of the definitions.

    Parameters
    ----------
    own : tuple of OwnFinding
        What a firm found itself, pooled with ``data/evidence.csv`` as findings like any other.

    Returns
    -------
    list of Parameter

    Raises
    ------
    InputError
        If a file is wrong, or a finding informs a parameter that is not defined.
    """
    definitions, findings = load_definitions(), (*load_evidence(), *own)
    keys = [definition.key for definition in definitions]
    for finding in findings:
        for key in finding.informs:
            if key not in keys:
                expected = "a defined lever.parameter"
                raise InputError(finding.place, "informs", key, expected, nearest(key, keys))
    return [
        pooled(definition, convert_findings(definition, findings)) for definition in definitions
    ]


def parameters_text(own: tuple[OwnFinding, ...] = ()) -> str:
    """Return a table of parameters as it follows from the evidence; the same bytes each time.

    Parameters
    ----------
    own : tuple of OwnFinding
        As `parameters`; none for ``data/parameters.csv``.

    Returns
    -------
    str

    Raises
    ------
    InputError
        As `parameters`.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Parameter.model_fields)
    for row in parameters(own):
        cells = row.model_dump() | {
            name: " ".join(getattr(row, name)) for name in ("evidence", "trades", "relations")
        }
        lines.writerow([f"{c:.12g}" if isinstance(c, float) else c for c in cells.values()])
    return text.getvalue()


def write_parameters() -> bool:
    """Write ``data/parameters.csv`` anew.

    Returns
    -------
    bool
        Whether it changed.

    Raises
    ------
    InputError
        As `parameters`.
    """
    path, text = root() / FILE, parameters_text().encode()
    if path.is_file() and path.read_bytes() == text:
        return False
    write(path, text)
    return True
