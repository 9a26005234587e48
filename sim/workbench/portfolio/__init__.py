"""Many comparisons, each with its report, and one page that sets their answers side by side."""
