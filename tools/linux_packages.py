"""Pack the frozen program for Linux: a .deb for Debian and Ubuntu, an archive with an installer for one user.

    python tools/linux_packages.py [dist/Rotascope] [--only deb|archive]

Both go into dist/, beside SHA256SUMS (tools/sums.py). DEBFULLNAME and DEBEMAIL name the maintainer.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from qt_libraries import PACKAGES  # noqa: E402 - after the path

from models.version import NAME, VERSION  # noqa: E402
from terminal.arguments import PLAN_ENDING  # noqa: E402

PACKAGE = NAME.lower()
MIME = f"application/x-{PACKAGE}-plan+json"
SUMMARY = "checks the altcoin-season story on your own machine"
DESCRIPTION = """\
 Rotascope lets traders check whether records of small-cap shares were followed
 by altcoin seasons, with base rates, precedents and confirmation, and plan
 positions and exits within their own limits. All data stay on this machine.
"""
ALWAYS_NEEDED = ("fontconfig-config", "libx11-data", "xkb-data")
"""What the libraries in the bundle read: fonts, input methods and keyboards of the system."""
C_LIBRARY = re.compile(rb"GLIBC_2\.(\d+)\b")
OF_THE_C_LIBRARY = re.compile(r"^(ld-linux.*|lib(c|m|dl|pthread|rt|util|resolv)\.so\.\d+)$")
ICON_SIZES = (16, 32, 48, 64, 128, 256, 512)


class CannotPack(Exception):  # noqa: N818 - reads better where it is raised
    """The message says what is missing."""


def desktop_entry() -> str:
    """Return the entry of the menu; it takes one plan, as a file manager hands it over."""
    return f"""\
[Desktop Entry]
Type=Application
Name={NAME}
GenericName=Altcoin season analysis
Comment=Check the small-cap and altcoin-season story on your own machine
Exec={PACKAGE} %f
Icon={PACKAGE}
Terminal=false
Categories=Office;Finance;
Keywords=bitcoin;altcoin;crypto;russell;portfolio;
MimeType={MIME};
StartupNotify=true
StartupWMClass={NAME}
"""


def mime_type() -> str:
    """Return the shared-mime-info description of a plan: JSON with an ending of its own."""
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME}">
    <comment>{NAME} plan</comment>
    <sub-class-of type="application/json"/>
    <icon name="{PACKAGE}"/>
    <glob pattern="*{PLAN_ENDING}" weight="60"/>
  </mime-type>
</mime-info>
"""


def write_share(share: Path, icons: Path) -> None:
    """Write what a desktop wants to know: menu entry, type of plans, icons."""
    entry, kind = (
        share / "applications" / f"{PACKAGE}.desktop",
        share / "mime" / "packages" / f"{PACKAGE}.xml",
    )
    for file, text in ((entry, desktop_entry()), (kind, mime_type())):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for size in ICON_SIZES:
        target = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / f"{PACKAGE}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(icons / f"{PACKAGE}-{size}.png", target)


def asked_of_the_system(folder: Path) -> set[str]:
    """Return the libraries with which files of the bundle are linked and which it does not hold."""
    files = [path for path in folder.rglob("*") if path.is_file() and is_program(path)]
    told = subprocess.run(
        ["objdump", "-p", *map(str, files)], capture_output=True, text=True, check=True
    ).stdout
    needed = set(re.findall(r"^\s*NEEDED\s+(\S+)$", told, flags=re.MULTILINE))
    return needed - {path.name for path in folder.rglob("*")}


