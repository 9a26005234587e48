"""Feedback: asking, hearing complaints, mending them, and learning from what was said."""

from sim.mechanisms.feedback.lever import Feedback

__all__ = ["Feedback"]
