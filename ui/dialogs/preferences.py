"""The settings dialog: every setting with a word of explanation, a search, and what needs a new start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from data.paths import Paths
from ui.dialogs.dialog import Dialog
from ui.settings import (
    COLOURS,
    NOTIFY,
    REFRESH_EVERY,
    REFRESH_METERED,
    SCALE,
    THEME,
    TRAY,
    Setting,
    Settings,
)
from ui.theme.fonts import font
from ui.theme.tokens import BLUE, GREEN, RED

WIDTH, HEIGHT = 640, 560
SCALES = (100, 110, 125, 150, 175, 200)


def _tr(text: str) -> str:
    return QCoreApplication.translate("preferences", text)


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the dialog: a setting, what it is called, what it does, and its values with their names.

    Without values it is a yes-or-no setting. `needs_start` says that it works from the next start on, `also`
    has other words under which somebody may look for it.
    """

    setting: Setting
    title: str
    explanation: str
    values: tuple[tuple[object, str], ...] = ()
    needs_start: bool = False
    also: str = ""


def look() -> tuple[Choice, ...]:
    """Return the choices of the look of the window."""
    return (
        Choice(
            THEME,
            _tr("Theme"),
            _tr("Light, dark, or as the system has it."),
            (("system", _tr("As the system")), ("dark", _tr("Dark")), ("light", _tr("Light"))),
            also=_tr("appearance night mode"),
        ),
        Choice(
            COLOURS,
            _tr("Colours for and against altcoins"),
            _tr("Blue and orange can be told apart by every reader. Shapes and words say the same in each."),
            (
                (BLUE, _tr("Blue and orange")),
                (GREEN, _tr("Green and red")),
                (RED, _tr("Red and green, as in East Asia")),
            ),
            also=_tr("colors palette colour-blind"),
        ),
        Choice(
            SCALE,
            _tr("Size"),
            _tr("Text, charts and controls grow together."),
            tuple((scale, f"{scale} %") for scale in SCALES),
            needs_start=True,
            also=_tr("font zoom scale larger smaller"),
        ),
    )


def notices() -> tuple[Choice, ...]:
    """Return the choices of what the application says by itself."""
    return (
        Choice(
            NOTIFY,
            _tr("Desktop notifications"),
            _tr("Say it once on the desktop when an exit is due, a limit is broken or a signal has changed."),
            also=_tr("alerts popups messages"),
        ),
        Choice(
            TRAY,
            _tr("Stay beside the clock"),
            _tr("Closing the window leaves an icon in the tray, and plans are still watched."),
            needs_start=True,
            also=_tr("background minimize"),
        ),
    )


def data() -> tuple[Choice, ...]:
    """Return the choices of the refresh."""
    return (
        Choice(
            REFRESH_EVERY,
            _tr("Refresh by itself"),
            _tr("At the start and then every few hours, from the public sources; F5 refreshes at any time."),
            (
                (0, _tr("Never")),
                (1, _tr("Every hour")),
                *((hours, _tr("Every {0} hours").format(hours)) for hours in (3, 6, 12, 24)),
            ),
        ),
        Choice(
            REFRESH_METERED,
            _tr("Refresh also where bytes cost money"),
            _tr("On a metered connection nothing is asked by itself unless this is on."),
        ),
    )


def entries() -> tuple[tuple[str, str], ...]:
    """Return the title of every row of the dialog, and all words under which it can be found."""
    chosen = tuple(
        (one.title, " ".join((one.explanation, *(title for _, title in one.values), one.also)))
        for one in (*look(), *data(), *notices())
    )
    return (
        *chosen,
        (_tr("Layout"), _tr("reset columns splitters window first day")),
        (_tr("Folder"), _tr("documents plans journal place directory move cloud")),
    )


