"""What the notebook on stylised facts shows."""
