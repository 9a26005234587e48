"""What the figures of the score are called, and what was aimed at."""

from dataclasses import dataclass

from sim.advice.score.advised import SHARES


@dataclass(frozen=True)
class Words:
    """How a figure is told.

    Attributes
    ----------
    label : str
    unit : str
        ``share``, ``budgets`` (yearly budgets of the firm) or ``squares`` (mean squared error).
    aim : str
        What was aimed at, empty where nothing was.
    """

    label: str
    unit: str
    aim: str = ""


WORDS = {
    "share_of_best": Words("gain of the best plan that the advice brings", "share", "0.80 or more"),
    "share_of_knowable": Words(
        "gain of what is knowable that the advice brings", "share", "0.90 or more"
    ),
    "loss_where_nothing_pays": Words(
        "loss of following the advice where nothing pays, yearly budgets", "budgets", "0.05 or less"
    ),
    "truly_best": Words("worlds in which the advice is the best plan", "share"),
    "false_winners": Words("worlds in which a plan that loses is advised", "share", "0.05 or less"),
    "missed_winners": Words("worlds where something pays and nothing is advised", "share"),
    **{
        f"{of}coverage_{share}": Words(
            f"{whose} whose true gain lies in its {share} % interval", "share", f"{share / 100:.2f}"
        )
        for of, whose in (("", "plans"), ("leader_", "leading plans"))
        for share in SHARES
    },
    "brier_best": Words("Brier score of the chance to be best", "squares"),
    "brier_loses": Words("Brier score of the chance to lose money", "squares"),
}
#: What a plan is said to be with some probability.
EVENTS = {"best": "it is the best", "loses": "it loses"}
