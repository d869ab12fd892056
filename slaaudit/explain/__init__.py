"""The story of one ticket: which rules gave it its level, how each clock ran, and the verdict in a sentence.

    export, policy = read_export(["tickets.csv", "events.csv"]), load_policy("policy.yaml")
    story = explain(export, policy, "T-17")
    print(text_of(story))

Nothing is computed a second time: the ticket is judged by the engine that judges all of them, and the story is told
from its frames.
"""

from slaaudit.explain.explaining import explain, metrics_told
from slaaudit.explain.json import json_of
from slaaudit.explain.md import md_of
from slaaudit.explain.story import Explanation
from slaaudit.explain.text import text_of

__all__ = ["Explanation", "explain", "json_of", "md_of", "metrics_told", "text_of"]
