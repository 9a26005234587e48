"""Incentives: a programme of points, tiers and referral rewards, discounts and promotions."""

from sim.levers.incentives.mechanism import Incentives

__all__ = ["Incentives"]
