"""Another folder for the documents: what lies there already, and taking one's own along."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath

from data.moves import Moves, free_folder
from data.own_documents import drafts, in_words, own_documents

Report = Callable[[object], None]


class MovingError(Exception):
    """A whole sentence: why the folder cannot be used, and that the documents are where they were."""


def documents_in(folder: Path) -> str:
    """Say which documents lie in a folder that somebody chose; empty when there are none.

    Raises
    ------
    MovingError
        Nothing can be written there, or it cannot be looked at.
    """
    trial = folder / f".rotascope-{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
        next(folder.iterdir(), None)
    except OSError as error:
        raise MovingError(
            f"Nothing can be written in {folder}: {error.strerror or error}. Your documents are where they "
            "were. Choose another folder."
        ) from None
    places = own_documents(folder)
    return in_words(places) if places else ""


def take_along(old: Path, new: Path, report: Report, now: datetime | None = None) -> Path | None:
    """Copy the documents of one folder into another; `report` is told (done, all) of the files.

    The old ones stay. Documents that lie in the new folder are moved into a dated folder there, which is
    returned; None when there were none.

    Raises
    ------
    MovingError
        The disk refused; the new folder is as it was.
    """
    places, unsaved = own_documents(old), drafts(old)
    stage = free_folder(new, ".taking", now)
    moves = Moves()
    try:
        for at, place in enumerate((*places, *unsaved)):
            report((at, len(places) + len(unsaved)))
            (stage / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / place, stage / place)
        for place in unsaved:
            _point_at(stage / place, old, new)
        aside = free_folder(new, "before-move", now)
        with moves:
            there = [one for one in own_documents(new) if not (new / one).is_relative_to(old)]
            for place in there:
                moves.move(new / place, aside / place)
            for place in (*places, *(one for one in unsaved if not (new / one).exists())):
                moves.move(stage / place, new / place)
    except OSError as error:
        why = f"Your documents could not be copied into {new} ({error.strerror or error}). "
        why += "They are where they were."
        if not moves.is_undone:
            why += " What lay there before is now in a folder there whose name begins with before-move."
        raise MovingError(why) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return aside if there else None


def _point_at(draft: Path, old: Path, new: Path) -> None:
    """Let an unsaved state belong to the copy of its document."""
    try:
        whole = json.loads(draft.read_bytes())
        inside = Path(whole["document"]["path"]).relative_to(old.absolute())
    except (ValueError, KeyError, TypeError, RecursionError):
        return  # of no file, or damaged: it is taken as it is
    whole["document"]["path"] = str(new.absolute() / PurePosixPath(inside.as_posix()))
    draft.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8", errors="replace")
