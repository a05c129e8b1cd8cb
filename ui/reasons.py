"""The words of an error for a person."""

from __future__ import annotations


def reason(error: object) -> str:
    """Say what went wrong as the system says it, without the number and the path that Python adds.

    >>> reason(PermissionError(13, "Permission denied", "report.html"))
    'Permission denied'
    >>> reason(ValueError("There is no plan in it."))
    'There is no plan in it.'
    """
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
