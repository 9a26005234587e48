"""What a log says before anything is simulated, for a page of its own, a report and a notebook."""
