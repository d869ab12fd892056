"""The policy: strict YAML in, resolved and frozen out."""

from slaaudit.policy.loading import load_policy, loads_policy
from slaaudit.policy.presets import preset_names
from slaaudit.policy.resolved import Level, Metric, Policy, Rule, Target, Trigger

__all__ = [
    "Level",
    "Metric",
    "Policy",
    "Rule",
    "Target",
    "Trigger",
    "load_policy",
    "loads_policy",
    "preset_names",
]
