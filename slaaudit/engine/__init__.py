"""The kernel: tickets and events → levels in force → clocks → verdicts, in passes over whole columns."""
