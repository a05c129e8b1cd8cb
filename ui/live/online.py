"""Whether the system has a network, and whether it costs money by the byte, as far as the system says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation

OFFLINE = "ROTASCOPE_OFFLINE"


class Online(QObject):
    """`changed` when the network came, went, or changed its price.

    Where the system does not say (no backend, or a test that leads all hosts to this machine) the network
    counts as there: an attempt tells more than a guess. With ROTASCOPE_OFFLINE set, there is none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._information: QNetworkInformation | None = None
        self._is_asked = False

    @property
    def is_offline(self) -> bool:
        if os.environ.get(OFFLINE):
            return True
        from PySide6.QtNetwork import QNetworkInformation

        found = self._found()
        return found is not None and found.reachability() == QNetworkInformation.Reachability.Disconnected

    @property
    def is_metered(self) -> bool:
        found = self._found()
        return found is not None and found.isMetered()

    def _found(self) -> QNetworkInformation | None:
        if not self._is_asked:
            self._is_asked = True
            from PySide6.QtNetwork import QNetworkInformation

            if not os.environ.get("ROTASCOPE_ROUTES") and QNetworkInformation.loadDefaultBackend():
                self._information = QNetworkInformation.instance()
                self._information.reachabilityChanged.connect(self._tell)
                self._information.isMeteredChanged.connect(self._tell)
        return self._information

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()
