"""Whether all that people write fits together, and whether the model shows what markets show."""
