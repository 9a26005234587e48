"""The page on who buys again."""
