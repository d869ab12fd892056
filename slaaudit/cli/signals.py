"""^C and a polite kill: the process ends at once, and leaves nothing half-written behind.

Python runs its handlers of signals between two of its own instructions, so a sort of ten million rows inside polars
would have to end first. But Python also writes the number of every signal into a pipe, from the handler of the system
itself, and a thread that reads it goes on while polars computes. That thread removes what is unfinished and ends the
process with `os._exit`: nothing else in it is worth the wait, and a `finally` of the main thread cannot be reached.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from time import sleep

_STDERR = 2
_WORDS = {"SIGINT": b"interrupted", "SIGTERM": b"terminated", "SIGHUP": b"hung up"}
_last_words: list[Callable[[], bytes]] = []


def end_at_once() -> None:
    """From now on SIGINT, SIGTERM and SIGHUP end the process: exit code 128 + number, so 130, 143 and 129.

    A signal that the process was started to ignore (`nohup`, `&` in a script) stays ignored.
    """
    import_module("slaaudit.unfinished")  # now: the main thread may be stopped in the middle of an import later
    numbers = [getattr(signal, name) for name in _WORDS if hasattr(signal, name)]
    heeded = [number for number in numbers if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    if os.name == "nt":  # there only a socket could wake a thread, and ^C arrives between two instructions
        for number in heeded:
            signal.signal(number, lambda number, _: _end(number))
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in heeded:
        signal.signal(number, _leave_it_to_the_thread)
    Thread(target=_wait, args=(reading, heeded), name="signals", daemon=True).start()


def say_before_the_end(words: Callable[[], bytes]) -> Callable[[], None]:
    """Writes what `words` yields to stderr before the last message, until the function that comes back is called."""
    _last_words.append(words)
    return lambda: _last_words.remove(words)


def _leave_it_to_the_thread(number: int, frame: object) -> None:
    """Keeps the main thread, when it gets here at all, from going on while the other one ends the process."""
    while True:
        sleep(60)


def _wait(reading: int, heeded: list[int]) -> None:
    while received := os.read(reading, 1):
        if received[0] in heeded:
            _end(received[0])


def _end(number: int) -> None:
    remove_all = import_module("slaaudit.unfinished").remove_all
    try:
        remove_all()
        # the descriptor and not the object, whose lock the main thread may hold
        with suppress(OSError):
            os.write(_STDERR, b"".join(words() for words in _last_words))
            os.write(_STDERR, _WORDS[signal.Signals(number).name] + b"\n")
    finally:
        os._exit(128 + number)
