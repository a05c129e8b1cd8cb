"""The log and the facts about this installation, ready to be copied into a question to the makers."""

from __future__ import annotations

import platform
import sys

from PySide6.QtCore import QCoreApplication, QSysInfo, Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from data.logs import last_lines, without_secrets
from data.paths import Paths
from models.version import NAME, VERSION
from ui.dialogs.dialog import Dialog
from ui.session import Session

LEVELS = ("INFO", "WARNING", "ERROR")


def _tr(text: str) -> str:
    return QCoreApplication.translate("log", text)


def facts(session: Session, paths: Paths) -> str:
    """Return what helps to understand a fault: versions, system, size of the data; nothing personal."""
    screen = QGuiApplication.primaryScreen()
    study = session.study
    lines = [
        f"{NAME} {VERSION} ({_tr('packaged') if getattr(sys, 'frozen', False) else _tr('from source')})",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"{QSysInfo.prettyProductName()} {QSysInfo.currentCpuArchitecture()}",
        _tr("Platform {0}, theme {1}").format(QGuiApplication.platformName(), session.theme.name),
    ]
    if screen is not None:
        size = screen.size()
        scale = f"{screen.devicePixelRatio():g}"
        lines.append(_tr("Screen {0} x {1}, scale {2}").format(size.width(), size.height(), scale))
    if study is None:
        lines.append(_tr("No data loaded"))
    else:
        market = study.market
        held = _tr("{0}: {1} coins, {2} series, {3} to {4}, as of {5}")
        sizes = market.origin, len(market.coins), len(market.series)
        lines.append(held.format(*sizes, study.first_day, study.last_day, session.day))
    if paths.market.exists():
        lines.append(_tr("Cache {0} MB").format(f"{paths.market.stat().st_size / 1e6:.1f}"))
    return without_secrets("\n".join(lines))


class LogViewer(Dialog):
    """Shows the newest lines with a filter; copies them together with the facts."""

    def __init__(self, session: Session, paths: Paths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_tr("Log"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._paths = paths
        self._facts = facts(session, paths)
        self._lines: tuple[str, ...] = ()
        self.level = QComboBox()
        for level, title in zip(
            LEVELS, (_tr("Everything"), _tr("Warnings and errors"), _tr("Errors only")), strict=True
        ):
            self.level.addItem(title, level)
        self.level.setAccessibleName(_tr("What to show"))
        self.words = QLineEdit()
        self.words.setPlaceholderText(_tr("Only lines with these words"))
        self.words.setAccessibleName(_tr("Only lines with these words"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(_tr("Lines of the log, the newest last"))
        about = QLabel(self._facts)
        about.setProperty("tone", "second")
        about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.addWidget(self.level)
        top.addWidget(self.words, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton(_tr("Copy diagnostics"))
        self.copy.setToolTip(_tr("Copies the facts above and the lines of the log. Keys are never in it."))
        again = QPushButton(_tr("Read again"))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(again, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self._copy)
        again.clicked.connect(self.read)
        self.level.currentIndexChanged.connect(self._show)
        self.words.textChanged.connect(self._show)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(about)
        whole.addLayout(top)
        whole.addWidget(self.text, 1)
        whole.addWidget(buttons)
        self.resize(820, 560)
        self.read()

    @Slot()
    def read(self) -> None:
        """Read the files anew."""
        self._lines = last_lines(self._paths)
        self._show()

    @Slot()
    def _show(self) -> None:
        wanted = self.words.text().casefold().split()
        levels = LEVELS[self.level.currentIndex() :]
        kept: list[str] = []
        is_kept = False
        for line in self._lines:
            words = line.split(maxsplit=3)
            if len(words) > 2 and words[2] in (*LEVELS, "DEBUG", "CRITICAL"):
                is_kept = words[2] in (*levels, "CRITICAL")
                is_kept = is_kept and all(word in line.casefold() for word in wanted)
            if is_kept:  # the lines of an error's trace go with their first one
                kept.append(line)
        self.text.setPlainText("\n".join(kept) or _tr("Nothing was noted."))
        self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join((self._facts, "", *self._lines)))
