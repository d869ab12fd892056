"""The condition language of rules, exclusions, clocks and filters: parsed once, compiled to one `pl.Expr`.

    priority: urgent                   equals; words compare without case
    department: [Sales, Presales]      any of
    tags: {contains: vip}              contains | contains_any | contains_all | contains_none
    subject: {matches: "(?i)outage"}   matches (regular expression) | starts_with | ends_with | not | empty
    created_at: {from: 2026-01-01}     from | to | before | after, and > >= < <= for numbers and durations too
    any: [...]  all: [...]  not: {...}

Keys side by side are "and". A missing value matches `empty: true` and negations, nothing else.
"""

from slaaudit.conditions.parsing import ConditionErrors, parse_condition
from slaaudit.conditions.tree import Condition
from slaaudit.conditions.where import where_filter

__all__ = ["Condition", "ConditionErrors", "parse_condition", "where_filter"]
