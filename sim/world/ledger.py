"""The firm's books: every amount twice, in whole cents."""

from collections import defaultdict


class Ledger:
    """Double-entry books of one run, in the money of the simulated people.

    Amounts are whole cents, so that debits and credits agree exactly. Points are booked at their face
    value as a liability (`rewards_outstanding`) from the moment they are earned; what they are expected
    to cost is charged to the lever.
    """

    def __init__(self) -> None:
        self.debits: dict[str, int] = defaultdict(int)
        self.credits: dict[str, int] = defaultdict(int)
        self._carried: dict[tuple[str, str], float] = defaultdict(float)

    def post(self, debit: str, credit: str, amount: float) -> None:
        """Book an amount of money from one account to another.

        Parameters
        ----------
        debit, credit : str
            Names of the accounts.
        amount : float
            In the market's currency; negative where a promise is released. Fractions of a cent are
            carried to the next posting between the same accounts, so that rounding never adds up.
        """
        exact = amount * 100 + self._carried[debit, credit]
        cents = round(exact)
        self._carried[debit, credit] = exact - cents
        self.debits[debit] += cents
        self.credits[credit] += cents

    def balance(self, account: str) -> float:
        """Return debits less credits of an account, in the market's currency."""
        return (self.debits[account] - self.credits[account]) / 100
