"""Whether all that people write fits together."""
