"""The text of a file of notes, whatever program saved it."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from models.journal.notes import JournalError


def decoded(content: bytes) -> tuple[str, bool]:
    """Return the text of a file, and whether its letters had to be guessed.

    UTF-8 with and without a mark at its begin and UTF-16 with one are what they say they are. What is
    neither is taken for Windows-1252, in which old spreadsheets save: nothing in such a file names it,
    and another eight-bit encoding would give other letters beyond a to z.

    Raises
    ------
    JournalError
        It is no text.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            return content.decode("utf-16"), False
        except UnicodeDecodeError:
            raise JournalError("The file breaks off in the middle of a letter. Nothing was taken.") from None
    if b"\x00" in content:
        raise JournalError("The file is no text. Nothing was taken. Save it as CSV in UTF-8.")
    try:
        return content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), True
    except UnicodeDecodeError:
        raise JournalError(
            "The letters of the file are neither in UTF-8 nor in UTF-16 or Windows-1252. "
            "Nothing was taken. Save it as CSV in UTF-8."
        ) from None
