"""`python -m slaaudit` and the script `slaaudit`: the command line, and what ^C does until that is imported."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Runs the command line of the process and exits with its code."""
    if signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None):
        signal.signal(signal.SIGINT, _end)  # Python would show where in our imports it came
    from slaaudit.cli import main as run

    run()


def _end(number: int, frame: object) -> None:
    """As `cli.signals` does, which takes over as soon as it is there; nothing can be unfinished before."""
    os.write(2, b"interrupted\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
