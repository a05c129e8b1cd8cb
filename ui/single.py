"""One window for each set of documents: a second start hands over what it was asked to open, and ends."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500
BUSY_MS = 5_000
"""How long a window that is there is given to answer: it may be busy for a moment."""
STARTING_S, AGAIN_MS = 20.0, 100
"""How long a window that is only just starting is given until it listens, and how often it is asked."""
LONGEST = 65_536


def channel(documents: Path) -> str:
    """Return the name under which the window of these documents listens."""
    return "rotascope-" + hashlib.sha256(str(documents.absolute()).encode()).hexdigest()[:16]


def hand_over(name: str, files: tuple[Path, ...], *, patience: float = 0.0) -> bool:
    """Ask the running window to come forward and open `files`; False when there is none that answers.

    For `patience` seconds a window that does not listen yet is asked again.
    """
    end = time.monotonic() + patience
    socket = QLocalSocket()
    while not _is_reached(socket, name):
        if time.monotonic() >= end:
            return False
        time.sleep(AGAIN_MS / 1e3)
    socket.write(json.dumps([str(file.absolute()) for file in files]).encode() + b"\n")
    socket.flush()
    answered = socket.waitForReadyRead(BUSY_MS) and socket.readAll().data() == b"ok"
    socket.disconnectFromServer()
    return answered


def _is_reached(socket: QLocalSocket, name: str) -> bool:
    socket.connectToServer(name)
    return socket.waitForConnected(WAIT_MS)


class Single(QObject):
    """Listens for later starts: `asked(files)` with what they were told to open.

    Where another window listens already, this one does not: a window that is busy keeps its channel.
    """

    asked = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._server = QLocalServer(self)
        # Nobody but this user may tell the window what to open.
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        # To listen would take the channel away from a window that is there: Qt does not ask.
        if not _is_reached(QLocalSocket(), name):
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
