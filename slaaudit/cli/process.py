"""The process of the command line: how it starts, and how it ends."""

from __future__ import annotations

import gc
import os
import sys
import warnings

from slaaudit.cli.signals import end_at_once

_OBJECTS = 200_000  # new ones, before Python looks for garbage: more than a short run makes
_ARENAS = max(1, (os.cpu_count() or 1) // 4)  # few, so that what one thread gives back serves the others too
_SETTINGS = {
    # Polars gives memory back to the system only after a while, large pieces as well: taking it anew costs more than
    # the work on it.
    "_RJEM_MALLOC_CONF": f"narenas:{_ARENAS},oversize_threshold:0,dirty_decay_ms:1000,muzzy_decay_ms:1000",
    # Or pydantic looks for plugins in everything that is installed.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}


def main() -> None:
    """Runs the command line of the process and exits with its code."""
    gc.set_threshold(_OBJECTS)  # what a start makes stays: to look for garbage in it takes a twentieth of a short run
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    if not (sys.warnoptions or os.environ.get("SLAAUDIT_DEBUG")):
        warnings.simplefilter("ignore")  # libraries talk to developers; stderr is for what the user must know
    end_at_once()
    from slaaudit.cli.app import app

    try:
        app()
    except SystemExit as ended:
        _leave(ended.code)
        raise


def _leave(code: object) -> None:
    """Ends the process if nothing is left to say: to take apart all that was imported takes a tenth of a short run."""
    if not isinstance(code, int | None):
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (AttributeError, OSError, ValueError):  # there is none, or it cannot be written: Python says so
        return
    os._exit(code or 0)
