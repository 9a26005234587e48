"""What every market of this kind shows, and whether the model shows it: `loyalty validate`."""
