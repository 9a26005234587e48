r"""How often each person talks: few make most of the talk.

Person i talks about the firm with chance min(1, t_i p e^eta) in a week, p being the mean rate of a
customer and t_i that person's own multiple of it for life, from a gamma law with mean one:

    t_i ~ Gamma(1 / c^2, 1 / c^2),   E t = 1,   SD t = c   (the market's `talk_spread`).

Messages of many people in a week are therefore Poisson-gamma, as purchases are; their mean is what it
was. What an offer makes people recommend is talk as well and goes by the same multiple. It is drawn
apart from the number of listeners: who talks often and who talks to many are two things (watts2007).
No firm sees it; a picture of people's contacts is all that seeding has.

Sources: kellerfay2006 (15 % of people make a third of the mentions of brands, from the trade press),
godes2009 (whom a firm gets to talk matters), watts2007. Known limit: nobody's talk changes over life.
"""

import numpy as np

from sim.common.random_numbers import Draws, Floats, gamma

#: Below this spread people differ by less than anybody could see, and the law's shape is beyond numbers.
_ALIKE = 1e-6


def talkativeness(draws: Draws, spread: float) -> Floats:
    """Draw everybody's rate of talking over the mean rate.

    Parameters
    ----------
    draws : Draws
        Of the size of the whole population.
    spread : float
        Standard deviation over mean, c; at 0 all are alike.

    Returns
    -------
    ndarray, shape (draws.size,)
    """
    if spread < _ALIKE:
        return np.ones(draws.size)
    shape = spread**-2
    return gamma(draws.uniform("talkativeness"), shape, shape)
