"""Audits of more than memory holds: split by ticket, judged bucket by bucket, merged to the very same reports."""
