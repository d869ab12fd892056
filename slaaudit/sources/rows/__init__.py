"""Rows of text → typed rows of every kind, and from these the tickets and their events."""
