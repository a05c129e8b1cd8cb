"""One window for each set of documents: a second start hands over what it was asked to open, and ends."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500
LONGEST = 65_536


def channel(documents: Path) -> str:
    """Return the name under which the window of these documents listens."""
    return "rotascope-" + hashlib.sha256(str(documents.absolute()).encode()).hexdigest()[:16]


def hand_over(name: str, files: tuple[Path, ...]) -> bool:
    """Ask the running window to come forward and open `files`; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(json.dumps([str(file.absolute()) for file in files]).encode() + b"\n")
    socket.flush()
    answered = socket.waitForReadyRead(WAIT_MS) and socket.readAll().data() == b"ok"
    socket.disconnectFromServer()
    return answered


class Single(QObject):
    """Listens for later starts: `asked(files)` with what they were told to open."""

    asked = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        # Nobody but this user may tell the window what to open.
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left behind by a window that was killed
            self._server.listen(name)

    @property
    def is_listening(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        self._server.close()

    @Slot()
    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setReadBufferSize(LONGEST)
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        try:
            files = tuple(Path(name) for name in json.loads(bytes(socket.readLine().data())))
        except (ValueError, TypeError):
            socket.disconnectFromServer()
            return
        socket.write(b"ok")
        socket.flush()
        self.asked.emit(files)
