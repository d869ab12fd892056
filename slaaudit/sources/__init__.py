"""Reading exports: files of tickets and events → the canonical frames, with every row accounted for."""

from slaaudit.sources.export import Export
from slaaudit.sources.ingest import read_export

__all__ = ["Export", "read_export"]
