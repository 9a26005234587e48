"""The index page of a portfolio: what to do in each market, side by side."""
