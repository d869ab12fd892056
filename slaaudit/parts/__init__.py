"""One report out of the audits of parts: slices of an export in memory, or buckets of one that memory does not hold."""
