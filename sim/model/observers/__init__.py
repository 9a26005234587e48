"""Watching a run: what is recorded, and diaries. No observer changes a week."""
