"""Pages of the offline site that are made when it is built: evidence, levers' figures, API, versions."""
