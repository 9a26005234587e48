"""What the notebook on one scenario shows."""
