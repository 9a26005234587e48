"""The ordinary life of a market: the parts of a week that go on whatever the firm does.

Each function takes the model, does one part of `LoyaltyModel.step`, and writes what happened into the
week, the customers' columns and the recorder. Terms of levers arrive ready made.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels import books
from sim.common.random_numbers import Floats, Ints, gamma_sum, poisson
from sim.levers.base import Delivery, Week
from sim.model.week import attitudes, churn_contagion, forward_buying, reference_price
from sim.model.week.word_of_mouth import praise_chance
from sim.world.population import ACTIVE, LAPSED

if TYPE_CHECKING:
    from sim.model.loyalty_model import LoyaltyModel

Terms = dict[str, Floats]


def sum_terms(
    model: "LoyaltyModel", outcome: str, terms: Terms, rows: NDArray[np.int64], *life: tuple
) -> Floats:
    """Add up an outcome's terms for some people, and record each for the report's "why"."""
    eta = np.zeros(rows.size)
    for name, term in life:
        eta += term
        model.recorder.add(f"term.{outcome}.{name}", term, rows)
    for name, term in terms.items():
        model.recorder.add_term(f"term.{outcome}.{name}", term, rows, eta)
    model.recorder.add(f"exposed.{outcome}", 1, rows)
    return eta


def drop_out(model: "LoyaltyModel", week: Week, terms: Terms, delivery: Delivery) -> None:
    """Draw when in the week each active customer drops out, if at all.

    The fraction of the week that they stay is kept for the trips: trips first would bias them.
    """
    people = model.customers.columns
    rows = np.flatnonzero(people["status"] == ACTIVE)
    eta = churn_terms(model, week, terms, rows, delivery)
    hazard = people["drop_out_rate"][rows] * np.exp(eta)
    luck, stays = week.uniform("drop-out", rows), np.ones(rows.size)
    near = np.flatnonzero(1.0 - luck < hazard)  # -ln u is at least 1 - u: the others stay
    stays[near] = np.minimum(1.0, -np.log(luck[near]) / hazard[near])
    model.stays = (rows, stays)
    lapse(model, week, rows[near[stays[near] < 1.0]])


def churn_terms(
    model: "LoyaltyModel",
    week: Week,
    terms: Terms,
    rows: NDArray[np.int64],
    delivery: Delivery,
) -> Floats:
    """Add up what raises or lowers the hazard of leaving of some customers (see `sum_terms`)."""
    people = model.customers.columns
    felt = model.life.satisfaction_on_churn * people["satisfaction"][rows]
    life_terms = [("offset", model.offsets["churn"]), ("satisfaction", felt)]
    life_terms += attitudes.churn_terms(people, rows, model.life)
    if model.market["defection_visible"]:
        life_terms.append(
            ("contagion", churn_contagion.term(model, week, delivery.contagion)[rows])
        )
    if people["referred"].any():
        life_terms.append(("referral", model.life.referred_churn * people["referred"][rows]))
    return sum_terms(model, "churn", terms, rows, *life_terms)


def lapse(model: "LoyaltyModel", week: Week, gone: NDArray[np.int64]) -> None:
    """Let customers go, and record it."""
    people = model.customers.columns
    people["status"][gone] = LAPSED
    people["week_lapsed"][gone] = week.number
    people["kept"][gone] = False
    model.recorder.add("new_dropped_out", 1, gone)


def buy(model: "LoyaltyModel", week: Week, terms: dict[str, Terms], delivery: Delivery) -> None:
    """Draw trips to the firm and to its rivals, and spend, and keep the customers' books.

    Parameters
    ----------
    model : LoyaltyModel
    week : Week
        `trips` and `spend` are written.
    terms : dict of dict of ndarray
        The levers' terms; those of purchase, price, promotion and spend are used.
    delivery : Delivery
        The price to pay.
    """
    people, market = model.customers.columns, model.market
    rows, _ = model.stays
    trips, rival = choose(model, week, terms, delivery)
    buying = np.flatnonzero(trips > 0)
    buyers, n = rows[buying], trips[buying]
    eta_spend = sum_terms(model, "spend", terms["spend"], buyers)
    mean = people["mean_spend"][buyers] * np.exp(eta_spend + delivery.at("markup", buyers))
    shape = market["spend_shape"]
    amount = gamma_sum(week.uniform("spend", buyers), n, shape) * mean / shape
    week.trips[buyers], week.spend[buyers] = n, amount
    serve(model, rival, buyers, n)
    model.recorder.add("rival_spend", rival * people["mean_spend"][rows], rows)
    _keep_books(people, rows, buyers, n, amount)
    if _prices_moved(people, delivery):
        people["reference_price"][buyers] = reference_price.learnt(
            people["reference_price"][buyers],
            delivery.at("price", buyers),
            n,
            model.life.reference_learning,
        )


def serve(model: "LoyaltyModel", rival: Ints, buyers: NDArray[np.int64], trips: Ints) -> None:
    """Hand the trips of the rows of `stays` to rivals, and those of the buyers to the channels."""
    rows, _ = model.stays
    model.recorder.add("rival_trips", rival, rows)
    elsewhere = float(rival.sum())
    for rival_firm in model.rivals:
        rival_firm.serve(elsewhere)
    channel = model.customers.columns["channel"][buyers]
    by_channel = np.bincount(channel, weights=trips, minlength=len(model.channels))
    for one, channel_trips in zip(model.channels, by_channel, strict=True):
        one.serve(int(channel_trips))


def _prices_moved(people: dict[str, NDArray[Any]], delivery: Delivery) -> bool:
    return bool(np.any(delivery.price) or (people["reference_price"] != 1.0).any())


def choose(
    model: "LoyaltyModel", week: Week, terms: dict[str, Terms], delivery: Delivery
) -> tuple[Ints, Ints]:
    """Draw this week's trips to the firm and to its rivals, for the rows of `stays`."""
    people, market, life = model.customers.columns, model.market, model.life
    rows, stays = model.stays
    behind = market.share_behind_a_trip
    felt = life.satisfaction_on_purchase * people["satisfaction"][rows]
    life_terms = [("offset", model.offsets["purchase"]), ("satisfaction", felt)]
    life_terms += attitudes.purchase_terms(people, rows, life)
    if week.firm.breach_left:
        hurt = life.breach_effect * week.firm.breach_left / (1.0 - behind)
        life_terms.append(("breach", np.full(rows.size, hurt)))
    if _prices_moved(people, delivery):
        dear = reference_price.reference_term(
            people["reference_price"][rows],
            delivery.at("price", rows),
            life.reference_effect,
            life.loss_aversion,
            behind,
        )
        forgiven = np.where(dear < 0, attitudes.resistance(people, rows, life), 0.0)
        life_terms.append(("reference_price", dear * (1.0 - forgiven)))
    life_terms += [(f"{lever}_price", term[rows]) for lever, term in terms["price"].items()]
    eta = model.base_logit[rows] + sum_terms(
        model, "purchase", terms["purchase"], rows, *life_terms
    )
    need, held = people["category_rate"][rows], people["stock"]
    if held.any():
        need = np.maximum(
            0.0, need - forward_buying.depletion(held[rows], life.stored, life.stock_kept)
        )
    category = need * market.season(week.number) * stays
    beyond: Floats | float = 1.0
    share, usual = expit(eta), None
    if terms["promotion"]:
        lift = sum_terms(model, "promotion", terms["promotion"], rows)
        usual = category * share
        share, beyond = forward_buying.promoted(eta, lift, life.promotion_switching, behind)
    own_rate = category * share * beyond
    trips = poisson(week.uniform("trips", rows), own_rate)
    rival = poisson(week.uniform("rival trips", rows), category * (1 - share))
    if usual is not None or held.any():
        extra = np.zeros(held.size)
        if usual is not None:
            extra[rows] = forward_buying.extra_trips(trips, usual, own_rate)
        held[:] = forward_buying.after_week(held, extra, life.stored, life.stock_kept)
    return trips, rival


