"""Incentives: a programme of points, tiers and referral rewards, discounts and promotions."""

from sim.mechanisms.incentives.lever import Incentives

__all__ = ["Incentives"]
