"""The report of a comparison: what it says, its tables and its figures."""
