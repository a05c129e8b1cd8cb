"""What is published: menu entry, type of plans, the installer for one user, signatures, sums, workflow."""

from __future__ import annotations

import configparser
import hashlib
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from data.plans import SUFFIX
from models.version import NAME, VERSION

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import linux_packages as linux  # noqa: E402 - after the path
import sign  # noqa: E402
import sums  # noqa: E402

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the installer is for Linux")


def test_the_menu_opens_the_window_with_a_plan() -> None:
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read_string(linux.desktop_entry())
    told = dict(entry["Desktop Entry"])
    assert told["Name"] == NAME
    assert told["Exec"] == "rotascope %f"
    assert told["MimeType"].rstrip(";") == linux.MIME
    assert told["Terminal"] == "false"


def test_files_are_known_as_plans_by_the_ending_that_the_program_gives_them() -> None:
    described = ElementTree.fromstring(linux.mime_type())
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = described.find(f"{space}mime-type")
    assert kind is not None
    assert kind.get("type") == linux.MIME
    assert [glob.get("pattern") for glob in kind.iter(f"{space}glob")] == [f"*{SUFFIX}"]


def test_the_package_names_its_version_and_what_it_needs() -> None:
    needs = linux.depends({"libEGL.so.1", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}, libc="2.34")
    assert needs == "libc6 (>= 2.34), fontconfig-config, libegl1, libx11-data, xkb-data"
    text = linux.control(architecture="amd64", size_kib=7, needs=needs)
    assert f"\nVersion: {VERSION}\n" in text
    assert f"\nDepends: {needs}\n" in text
    assert text.endswith("\n")


def test_a_library_without_a_known_package_stops_the_packing() -> None:
    with pytest.raises(linux.CannotPack, match=r"libnobody\.so\.1"):
        linux.depends({"libnobody.so.1"}, libc="2.34")


def unpacked(folder: Path) -> Path:
    """Lay out an archive as `linux_packages.write_archive` does, around a program that prints its version."""
    program = folder / "Rotascope" / "Rotascope"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho {NAME} {VERSION}\n", encoding="utf-8")
    program.chmod(0o755)
    (folder / "Rotascope" / "rotascope-terminal").symlink_to("Rotascope")
    icons = folder / "drawn"
    icons.mkdir()
    for size in linux.ICON_SIZES:
        (icons / f"rotascope-{size}.png").write_bytes(b"a picture")
    linux.write_share(folder / "share", icons)
    script = folder / "install.sh"
    script.write_bytes((ROOT / "tools" / "linux" / "install.sh").read_bytes())
    script.chmod(0o755)
    return script


