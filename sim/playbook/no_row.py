"""Settings of levers that have no row in ``playbook/acting.csv``, each with the reason.

All others have one: `tests/test_acting.py` holds that every setting is in a row or stands here.
"""

_RANKS = (
    "says whom a scoring ranks high; which way an outcome moves hangs on the play that is for them"
)
_WHEN = "says when {what}, and nothing without it"

#: Lever and setting -> why it has no row.
NO_ROW: dict[tuple[str, str], str] = {
    ("segmentation", "potential_share"): "says how many are called potential; a play for them acts",
    ("segmentation", "by_value"): _RANKS,
    ("segmentation", "by_conduct"): _RANKS,
    ("segmentation", "by_potential"): _RANKS,
    ("segmentation", "by_ties"): _RANKS,
    ("incentives", "reward_trips"): "says in which steps a `rebate` is paid out",
    ("incentives", "tier_count"): "says how many tiers `tier_trips` earns",
    ("incentives", "review_weeks"): _WHEN.format(what="tiers are looked at"),
    ("incentives", "goal_within"): _WHEN.format(what="a goal of `goal_stretch` ends"),
    ("incentives", "goal_every"): _WHEN.format(what="a goal of `goal_stretch` begins"),
    ("incentives", "goal_rebate"): "is what a reached goal costs; goals act by what they ask for",
    ("incentives", "promotion_every"): _WHEN.format(what="a `promotion` begins"),
    ("incentives", "promotion_weeks"): _WHEN.format(what="a `promotion` ends"),
    ("pricing", "swing_weeks"): _WHEN.format(what="a `swing` turns"),
    ("cocreation", "launch_share"): "says on how much of the basket `launch_every` acts",
    ("feedback", "unknown"): "is a fact and no choice; `reply_reviews` acts by it",
}
