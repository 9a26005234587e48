"""A client's raw export becomes a log that can be trusted, or a list of what is wrong with it."""
