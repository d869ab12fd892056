"""Headings → canonical columns, with the profile's words."""