def is_program(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def c_library(folder: Path) -> str:
    """Return the lowest version of the C library on which the whole bundle runs, such as "2.34"."""
    files = [path for path in folder.rglob("*") if path.is_file() and is_program(path)]
    return f"2.{max(int(minor) for path in files for minor in C_LIBRARY.findall(path.read_bytes()))}"


def depends(libraries: set[str], *, libc: str) -> str:
    """Return the line of dependencies; raise `CannotPack` for a library whose package is not known."""
    rest = {name for name in libraries if not OF_THE_C_LIBRARY.match(name)}
    if unknown := sorted(rest - set(PACKAGES)):
        raise CannotPack("tools/qt_libraries.py knows no Debian package of " + ", ".join(unknown) + ".")
    return ", ".join([f"libc6 (>= {libc})", *sorted({*(PACKAGES[name] for name in rest), *ALWAYS_NEEDED})])


def control(*, architecture: str, size_kib: int, needs: str) -> str:
    name = os.environ.get("DEBFULLNAME") or f"The {NAME} developers"
    address = os.environ.get("DEBEMAIL") or f"{PACKAGE}@localhost"
    return f"""\
Package: {PACKAGE}
Version: {VERSION}
Section: misc
Priority: optional
Architecture: {architecture}
Installed-Size: {size_kib}
Maintainer: {name} <{address}>
Depends: {needs}
Recommends: gnome-keyring | kwalletmanager, shared-mime-info, desktop-file-utils, hicolor-icon-theme
Description: {SUMMARY}
{DESCRIPTION}"""


def write_deb(folder: Path, icons: Path, out: Path) -> Path:
    """Build the package with dpkg-deb; below /usr/lib, with links in /usr/bin."""
    if shutil.which("dpkg-deb") is None:
        raise CannotPack("A .deb needs dpkg-deb, which Debian and Ubuntu have.")
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as made:
        top = Path(made) / PACKAGE
        program = top / "usr" / "lib" / PACKAGE
        shutil.copytree(folder, program, symlinks=True)
        links = top / "usr" / "bin"
        links.mkdir(parents=True)
        (links / PACKAGE).symlink_to(f"../lib/{PACKAGE}/{NAME}")
        (links / f"{PACKAGE}-terminal").symlink_to(f"../lib/{PACKAGE}/{PACKAGE}-terminal")
        write_share(top / "usr" / "share", icons)
        paper = top / "usr" / "share" / "doc" / PACKAGE
        paper.mkdir(parents=True)
        shutil.copy(ROOT / "LICENSE", paper / "copyright")
        for path in [top, *top.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        size = sum(path.lstat().st_size for path in top.rglob("*") if path.is_file()) // 1024
        needs = depends(asked_of_the_system(folder), libc=c_library(folder))
        (top / "DEBIAN").mkdir(mode=0o755)
        text = control(architecture=architecture, size_kib=size, needs=needs)
        (top / "DEBIAN" / "control").write_text(text, encoding="utf-8")
        file = out / f"{PACKAGE}_{VERSION}_{architecture}.deb"
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "--build", top, file], check=True, capture_output=True
        )
    return file


def write_archive(folder: Path, icons: Path, out: Path) -> Path:
    """Pack the program with tools/linux/install.sh into one archive."""
    name = f"{PACKAGE}-{VERSION}-linux-{os.uname().machine}"
    with tempfile.TemporaryDirectory() as made:
        share = Path(made) / "share"
        write_share(share, icons)
        file = out / f"{name}.tar.gz"
        with tarfile.open(file, "w:gz", compresslevel=6) as archive:
            for source, place in (
                (folder, NAME),
                (share, "share"),
                (ROOT / "tools" / "linux" / "install.sh", "install.sh"),
                (ROOT / "LICENSE", "LICENSE"),
            ):
                archive.add(source, f"{name}/{place}", filter=nobodys)
    return file


def nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Take out who packed it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Pack the frozen program for Linux.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist" / NAME)
    parser.add_argument("--only", choices=("deb", "archive"))
    wanted = parser.parse_args(words)
    folder, icons = wanted.folder.resolve(), ROOT / "build" / "made" / "icons"
    try:
        if not (folder / NAME).is_file():
            raise CannotPack(f"There is no frozen program in {folder}. `make package` builds it.")
        for kind, write in (("deb", write_deb), ("archive", write_archive)):
            if wanted.only in (None, kind):
                print(write(folder, icons, folder.parent))
    except CannotPack as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
