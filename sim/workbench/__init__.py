"""What a programmer holds: results as objects with data frames and figures, and what makes them."""
