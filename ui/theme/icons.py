"""Icons: line drawings of our own, filled with a colour of the theme when they are loaded."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources.reader import text_of
from ui.theme.tokens import Theme

SIZE = 20
LOGO = 28


@lru_cache(maxsize=256)
def icon(name: str, colour: str, size: int = SIZE) -> QIcon:
    """Return an icon in one colour, sharp on every screen that is there."""
    return _icon(text_of(f"icons/{name}.svg").replace("currentColor", colour), size)


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """Draw an icon in one colour at a size in points, for a screen with `scale` pixels a point."""
    return _drawn(text_of(f"icons/{name}.svg").replace("currentColor", colour), size, scale)


@lru_cache(maxsize=4)
def logo(theme: Theme, size: int = LOGO) -> QIcon:
    """Return the gauge of the application: from Bitcoin's colour to that of the altcoins."""
    colours = {
        "currentColor": theme.text,
        "rim": theme.control,
        "against": theme.series[2].line,
        "towards": theme.series[1].line,
    }
    source = text_of("icons/logo.svg")
    for name, colour in colours.items():
        source = source.replace(f'"{name}"', f'"{colour}"')
    return _icon(source, size)


def _icon(source: str, size: int) -> QIcon:
    # The application's ratio is that of its sharpest screen; Qt scales down for the others.
    return QIcon(_drawn(source, size, QGuiApplication.instance().devicePixelRatio()))  # type: ignore[union-attr]


def _drawn(source: str, size: int, scale: float) -> QPixmap:
    pixels = round(size * scale)
    drawn = QPixmap(pixels, pixels)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    drawn.setDevicePixelRatio(scale)
    return drawn
