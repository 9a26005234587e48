"""What the notebook on a purchase log shows."""
