"""While all documents change nobody edits: a small window says what is done and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from ui.dialogs.dialog import Dialog

WIDTH = 360


class BusyDialog(Dialog):
    """Stands before all windows until `leave`; Escape and the cross do not take it away."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setWindowTitle(title)
        self._is_over = False
        self.text = QLabel(title)
        self.text.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 20)
        whole.setSpacing(12)
        whole.addWidget(self.text)
        whole.addWidget(self.bar)
        self.setMinimumWidth(WIDTH)

    @Slot(object)
    def show_progress(self, news: object) -> None:
        """Show how many files of how many are done."""
        if isinstance(news, tuple):
            done, total = news
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def leave(self) -> None:
        """Go: it is done."""
        self._is_over = True
        self.close()

    def reject(self) -> None:
        if self._is_over:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_over:
            super().closeEvent(event)
        else:
            event.ignore()
