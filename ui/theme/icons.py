"""Icons: line drawings of our own, filled with a colour of the theme when they are loaded."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources.reader import text_of

SIZE = 20
SCALES = (1, 2, 3)


@lru_cache(maxsize=256)
def icon(name: str, colour: str, size: int = SIZE) -> QIcon:
    """Return an icon in one colour, sharp on screens of up to three pixels a point."""
    made = QIcon()
    for scale in SCALES:
        drawn = pixmap(name, colour, size * scale)
        drawn.setDevicePixelRatio(scale)
        made.addPixmap(drawn)
    return made


def pixmap(name: str, colour: str, pixels: int) -> QPixmap:
    """Draw an icon of the resources at a size in device pixels."""
    source = text_of(f"icons/{name}.svg").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    drawn = QPixmap(pixels, pixels)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return drawn
