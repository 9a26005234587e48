"""The week of a market: what customers go through, whatever the firm does."""
