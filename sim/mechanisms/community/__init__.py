"""Community: membership, belonging, contests, and seeds that get people talking."""

from sim.mechanisms.community.lever import Community

__all__ = ["Community"]
