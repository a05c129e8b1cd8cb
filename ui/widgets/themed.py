"""What every painted widget shares: its theme, its type sizes and its hatch."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme.tokens import DARK, Theme

CAPTION, TABLE, BODY, TITLE, FIGURE, GAUGE = 0.85, 0.92, 1.0, 1.45, 1.8, 2.45
HATCH = Qt.BrushStyle.BDiagPattern


class Themed:
    """Mixin of a QWidget: `self.theme`, `apply_theme`, and pens and fonts made from it."""

    theme: Theme

    def start_theme(self, theme: Theme | None) -> None:
        """To be called first in the constructor, before anything is painted."""
        self.theme = theme or DARK

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another theme; nothing is rebuilt."""
        self.theme = theme
        if isinstance(self, QWidget):
            self.update()

    def colour(self, token: str | int, alpha: float = 1.0) -> QColor:
        """The colour of a token, or of the series with that index."""
        return colour(self.theme, token, alpha)

    def font_of(self, scale: float = BODY, weight: int = 400) -> QFont:
        """The widget's font at a size of the type scale, with figures of equal width."""
        return scaled_font(QApplication.font(), scale, weight)


def colour(theme: Theme, token: str | int, alpha: float = 1.0) -> QColor:
    """The colour of a token name ("text2"), or of a series index (0 to 7), with an opacity."""
    found = QColor(theme.series[token].line if isinstance(token, int) else getattr(theme, token))
    found.setAlphaF(alpha)
    return found


def label_colour(theme: Theme, token: str | int) -> QColor:
    """The colour in which a series or token may be written as text."""
    return QColor(theme.series[token].label if isinstance(token, int) else getattr(theme, token))


def mixed(a: QColor, b: QColor, part: float) -> QColor:
    """The colour that lies `part` of the way from a to b."""
    keep = 1 - part
    return QColor.fromRgbF(
        a.redF() * keep + b.redF() * part,
        a.greenF() * keep + b.greenF() * part,
        a.blueF() * keep + b.blueF() * part,
    )


def heat(theme: Theme, part: float) -> QColor:
    """The diverging scale, −1 orange over hover to 1 cyan; numbers in the text colour stay readable on it."""
    full = colour(theme, 1 if part > 0 else 2)
    if theme.is_dark:
        # Light lines on a dark ground are too light to write light numbers on.
        saturation = min(0.85, full.hsvSaturationF() * 1.3)
        full = QColor.fromHsvF(full.hsvHueF(), saturation, full.valueF() * 0.76)
    return mixed(colour(theme, "hover"), full, min(1.0, abs(part)) * (0.69 if theme.is_dark else 0.62))


_fonts: dict[tuple[str, float, int], QFont] = {}


def scaled_font(base: QFont, scale: float, weight: int = 400) -> QFont:
    """A font `scale` times the base, with tabular figures."""
    # Every paint asks for the same few fonts; making one takes as long as drawing a word with it.
    key = (base.key(), scale, weight)
    if key not in _fonts:
        font = QFont(base)
        if base.pixelSize() > 0:
            font.setPixelSize(max(1, round(base.pixelSize() * scale)))
        else:
            font.setPointSizeF(max(1.0, base.pointSizeF() * scale))
        font.setWeight(QFont.Weight(weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        _fonts[key] = font
    return QFont(_fonts[key])


def pen(of: QColor, width: float = 1.0, dash: list[float] | None = None) -> QPen:
    """A cosmetic pen: the same width on the screen at every zoom."""
    made = QPen(of, width)
    made.setCosmetic(True)
    if dash:
        made.setDashPattern(dash)
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def hatch(theme: Theme, alpha: float = 0.45) -> QBrush:
    """The diagonal hatch that means unknown."""
    return QBrush(colour(theme, "unknown", alpha), HATCH)


def focus_ring(painter: QPainter, rect: QRectF, theme: Theme, radius: float = 6.0) -> None:
    """The 2-px ring in accent that shows where the keyboard is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(theme, "accent"), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


def text_width(font: QFont, text: str) -> float:
    """The width of a line of text in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


def spread_theme(root: QWidget, theme: Theme) -> None:
    """Apply a theme to a widget tree: to every themed widget below `root`."""
    for child in root.findChildren(QWidget):
        if isinstance(child, Themed):
            child.apply_theme(theme)
