"""A treemap of groups and their members: area by size, colour by change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.charts.chart import Chart
from ui.charts.sector_cells import rooted
from ui.charts.sector_map import whole_points
from ui.charts.treemap_layout import squarified
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.spoken import speak
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, TABLE, Themed, focus_ring, hatch, heat, text_width

HEAD = 17.0
GAP = 1.5


@dataclass(frozen=True, slots=True)
class Leaf:
    """One member: its size in USD and its change (NaN unknown, then `why`)."""

    key: str
    name: str
    title: str
    size: float
    value: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Members under one name."""

    key: str
    name: str
    leaves: tuple[Leaf, ...]

    @property
    def size(self) -> float:
        return sum(leaf.size for leaf in self.leaves)


class TreemapField(Themed, QWidget):
    """The painted part; arrow keys go from the largest member to the smallest."""

    leaf_chosen = Signal(str)

    def __init__(self, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.groups: tuple[Group, ...] = ()
        self.limit = 1.0
        self._boxes: list[tuple[Group, Leaf, QRectF]] = []
        self._heads: list[tuple[Group, QRectF]] = []
        self._laid_for: QSize | None = None
        self._at: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_groups(self, groups: Sequence[Group], limit: float) -> None:
        """Other groups; `limit` is the change at which the colour is full."""
        self.groups, self.limit = tuple(groups), limit
        self._laid_for = None
        self._at = None
        self.setAccessibleDescription(
            "; ".join(f"{one.name} {numbers.usd(one.size)}" for one in groups if one.size > 0)
        )
        self.update()

    def say(self, group: Group, leaf: Leaf) -> str:
        """A member in words."""
        size = numbers.usd(leaf.size)
        if math.isfinite(leaf.value):
            return self.tr("{title}, {group}: {size}, {value} points against Bitcoin").format(
                title=leaf.title, group=group.name, size=size, value=numbers.points(leaf.value)
            )
        return self.tr("{title}, {group}: {size}, change unknown. {why}").format(
            title=leaf.title, group=group.name, size=size, why=leaf.why
        )

    def sizeHint(self) -> QSize:
        return QSize(360, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 160)

    def boxes(self) -> list[tuple[Group, Leaf, QRectF]]:
        """Where each member lies."""
        if self._laid_for != self.size():
            self._lay()
        return self._boxes

    def _lay(self) -> None:
        self._laid_for = self.size()
        self._boxes, self._heads = [], []
        whole = (0.0, 0.0, float(self.width()), float(self.height()))
        for group, box in zip(self.groups, squarified([one.size for one in self.groups], whole), strict=True):
            area = QRectF(*box).adjusted(GAP, GAP, -GAP, -GAP)
            if area.width() < 2 or area.height() < 2:
                continue
            head = HEAD if area.height() > 44 and area.width() > 34 else 0.0
            if head:
                self._heads.append((group, QRectF(area.left(), area.top(), area.width(), HEAD)))
            inner = area.adjusted(0, head, 0, 0)
            places = squarified(
                [leaf.size for leaf in group.leaves],
                (inner.left(), inner.top(), inner.width(), inner.height()),
            )
            self._boxes += [
                (group, leaf, QRectF(*place)) for leaf, place in zip(group.leaves, places, strict=True)
            ]

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        boxes = self.boxes()
        for _, leaf, box in boxes:
            self._paint_leaf(painter, leaf, box)
        caption = self.font_of(CAPTION, 600)
        painter.setFont(caption)
        painter.setPen(self.colour("text2"))
        for group, box in self._heads:
            words = QFontMetricsF(caption).elidedText(group.name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        if self.hasFocus():
            area = QRectF(self.rect()) if self._at is None else boxes[self._at][2]
            focus_ring(painter, area, self.theme, 3)

    def _paint_leaf(self, painter: QPainter, leaf: Leaf, box: QRectF) -> None:
        area = box.adjusted(0.5, 0.5, -0.5, -0.5)
        if math.isfinite(leaf.value):
            painter.fillRect(area, heat(self.theme, rooted(leaf.value / self.limit)))
        else:
            painter.fillRect(area, self.colour("hover"))
            painter.fillRect(area, hatch(self.theme, 0.5))
        font = self.font_of(TABLE, 600)
        if area.height() < 16 or text_width(font, leaf.name) + 6 > area.width():
            return
        painter.setPen(QPen(self.colour("text")))
        painter.setFont(font)
        if area.height() < 34:
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, leaf.name)
            return
        upper = QRectF(area.left(), area.center().y() - 15, area.width(), 15)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, leaf.name)
        painter.setFont(self.font_of(CAPTION))
        words = whole_points(leaf.value) if math.isfinite(leaf.value) else "?"
        painter.drawText(upper.translated(0, 15), Qt.AlignmentFlag.AlignCenter, words)

    # -- mouse and keys ----------------------------------------------------------------------------

    def leaf_at(self, at: QPointF) -> tuple[Group, Leaf] | None:
        """The member below a point."""
        return next(((group, leaf) for group, leaf, box in self.boxes() if box.contains(at)), None)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            found = self.leaf_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.say(*found) if found else "", self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        found = self.leaf_at(event.position())
        if found and event.button() == Qt.MouseButton.LeftButton:
            self.leaf_chosen.emit(found[1].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(key)
        boxes = self.boxes()
        if step is not None and boxes:
            self._at = 0 if self._at is None else (self._at + step) % len(boxes)
            speak(self, self.say(*boxes[self._at][:2]))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at is not None:
            self.leaf_chosen.emit(boxes[self._at][1].key)
        else:
            event.ignore()


class Treemap(Chart):
    """The treemap as a chart: with a table, exports and a menu."""

    leaf_chosen = Signal(str)

    def __init__(self, name: str, *, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__("", theme=theme, parent=parent)
        self.field = TreemapField(theme=self.theme, parent=self)
        self.field.leaf_chosen.connect(self.leaf_chosen)
        self.column.addWidget(self.field, 1)
        self.setFocusProxy(self.field)
        self.set_name(name)  # the card around it has the title row

    def set_groups(self, groups: Sequence[Group], limit: float) -> None:
        self.field.set_groups(groups, limit)
        self.set_unknown_because(None)

    def drawing(self) -> QWidget:
        return self.field

    def table(self) -> Table:
        header = (self.tr("Group"), self.tr("Member"), self.tr("Market cap, USD"), self.tr("Points"))
        return Table(
            header,
            [
                (group.name, leaf.title, leaf.size, 100 * leaf.value)
                for group in self.field.groups
                for leaf in group.leaves
            ],
        )

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.field.apply_theme(theme)
