"""What every room needs: errors, paths, reading, formatting, random numbers."""
