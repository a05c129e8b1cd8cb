"""What every chart can do: header, export, copy, table, reason when it is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ui.theme.tokens import Theme
from ui.widgets import exports
from ui.widgets.header import Header
from ui.widgets.saving import Content, ask_and_save, write
from ui.widgets.tables import Table, csv_text, marked
from ui.widgets.themed import Themed
from ui.widgets.unknown_pane import UnknownPane


class Chart(Themed, QWidget):
    """Base of all charts. A chart puts its drawing into `self.column` and tells its `table()`."""

    explain_requested = Signal(str)

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        key: str = "",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.header = Header(title, subtitle=subtitle, key=key, theme=theme, parent=self)
        self.header.setVisible(bool(title))
        self.header.explain_requested.connect(self.explain_requested)
        self.column.addWidget(self.header)
        self._title = title
        self._pane: UnknownPane | None = None
        self.setAccessibleName(title)

    # -- texts -------------------------------------------------------------------------------------

    def title(self) -> str:
        """What the chart shows."""
        return self._title

    def set_title(self, text: str) -> None:
        """What the chart shows, in a word or two."""
        self._title = text
        self.header.set_title(text)
        self.header.setVisible(bool(text))
        self.setAccessibleName(text)

    def name(self) -> str:
        """What the chart is called: by its title, or by `set_name` where a card has the title."""
        return self._title or self.accessibleName()

    def set_name(self, text: str) -> None:
        """Call a chart without a title of its own, for screen readers, tables and files."""
        self.setAccessibleName(text)
        if (walked := self.focusProxy()) is not None:
            walked.setAccessibleName(text)

    def set_subtitle(self, text: str, *shorter: str) -> None:
        """Unit and basis; `shorter` words stand where there is less room."""
        self.header.set_subtitle(text, *shorter)

    def set_note(self, text: str) -> None:
        """The words at the right end of the title row."""
        self.header.note.set_text(text)

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the title row; Tab reaches it before the drawing."""
        self.header.add_corner(widget)
        stops = [one for one in self.findChildren(QWidget) if not self.header.isAncestorOf(one)]
        drawing = next((one for one in stops if _is_stop(one)), None)
        if drawing is not None:
            QWidget.setTabOrder(widget, drawing)

    def set_unknown_because(self, reason: str | None) -> None:
        """Hatch the whole chart and say why; None shows the chart again."""
        drawing = self.drawing()
        if reason is None:
            if self._pane:
                self._pane.hide()
            drawing.show()
            return
        if self._pane is None:
            self._pane = UnknownPane(theme=self.theme, parent=self)
            self.column.addWidget(self._pane, 1)
        self._pane.set_reason(reason)
        drawing.hide()
        self._pane.show()

    def unknown_reason(self) -> str | None:
        """Why the whole chart is unknown, or None."""
        return self._pane.reason() if self._pane and not self._pane.isHidden() else None

    # -- to be told by each chart ------------------------------------------------------------------

    def drawing(self) -> QWidget:
        """The widget below the header."""
        raise NotImplementedError

    def table(self) -> Table:
        """The figures that are drawn."""
        raise NotImplementedError

    def fit(self) -> None:
        """Show everything."""

    def set_exporting(self, exporting: bool) -> None:
        """Finish any layout that waits for the event loop, and draw lines as lines until told otherwise."""

    @contextmanager
    def _exporting(self) -> Iterator[None]:
        self.set_exporting(True)
        try:
            yield
        finally:
            self.set_exporting(False)

    # -- exports -----------------------------------------------------------------------------------

    def to_csv(self) -> str:
        """The figures as CSV text."""
        return csv_text(marked(self.table(), self))

    def export_csv(self, path: Path | str) -> None:
        """Write the figures to a CSV file. Raises OSError when it cannot be written."""
        write(Path(path), self._take_csv())

    def export_png(self, path: Path | str, scale: float = 2.0) -> None:
        """Write the chart with its header to a PNG file. Raises OSError when it cannot be written."""
        write(Path(path), self._take_png(scale))

    def export_svg(self, path: Path | str) -> None:
        """Write the chart with its header to an SVG file. Raises OSError when it cannot be written."""
        write(Path(path), self._take_svg())

    def _take_csv(self) -> Content:
        table = marked(self.table(), self)
        return lambda: csv_text(table).encode("utf-8")

    def _take_png(self, scale: float = 2.0) -> Content:
        with self._exporting():
            image = exports.picture(self, self.colour("surface"), scale)
        return lambda: exports.png(image)

    def _take_svg(self) -> Content:
        with self._exporting():
            drawn = exports.svg(self, self.colour("surface"), self.name())
        return lambda: drawn

    def copy_image(self) -> None:
        """Put the picture on the clipboard."""
        with self._exporting():
            QGuiApplication.clipboard().setImage(exports.picture(self, self.colour("surface")))

    def copy_data(self) -> None:
        """Put the figures on the clipboard, as CSV text."""
        QGuiApplication.clipboard().setText(self.to_csv())

    def show_table(self) -> QWidget:
        """Open the figures as a table beside the window's other work."""
        from ui.widgets.table_dialog import TableDialog

        dialog = TableDialog(self.name(), self.table(), self)
        dialog.open()
        return dialog

    def menu(self) -> QMenu:
        """The menu of a right click, in place of pyqtgraph's own."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Save image as PNG…"), lambda: self._save("png", self._take_png))
        menu.addAction(self.tr("Save image as SVG…"), lambda: self._save("svg", self._take_svg))
        menu.addAction(self.tr("Save data as CSV…"), lambda: self._save("csv", self._take_csv))
        menu.addSeparator()
        menu.addAction(self.tr("Copy image"), self.copy_image)
        menu.addAction(self.tr("Copy data"), self.copy_data)
        menu.addAction(self.tr("Show as table\tT"), self.show_table)
        menu.addSeparator()
        menu.addAction(self.tr("Fit"), self.fit)
        return menu

    def _save(self, kind: str, take: Callable[[], Content]) -> None:
        name = re.sub(r"[^\w-]+", "-", self.name()).strip("-").lower() or "chart"
        ask_and_save(self, name, kind, take)

    # -- Qt ----------------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_T and not event.modifiers():
            self.show_table()
            return
        super().keyPressEvent(event)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.header.apply_theme(theme)
        if self._pane:
            self._pane.apply_theme(theme)
        self.update()


def _is_stop(widget: QWidget) -> bool:
    """Whether Tab comes to rest here: a viewport leaves the focus to its view."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
