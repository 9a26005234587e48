"""A firm's own data: from a log of purchases to a market."""
