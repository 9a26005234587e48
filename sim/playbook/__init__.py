"""What can be chosen: lever pages, strategies, cases."""
