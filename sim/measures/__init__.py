"""From the sums that a run leaves to the measures that a report shows."""
