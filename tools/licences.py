"""Write resources/help/licences.md: each package that is shipped, with its licence and home.

Names come from requirements.lock, the rest from what each installed package says about itself.
`--check` changes nothing and says whether the page is up to date; `--collect FOLDER` copies the full
texts of the licences there, a folder for each package.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "resources" / "help" / "licences.md"
HEAD = """\
Rotascope itself is free software under the MIT licence. It is made of, and ships, the packages below; their
full licence texts lie in the folder `licences` of the packaged program.

| Package | Licence | Home |
|---|---|---|
"""
LONGEST = 60
TEXTS = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
HOMES = ("homepage", "home", "repository", "source", "source code")


def shipped() -> list[str]:
    """Return the names in the lock file."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9_.-]+)==", lock, flags=re.MULTILINE)


def licence(name: str) -> tuple[str, str]:
    """Return licence and home page of an installed package, in its own words."""
    told = metadata(name)
    words = told.get("License-Expression") or ""
    if not words:
        classes = [
            one.rsplit("::", 1)[1].strip()
            for one in told.get_all("Classifier") or []
            if one.startswith("License ::") and not one.endswith("OSI Approved")
        ]
        written = (told.get("License") or "see its files").strip().splitlines()
        words = ", ".join(classes) or written[0][:LONGEST]
    labelled = (one.partition(",") for one in told.get_all("Project-URL") or [])
    homes = {label.strip().casefold(): address.strip() for label, _, address in labelled}
    known = (
        homes[key] for key in ("homepage", "home", "repository", "source", "source code") if key in homes
    )
    return words, told.get("Home-page") or next(known, "")


def page() -> str:
    """Return the page; a package for another system is named without details."""
    rows = []
    for name in sorted(shipped(), key=str.lower):
        try:
            words, home = licence(name)
        except PackageNotFoundError:
            continue  # only on another system or Python
        rows.append(f"| {name} | {words} | {home} |")
    return "## Licences\n" + HEAD + "\n".join(rows) + "\n"


def collect(folder: Path) -> int:
    """Copy every licence text that the shipped packages carry into `folder`; return how many there are."""
    count = 0
    for name in shipped():
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # only on another system or Python
        told = [one for one in files if any(".dist-info" in part for part in one.parts)]
        for one in told:
            text = Path(str(one.locate()))
            if TEXTS.match(one.name) and text.is_file():
                target = folder / name / "_".join(one.parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.read_bytes())
                count += 1
    own = folder / "Rotascope"
    own.mkdir(parents=True, exist_ok=True)
    (own / "LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
    return count + 1


def main(arguments: list[str]) -> int:
    if "--collect" in arguments:
        print(collect(Path(arguments[arguments.index("--collect") + 1])), "licence texts")
        return 0
    if "--check" in arguments:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
