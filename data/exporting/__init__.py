"""What the cache holds, for other programs: a table of chosen series, or an archive to import again."""

from .archive import Exported, ExportError, export_archive
from .cells import harmless, number
from .table import UnknownSeriesError, Written, export_table

__all__ = [
    "ExportError",
    "Exported",
    "UnknownSeriesError",
    "Written",
    "export_archive",
    "export_table",
    "harmless",
    "number",
]
