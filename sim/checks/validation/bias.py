"""What a firm's records seem to say of four levers, beside what an experiment says of the same world.

Members, users of several channels and referred customers differ from others before any lever touches
them. The naive comparison sets them against the others, as a firm's records do. The randomised one makes
the offer to a random half (`reach`) and divides the difference between the halves by the share whom the
offer moved (Imbens & Angrist 1994); the same people's lives without any offer take the luck out of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.checks.validation.statistic import Found, Statistic, Untested, pooled
from sim.checks.validation.worlds import Setup, each, play, run_watched, world
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.random_numbers import Floats
from sim.world.population import ACTIVE

_HALF = 0.5
KINDS = ("naive", "randomised")


@dataclass(frozen=True)
class Offer:
    """An offer of a lever whose members look better than the offer makes them.

    Attributes
    ----------
    lever : str
    settings : dict
        The offer.
    member : str
        Column of the customers that says who is a member.
    of_wallet : bool
        Whether shares of wallet are compared, as differences, or spend, as ratios less 1. A household's
        share is its own, and households count alike (leenheer2007).
    own_past : bool
        Whether spend is set against each one's own in the year before the offer (manchanda2015), so that
        who bought more to begin with does not look better for it.
    weeks_before : int
        From the offer to the year that is looked at; what builds up slowly needs time to do so.
    """

    lever: str
    settings: dict[str, float]
    member: str
    of_wallet: bool = False
    own_past: bool = False
    weeks_before: int = 0


@dataclass(frozen=True)
class Sides:
    """What a year shows of members and others, and of those offered and not; sums of one replication.

    Attributes
    ----------
    members, others : ndarray, shape (3,)
        People (or what they spent in the year before), what they bought of the firm with the offer made
        to half of them, and what they buy without.
    offered, not_offered : ndarray, shape (3,)
        The same.
    moved : ndarray, shape (3,)
        The same, of those who became members by the offer.
    """

    members: Floats
    others: Floats
    offered: Floats
    not_offered: Floats
    moved: Floats


def compare(setup: Setup, seed: int, offer: Offer) -> Sides:
    """Make an offer to a random half of the customers, and to nobody, and add up both years."""
    start_week = WEEKS_A_YEAR if offer.own_past else 0
    strategies = [
        play(offer.lever, offer.settings, start_week=start_week, reach=reach)
        for reach in (_HALF, 0.0)
    ]
    weeks = start_week + offer.weeks_before + WEEKS_A_YEAR
    with_it, without = (world(setup, seed, weeks, strategy) for strategy in strategies)
    people, alone = with_it.customers.columns, without.customers.columns
    start = people["status"] == ACTIVE
    half = with_it.state.draws.uniform(f"reach {strategies[0].plays[0].key}") < _HALF
    flow = "trips" if offer.of_wallet else "spend"
    lives = [run_watched(model, flow)[flow] for model in (with_it, without)]
    bought, usual = (life[-WEEKS_A_YEAR:].sum(axis=0) for life in lives)
    size = lives[0][:WEEKS_A_YEAR].sum(axis=0) if offer.own_past else np.ones(usual.size)
    if offer.of_wallet:
        category = people["category_rate"] * WEEKS_A_YEAR
        bought, usual = bought / category, usual / category
    kept = start & people["kept"] & alone["kept"]
    member, before = people[offer.member], alone[offer.member]

    def add(rows: NDArray[np.bool_]) -> Floats:
        rows = kept & rows
        return np.array([size[rows].sum(), bought[rows].sum(), usual[rows].sum()])

    return Sides(
        add(half & member),
        add(half & ~member),
        add(half),
        add(~half),
        add(half & member & ~before),
    )


def _total(parts: Sequence[Sides]) -> Sides:
    names = ("members", "others", "offered", "not_offered", "moved")
    return Sides(*(np.sum([getattr(part, name) for part in parts], axis=0) for name in names))


def naive(parts: Sequence[Sides], of_wallet: bool = False) -> float:
    """Return how much more members buy than others, among those who were offered it.

    Where a side's first sum is of the year before, it is how much more their purchases have grown.
    """
    all_of = _total(parts)
    member, other = (side[1] / side[0] for side in (all_of.members, all_of.others))
    return float(member - other if of_wallet else member / other - 1)


def randomised(parts: Sequence[Sides], of_wallet: bool = False) -> float:
    """Return how much more those buy whom the offer moved than they would have without."""
    all_of = _total(parts)
    gain = [(side[1] - side[2]) / side[0] for side in (all_of.offered, all_of.not_offered)]
    per_moved = (gain[0] - gain[1]) * all_of.offered[0] / all_of.moved[0]
    return float(per_moved if of_wallet else per_moved * all_of.moved[0] / all_of.moved[2])


PROGRAMME = Offer("incentives", {"rebate": 0.01, "reward_trips": 10}, "enrolled", of_wallet=True)
CHANNELS = Offer("omnichannel", {"nudges": 12}, "multichannel", weeks_before=WEEKS_A_YEAR)
COMMUNITY = Offer(
    "community",
    {"invitations": 12, "hosts": 20, "events": 12},
    "community_member",
    own_past=True,
    weeks_before=WEEKS_A_YEAR,
)

#: What is compared, and what was published, by the name of the offer.
WORDS = {
    "programme": (
        "Members of a programme: share of wallet above others'",
        "3 to 10 times the effect (E28)",
    ),
    "channels": (
        "Users of several channels: spend above others'",
        "up to 4 times as much observed (E76); little in a trial (E75)",
    ),
    "community": (
        "Members of a community: growth of spend above others'",
        ".19 observed (E86), each one's own past allowed for; none in a trial (E87)",
    ),
    "referral": (
        "Referred customers: lifetime value above others'",
        ".16 observed (E43); elsewhere they bought less (E44)",
    ),
}


def both(setup: Setup, offer: Offer, name: str) -> Found:
    """Return both comparisons of an offer, ``bias.NAME.naive`` and ``bias.NAME.randomised``."""
    parts = each(setup, lambda seed: compare(setup, seed, offer))
    of_wallet = offer.of_wallet
    if any(part.moved[0] == 0 or part.others[0] == 0 for part in parts):
        nobody = Untested("The offer moves nobody here, or everybody.")
        return {f"bias.{name}.{kind}": nobody for kind in KINDS}
    found = (
        pooled(parts, lambda p: naive(p, of_wallet)),
        pooled(parts, lambda p: randomised(p, of_wallet)),
    )
    return {f"bias.{name}.{kind}": one for kind, one in zip(KINDS, found, strict=True)}


def bias_table(found: Found) -> pd.DataFrame:
    """Return both comparisons of each offer side by side.

    Parameters
    ----------
    found : dict
        Whatever was found; keys that begin with ``bias.`` are used.

    Returns
    -------
    DataFrame
        One row per offer tested: ``offer``, ``compared``, ``published``; ``naive`` and ``randomised``,
        each with ``_low`` and ``_high``, the ends of its 99 % interval; ``over``, the first over the
        second, and NaN where the second may be nil: a ratio says nothing there.
    """
    rows = []
    for name, (compared, published) in WORDS.items():
        sides = [found.get(f"bias.{name}.{kind}") for kind in KINDS]
        if not all(isinstance(side, Statistic) for side in sides):
            continue
        row: dict[str, Any] = {"offer": name, "compared": compared, "published": published}
        for kind, side in zip(KINDS, sides, strict=True):
            assert isinstance(side, Statistic)
            row |= {kind: side.value, f"{kind}_low": side.low, f"{kind}_high": side.high}
        sure = row["randomised_low"] * row["randomised_high"] > 0
        rows.append(row | {"over": row["naive"] / row["randomised"] if sure else np.nan})
    return pd.DataFrame(rows)