def said(script: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # No tools of a desktop on the path: the installer does without them.
    seen = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    return subprocess.run([script, *words], env=seen, capture_output=True, text=True, check=False)


@ON_LINUX
def test_the_installer_installs_for_one_user_updates_and_takes_away(tmp_path: Path) -> None:
    script, home = unpacked(tmp_path / "unpacked"), tmp_path / "a home"
    plan = home / "Documents" / f"mine{SUFFIX}"
    plan.parent.mkdir(parents=True)
    plan.write_text("{}", encoding="utf-8")
    for _ in range(2):  # the second time over the first
        assert said(script, home).returncode == 0
    local = home / ".local"
    for name in ("rotascope", "rotascope-terminal"):
        told = subprocess.run([local / "bin" / name], capture_output=True, text=True, check=True).stdout
        assert told.strip() == f"{NAME} {VERSION}"
    entry = (local / "share" / "applications" / "rotascope.desktop").read_text(encoding="utf-8")
    assert f'Exec="{local}/lib/rotascope/Rotascope" %f' in entry
    assert (local / "share" / "mime" / "packages" / "rotascope.xml").is_file()
    done = said(local / "lib" / "rotascope" / "install.sh", home, "--uninstall")
    assert done.returncode == 0
    assert "still there" in done.stdout
    assert plan.is_file()
    # Desktop tools of this machine may have left their own lists.
    assert not [path for path in local.rglob("*") if "rotascope" in path.name.lower()]


@ON_LINUX
def test_an_installer_without_its_program_says_so_and_leaves_the_home_alone(tmp_path: Path) -> None:
    script = unpacked(tmp_path / "unpacked")
    (tmp_path / "unpacked" / "Rotascope" / "Rotascope").unlink()
    home = tmp_path / "home"
    home.mkdir()
    done = said(script, home)
    assert done.returncode == 1
    assert "Unpack the whole archive" in done.stderr
    assert not list(home.iterdir())


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_without_an_identity_nothing_is_signed_and_that_is_said(system: str) -> None:
    commands, undone = sign.steps(system, Path("dist"), {})
    assert commands == []
    assert len(undone) == 1
    assert "not signed" in undone[0]


def test_identities_come_from_the_environment() -> None:
    known = {
        "ROTASCOPE_SIGN_IDENTITY": "Developer ID Application: Somebody",
        "ROTASCOPE_NOTARY_PROFILE": "a-profile",
        "ROTASCOPE_SIGN_THUMBPRINT": "ab12",
        "ROTASCOPE_TIMESTAMP_URL": "http://time.example",
        "ROTASCOPE_SIGN_KEY": "somebody@example.org",
    }
    for system, words in (
        ("darwin", {"Developer ID Application: Somebody", "a-profile", "notarytool", "stapler"}),
        ("win32", {"ab12", "http://time.example"}),
        ("linux", {"somebody@example.org", "gpg"}),
    ):
        commands, undone = sign.steps(system, Path("dist"), known)
        assert undone == []
        assert words <= {word for command in commands for word in command}


def test_a_signature_without_notary_or_time_stamp_says_what_is_left_undone() -> None:
    commands, undone = sign.steps("darwin", Path("dist"), {"ROTASCOPE_SIGN_IDENTITY": "Somebody"})
    assert commands
    assert "not notarised" in undone[0]
    commands, undone = sign.steps("win32", Path("dist"), {"ROTASCOPE_SIGN_THUMBPRINT": "ab12"})
    assert commands
    assert "ROTASCOPE_TIMESTAMP_URL" in undone[0]


def test_the_sums_cover_each_package_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "one.deb").write_bytes(b"one")
    (tmp_path / "two.tar.gz").write_bytes(b"two")
    (tmp_path / "notes.txt").write_bytes(b"no package")
    expected = [
        f"{hashlib.sha256(name.encode()).hexdigest()}  {file}\n" for name, file in (("one", "one.deb"),)
    ]
    expected.append(f"{hashlib.sha256(b'two').hexdigest()}  two.tar.gz\n")
    assert sums.write(tmp_path).read_bytes().decode() == "".join(expected)


def test_the_workflow_builds_tries_and_sums_on_three_systems() -> None:
    text = (ROOT / ".github" / "workflows" / "build.yml").read_text(encoding="utf-8")
    assert "os: [ubuntu-22.04, windows-latest, macos-14]" in text
    for step in ("build.spec", "tools/smoke.py", "tools/sign.py", "tools/linux_packages.py", "tools/sums.py"):
        assert step in text
        assert step == "build.spec" or (ROOT / step).is_file()
    # An identity is asked of the store of secrets, never written down.
    for line in text.splitlines():
        if line.strip().startswith("ROTASCOPE_"):
            name, _, value = line.strip().partition(": ")
            assert value == "${{ secrets." + name + " }}"


def test_every_identity_that_is_signed_with_is_handed_to_the_workflow() -> None:
    text = (ROOT / ".github" / "workflows" / "build.yml").read_text(encoding="utf-8")
    asked = (ROOT / "tools" / "sign.py").read_text(encoding="utf-8").split('known.get("')[1:]
    assert {name.split('"')[0] for name in asked} == {
        line.strip().partition(":")[0] for line in text.splitlines() if line.strip().startswith("ROTASCOPE_")
    }


def test_what_is_built_stays_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {"build/", "dist/"} <= set(ignored)
    assert os.access(ROOT / "tools" / "linux" / "install.sh", os.X_OK)
