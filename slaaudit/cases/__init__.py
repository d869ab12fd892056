"""Expected-result tests of a policy: small stories of tickets in YAML, and the verdicts that they must get.

    policy: acme.yaml                      # a path, or the policy itself
    as_of: 2026-03-20 18:00                # optional; each case may say its own
    cases:
      - name: a reply within four hours is in time
        ticket: {created: mon 09:00, priority: high, opened_by: requester}
        events:
          - {at: +30m, note: agent}
          - {at: mon 11:00, message: agent}
          - {at: +3h, status: solved}
        expect:
          first_reply: {outcome: fulfilled, elapsed: 2h, due: mon 13:30}
          next_reply: none

Instants are `+1h30m` after the creation, `mon 09:15` (local, at or after the creation) or `2026-03-02 09:15`. A
ticket is created on Monday 2026-03-02 at 09:00 in the policy's zone, with the status `new`, unless the case says
otherwise. Without any `as_of` a case is judged at its own last event. Only what is named under `expect` is compared,
exactly; a list names all cycles of a metric.
"""

from slaaudit.cases.model import Case, load_cases
from slaaudit.cases.running import CaseResult, run_cases

__all__ = ["Case", "CaseResult", "load_cases", "run_cases"]
