"""What the figures of the score are called, and what was aimed at."""

from dataclasses import dataclass

from sim.advice.score.definitions import SHARES


@dataclass(frozen=True)
class Aim:
    """What was aimed at.

    Attributes
    ----------
    value : float
    at : str
        ``least``, ``most``, or ``exactly`` where neither more nor less is right.
    """

    value: float
    at: str

    @property
    def told(self) -> str:
        """In words."""
        return (
            f"{self.value:.2f}" + {"least": " or more", "most": " or less", "exactly": ""}[self.at]
        )

    def met(self, value: float, low: float, high: float) -> str:
        """Return whether a figure meets it.

        An aim that lies within the figure's interval is not settled by so many worlds; it is met, or
        missed, where the whole interval says so. What ought to be exact is met as far as can be told
        where it lies within.
        """
        if not low <= high:  # NaN: nothing to tell it by
            return ""
        if self.at == "exactly":
            return "as far as can be told" if low <= self.value <= high else "no"
        above = low >= self.value if self.at == "least" else high <= self.value
        below = high < self.value if self.at == "least" else low > self.value
        if above or below:
            return "yes" if above else "no"
        likely = value >= self.value if self.at == "least" else value <= self.value
        return "not settled, likely" if likely else "not settled, unlikely"


@dataclass(frozen=True)
class Words:
    """How a figure is told.

    Attributes
    ----------
    label : str
    aim : Aim, optional
        None where nothing was aimed at.
    """

    label: str
    aim: Aim | None = None


WORDS = {
    "share_of_best_prior": Words(
        "gain of the best plan that the advice brings, truths from the stated priors",
        Aim(0.80, "least"),
    ),
    "share_of_best": Words("gain of the best plan that the advice brings, all worlds"),
    "share_of_knowable": Words(
        "gain of what is knowable that the advice brings, worlds of the model's structure",
        Aim(0.90, "least"),
    ),
    "loss_where_nothing_works": Words(
        "loss of following the advice where no lever does anything, yearly budgets",
        Aim(0.05, "most"),
    ),
    "loss_where_nothing_pays": Words(
        "loss of following the advice where no plan pays, yearly budgets"
    ),
    "truly_best": Words("worlds in which the advice is the best plan"),
    "nothing_best": Words("worlds in which doing nothing is: what always advising it would score"),
    "false_winners": Words("worlds in which a plan that loses is advised", Aim(0.05, "most")),
    "false_winners_advised": Words("plans that lose, of those that are advised"),
    "missed_winners": Words("worlds where something pays and nothing is advised"),
    "came_of_promised_prior": Words(
        "what advised plans brought, of what was foretold of them, truths from the stated priors",
        Aim(1.0, "exactly"),
    ),
    "came_of_promised": Words(
        "what advised plans brought, of what was foretold of them, all worlds", Aim(1.0, "exactly")
    ),
    "silenced_where_nothing_works": Words(
        "worlds where no lever does anything and a plan leads, in which nothing is advised after one "
        "trial of it",
        Aim(0.95, "least"),
    ),
    "kept_that_lose": Words("plans that lead and lose which are advised after one trial of them"),
    "kept_that_earn": Words("plans that lead and earn which are advised after one trial of them"),
    "kept_again_that_lose": Words("the former asked of again in other futures, without a trial"),
    "kept_again_that_earn": Words("the latter asked of again in other futures, without a trial"),
    **{
        f"{of}coverage_{share}": Words(
            f"{whose} whose true gain lies in its {share} % interval{where}",
            Aim(share / 100, "exactly"),
        )
        for of, whose, where in (
            ("prior_", "plans", ", truths from the stated priors"),
            ("", "plans", ", all worlds"),
            ("leader_", "leading plans", ", all worlds"),
        )
        for share in SHARES
    },
    "below_90": Words("plans whose true gain lies below their 90 % interval", Aim(0.05, "exactly")),
    "above_90": Words("plans whose true gain lies above it", Aim(0.05, "exactly")),
    "brier_best": Words("Brier score of the chance to be best"),
    "brier_loses": Words("Brier score of the chance to lose money"),
}
#: What a plan is said to be with some probability.
EVENTS = {"best": "it is the best", "loses": "it loses"}
#: Kinds of worlds, as a person would name them.
KINDS = {
    "prior": "truths from the stated priors",
    "uniform": "truths uniform over the ranges",
    "nothing_works": "no lever does anything",
    "other_leaving": "two kinds of customers, who leave soon or hardly ever",
    "other_saturation": "a lever does less the more it has moved a person",
    "correlated": "who buys much stays longer and suits the firm",
    "contact_backwards": "matched messages do the opposite",
}
#: Ways of choosing, as a person would name them.
WAYS = {
    "advice": "following the advice",
    "after": "following it after one trial of the plan that leads, the trial's own cost taken off",
    "largest": "taking the largest mean gain, if above nil",
    "knowable": "the best that log and priors can tell (worlds of the model's structure)",
    "best": "the best plan, with full knowledge",
    "random": "any plan, as likely as another",
}
#: Where the gain that the advice does not bring is lost.
GAPS = {
    "information": "information: what the workbench cannot know from log and priors",
    "noise": "noise: too few futures to see what is knowable",
    "structure": "information, structure and noise together (worlds of another structure)",
    "caution": "caution: not choosing what has the largest mean gain",
}
#: Kinds of verdict, as a person would name them.
VERDICTS = {
    "winner": "choose a strategy",
    "no_clear_winner": "no clear winner: one leads",
    "undecided": "undecided: too few futures",
    "do_nothing": "do nothing",
    "too_good": "not to be believed before a trial",
}
