"""Columns of dates and times → instants: layouts, the order of day and month, time zones."""
