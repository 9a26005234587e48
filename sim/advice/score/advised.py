"""What the workbench advises in a world, from its raw log and from what the firm knows of itself.

The way is a client's: the log is written as CSV, read, calibrated; the firm states what it knows;
strategies are planned under the budget and compared. All of it in a reduced setting
(``data/score.yaml``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.advice.score.definitions import SHARES, Advised, Engine, Size
from sim.advice.score.lived import Lived
from sim.analysis.answers import Answers
from sim.analysis.choice import equity_of, luck_of_firm
from sim.analysis.intervals import paired_interval
from sim.analysis.judged import judge
from sim.analysis.load_comparison import load_comparison
from sim.analysis.plausibility import DOUBTED
from sim.analysis.verdict import Verdict
from sim.calibration.calibrate import build_market
from sim.calibration.market_file import history_csv
from sim.common.writing import write_text
from sim.experiment.compare import compare
from sim.market.market import Market
from sim.playbook.strategies import BASELINE, Strategy


@dataclass(frozen=True)
class Advice:
    """What is said to a firm.

    Attributes
    ----------
    market : Market
        As calibrated, with what the firm states.
    plans : dict of str to Strategy
        As sized for it.
    comparison : Answers
        As it is told.
    chosen : str
        ``baseline`` where the advice is to do nothing, as of a plan that is not to be believed before a
        trial.
    foretold : DataFrame
        Index: plan. ``gain``, ``probability`` of being best and ``loses``, and of each share of
        `SHARES` the ends of the expected gain, ``low50``, ``high50``, ...
    """

    market: Market
    plans: dict[str, Strategy]
    comparison: Answers
    chosen: str
    foretold: pd.DataFrame


def advise(lived: Lived, menu: Iterable[str], setting: Advised, size: Size, folder: Path) -> Advice:
    """Calibrate a market from a world's log and compare strategies in it.

    Parameters
    ----------
    lived : Lived
    menu : iterable of str
        Names of strategies.
    setting : Advised
    size : Size
    folder : Path
        Empty; gets log, histories and runs.
    """
    market = _calibrated(lived, setting.knows, folder)
    told = compared(market, menu, setting, size, lived.world.seed, folder / "compared")
    told = judge(told, folder / "compared", 1)
    plans = {name: told.manifest.strategies[name].sized for name in told.ranking}
    return Advice(market, plans, told, advised_by(told.verdict), _foretold(told))


def knowable(advice: Advice, lived: Lived, setting: Engine, size: Size, folder: Path) -> pd.Series:
    """Return the gains that are foretold of the same plans in other and many more futures.

    Where the truth has the model's structure and is drawn from the stated priors, what is left is the
    uncertainty of log and priors: if the workbench states that rightly, nobody who has no more than these
    does better on average than by the plan with the largest mean gain.
    """
    seed = lived.world.seed + 1
    told = compared(advice.market, advice.plans.values(), setting, size, seed, folder / "knowable")
    return _foretold(told)["gain"]


def is_believed(verdict: Verdict) -> bool:
    """Return whether what leads is not to be doubted before a trial."""
    return verdict.kind not in DOUBTED


def _calibrated(lived: Lived, knows: Iterable[str], folder: Path) -> Market:
    """Return the market that a consultant makes of the log and of what the firm knows."""
    truth, log = lived.world.market, folder / "log.csv"
    lines = lived.log.to_csv(index=False, date_format="%Y-%m-%d", float_format="%.2f")
    write_text(log, lines.replace("\r\n", "\n"))
    made = build_market(
        str(log),
        "scored",
        currency=truth.currency,
        trade=lived.world.trade,
        wage=truth["wage_per_hour"],
        moving=_silent,
    )
    histories = folder / "scored.history.csv"
    write_text(histories, history_csv(made.histories))
    known = {name: truth[name] for name in knows} | {"firm_customers": lived.firm_customers}
    stated = {name: known[name] for name in knows}
    return made.market.with_values(**stated).with_histories(histories)


def advised_by(verdict: Verdict) -> str:
    """Return the plan that a verdict advises; ``baseline`` where it is to do nothing new."""
    return verdict.chosen if is_believed(verdict) else BASELINE


def compared(
    market: Market,
    menu: Iterable[str | Strategy],
    setting: Engine,
    size: Size,
    seed: int,
    folder: Path,
) -> Answers:
    """Return a comparison of plans, read from its runs."""
    compare(
        market,
        menu,
        customers=setting.customers,
        weeks=size.horizon,
        futures=setting.futures,
        seed=seed % 2**32,
        out=folder,
        jobs=1,
    )
    return load_comparison(folder)


def _foretold(found: Answers) -> pd.DataFrame:
    """Return what is said of each plan, but those that are too dear for the firm."""
    equity, again = (equity_of(found.measures, luck) for luck in (0, 1))
    luck, rows = luck_of_firm(found.manifest), {}
    for name in found.ranking:
        gains = equity[name] - equity[BASELINE]
        second = again[name] - again[BASELINE] if len(again) else ()
        row: dict[str, float] = {"gain": float(gains.mean())}
        for share in SHARES:
            one = paired_interval(gains, second, luck, alpha=1 - share / 100)
            row |= {f"low{share}": one.expected_low, f"high{share}": one.expected_high}
        rows[name] = row
    told = pd.DataFrame.from_dict(rows, orient="index")
    return told.join(found.verdict.options[["probability", "loses"]])


def _silent(_doing: str) -> None:
    """Ignore what is being done."""
