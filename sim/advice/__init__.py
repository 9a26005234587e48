"""Advice: how good it is in worlds of known truth (`score`)."""
