r"""What customers are written to in a week: the usual messages, and what a play makes of them.

A play that adds x messages to the usual u and matches a share m, the firm's own being m_0, means to send

    u + x messages,   of them matched   u max(m_0, m) + x m,   or (u + x) max(m_0, m) where x < 0:

while it is on, the usual messages are matched as well, and no worse than before; fewer than none cannot
be sent. The part that is carried out happens, of the rest as much as usual.
"""

from dataclasses import dataclass

from sim.common.calendar import WEEKS_A_MONTH
from sim.levers.personalisation.settings import Settings
from sim.world.usual_contact import UsualContact


@dataclass(frozen=True)
class Contact:
    """Messages to a person.

    Attributes
    ----------
    messages : float
        A week.
    matched : float
        Those of them that were chosen by what the person buys, right or wrong.
    """

    messages: float
    matched: float

    def moved(self, plan: "Contact", strength: float) -> "Contact":
        """Return what is sent if a part of a plan is carried out, and this of the rest."""
        return Contact(
            self.messages + strength * (plan.messages - self.messages),
            self.matched + strength * (plan.matched - self.matched),
        )


def usual_contact(usual: UsualContact) -> Contact:
    """Return what is sent when nothing new is done."""
    return Contact(usual.messages, usual.messages * usual.matching)


def planned_contact(chosen: Settings, usual: UsualContact) -> Contact:
    """Return what a play means to send, usual messages included."""
    added, matching = chosen.messages / WEEKS_A_MONTH, max(usual.matching, chosen.matching)
    if added < 0:
        messages = max(usual.messages + added, 0.0)
        return Contact(messages, messages * matching)
    return Contact(usual.messages + added, usual.messages * matching + added * chosen.matching)
