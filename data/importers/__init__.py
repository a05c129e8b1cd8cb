"""Taking archives of CSV files into the cache. The format: docs/archive-format.md."""

from .archive import import_archive
from .manifest import ArchiveError
from .report import FileReport, ImportReport, Progress, Refusal

__all__ = ["ArchiveError", "FileReport", "ImportReport", "Progress", "Refusal", "import_archive"]
