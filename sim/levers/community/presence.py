r"""The firm's presence on social platforms: content, answers, and money for reach there.

With q a play's strength times the share of customers whom it is for, and h the hours of content a week,

    posts f = sum_plays q pull h / (h + half) (1 + shares P),

P being how far customers take part in the community on average: members pass on what there is. Content
levels off, since a firm's followers read only so much. Of the hours m of moderation a week per 1000
customers, m / (m + half) of the blame is answered or taken down, and goes out of sight the faster for
it: a = sum q pull m / (m + half). Money for reach counts by its worth over usual reach: w for adverts,
and for influencers with F thousand followers on average

    w_i (F / 10)^(-d),

trust and price together: small ones return more for what they cost (beichert2024), while larger ones
had more engagement (leung2022). What all this does is the platform's matter (`sim.world.platform`).

Sources: proserpio2017 (answers), beichert2024, leung2022, kumar2016. Known limits: what is said in a
post makes no difference; content does nothing for customers themselves (john2017, against kumar2016);
answers to reviews count here and under `feedback`, so that a plan should have them in one of both.
"""

from collections.abc import Sequence
from typing import Any

from sim.common.random_numbers import Floats
from sim.levers.base import ActivePlay, Delivery, Week

#: Thousand followers at which an influencer's worth is stated.
FOLLOWERS = 10.0


def deliver(
    week: Week, plays: Sequence[ActivePlay], belonging: Floats, delivery: Delivery, p: Any
) -> None:
    """Add what the plays do on platforms.

    Parameters
    ----------
    week : Week
    plays : sequence of ActivePlay
    belonging : ndarray, shape (people,)
    delivery : Delivery
        Written.
    p : Parameters
    """
    for play in plays:
        chosen = play.settings
        if not is_there(chosen):
            continue
        reached = play.mean_strength(week.customers)
        there = belonging[week.customers]
        shared = 1.0 + p.member_shares * float(there.sum()) / max(there.size, 1)
        content = chosen.content / (chosen.content + p.half_content) if chosen.content else 0.0
        delivery.posts += reached * p.content_pull * content * shared
        if chosen.moderation:
            answered = chosen.moderation / (chosen.moderation + p.half_moderation)
            delivery.answering += reached * p.answer_pull * answered
        size = (chosen.influencer_followers / FOLLOWERS) ** -p.follower_dilution
        worth = p.advert_worth * chosen.paid_reach + p.influencer_worth * size * chosen.influencers
        delivery.reach_bought += reached * worth * week.known_margin


def is_there(chosen: Any) -> bool:
    """Return whether a play is on platforms at all."""
    return bool(chosen.content or chosen.moderation or chosen.paid_reach or chosen.influencers)


def hours(play: ActivePlay, week: Week) -> float:
    """Return the hours a week that content and moderation take, for the simulated people."""
    chosen = play.settings
    moderated = chosen.moderation * play.rows.size / 1000
    return float(play.paid_effort * (chosen.content / week.scale + moderated))


def bought(play: ActivePlay, week: Week) -> float:
    """Return the money that adverts and influencers cost a week, for the simulated people."""
    chosen, customers = play.settings, int(week.customers.sum())
    share = int((play.reached & week.customers).sum()) / max(customers, 1)
    spent = chosen.paid_reach + chosen.influencers
    return float(play.effort * share * spent * week.known_margin)
