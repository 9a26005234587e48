"""Who is in a market at week 0: people, ties, contracts, the service desk, the books."""
