"""Faults in how customers are won: what is offered to prospects, and what reach costs."""

from tests.faults.fault import Fault

FIRST_OFFERS = "first_offers"
FAULTS = (
    Fault("friends whom talk brings anyway are not paid for", "referrals",
          'return week.referred_by + own["claims"]', "return week.referred_by", "incentives"),
    Fault("a welcome is given to nobody", FIRST_OFFERS,
          "given_back = chosen.welcome * new", "given_back = 0.0 * new", "first_offers"),
    Fault("the lapsed are won back by a first offer", FIRST_OFFERS,
          "open_to = open_to_prospects(week, play) * week.prospects\n        cheaper",
          "open_to = open_to_prospects(week, play)\n        cheaper", "first_offers"),
    Fault("a try-out on a screen is met in the store", "omnichannel",
          'return week.market.online_channels[week.people["channel"]]',
          'return week.people["channel"] >= 0', "returns"),
    Fault("whom an offer wins pays for reach again", "joining",
          "price = recruits.cost_of_each(", "price = 1.0 / recruits.cost_of_each(", "recruits"),
    Fault("whom a good name wins is paid for as if reach had", "week.recruits",
          'REACH, CONVERSION = ("platform",), ("reputation",)',
          'REACH, CONVERSION = ("platform", "reputation"), ()', "recruits reputation"),
    Fault("platform and name lift whom talk brings too", "week.recruits",
          "1.0 + (1.0 - told) * np.expm1(log_lift)", "1.0 + 0.0 * told + np.expm1(log_lift)",
          "platform reputation"),
    Fault("the next dollar of reach returns the more, the less a customer costs", "week.recruits",
          "min(returned * cost / worth, 1.0) if worth > 0.0 else 0.0", "min(0.24 + 0.0 * returned, 1.0)",
          "next_dollar"),
    Fault("newcomers stay as long as customers of long standing", "newcomers",
          'shape = market["drop_out_shape"] + market.known_are_a_stock\n    own',
          'shape = market["drop_out_shape"]\n    own', "newcomers"),
    Fault("who buys little leaves no sooner", "newcomers",
          "(1.0 - level) * r * over", "0.0 * over", "newcomers"),
    Fault("whoever joined has rates drawn anew as customers of long standing have", "newcomers",
          "np.where(kept, r, r * level)", "np.where(kept, r, r)", "newcomers"),
    Fault("nobody is paid for a friend whom reach brings", "referrals",
          "p.claimed_share, p.reach_claimed_share)", "p.claimed_share, 0.0)", "incentives"),
    Fault("who came early on a recommendation saves spend on reach", "joining",
          "if owed or terms or any(", "if terms or any(", "recruits"),
)  # fmt: skip
