"""Whose export it is: the profile that fits, and which of its tables each table of the files is."""
