"""Which files of a folder are the program's: the folder may be one that holds a person's other things too."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from data.documents.store import RECOVERY, VERSIONS

ONLY = {"journal.json": "a journal", "theses.json": "theses"}
"""Documents of which there is one, directly in the folder."""
KINDS = {
    ".plan.json": ("a plan", "{0} plans"),
    ".classes.json": ("tiers and sectors", ""),
    ".screens.json": ("screens", ""),
    ".weights.json": ("weights of the signals", ""),
}
"""How the names of the others end, and what they are called, alone and several."""
UNREADABLE = re.compile(r"\.unreadable-\d{8}-\d{6}$")
DRAFTS = (PurePosixPath(RECOVERY), PurePosixPath("plans", RECOVERY))
HOMES = ("", "plans")
"""Where documents lie that know their versions and drafts: the folder itself, and that of plans in it."""
ELSEWHERE = re.compile(r"-[0-9a-f]{12}$")
"""How versions of a plan are kept that was saved in another folder."""
KEPT_ASIDE = "before-"
"""How the folders begin in which a restore keeps what it replaced: they are nobody's documents any more."""


def is_own(inside: PurePath) -> bool:
    """Whether a file at this place of the folder is a document of the program, or a version of one.

    Plans lie directly in the folder or anywhere below `plans`, all else directly in the folder. What lies
    in other folders is somebody else's, be it a plan: it may belong to another home.

    >>> is_own(PurePath("plans/Autumn.plan.json")), is_own(PurePath("journal.json"))
    (True, True)
    >>> is_own(PurePath("thesis.docx")), is_own(PurePath("work/journal.json"))
    (False, False)
    """
    if not inside.parts or inside.parts[0].startswith(KEPT_ASIDE):
        return False
    if VERSIONS in inside.parts[:-1]:
        *before, versions, room, name = ("", "", "", *inside.parts)[-5:]
        return (
            versions == VERSIONS
            and "".join(before) in HOMES
            and (room in ONLY or room.endswith(tuple(KINDS)) or ELSEWHERE.search(room) is not None)
            and re.fullmatch(r"\d+\.json", name) is not None
        )
    if inside.name.startswith(".") or any(part.startswith(".") for part in inside.parts[:-1]):
        return False
    name = UNREADABLE.sub("", inside.name)
    if len(inside.parts) > 1:
        return inside.parts[0] == "plans" and name.endswith(".plan.json")
    return name in ONLY or name.endswith(tuple(KINDS))


def own_documents(folder: Path) -> tuple[PurePosixPath, ...]:
    """Return the places of the program's documents; links are left out, but the folder `plans` may be one."""
    return tuple(sorted(inside for inside in _files(folder) if is_own(inside)))


def drafts(folder: Path) -> tuple[PurePosixPath, ...]:
    """Return the places of what was typed and not saved when the program ended unasked."""
    files = _files(folder)
    return tuple(sorted(one for one in files if one.parent in DRAFTS and one.suffix == ".json"))


def in_words(places: tuple[PurePosixPath, ...]) -> str:
    """Name documents for a person: what there is, without versions.

    >>> in_words((PurePosixPath("journal.json"), PurePosixPath("a.plan.json"), PurePosixPath("b.plan.json")))
    'a journal, 2 plans'
    """
    kinds = Counter(kind for one in places for kind in KINDS if one.name.endswith(kind))
    found = [words for name, words in ONLY.items() if any(one.as_posix() == name for one in places)]
    for kind, (alone, several) in KINDS.items():
        if n := kinds[kind]:
            found.append(several.format(n) if n > 1 and several else alone)
    return ", ".join(found)


def _files(folder: Path) -> Iterator[PurePosixPath]:
    """Look where documents can lie, and nowhere else: the folder may be a large one."""
    for top in (folder, folder / VERSIONS, folder / RECOVERY, folder / "plans"):
        for place, folders, names in os.walk(top):
            at = Path(place)
            if top == folder:
                folders.clear()
            for name in names:
                file = at / name
                is_candidate = name.endswith(".json") or UNREADABLE.search(name)
                if is_candidate and not file.is_symlink() and file.is_file():
                    yield PurePosixPath(file.relative_to(folder).as_posix())
