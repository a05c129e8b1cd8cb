"""Sign the frozen program, and have macOS's notarised; do nothing, and say so, where no identity is given.

    python tools/sign.py [dist]

macOS    ROTASCOPE_SIGN_IDENTITY   "Developer ID Application: …", a certificate in the keychain
         ROTASCOPE_NOTARY_PROFILE  a profile that `xcrun notarytool store-credentials` has saved
Windows  ROTASCOPE_SIGN_THUMBPRINT the certificate's thumbprint in the user's store
         ROTASCOPE_TIMESTAMP_URL   RFC 3161 time stamps, so that signatures outlive the certificate
Linux    ROTASCOPE_SIGN_KEY        a GnuPG key, which signs SHA256SUMS

Identities come from the environment alone: nothing of them is in the repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from models.version import NAME  # noqa: E402 - after the path

Command = list[str]


def steps(system: str, dist: Path, known: Mapping[str, str]) -> tuple[list[Command], list[str]]:
    """Return the commands that sign what lies in `dist`, in order, and a sentence for each thing left undone.

    `system` is `sys.platform`, `known` the environment.
    """
    if system == "darwin":
        return _macos(dist, known)
    if system == "win32":
        return _windows(dist, known)
    if not (key := known.get("ROTASCOPE_SIGN_KEY")):
        return [], ["SHA256SUMS is not signed: ROTASCOPE_SIGN_KEY names no key."]
    sums = str(dist / "SHA256SUMS")
    return [["gpg", "--batch", "--yes", "--local-user", key, "--armor", "--detach-sign", sums]], []


def _macos(dist: Path, known: Mapping[str, str]) -> tuple[list[Command], list[str]]:
    bundle, packed = str(dist / f"{NAME}.app"), str(dist / f"{NAME}.zip")
    identity, profile = known.get("ROTASCOPE_SIGN_IDENTITY"), known.get("ROTASCOPE_NOTARY_PROFILE")
    if not identity:
        return [], ["The program is not signed or notarised: ROTASCOPE_SIGN_IDENTITY names no certificate."]
    rights = str(ROOT / "tools" / "macos" / "entitlements.plist")
    sign = ["codesign", "--force", "--deep", "--options", "runtime", "--timestamp"]
    commands = [
        [*sign, "--entitlements", rights, "--sign", identity, bundle],
        ["codesign", "--verify", "--deep", "--strict", bundle],
    ]
    if not profile:
        return commands, ["The program is not notarised: ROTASCOPE_NOTARY_PROFILE names no profile."]
    return [
        *commands,
        ["ditto", "-c", "-k", "--keepParent", bundle, packed],
        ["xcrun", "notarytool", "submit", packed, "--keychain-profile", profile, "--wait"],
        ["xcrun", "stapler", "staple", bundle],
        ["rm", packed],  # it holds the program without its ticket
    ], []


def _windows(dist: Path, known: Mapping[str, str]) -> tuple[list[Command], list[str]]:
    if not (thumbprint := known.get("ROTASCOPE_SIGN_THUMBPRINT")):
        return [], ["The programs are not signed: ROTASCOPE_SIGN_THUMBPRINT names no certificate."]
    sign, undone = ["signtool", "sign", "/sha1", thumbprint, "/fd", "SHA256"], []
    if server := known.get("ROTASCOPE_TIMESTAMP_URL"):
        sign += ["/tr", server, "/td", "SHA256"]
    else:
        undone.append("The signatures carry no time: ROTASCOPE_TIMESTAMP_URL names no server.")
    programs = [str(dist / NAME / f"{name}.exe") for name in (NAME, f"{NAME.lower()}-terminal")]
    return [[*sign, *programs], ["signtool", "verify", "/pa", *programs]], undone


def main(words: list[str]) -> int:
    commands, undone = steps(sys.platform, Path(words[0]) if words else ROOT / "dist", os.environ)
    for sentence in undone:
        print(sentence)
    for command in commands:
        print("$", *command, flush=True)
        if (status := subprocess.run(command, check=False).returncode) != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
