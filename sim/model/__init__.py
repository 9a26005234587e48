"""The Mesa model: a market under a strategy, week by week."""
