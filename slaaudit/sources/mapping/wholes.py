"""What is decided on all rows of an export together, told apart so that it can be decided on parts of them too."""

from __future__ import annotations

from collections.abc import Hashable


class Whole:
    """All rows are at hand: what holds of every row here holds of every row."""

    def every(self, question: Hashable, found: bool) -> bool:
        """Whether something holds of every row of the export, when it does or does not of those `found` here."""
        return found


WHOLE = Whole()
