"""The levers in the order in which they act each week: an assumption, so it is explicit."""

from sim.mechanisms.base import Mechanism
from sim.mechanisms.incentives import Incentives
from sim.mechanisms.segmentation import Segmentation
from sim.mechanisms.service_quality import ServiceQuality

#: Segmentation first: the other levers' plays find their audience through it.
MECHANISMS: tuple[type[Mechanism], ...] = (Segmentation, ServiceQuality, Incentives)

BY_NAME: dict[str, type[Mechanism]] = {mechanism.name: mechanism for mechanism in MECHANISMS}
