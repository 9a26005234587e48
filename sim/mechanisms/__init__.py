"""The levers in the order in which they act each week: an assumption, so it is explicit."""

from sim.mechanisms.base import Mechanism
from sim.mechanisms.cocreation import Cocreation
from sim.mechanisms.community import Community
from sim.mechanisms.data_stewardship import DataStewardship
from sim.mechanisms.emotional_connection import EmotionalConnection
from sim.mechanisms.feedback import Feedback
from sim.mechanisms.incentives import Incentives
from sim.mechanisms.iteration import Iteration
from sim.mechanisms.omnichannel import Omnichannel
from sim.mechanisms.organisation import Organisation
from sim.mechanisms.personalisation import Personalisation
from sim.mechanisms.pricing import Pricing
from sim.mechanisms.segmentation import Segmentation
from sim.mechanisms.service_quality import ServiceQuality

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
