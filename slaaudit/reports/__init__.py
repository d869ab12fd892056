"""What the audit says, as neutral tables: one file a report, each with `build(audit, options) -> Report`."""

from slaaudit.reports import compliance, log
from slaaudit.reports.compliance import ComplianceOptions
from slaaudit.reports.log import LogOptions
from slaaudit.reports.report import Report

__all__ = ["ComplianceOptions", "LogOptions", "Report", "compliance", "log"]
