"""Community: membership, belonging, contests, and seeds that get people talking."""

from sim.levers.community.mechanism import Community

__all__ = ["Community"]
