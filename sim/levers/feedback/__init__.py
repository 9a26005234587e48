"""Feedback: asking, hearing complaints, mending them, and learning from what was said."""

from sim.levers.feedback.mechanism import Feedback

__all__ = ["Feedback"]
