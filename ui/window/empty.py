"""The first page of an empty cache: three ways to begin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.session import Session
from ui.theme.fonts import font
from ui.theme.icons import icon
from ui.theme.tokens import Theme

if TYPE_CHECKING:
    from ui.live.live import Live

WIDTH = 620
PADDING, MARGIN = 28, 16


class EmptyPage(QWidget):
    """Offers an archive, the public sources or the demo market; a folder may also be dropped."""

    import_requested = Signal()
    folder_dropped = Signal(object)
    demo_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._session = session
        self._build_zone()
        self._ask.setVisible(session.live is not None)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outside.addStretch(2)
        # Not by alignment: labels that wrap know their height only in a layout that gives them a width.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._zone, 10)
        middle.addStretch(1)
        outside.addLayout(middle)
        outside.addStretch(3)
        self._import.clicked.connect(self.import_requested)
        self._demo.clicked.connect(self.demo_requested)
        if session.live is not None:
            self._follow(session.live)
        session.study_changed.connect(lambda _: self._say_what_is_missing())
        self._say_what_is_missing()
        session.theme_changed.connect(self.apply_theme)
        self.apply_theme(session.theme)

    def _build_zone(self) -> None:
        """What lies in the frame onto which a folder can be dropped."""
        self._zone = QFrame()
        self._zone.setObjectName("dropZone")
        self._zone.setMaximumWidth(WIDTH)
        self._title = title = QLabel()
        title.setFont(font("title"))
        title.setWordWrap(True)
        text = QLabel(
            self.tr(
                "Take in an archive of CSV files, or look around in the demo market: a simulation with "
                "seasons, rotations and small-cap cycles, labelled on every screen. Both work offline."
            )
        )
        text.setWordWrap(True)
        text.setProperty("tone", "second")
        row = self._ways_to_begin()
        note = QLabel(self.tr("You can also drop the archive's folder here, the one with a manifest.toml."))
        note.setWordWrap(True)
        note.setProperty("tone", "third")
        self._asking = QLabel()
        self._asking.setWordWrap(True)
        self._asking.hide()
        inside = QVBoxLayout(self._zone)
        inside.setContentsMargins(PADDING, 26, PADDING, 26)
        inside.setSpacing(12)
        inside.addWidget(title)
        inside.addWidget(text)
        inside.addSpacing(4)
        inside.addLayout(row)
        inside.addWidget(note)
        inside.addWidget(self._asking)

    def _ways_to_begin(self) -> QHBoxLayout:
        self._import = QPushButton(self.tr("Import an archive …"))
        self._import.setProperty("kind", "primary")
        self._demo = QPushButton(self.tr("Start the demo market"))
        self._ask = QPushButton(self.tr("Ask the public sources"))
        self._ask.setToolTip(self.tr("Fetch prices and series from their providers; no key is needed"))
        buttons = self._buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._import, self._ask, self._demo):
            button.setIconSize(QSize(16, 16))
            buttons.addWidget(button)
        row = QHBoxLayout()
        row.addLayout(buttons)
        row.addStretch(1)
        return row

    def _say_what_is_missing(self) -> None:
        """Indices without coins are no market yet: say so to one who has just fetched or imported them."""
        self._title.setText(
            self.tr("There are indices on this computer, but no coins to compare with them yet.")
            if self._session.series
            else self.tr("There is no market data on this computer yet.")
        )

    def _follow(self, live: Live) -> None:
        """Say when the sources are being asked, as at the first start with a network."""
        refreshing = live.refreshing
        self._ask.clicked.connect(lambda: live.refresh_now())
        refreshing.started.connect(self._begin)
        for over in (refreshing.ended, refreshing.yielded, refreshing.failed):
            over.connect(self._end)
        if refreshing.is_running:
            self._begin()

    @Slot()
    def _begin(self) -> None:
        self._ask.setEnabled(False)
        self._asking.setText(
            self.tr("The public sources are being asked: the first figures appear here in a moment.")
        )
        self._asking.show()

    @Slot(object)
    def _end(self, news: object) -> None:
        """Say why the page is still empty: a sentence, or the report of a refresh with its ending."""
        self._ask.setEnabled(True)
        why = news.get("ending", "") if isinstance(news, Mapping) else news
        self._asking.setText(str(why))
        self._asking.setVisible(bool(why))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the buttons a row that is wide enough for their words, or put them one below the other."""
        super().resizeEvent(event)
        shown = [one for one in (self._import, self._ask, self._demo) if not one.isHidden()]
        row = sum(one.sizeHint().width() + self._buttons.spacing() for one in shown) + 2 * PADDING
        self._zone.setMaximumWidth(max(WIDTH, row))
        directions = QBoxLayout.Direction
        across = row <= self.width() - 2 * MARGIN
        self._buttons.setDirection(directions.LeftToRight if across else directions.TopToBottom)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        self._import.setIcon(icon("import", theme.surface, 16))
        self._demo.setIcon(icon("demo", theme.text, 16))
        self._ask.setIcon(icon("rotation", theme.text, 16))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _folder(event) is not None:
            event.acceptProposedAction()
            self._mark(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(over=False)
        folder = _folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.folder_dropped.emit(folder)

    def _mark(self, *, over: bool) -> None:
        self._zone.setProperty("over", over)
        self._zone.style().unpolish(self._zone)
        self._zone.style().polish(self._zone)


def _folder(event: QDragEnterEvent | QDropEvent) -> Path | None:
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if path.is_dir():
            return path
    return None
