"""Take a customer out of all that is kept of a client: log, sealed ids, histories, forecasts."""
