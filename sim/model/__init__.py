"""The Mesa model: a week in the life of a market under a strategy."""
