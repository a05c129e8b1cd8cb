"""The words of an error for a person."""

from __future__ import annotations

import shutil


def reason(error: object) -> str:
    """Say what went wrong as the system says it, without the number and the path that Python adds.

    >>> reason(PermissionError(13, "Permission denied", "report.html"))
    'Permission denied'
    >>> reason(ValueError("There is no plan in it."))
    'There is no plan in it.'
    >>> reason(shutil.Error([("a.json", "b/a.json", "[Errno 28] No space left on device: 'b/a.json'")]))
    'a.json could not be copied'
    """
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        # Copying a folder gathers what failed: the first file says enough, all of them would fill a page.
        first, more = error.args[0][0][0], len(error.args[0]) - 1
        return f"{first} and {more} more could not be copied" if more else f"{first} could not be copied"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
