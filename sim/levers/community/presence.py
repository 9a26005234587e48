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

A platform is the same place for customers and prospects. Of a play for prospects q is the share of these,
and its hours come on top of those for customers, so that two plays level off as one would.

Sources: proserpio2017 (answers), beichert2024, leung2022, kumar2016. Known limits: what is said in a
post makes no difference; content does nothing for customers themselves (john2017, against kumar2016);
answers to reviews count here and under `feedback`, so that a plan should have them in one of both.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        reached = play.mean_strength(_whom(play, week))
        there = belonging[week.customers]
        shared = 1.0 + p.member_shares * float(there.sum()) / max(there.size, 1)
        content = _levelled_off(
            chosen.content, _beside("content", play, plays, week), p.half_content
        )
        delivery.posts += reached * p.content_pull * content * shared
        if chosen.moderation:
            there_is = _beside("moderation", play, plays, week)
            answered = _levelled_off(chosen.moderation, there_is, p.half_moderation)
            delivery.answering += reached * p.answer_pull * answered
        size = (chosen.influencer_followers / FOLLOWERS) ** -p.follower_dilution
        worth = p.advert_worth * chosen.paid_reach + p.influencer_worth * size * chosen.influencers
        delivery.reach_bought += reached * worth * week.known_margin


def _levelled_off(hours: float, there_is: float, half: float) -> float:
    """Return the part of the most that hours add to those that there are, from 0 to 1."""
    both = there_is + hours
    return both / (both + half) - there_is / (there_is + half)


def _beside(name: str, play: ActivePlay, plays: Sequence[ActivePlay], week: Week) -> float:
    """Return the hours of other plays on which those of one for prospects come on top: customers'."""
    if _whom(play, week) is week.customers:
        return 0.0
    planned = [(one.effort * one.mean_reach(week.customers), one.settings) for one in plays]
    return float(sum(part * getattr(chosen, name) for part, chosen in planned))


def is_there(chosen: Any) -> bool:
    """Return whether a play is on platforms at all."""
    return bool(chosen.content or chosen.moderation or chosen.paid_reach or chosen.influencers)


def hours(play: ActivePlay, week: Week) -> float:
    """Return the hours a week that content and moderation take, for the simulated people."""
    moderated = _moderated(play, week)
    return float(play.paid_effort * (play.settings.content / week.scale + moderated))


def grows(play: ActivePlay, week: Week, price: float) -> float:
    """Return what of a presence costs the more the larger the firm: moderation, and what is bought.

    Parameters
    ----------
    play : ActivePlay
    week : Week
    price : float
        Of an hour.
    """
    return float(play.paid_effort * _moderated(play, week)) * price + bought(play, week)


def bought(play: ActivePlay, week: Week) -> float:
    """Return the money that adverts and influencers cost a week, for the simulated people."""
    share = play.mean_reach(_whom(play, week))
    spent = play.settings.paid_reach + play.settings.influencers
    return float(play.effort * share * spent * week.known_margin)


def _moderated(play: ActivePlay, week: Week) -> float:
    """Return the hours a week of moderation as planned: what there is to answer, customers write."""
    whom, customers = _whom(play, week), float(play.rows.size)
    if whom is week.prospects:
        customers = play.mean_reach(whom) * int(week.customers.sum())
    return float(play.settings.moderation * customers / 1000)


def _whom(play: ActivePlay, week: Week) -> NDArray[np.bool_]:
    """Return of whom a play's audience is a part: prospects, or else customers."""
    return week.prospects if (play.reached & week.prospects).any() else week.customers
