"""Gates: what makes a run that went well exit with 1, so that a nightly job fails loudly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import typer

from slaaudit.cli.terminal import say
from slaaudit.cli.values import Mistakes, known_words, share, words

if TYPE_CHECKING:
    from slaaudit.audit import Audit
    from slaaudit.cli.options import Gates
    from slaaudit.reports.selection import Selection

FAILED = 1
AT_RISK = "at_risk"
FAIL_ON = (
    "missed", AT_RISK, "running", "paused", "cancelled", "not_measurable", "no_target", "no_level", "excluded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gate:
    """The least share of promises to be kept (None: any), and the outcomes of which there must be none."""

    least: Fraction | None
    unwanted: tuple[str, ...]

    @property
    def is_set(self) -> bool:
        """Whether there is anything that must not be."""
        return self.least is not None or bool(self.unwanted)

    def close(self, audit: Audit, selection: Selection) -> None:
        """Exits with 1, saying why on stderr, if the clocks of the report do not pass."""
        self.close_on(lambda: self.counts(audit, selection))

    def close_on(self, counted: Callable[[], Mapping[str, int]]) -> None:
        """As `close`; `counted`: the `counts` of the clocks."""
        if not self.is_set:
            return
        counts = counted()
        failures = [*self._compliance(counts), *self._outcomes(counts)]
        for failure in failures:
            say(f"gate failed: {failure}")
        if failures:
            raise typer.Exit(FAILED)

    def counts(self, audit: Audit, selection: Selection) -> dict[str, int]:
        """Clocks per outcome, and how many of them are at risk, over all that the report is about."""
        rows, _ = selection.rows(audit, ["outcome", AT_RISK])
        counts = dict(rows["outcome"].value_counts().rows())
        return counts | {AT_RISK: int(rows[AT_RISK].sum())}

    def _compliance(self, counts: Mapping[str, int]) -> Iterator[str]:
        if self.least is None:
            return
        kept, decided = counts.get("fulfilled", 0), counts.get("fulfilled", 0) + counts.get("missed", 0)
        if not decided:
            say(f"gate passed: --fail-under {_percent(self.least)} %: no promise was decided yet")
        elif kept < self.least * decided:
            steps = kept * 10_000 // decided  # truncated: what is below the gate never looks as if it were not
            compliance = f"{steps // 100}.{steps % 100:02} % ({kept:,} of {decided:,} promises kept)"
            yield f"--fail-under {_percent(self.least)} %: compliance is {compliance}"

    def _outcomes(self, counts: Mapping[str, int]) -> Iterator[str]:
        for outcome in self.unwanted:
            if number := counts.get(outcome, 0):
                yield f"--fail-on {outcome}: {number:,} clock{'' if number == 1 else 's'}"


def read_gate(options: Gates, mistakes: Mistakes) -> Gate:
    """The gate that the options describe."""
    unwanted = tuple(dict.fromkeys(word for text in options.fail_on for word in words(text)))
    known_words("--fail-on", unwanted, FAIL_ON, mistakes)
    return Gate(share("--fail-under", options.fail_under, mistakes), unwanted)


def _percent(least: Fraction) -> str:
    whole, rest = divmod(least * 100, 1)
    return f"{float(whole + rest):.10g}"
