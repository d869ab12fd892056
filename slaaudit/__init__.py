"""Audit help-desk SLAs from ticket exports: which promises were kept, which were missed, and why.

    import slaaudit

    export = slaaudit.read_export(["tickets.csv", "events.csv"])
    audited = slaaudit.audit(export, slaaudit.load_policy("policy.yaml"))
    audited.log()  # a Polars frame, one row per clock

The names below are loaded when they are first used: `import slaaudit` alone imports nothing heavy.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # as type checkers know it; to import `typing` takes longer than all else here
if TYPE_CHECKING:
    from slaaudit.audit import audit
    from slaaudit.calendars import Calendar
    from slaaudit.policy import load_policy
    from slaaudit.sources import read_export

__version__ = "0.1.0"
__all__ = ["Calendar", "__version__", "audit", "load_policy", "read_export"]

_HOMES = {
    "audit": "slaaudit.audit",
    "Calendar": "slaaudit.calendars",
    "load_policy": "slaaudit.policy",
    "read_export": "slaaudit.sources",
}


class _Package(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        # importing the module slaaudit.audit would bind it over the function of the same name
        if name == "audit" and isinstance(value, ModuleType):
            value = value.audit
        super().__setattr__(name, value)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'slaaudit' has no attribute '{name}'")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


sys.modules[__name__].__class__ = _Package
