"""The command line: thin, one file a command group, and the only reader of the wall clock."""

from slaaudit.cli.process import main

__all__ = ["main"]
