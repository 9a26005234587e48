"""Personalisation: messages and offers fitted to the person, and unasked calls to keep customers."""

from sim.levers.personalisation.mechanism import Personalisation

__all__ = ["Personalisation"]
