"""Whether a finished report still comes out, and if not, what differs from when it was made."""
