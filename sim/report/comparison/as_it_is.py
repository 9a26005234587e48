"""What a strategy puts in the place of the points programme that the firm runs already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.formatting import percent
from sim.report.phrases import say

if TYPE_CHECKING:
    from sim.analysis.answers import Answers


def as_it_is(comparison: Answers, name: str) -> list[str]:
    """Return what a strategy gives back in place of what the firm does, if it touches that.

    Parameters
    ----------
    comparison : Answers
    name : str
        A strategy.

    Returns
    -------
    list of str
        One sentence for each rate of points that differs from the usual one.
    """
    usual, said = comparison.market["usual_rebate"], []
    for play in comparison.manifest.strategies[name].sized.plays:
        if not usual > 0 or play.lever != "incentives":
            continue
        rate = float(play.settings.get("rebate", 0))
        title, now = comparison.title(name), percent(usual)
        if play.settings.get("end_programme", 0) > 0:
            said.append(say("comparison.as_it_is.points_end", name=title, usual=now))
        elif 0 < rate < usual:
            said.append(
                say("comparison.as_it_is.points_fall", name=title, usual=now, rate=percent(rate))
            )
        elif rate > usual:
            said.append(
                say("comparison.as_it_is.points_rise", name=title, usual=now, rate=percent(rate))
            )
    return list(dict.fromkeys(said))
