"""A widget as a picture: PNG at twice the size of the screen, or SVG."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from ui.widgets.tables import is_simulated
from ui.widgets.themed import CAPTION, Themed, scaled_font

_WHOLE = QWidget.RenderFlag.DrawChildren
# Room around the widget, as in the card that it was in.
_ROOM = 12
_LINE = 18
"""Pixels for the words below a picture that shows the demo market: it travels without its window."""


def picture(widget: QWidget, ground: QColor, scale: float = 2.0) -> QImage:
    """The widget as it stands, on a plain ground."""
    image = QImage(_size(widget) * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(ground)
    painter = QPainter(image)
    try:
        _paint(painter, widget)
    finally:
        painter.end()
    return image


def png(image: QImage) -> bytes:
    """The bytes of a PNG file; any thread may make them."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def svg(widget: QWidget, ground: QColor, title: str) -> bytes:
    """The bytes of an SVG file of the widget as it stands, lines as lines and texts as texts."""
    # Only an export needs it: kept off the way to the first window.
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(_size(widget))
    generator.setViewBox(QRect(QPoint(), _size(widget)))
    generator.setTitle(title)
    painter = QPainter(generator)
    try:
        painter.fillRect(QRect(QPoint(), _size(widget)), ground)
        _paint(painter, widget)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _paint(painter: QPainter, widget: QWidget) -> None:
    widget.render(painter, QPoint(_ROOM, _ROOM), QRegion(), _WHOLE)
    if not is_simulated(widget):
        return
    line = QRect(_ROOM, _size(widget).height() - _LINE - _ROOM // 2, widget.width(), _LINE)
    painter.setFont(scaled_font(widget.font(), CAPTION, 600))
    if isinstance(widget, Themed):
        painter.setPen(widget.colour("caution"))
    words = QCoreApplication.translate("exports", "Demo market: simulated, not real data")
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)


def _size(widget: QWidget) -> QSize:
    return widget.size() + QSize(2 * _ROOM, 2 * _ROOM + (_LINE if is_simulated(widget) else 0))
