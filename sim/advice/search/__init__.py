"""The search for the best plan under a budget: plans are sought, then judged on fresh futures."""
