"""What customers are worth after the horizon."""
