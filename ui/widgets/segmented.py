"""A choice of a few words in one row: Weekly | Daily."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import Themed, focus_ring, spread_theme, text_width


class _Segment(Themed, QAbstractButton):
    def __init__(self, text: str, theme: Theme | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        # The width of the heavier weight, so that choosing does not shift the others.
        return QSize(round(text_width(self.font_of(weight=600), self.text())) + 22, 26)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        chosen = self.isChecked()
        if chosen:
            painter.fillRect(self.rect(), self.colour("accent_soft"))
            painter.fillRect(0, self.height() - 2, self.width(), 2, self.colour("accent"))
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(self.rect(), self.colour("hover"))
        painter.setFont(self.font_of(weight=600 if chosen else 400))
        painter.setPen(self.colour("text" if chosen else "text2" if self.isEnabled() else "text3"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Segmented(Themed, QWidget):
    """One of a few options, each visible; `changed(key)` when a person chooses another.

    Arrow keys choose, Tab goes past. `set_value` does not emit.
    """

    changed = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        name: str,
        value: str | None = None,
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._name = name
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._segments: dict[str, _Segment] = {}
        self._value = options[0][0] if value is None else value
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for key, text in options:
            segment = _Segment(text, theme, self)
            segment.clicked.connect(lambda _on=False, chosen=key: self._choose(chosen))
            self._group.addButton(segment)
            self._segments[key] = segment
            row.addWidget(segment)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value(self._value)

    def value(self) -> str:
        """The key of the chosen option."""
        return self._value

    def set_value(self, key: str) -> None:
        """Choose an option without telling anybody."""
        if key not in self._segments:
            raise ValueError(f"There is no option {key!r}.")
        self._value = key
        self._segments[key].setChecked(True)
        self.setAccessibleName(
            self.tr("{name}: {value}").format(name=self._name, value=self._segments[key].text())
        )
        self.update()

    def set_value_or_none(self, key: str) -> None:
        """Choose an option, or none where what is chosen elsewhere is none of them; tells nobody."""
        if key in self._segments:
            self.set_value(key)
            return
        self._value = key
        self._group.setExclusive(False)
        for segment in self._segments.values():
            segment.setChecked(False)
        self._group.setExclusive(True)
        self.setAccessibleName(self.tr("{name}: {value}").format(name=self._name, value=key))
        self.update()

    def set_possible(self, key: str, possible: bool, why: str = "") -> None:
        """Offer an option or not; `why` becomes its tooltip."""
        self._segments[key].setEnabled(possible)
        self._segments[key].setToolTip(why)

    def button(self, key: str) -> QAbstractButton:
        """The button of an option."""
        return self._segments[key]

    def choose(self, key: str) -> None:
        """Choose an option as a person does; one that is not offered is left alone."""
        if key in self._segments and self._segments[key].isEnabled():
            self._choose(key)

    def _choose(self, key: str) -> None:
        if key != self._value:
            self.set_value(key)
            self.changed.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        keys = [key for key, segment in self._segments.items() if segment.isEnabled() or key == self._value]
        place = keys.index(self._value) + step if self._value in keys else 0
        if 0 <= place < len(keys):
            self._choose(keys[place])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        spread_theme(self, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.fillPath(outline, self.colour("well"))
        painter.setPen(QPen(self.colour("line_strong"), 1))
        painter.drawPath(outline)
        segments = [one for one in self._segments.values() if not one.isHidden()]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for left in segments[:-1]:
            x = left.geometry().right() + 1
            painter.drawLine(x, 1, x, self.height() - 2)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), self.theme)
