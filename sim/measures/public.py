"""Measures of what brings new customers, of who takes part or may be written to, and of platforms."""

from sim.measures.measure import WINDOW, Measure, ratio, recent, yearly
from sim.measures.weekly import Columns

_LAST_YEAR = f"last {WINDOW} weeks"

#: New customers by what brought them.
ARRIVALS: dict[str, Measure] = {
    f"arrivals_by_{way}": Measure(
        label=f"new customers a year by {label}",
        kind="count",
        unit="customers per year",
        definition=definition,
        window="the horizon, per year",
        higher_is_better=True,
        scaled=True,
        sources=sources,
        function=yearly(column),
    )
    for way, label, definition, column, sources in (
        (
            "talk",
            "word of mouth",
            "New customers whom word of mouth brought",
            "new_by_talk",
            ("L1.1c", "I2.4"),
        ),
        (
            "referral",
            "recommendation",
            "New customers whom a customer's recommendation brought, for a reward or none",
            "new_referred",
            ("I3.1",),
        ),
        (
            "platform",
            "social platforms",
            "New customers whom the firm's presence on social platforms brought",
            "new_by_platform",
            ("I5.2",),
        ),
    )
}


def share_of_voice(columns: Columns) -> float:
    """Return the firm's share of posts about its trade, s v / (s v + 1 - s) (`sim.world.platform`).

    s is the firm's share of its customers' purchases, and v what is posted of the firm over the usual.
    """
    recently = {
        name: float(columns[name][-WINDOW:].sum())
        for name in ("trips", "rival_trips", "platform_posts", "n_prospect")
    }
    share = ratio(recently["trips"], recently["trips"] + recently["rival_trips"])
    posts = share * (1.0 + ratio(recently["platform_posts"], recently["n_prospect"]))
    return ratio(posts, posts + 1.0 - share)


def reach_over_usual(columns: Columns) -> float:
    """Return the share of prospects who see the firm on platforms in a week, over the usual share."""
    reached, prospects = (
        float(columns[name][-WINDOW:].sum()) for name in ("platform_reach", "n_prospect")
    )
    return 1.0 + ratio(reached, prospects)


PARTICIPATION: dict[str, Measure] = {
    "participation": Measure(
        label="customers who take part",
        kind="share",
        unit="share",
        definition="Customers who are there in the firm's community in a week, of all active ones",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I5", "I5.3", "I7.6"),
        function=recent("n_taking_part", "n_active"),
    ),
    "reputation": Measure(
        label="reputation, over usual",
        kind="ratio",
        unit="SD",
        definition=(
            "What prospects think of the firm beyond the usual, in standard deviations between firms"
        ),
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("C3.4", "L2.3", "L2.3b", "I2.2"),
        function=recent("reputation", "n_prospect"),
    ),
    "reachable": Measure(
        label="customers who may be written to",
        kind="share",
        unit="share",
        definition="Active customers who have not opted out of messages, of all",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I7.3", "I7.C3"),
        function=lambda columns, _: 1.0 - recent("n_opted_out", "n_active")(columns, _),
    ),
    "platform_reach": Measure(
        label="reach on social platforms, over usual",
        kind="share",
        unit="ratio",
        definition="Prospects who see the firm on social platforms in a week, over the usual share",
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I5.1", "I5.2"),
        function=lambda columns, _: reach_over_usual(columns),
    ),
    "share_of_voice": Measure(
        label="share of voice on social platforms",
        in_contracts=False,
        kind="share",
        unit="share",
        definition=(
            "Posts about the firm, of all about it and its rivals, if rivals are written about as "
            "often for each purchase as the firm is as usual"
        ),
        window=_LAST_YEAR,
        higher_is_better=True,
        sources=("I5.1", "I5.2"),
        function=lambda columns, _: share_of_voice(columns),
    ),
}
