"""The error that one input file ends the run with."""

from __future__ import annotations

from slaaudit.problems import Problem, SlaauditError


def stop(code: str, name: str, what: str, hint: str) -> SlaauditError:
    """The error that ends the run because of the input `name`."""
    return SlaauditError(Problem(code=code, file=name, what=what, hint=hint))


def unreadable(name: str, error: OSError) -> SlaauditError:
    """The error for an input that the system does not let us read."""
    return stop("unreadable_file", name, f"cannot be read: {error.strerror or error}", "check the path and its rights")
