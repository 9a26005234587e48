"""What customers buy in a week: trips to the firm and to its rivals, and what is spent on them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sim.calibration.spend_law import spend_law
from sim.common.calendar import WEEKS_A_YEAR
from sim.common.kernels import books
from sim.common.kernels.rows import rows_above
from sim.common.kernels.states import anybody
from sim.common.random_numbers import Floats, Ints, poisson
from sim.levers.base import Delivery
from sim.model.week import (
    attitudes,
    forward_buying,
    recruits,
    reference_price,
    rival_campaigns,
)
from sim.model.week.state import WeekState
from sim.model.week.terms import Terms, sum_terms
from sim.world.population import People
from sim.world.regular_purchases import draw_purchases


@dataclass
class PurchaseTerms:
    """What acts on this week's choice of the firm.

    Attributes
    ----------
    purchase, price, promotion : dict of str to ndarray, each of shape (people,)
        The levers' terms of these outcomes.
    delivery : Delivery
        The price to pay.
    """

    purchase: Terms
    price: Terms
    promotion: Terms
    delivery: Delivery


def buy(state: WeekState) -> None:
    """Draw trips to the firm and to its rivals, and spend, and keep the customers' books.

    Parameters
    ----------
    state : WeekState
        With its terms, its prices and who stays. Trips and spend of its view are written, and the
        customers' books, stock and reference price.
    """
    run, view, delivery = state.run, state.view, state.delivery
    people, rows, terms = run.people, state.at_risk, state.terms
    acting = PurchaseTerms(terms["purchase"], terms["price"], terms["promotion"], delivery)
    trips, rival = draw_trips(state, acting)
    buying = rows_above(trips, 0)
    buyers, n = rows[buying], trips[buying]
    eta_spend = sum_terms(run.recorder, "spend", terms["spend"], buyers)
    mean = people["mean_spend"][buyers] * np.exp(eta_spend + delivery.at("markup", buyers))
    amount = spend_law(run.market).spend(view.uniform, buyers, n, mean)
    view.trips[buyers], view.spend[buyers] = n, amount
    run.firm.take_trips(people["channel"][buyers], n, float(rival.sum()))
    run.recorder.add("rival_trips", rival, rows)
    run.recorder.add("rival_spend", rival * people["mean_spend"][rows], rows)
    _keep_books(people, rows, buyers, n, amount)
    if _prices_moved(people, delivery):
        people["reference_price"][buyers] = reference_price.after_trips(
            people["reference_price"][buyers],
            delivery.at("price", buyers),
            n,
            run.life.reference_learning,
        )


def draw_trips(state: WeekState, acting: PurchaseTerms) -> tuple[Ints, Ints]:
    """Draw this week's trips to the firm and to its rivals.

    Parameters
    ----------
    state : WeekState
        With who is at risk and stays; their stock of goods is written.
    acting : PurchaseTerms

    Returns
    -------
    tuple of ndarray of int, each of shape (m,)
        For those at risk.
    """
    run, rows = state.run, state.at_risk
    people, life = run.people, run.life
    others = _terms_of_life(state, acting)
    eta = run.logit_share[rows]
    eta = eta + sum_terms(run.recorder, "purchase", acting.purchase, rows, *others)
    need, stock = people["category_rate"][rows], people["stock"]
    stocked = anybody(stock)
    if stocked:
        unneeded = forward_buying.trips_saved_now(stock[rows], life.stored, life.stock_kept)
        need = np.maximum(0.0, need - unneeded)
    category = need * run.market.season(state.view.number) * state.stays
    if run.market.has_pauses:
        category[people["pausing"][rows]] = 0.0
    share, usual = expit(eta), None
    own_rate = category * share
    if acting.promotion:
        log_lift = sum_terms(run.recorder, "promotion", acting.promotion, rows)
        usual = own_rate
        share, lift = forward_buying.promoted(
            eta, log_lift, life.promotion_switching, run.baseline.share_behind_a_trip
        )
        own_rate = category * share * lift
    trips = draw_purchases(people, run.market, state.view.uniform("trips", rows), own_rate, rows)
    rival = poisson(state.view.uniform("rival trips", rows), category * (1 - share))
    if usual is not None or stocked:
        extra = np.zeros(stock.size)
        if usual is not None:
            extra[rows] = forward_buying.extra_trips(trips, usual, own_rate)
        stock[:] = forward_buying.after_week(stock, extra, life.stored, life.stock_kept)
    return trips, rival


def _terms_of_life(state: WeekState, acting: PurchaseTerms) -> list[tuple[str, Floats | float]]:
    """Return name and value of what acts on the choice besides the levers, for those at risk."""
    run, rows = state.run, state.at_risk
    people, life, behind = run.people, run.life, run.baseline.share_behind_a_trip
    terms: list[tuple[str, Floats | float]] = [
        ("offset", run.baseline.offsets["purchase"]),
        ("satisfaction", life.satisfaction_on_purchase * people["satisfaction"][rows]),
        *attitudes.purchase_terms(people, rows, life, run.usual),
    ]
    if recruits.are_there(people, run.market, contracts=False):
        terms.append(("offer", recruits.purchase_term(people, rows, life, behind)))
    if run.market["rival_campaigns_per_year"]:
        acting_rivals = [(rival.share, rival.campaigning) for rival in run.firm.rivals]
        term = rival_campaigns.purchase_term(people, rows, life, run.market, acting_rivals, behind)
        terms.append(("rivals", term))
    breach_left = run.firm.capability.breach_left
    if breach_left:
        damage = life.breach_effect * breach_left / (1.0 - behind)
        terms.append(("breach", np.full(rows.size, damage)))
    if _prices_moved(people, acting.delivery):
        price_term = reference_price.reference_term(
            people["reference_price"][rows],
            acting.delivery.at("price", rows),
            life.reference_effect,
            life.loss_aversion,
            behind,
        )
        resisted = np.where(price_term < 0, attitudes.resistance(people, rows, life), 0.0)
        terms.append(("reference_price", price_term * (1.0 - resisted)))
    return terms + [(f"{lever}_price", term[rows]) for lever, term in acting.price.items()]


def _prices_moved(people: People, delivery: Delivery) -> bool:
    return delivery.has("price") or anybody(people["reference_price"], 1.0)


def _keep_books(people: People, rows: Ints, buyers: Ints, trips: Ints, amount: Floats) -> None:
    names = ("recent_spend", "frequency", "monetary_value", "recency", "tenure")
    columns = [people[name] for name in names]
    books.book_week(rows, 1.0 - 1.0 / WEEKS_A_YEAR, buyers, trips, amount, *columns)
