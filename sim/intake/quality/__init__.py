"""What the quality of a client's data is: rules, outliers, gaps, and drift between months and exports."""
