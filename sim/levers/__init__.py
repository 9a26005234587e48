"""The levers in the order in which they act each week: an assumption, so it is explicit."""

from sim.common.formatting import spaced
from sim.levers.base import Mechanism
from sim.levers.cocreation import Cocreation
from sim.levers.community import Community
from sim.levers.data_stewardship import DataStewardship
from sim.levers.emotional_connection import EmotionalConnection
from sim.levers.feedback import Feedback
from sim.levers.incentives import Incentives
from sim.levers.iteration import Iteration
from sim.levers.omnichannel import Omnichannel
from sim.levers.organisation import Organisation
from sim.levers.personalisation import Personalisation
from sim.levers.pricing import Pricing
from sim.levers.segmentation import Segmentation
from sim.levers.service_quality import ServiceQuality

#: What the firm can do comes first, then segmentation, through which the others find their audience.
MECHANISMS: tuple[type[Mechanism], ...] = (
    Organisation,
    DataStewardship,
    Segmentation,
    Pricing,
    Iteration,
    ServiceQuality,
    Feedback,
    Personalisation,
    Omnichannel,
    EmotionalConnection,
    Cocreation,
    Community,
    Incentives,
)

BY_NAME: dict[str, type[Mechanism]] = {mechanism.name: mechanism for mechanism in MECHANISMS}


def lever_label(name: str) -> str:
    """Return what a report calls a lever."""
    return BY_NAME[name].label or spaced(name)
