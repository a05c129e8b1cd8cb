"""Cells of the positions: plain texts in their tone, and the bar of a share with the tick of its limit."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from models.qt.positions import SHARE_ROLE, TONE_ROLE, PositionsModel
from ui.session import Session
from ui.theme.fonts import font

FULL = 0.30
"""The share at which the bar is full."""
HEIGHT = 6


class PositionDelegate(QStyledItemDelegate):
    """Paints rows with a line below them; the coin's name is strong."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, box = self._session.theme, option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.accent_soft))
        painter.setPen(QColor(theme.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        model = index.model()
        assert isinstance(model, PositionsModel)
        name = model.columns[index.column()].id
        if name == "bar":
            self._paint_bar(painter, QRectF(box).adjusted(6, 0, -6, 0), index)
        else:
            face = font("table")
            if name == "coin":
                face.setWeight(face.Weight.DemiBold)
            painter.setFont(face)
            tone = index.data(TONE_ROLE)
            painter.setPen(QColor(getattr(theme, tone) if tone else theme.text))
            inside = box.adjusted(6, 0, -6, 0)
            words = painter.fontMetrics().elidedText(
                str(index.data() or ""), Qt.TextElideMode.ElideRight, inside.width()
            )
            painter.drawText(inside, Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)), words)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
            painter.drawRect(box.adjusted(0, 0, -1, -2))
        painter.restore()

    def _paint_bar(self, painter: QPainter, area: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        found = index.data(SHARE_ROLE)
        if found is None:
            return
        share, allowed, too_much = found
        theme, middle = self._session.theme, area.center().y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(QRectF(area.left(), middle - HEIGHT / 2, area.width(), HEIGHT), 2, 2)
        colour = theme.neutral if allowed is None else theme.contradicts if too_much else theme.confirms
        painter.setBrush(QColor(colour))
        width = max(2.0, area.width() * min(share / FULL, 1.0)) if share > 0 else 0.0
        painter.drawRoundedRect(QRectF(area.left(), middle - HEIGHT / 2, width, HEIGHT), 2, 2)
        if allowed is not None:
            x = area.left() + area.width() * min(allowed / FULL, 1.0)
            painter.setBrush(QColor(theme.text))
            painter.drawRect(QRectF(x - 1, middle - HEIGHT / 2 - 3, 2, HEIGHT + 6))