class Preferences(Dialog):
    """Changes work at once; `changed(setting)` tells of each, `folder_requested` asks for another folder."""

    changed = Signal(object)
    folder_requested = Signal()
    backup_requested = Signal()
    restore_requested = Signal()

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        parent: QWidget | None = None,
        *,
        more: Sequence[tuple[str, Sequence[Choice]]] = (),
    ) -> None:
        super().__init__(parent)
        self._settings, self._paths = settings, paths
        self._rows: list[tuple[QWidget, str]] = []
        self._controls: dict[str, QWidget] = {}
        self._heads: list[tuple[QLabel, list[QWidget]]] = []
        self.setWindowTitle(_tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_tr("Search the settings"))
        self.search.setAccessibleName(_tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._nothing = QLabel(_tr("No setting has these words."))
        self._nothing.setProperty("tone", "second")
        self._nothing.hide()
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(10)
        self._section(_tr("Look"), look())
        self._layout_row()
        for title, choices in more:
            self._section(title, choices)
        self._section(_tr("Data"), data())
        self._section(_tr("Messages"), notices())
        self._documents()
        self._column.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        for widget in (self.search, self._nothing, area, buttons):
            whole.addWidget(widget)
        self.resize(WIDTH, HEIGHT)
        self.search.setFocus()

    def open_at(self, title: str) -> None:
        """Open with the keyboard on the setting of this title."""
        self.open()
        control = self._controls[title]
        if control.focusPolicy() == Qt.FocusPolicy.NoFocus:  # a holder of buttons
            control = next(iter(control.findChildren(QPushButton)), control)
        control.setFocus(Qt.FocusReason.ShortcutFocusReason)
        row = control.parentWidget()
        self._area.ensureWidgetVisible(control if row is None else row)

    def _section(self, title: str, choices: Sequence[Choice]) -> None:
        self._head(title)
        for choice in choices:
            control = self._chooser(choice) if choice.values else self._switch(choice)
            text = choice.explanation
            if choice.needs_start:
                text = _tr("{0} Works from the next start on.").format(text)
            self._row(choice.title, text, control)

    def _head(self, title: str) -> None:
        head = QLabel(title)
        head.setFont(font("heading"))
        self._heads.append((head, []))
        self._column.addWidget(head)

    def _row(self, title: str, text: str, control: QWidget) -> QLabel:
        name = QLabel(title)
        name.setBuddy(control)
        explanation = QLabel(text)
        explanation.setWordWrap(True)
        explanation.setProperty("tone", "second")
        explanation.setFont(font("table"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(explanation)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 4)
        line.setSpacing(16)
        line.addLayout(words, 1)
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        control.setAccessibleName(title)
        control.setToolTip(text)
        self._controls[title] = control
        self._rows.append((row, f"{title} {text}".casefold()))
        self._heads[-1][1].append(row)
        self._column.addWidget(row)
        return explanation

    def _chooser(self, choice: Choice) -> QComboBox:
        box = QComboBox()
        now = self._settings.get(choice.setting)
        for value, title in choice.values:
            box.addItem(title, value)
            if value == now:
                box.setCurrentIndex(box.count() - 1)
        box.currentIndexChanged.connect(lambda _: self._set(choice.setting, box.currentData()))
        return box

    def _switch(self, choice: Choice) -> QCheckBox:
        box = QCheckBox()
        box.setChecked(bool(self._settings.get(choice.setting)))
        box.toggled.connect(lambda on: self._set(choice.setting, on))
        return box

    def _set(self, setting: Setting, value: object) -> None:
        self._settings.set(setting, value)
        self._settings.save()
        self.changed.emit(setting)

    def _documents(self) -> None:
        self._head(_tr("Your documents"))
        self._folder = self._row(
            _tr("Folder"),
            self._folder_words(),
            self._buttons(
                (_tr("Show"), self._show_folder), (_tr("Use another …"), self.folder_requested.emit)
            ),
        )
        self._row(
            _tr("Backup"),
            _tr("All documents and settings in one file. Restoring keeps what it replaces."),
            self._buttons(
                (_tr("Back up …"), self.backup_requested.emit),
                (_tr("Restore …"), self.restore_requested.emit),
            ),
        )

    def _folder_words(self) -> str:
        return _tr(
            "{0}. Plans, journal, theses, screens and weights lie here, apart from the cache, which can be "
            "deleted."
        ).format(self._paths.documents)

    @Slot(object)
    def follow_documents(self, paths: Paths) -> None:
        """Name the folder in which the documents are kept now."""
        self._paths = paths
        self._folder.setText(self._folder_words())

    def _layout_row(self) -> None:
        self._reset = QPushButton(_tr("Reset the layout"))
        self._reset.setAutoDefault(False)
        self._reset.clicked.connect(self._reset_layout)
        text = _tr("Columns, splitters, ranges, chosen pages and the size of the window as on the first day.")
        self._row(_tr("Layout"), _tr("{0} Works from the next start on.").format(text), self._reset)
        self._reset.setAccessibleName(_tr("Reset the layout"))

    @Slot()
    def _reset_layout(self) -> None:
        self._settings.forget_layout()
        self._reset.setText(_tr("Reset at the next start"))
        self._reset.setEnabled(False)

    def _buttons(self, *named: tuple[str, object]) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        for title, call in named:
            button = QPushButton(title)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, call=call: call())
            line.addWidget(button)
        return holder

    @Slot()
    def _show_folder(self) -> None:
        self._paths.documents.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.documents)))

    @Slot(str)
    def _filter(self, words: str) -> None:
        """Leave only rows that have every word."""
        wanted = words.casefold().split()
        shown = {row for row, text in self._rows if all(word in text for word in wanted)}
        for row, _ in self._rows:
            row.setVisible(row in shown)
        for head, rows in self._heads:
            head.setVisible(any(row in shown for row in rows))
        self._nothing.setVisible(not shown)
