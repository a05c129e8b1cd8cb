"""The as-of day as a field: type it, step it, or pick it from a calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDate, QEvent, QObject, QRect, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QDateEdit,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from ui.theme.icons import icon
from ui.theme.tokens import DARK, Theme
from ui.window.typed_day import Part, completed

if TYPE_CHECKING:
    from models.market.snapshot import Day

HEIGHT = 28
FIELD_MARGIN = 16
"""Pixels beside the words of a day, both sides together."""
ICON = 15
SHOWN, TYPED = "ddd d MMM yyyy", "d MMM yyyy"
"""While a day is typed it has no weekday: Qt takes no day whose weekday is still the old one."""
NOTHING = QDate(2000, 1, 1)
"""Stands in the field while there is no day; it is shown as words."""


class DateField(QFrame):
    """A day between two steps; `picked(day)` and `stepped(days)` say what a person wants.

    The parts of the day are stepped with the arrow keys. What is typed goes into a line of its own above
    them, so that a day can be typed from its beginning, in any form; `refused(sentence)` when it is none.
    """

    picked = Signal(object)
    stepped = Signal(int)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self.setObjectName("dateField")
        self.setFixedHeight(HEIGHT)
        self.earlier = self._button("earlier", self.tr("Previous day (Alt+Left)"))
        self.later = self._button("later", self.tr("Next day (Alt+Right)"))
        self.opener = self._button("opener", self.tr("Calendar (Alt+Down)"))
        self.field = QDateEdit()
        self.field.setDisplayFormat(SHOWN)
        self.field.installEventFilter(self)
        # A day half typed is no day: the application moves at Enter, or when the field is left.
        self.field.setKeyboardTracking(False)
        self.field.setAccessibleName(self.tr("As-of day"))
        self.field.setToolTip(
            self.tr("Type a day such as 2021-05-14, or step its parts with the arrow keys (Alt+D)")
        )
        self._typing = _Typing(self)
        self._typing.setAccessibleName(self.tr("As-of day, being typed"))
        self._part: Part = "day"
        self._typing.typed.connect(self._take_typed)
        self._typing.ended.connect(self._end_typing)
        self.calendar: QCalendarWidget | None = None
        self._menu: QMenu | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.earlier, self._line(), self.opener, self.field, self._line(), self.later):
            row.addWidget(widget)
        self.earlier.clicked.connect(lambda: self.stepped.emit(-1))
        self.later.clicked.connect(lambda: self.stepped.emit(1))
        self.opener.clicked.connect(self.open_calendar)
        self.field.dateChanged.connect(self._pick)
        self.show_nothing()
        self._give_room()

    def _give_room(self) -> None:
        """Make the field as wide as the reader's widest day, so that no step moves the bar."""
        width = self.field.fontMetrics().horizontalAdvance
        days = [QDate(2028, month, 20).addDays(step) for month in range(1, 13) for step in range(7)]
        widest = max(width(self.locale().toString(day, SHOWN)) for day in days)
        self.field.setFixedWidth(widest + FIELD_MARGIN)

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIconSize(QSize(ICON, ICON))
        button.setFixedHeight(HEIGHT - 2)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _line(self) -> QFrame:
        line = QFrame()
        line.setObjectName("divider")
        line.setFixedSize(1, HEIGHT - 2)
        return line

    def show_nothing(self, words: str = "") -> None:
        """Say that there is no day to choose, and why."""
        with QSignalBlocker(self.field):
            self.field.setSpecialValueText(words or self.tr("no data yet"))
            self.field.setDateRange(NOTHING, NOTHING)
        self.setEnabled(False)

    def set_span(self, first: Day, last: Day) -> None:
        """Allow the days from first to last, both included."""
        self.setEnabled(True)
        with QSignalBlocker(self.field):
            self.field.setSpecialValueText("")
            self.field.setDateRange(_qdate(first), _qdate(last))

    def show_day(self, day: Day) -> None:
        """Show a day; nothing is emitted."""
        shown = _qdate(day)
        with QSignalBlocker(self.field):
            self.field.setDate(shown)
        self.earlier.setEnabled(shown > self.field.minimumDate())
        self.later.setEnabled(shown < self.field.maximumDate())

    def text(self) -> str:
        """Return the day as it is written in the field."""
        return self.field.text()

    def words_of(self, day: Day) -> str:
        """Return another day, written as the field writes its own."""
        return self.locale().toString(_qdate(day), SHOWN)

    @Slot()
    def open_calendar(self) -> None:
        """Let a day be picked; the calendar, slow to make, is made when it is first wanted."""
        if not self.isEnabled():
            return
        if self.calendar is None or self._menu is None:
            self.calendar = QCalendarWidget()
            self.calendar.setGridVisible(False)
            self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
            self.calendar.clicked.connect(self._pick)
            self.calendar.activated.connect(self._pick)
            plain = QTextCharFormat()
            for weekday in (
                Qt.DayOfWeek.Saturday,
                Qt.DayOfWeek.Sunday,
            ):  # red by default: a meaning it has not
                self.calendar.setWeekdayTextFormat(weekday, plain)
            self._menu = QMenu(self.window())  # not inside the field, whose style would reach its buttons
            holder = QWidgetAction(self._menu)
            holder.setDefaultWidget(self.calendar)
            self._menu.addAction(holder)
        with QSignalBlocker(self.calendar):
            self.calendar.setDateRange(self.field.minimumDate(), self.field.maximumDate())
            self.calendar.setSelectedDate(self.field.date())
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        for name, button in (
            ("chevron-left", "qt_calendar_prevmonth"),
            ("chevron-right", "qt_calendar_nextmonth"),
        ):
            found = self.calendar.findChild(QToolButton, button)
            if found is not None:  # a name inside Qt; its own arrows are black on both themes
                found.setIcon(icon(name, self._theme.text, ICON))
        self.calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def edit(self) -> None:
        """Put the cursor on the day."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._show_format()
        self.field.setSelectedSection(QDateEdit.Section.DaySection)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            # Not before the field itself saw it: at the end it takes what was typed.
            QTimer.singleShot(0, self, self._show_format)
        if watched is self.field and event.type() in (QEvent.Type.FontChange, QEvent.Type.LocaleChange):
            self._give_room()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._type(event)
        return False

    def _type(self, event: QKeyEvent) -> bool:
        """Let what is typed go into the line for it; everything else belongs to the field."""
        if self._typing.isHidden():
            command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if event.modifiers() & command or not event.text()[:1].isalnum():
                return False
            sections = QDateEdit.Section
            parts: dict[QDateEdit.Section, Part] = {
                sections.MonthSection: "month",
                sections.YearSection: "year",
            }
            self._part = parts.get(self.field.currentSection(), "day")
            self._typing.begin(self.field.geometry())
        QApplication.sendEvent(self._typing, event)
        return True

    @Slot(str)
    def _take_typed(self, text: str) -> None:
        day = completed(text, cast(date, self.field.date().toPython()), self._part)
        if day is None:
            words = self.tr("“{0}” is no day that can be shown. Type it as 2021-05-14 or as 14 May 2021.")
            self.refused.emit(words.format(text))
        else:
            self.picked.emit(day)

    @Slot(bool)
    def _end_typing(self, by_key: bool) -> None:
        """Go back to the parts of the day, unless the field was left for something else."""
        if by_key:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._typing.hide()
        self._show_format()

    def _show_format(self) -> None:
        wanted = TYPED if self.field.hasFocus() else SHOWN
        if self.field.displayFormat() != wanted:
            with QSignalBlocker(self.field):
                section = self.field.currentSection()
                self.field.setDisplayFormat(wanted)
            if self.field.hasFocus():
                self.field.setSelectedSection(section)

    @Slot(QDate)
    def _pick(self, chosen: QDate) -> None:
        if self._menu is not None:
            self._menu.hide()
        self.picked.emit(chosen.toPython())

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.earlier.setIcon(icon("chevron-left", theme.text2, ICON))
        self.later.setIcon(icon("chevron-right", theme.text2, ICON))
        self.opener.setIcon(icon("calendar", theme.text2, ICON))


class _Typing(QLineEdit):
    """The line in which a day is typed; `typed(text)` at Enter or when it is left, then `ended(by a key)`."""

    typed = Signal(str)
    ended = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_over = True
        self.hide()

    def begin(self, place: QRect) -> None:
        """Stand empty at a place, with the cursor."""
        self._is_over = False
        self.clear()
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end(take=True, by_key=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._end(take=False, by_key=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Another window, or the menu of the line itself, does not end the typing.
        reasons = Qt.FocusReason
        if event.reason() not in (reasons.ActiveWindowFocusReason, reasons.PopupFocusReason):
            self._end(take=True, by_key=False)

    def _end(self, *, take: bool, by_key: bool) -> None:
        if self._is_over:
            return
        self._is_over = True
        text = self.text().strip()
        self.ended.emit(by_key)
        if take and text:
            self.typed.emit(text)


def _qdate(day: Day) -> QDate:
    return QDate.fromString(str(day), Qt.DateFormat.ISODate)
