"""The page on the quality of a client's data, and the section of a report on it."""
