"""What an export is and what it can show, before any policy: `slaaudit inspect`, and the manual's pages on systems."""
