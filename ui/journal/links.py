"""Opens the web addresses of a note in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

SCHEMES = ("http", "https")
LONGEST = 80


def web_address(link: str) -> QUrl | None:
    """Return a link as an address of the web; None for any other.

    A note may come from a file of a stranger: what would start a program or show a file of this machine
    is no address of the web.
    """
    url = QUrl(link, QUrl.ParsingMode.StrictMode)
    return url if url.isValid() and url.scheme() in SCHEMES and url.host() else None


class LinksButton(QToolButton):
    """Opens the one link of a note, or offers each of several."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(self.tr("Open"))
        self.setAccessibleName(self.tr("Open a link in the browser"))
        self._urls: list[QUrl] = []
        self._menu = QMenu(self)
        self.clicked.connect(self._clicked)
        self.offer(())

    def offer(self, links: Sequence[str]) -> None:
        """Offer these links; it can be pressed where one of them leads to the web."""
        self._urls = [url for link in links if (url := web_address(link)) is not None]
        self.setEnabled(bool(self._urls))
        self._menu.clear()
        for url in self._urls:
            # Two of them are one: alone it would underline the letter behind it.
            words = _shortened(url).replace("&", "&&")
            self._menu.addAction(words, partial(QDesktopServices.openUrl, url))
        several = len(self._urls) > 1
        self.setPopupMode(
            QToolButton.ToolButtonPopupMode.InstantPopup
            if several
            else QToolButton.ToolButtonPopupMode.DelayedPopup
        )
        self.setMenu(self._menu if several else None)  # type: ignore[arg-type]
        if len(self._urls) == 1:
            self.setToolTip(self.tr("Open {0} in the browser.").format(_shortened(self._urls[0])))
        elif links and not self._urls:
            self.setToolTip(self.tr("Only addresses that begin with http:// or https:// can be opened."))
        else:
            self.setToolTip(self.tr("Open a link of the note in the browser."))

    @Slot()
    def _clicked(self) -> None:
        if len(self._urls) == 1:
            QDesktopServices.openUrl(self._urls[0])


def _shortened(url: QUrl) -> str:
    text = url.toDisplayString()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