def _keep_books(
    people: dict[str, NDArray[Any]],
    rows: NDArray[np.int64],
    buyers: NDArray[np.int64],
    trips: NDArray[np.int64],
    amount: Floats,
) -> None:
    people["tenure"][rows] += 1.0
    people["recent_spend"] *= 1.0 - 1.0 / WEEKS_A_YEAR
    names = ("recent_spend", "frequency", "monetary_value", "recency", "tenure")
    books.book_trips(buyers, trips, amount, *(people[name] for name in names))


def talk_and_listen(model: "LoyaltyModel", week: Week, terms: Terms) -> None:
    """Let active customers talk, and everybody remember what they hear."""
    people, life, record = model.customers.columns, model.life, model.recorder
    rows = np.flatnonzero(people["status"] == ACTIVE)
    eta = sum_terms(model, "talk", terms, rows)
    hazard = life.talk_rate * np.exp(eta)
    speaking = np.flatnonzero(week.uniform("talk", rows) < hazard)
    speakers = rows[speaking]
    praise = week.uniform("praise", speakers) < praise_chance(
        people["satisfaction"][speakers], life
    )
    for name, said in (("praise_heard", speakers[praise]), ("blame_heard", speakers[~praise])):
        people[name] *= 1.0 - 1.0 / life.talk_memory_weeks
        people[name] += model.ties.heard_from(said, np.ones(said.size))
    record.add("n_positive_talk", 1, speakers[praise])
    record.add("n_negative_talk", 1, speakers[~praise])
