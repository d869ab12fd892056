"""What a policy comes to, as YAML: nothing left to defaults, bases or presets; each line says where it is from."""

from slaaudit.policy.effective.whole import effective_policy

__all__ = ["effective_policy"]
