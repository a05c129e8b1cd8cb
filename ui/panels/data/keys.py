"""API keys: entered once, kept in the system's keyring or for this session, shown never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from data.keys import KeyRefused
from data.sources import sources
from ui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from ui.live.live import Live


class KeysDialog(Dialog):
    """One row a key that some source takes; an empty field forgets the key."""

    def __init__(self, live: Live, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("API keys"))
        words = QLabel(
            self.tr(
                "All sources work without a key. A key is kept in the keyring of the system where there is "
                "one, else until Rotascope is closed; it is never written to a file, a log or a report."
            )
        )
        words.setWordWrap(True)
        words.setProperty("tone", "second")
        grid = QGridLayout()
        self.fields: dict[str, QLineEdit] = {}
        keys = {
            key.name: (key.title, one.title) for one in sources() for host in one.hosts for key in host.keys
        }
        for row, (name, (title, source)) in enumerate(keys.items()):
            field = QLineEdit()
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setAccessibleName(title)
            field.setPlaceholderText(
                self.tr("kept; type to replace it") if live.keys.get(name) else self.tr("none")
            )
            self.fields[name] = field
            keep, forget = QPushButton(self.tr("Keep")), QPushButton(self.tr("Forget"))
            keep.setAccessibleName(self.tr("Keep the {0}").format(title))
            forget.setAccessibleName(self.tr("Forget the {0}").format(title))
            field.returnPressed.connect(lambda name=name: self._keep(name))
            keep.clicked.connect(lambda _=False, name=name: self._keep(name))
            forget.clicked.connect(lambda _=False, name=name: self._forget(name))
            grid.addWidget(QLabel(f"{source}: {title}"), row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(keep, row, 2)
            grid.addWidget(forget, row, 3)
        self.said = QLabel()
        self.said.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(words)
        whole.addLayout(grid)
        whole.addWidget(self.said)
        whole.addWidget(buttons)
        self.resize(560, 260)

    def _keep(self, name: str) -> None:
        field = self.fields[name]
        if not field.text().strip():
            self.said.setText(self.tr("Type a key first, or press Forget."))
            return
        try:
            self.said.setText(self._live.set_key(name, field.text()))
        except KeyRefused as error:
            self.said.setText(str(error))
            return
        field.clear()
        field.setPlaceholderText(self.tr("kept; type to replace it"))

    def _forget(self, name: str) -> None:
        self._live.set_key(name, "")
        self.fields[name].clear()
        self.fields[name].setPlaceholderText(self.tr("none"))
        self.said.setText(self.tr("The key is forgotten."))
