"""The service desk: a queue of people who want an answer.

Waiting follows Erlang's delay formula (Erlang 1917) at loads below one: with offered load a = (calls an
hour) x (hours a call) and c agents, the chance to wait is C = B / (1 - (a / c)(1 - B)) and the mean wait
C h / (c - a), B being Erlang's loss formula. B is continued to a fractional number of agents by
1 / B = a Int_0^inf exp(-a t) (1 + t)^c dt (Jagers & van Doorn 1986), which is an incomplete gamma
function and equals the textbook formula at whole c. Above `FULL` the queue no longer settles within a
week: the wait is that at `FULL`, and what cannot be answered is carried into the next week.
"""

import mesa
import numpy as np
from scipy import special

FULL = 0.98  # share of capacity up to which the steady state is a fair picture of a week


def erlang_b(agents: float, offered: float) -> float:
    """Return Erlang's loss probability, continued to fractional numbers of agents.

    Parameters
    ----------
    agents : float
        Number of agents c, positive.
    offered : float
        Offered load a in Erlang, positive.

    Returns
    -------
    float
    """
    log_term = agents * np.log(offered) - offered - special.gammaln(agents + 1)
    return float(np.exp(log_term) / special.gammaincc(agents + 1, offered))


def erlang_c_wait(agents: float, offered: float, handling: float) -> float:
    """Return the mean wait in a queue with Poisson calls and exponential handling times.

    Parameters
    ----------
    agents : float
        Number of agents c.
    offered : float
        Offered load a in Erlang, below `agents`.
    handling : float
        Mean handling time; the wait is in its unit.

    Returns
    -------
    float
        Mean wait over all calls (those answered at once count as 0).

    Raises
    ------
    ValueError
        If the load is not below the number of agents: such a queue has no mean wait.
    """
    if offered >= agents:
        raise ValueError(f"load {offered:.3g} is not below {agents:.3g} agents")
    if offered <= 0:
        return 0.0
    loss = erlang_b(agents, offered)
    waits = loss / (1 - offered / agents * (1 - loss))
    return waits * handling / (agents - offered)


class ServiceDesk(mesa.Agent):
    """The firm's desk for questions and complaints, in the firm's true size.

    Parameters
    ----------
    model : mesa.Model
    scale : float
        The firm's customers per simulated customer.
    usual_contacts : float
        Contacts the firm expects in an average week of the baseline.
    load : float
        Share of the desk's capacity that these contacts take.
    handling_minutes, hours : float
        Minutes a contact takes; hours a week the desk is open.
    """

    def __init__(
        self,
        model: mesa.Model,
        scale: float,
        usual_contacts: float,
        load: float,
        handling_minutes: float,
        hours: float,
    ) -> None:
        super().__init__(model)
        self.scale, self.handling_minutes, self.hours = scale, handling_minutes, hours
        self.agents_usual = usual_contacts * handling_minutes / 60 / hours / load
        self.backlog = 0.0
        self.usual_wait = self.wait_at(usual_contacts, self.agents_usual)
        self.wait = self.usual_wait

    def wait_at(self, contacts: float, agents: float) -> float:
        """Return the mean wait in minutes for a week's contacts and a number of agents."""
        offered = contacts * self.handling_minutes / 60 / self.hours
        return erlang_c_wait(agents, min(offered, FULL * agents), self.handling_minutes)

    def serve(self, contacts: float, extra_staff: float) -> float:
        """Answer a week's contacts and give their mean wait.

        Parameters
        ----------
        contacts : float
            Contacts from the simulated people this week.
        extra_staff : float
            Additional staff as a share of the usual.

        Returns
        -------
        float
            Mean wait in minutes, the backlog's included.
        """
        agents = self.agents_usual * (1 + extra_staff)
        wanted = contacts * self.scale + self.backlog
        capacity = FULL * agents * self.hours * 60 / self.handling_minutes
        left = max(0.0, wanted - capacity)
        # Those carried over wait for the capacity that is ahead of them, on average half of the queue.
        carried = (self.backlog + left) / 2 / max(capacity, 1e-9) * self.hours * 60
        self.backlog = left
        self.wait = self.wait_at(wanted, agents) + carried
        return self.wait
