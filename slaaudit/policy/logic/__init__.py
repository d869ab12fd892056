"""What follows from what between conditions: sound, never complete.

Whoever is told that one condition implies another, or that one can never be true, can rely on it for every ticket that
could ever exist. The reverse does not hold: what is not found here may still be so.
"""

from slaaudit.policy.logic.contradictions import contradiction
from slaaudit.policy.logic.coverage import Coverage
from slaaudit.policy.logic.literals import Case, Literal, Types, cases_of

__all__ = ["Case", "Coverage", "Literal", "Types", "cases_of", "contradiction"]
