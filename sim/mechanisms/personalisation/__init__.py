"""Personalisation: messages and offers fitted to the person, and unasked calls to keep customers."""

from sim.mechanisms.personalisation.lever import Personalisation

__all__ = ["Personalisation"]
