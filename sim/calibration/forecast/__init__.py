"""Who buys again: laws that forecast each customer, beside the classics, and how well they did."""
