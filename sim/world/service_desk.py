"""The service desk: a queue of people who want an answer.

Waiting follows Erlang's delay formula (Erlang 1917) at loads below one: with offered load a = (calls an
hour) x (hours a call) and c servers, the chance to wait is C = B / (1 - (a / c)(1 - B)) and the mean wait
C h / (c - a), B being Erlang's loss formula. Somebody sits at a desk or nobody does: c is a whole number,
the smallest that keeps the usual load at or below the market's, and at least one. A fraction of a server
would make the few accounts of a small firm wait for weeks, since a queue's wait is in inverse proportion
to its size. Extra staff that fills no whole seat sits there for a part of the opening hours. Above `FULL`
the queue no longer settles within a week: the wait is that at `FULL`, and what cannot be answered is
carried into the next week.

Some may be promised to be answered first. Nobody is interrupted for them, and within each of the two
classes who came first is first. With handling times alike, a share s of contacts that go first, r the
load of a server and W the mean wait in one queue, they and the others wait

    W_1 = W (1 - r) / (1 - s r),    W_2 = W / (1 - s r),    s W_1 + (1 - s) W_2 = W

(Cobham 1954; Kella & Yechiali 1985): what some are spared, others wait. Of a backlog those who go first
wait only for what is carried over of their own.
"""

from math import ceil

import mesa
import numpy as np
from scipy import special

FULL = 0.98  # share of capacity up to which the steady state is a fair picture of a week
_ROUNDING = 1e-9  # a load that fills whole servers exactly takes no further one


def erlang_b(servers: int, offered: float) -> float:
    """Return Erlang's loss probability, a^c / c! over its sum from 0 to c.

    Parameters
    ----------
    servers : int
        Number of servers c, at least 1.
    offered : float
        Offered load a in Erlang, positive.

    Returns
    -------
    float
    """
    log_term = servers * np.log(offered) - offered - special.gammaln(servers + 1)
    return float(np.exp(log_term) / special.pdtr(servers, offered))


def erlang_c_wait(servers: int, offered: float, handling: float) -> float:
    """Return the mean wait in a queue with Poisson calls and exponential handling times.

    Parameters
    ----------
    servers : int
        Number of servers c.
    offered : float
        Offered load a in Erlang, below `servers`.
    handling : float
        Mean handling time; the wait is in its unit.

    Returns
    -------
    float
        Mean wait over all calls (those answered at once count as 0).

    Raises
    ------
    ValueError
        If the load is not below the number of servers: such a queue has no mean wait.
    """
    if offered >= servers:
        raise ValueError(f"load {offered:.3g} is not below {servers} servers")
    if offered <= 0:
        return 0.0
    loss = erlang_b(servers, offered)
    waits = loss / (1 - offered / servers * (1 - loss))
    return waits * handling / (servers - offered)


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
        Share of the desk's capacity that these contacts take at most: servers are whole.
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
        offered = usual_contacts * handling_minutes / 60 / hours
        self.servers_usual = max(1, ceil(offered / load - _ROUNDING))
        self.backlog = self.backlog_first = 0.0
        self.usual_wait, _ = self.waits_at(usual_contacts, self.servers_usual)
        self.wait = self.wait_first = self.wait_others = self.usual_wait

    def waits_at(self, contacts: float, seats: float, first: float = 0.0) -> tuple[float, float]:
        """Return mean waits in minutes for a week's contacts and the mean number of taken seats.

        With 2.3 seats, three servers sit there for three tenths of the opening hours, and two else.

        Parameters
        ----------
        contacts, seats : float
        first : float
            Share of the contacts that go first.

        Returns
        -------
        tuple of float
            The mean wait of all contacts, and of those that go first.
        """
        offered = contacts * self.handling_minutes / 60 / self.hours
        whole = int(seats)
        mean = ahead = 0.0
        for servers, part in ((whole, 1 - seats + whole), (whole + 1, seats - whole)):
            if part > 0:
                taken = min(offered, FULL * servers)
                wait = part * erlang_c_wait(servers, taken, self.handling_minutes)
                mean += wait
                load = taken / max(servers, 1)
                ahead += wait * (1 - load) / (1 - first * load)
        return mean, ahead

    def serve(self, contacts: float, extra_staff: float, first: float = 0.0) -> float:
        """Answer a week's contacts and give their mean wait.

        Parameters
        ----------
        contacts : float
            Contacts from the simulated people this week.
        extra_staff : float
            Additional staff as a share of the usual.
        first : float
            Share of the contacts that go first.

        Returns
        -------
        float
            Mean wait in minutes, the backlog's included; `wait_first` and `wait_others` are those of the
            two classes, the same where nobody goes first.
        """
        seats = self.servers_usual * (1 + extra_staff)
        wanted = contacts * self.scale + self.backlog
        wanted_first = first * contacts * self.scale + self.backlog_first
        capacity = FULL * seats * self.hours * 60 / self.handling_minutes
        left, left_first = max(0.0, wanted - capacity), max(0.0, wanted_first - capacity)
        carried = self._carried(self.backlog + left, capacity)
        carried_first = self._carried(self.backlog_first + left_first, capacity)
        self.backlog, self.backlog_first = left, left_first
        mean, ahead = self.waits_at(wanted, seats, first)
        self.wait = self.wait_first = self.wait_others = mean + carried
        if 0.0 < first < 1.0:
            self.wait_first = ahead + carried_first
            self.wait_others = (self.wait - first * self.wait_first) / (1.0 - first)
        return self.wait

    def _carried(self, queue: float, capacity: float) -> float:
        """Return the minutes that contacts carried over wait for the capacity ahead of them.

        On average half of the queue of this week's beginning and end is before them.
        """
        return queue / 2 / max(capacity, 1e-9) * self.hours * 60
