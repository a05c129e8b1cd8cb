"""Make the application's icon from its logo: `python tools/icons.py OUT` writes PNG, ICO and ICNS files.

Windows and macOS each want one file that holds several sizes. Both formats may hold PNGs as they are, so
that nothing but Qt is needed to draw them.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOGO = ROOT / "resources" / "icons" / "logo.svg"
PNG_SIZES = (16, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 32, 48, 64, 128, 256)
ICNS_KINDS = {b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def draw(size: int) -> bytes:
    """Return the logo on its dark tile as a PNG of size × size pixels."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
    from PySide6.QtGui import QColor, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    from ui.theme.tokens import DARK

    svg = LOGO.read_text(encoding="utf-8")
    # The same colours as ui/theme/icons.py gives the logo in the window.
    colours = {"currentColor": DARK.text, "rim": DARK.control}
    colours |= {"against": DARK.series[2].line, "towards": DARK.series[1].line}
    for name, colour in colours.items():
        svg = svg.replace(f'"{name}"', f'"{colour}"')
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.ground))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2)
    margin = size * 0.14
    QSvgRenderer(svg.encode()).render(painter, QRectF(margin, margin, size - 2 * margin, size - 2 * margin))
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(held.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return a Windows icon: a directory of six-word entries, then the PNGs."""
    at = 6 + 16 * len(pictures)
    entries, body = b"", b""
    for size, picture in sorted(pictures.items()):
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), at + len(body))
        body += picture
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + body


def icns(pictures: dict[bytes, bytes]) -> bytes:
    """Return a macOS icon: chunks, each with its kind and length."""
    body = b"".join(kind + struct.pack(">I", len(one) + 8) + one for kind, one in pictures.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def write(out: Path, name: str) -> dict[str, Path]:
    """Write all forms of the icon into `out` and return them by ending."""
    out.mkdir(parents=True, exist_ok=True)
    for size in PNG_SIZES:
        (out / f"{name}-{size}.png").write_bytes(draw(size))
    files = {"png": out / f"{name}.png", "ico": out / f"{name}.ico", "icns": out / f"{name}.icns"}
    files["png"].write_bytes(draw(256))
    files["ico"].write_bytes(ico({size: draw(size) for size in ICO_SIZES}))
    files["icns"].write_bytes(icns({kind: draw(size) for kind, size in ICNS_KINDS.items()}))
    return files


def main(words: list[str]) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from models.version import NAME

    for file in write(Path(words[0]) if words else ROOT / "build" / "icons", NAME.lower()).values():
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
