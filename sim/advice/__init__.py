"""Advice: the best plan for a budget (`search`), and how good it is in worlds of known truth."""
