"""The help: every text of the program in one place, with a search over all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from models.version import NAME
from resources.reader import text_of
from ui.dialogs.dialog import Dialog
from ui.theme.fonts import font
from ui.window.messages import shortcuts

WIDTH, HEIGHT = 860, 600
LIST_WIDTH = 240
SHORTEST = 3
"""A match within words from this length on; below, only at the beginning of a title."""


SYNONYMS = {
    "Adjusted p": "significance multiple testing p-value",
    "Altcoin season": "altseason",
    "Bad tick": "outlier wrong price error",
    "Breadth": "participation",
    "Dominance": "btc.d share",
    "Drawdown": "loss fall decline",
    "Effective bets": "diversification concentration",
    "Expected shortfall": "cvar tail loss",
    "Interval": "confidence error band",
    "Not established": "insignificant unproven",
    "Placebo": "control random dates",
    "Rung": "ladder target take profit",
    "Survivors": "survivorship bias delisted dead",
    "Value at risk": "var loss",
    "Volatility": "risk swing standard deviation",
    "Why is a figure unknown?": "missing gap empty nan",
    "Where your things lie": "folder files documents backup",
    "Keys for data providers": "api key password coingecko",
    "Charts": "zoom image export table graph",
}
"""Other words for pages whose own text does not have them."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the help; `text` in Markdown, `also` other words under which somebody may look for it."""

    group: str
    title: str
    text: str
    also: str = ""

    def matches(self, words: list[str]) -> int:
        """Return how well the topic fits: 0 not at all, 3 by its title, 1 by its text."""
        title, text = self.title.casefold(), f"{self.text} {self.group} {self.also}".casefold()
        if all(word in title for word in words):
            return 3
        return 1 if all(word in title or (len(word) >= SHORTEST and word in text) for word in words) else 0


def _tr(text: str) -> str:
    return QCoreApplication.translate("help", text)


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Return every page: first steps, keys, words, methods, sources, licences."""
    found = _pages(_tr("First steps"), text_of("help/start.md"), _tr("guide manual introduction tutorial"))
    keys = "\n".join(f"| {keys} | {what} |" for keys, what in shortcuts())
    found += (
        Topic(_tr("Keyboard"), _tr("Keyboard shortcuts"), f"| | |\n|---|---|\n{keys}\n", _tr("hotkeys")),
    )
    found += _pages(_tr("Words"), text_of("help/glossary.md"), _tr("glossary terms definitions meaning"))
    found += _pages(_tr("Methods"), text_of("methods.md"), _tr("formulas statistics computed"))
    found += _sources()
    return (*found, *_pages(_tr("About"), text_of("help/licences.md"), _tr("licenses credits packages")))


def _pages(group: str, text: str, also: str) -> tuple[Topic, ...]:
    """Cut a text at its second-level headings; what stands before the first is left out."""
    pieces = ("\n" + text).split("\n## ")[1:]
    return tuple(
        Topic(group, title.strip(), body.strip(), _joined(also, SYNONYMS.get(title.strip(), "")))
        for title, _, body in (piece.partition("\n") for piece in pieces)
    )


def _joined(*several: str) -> str:
    return " ".join(filter(None, several))


def _sources() -> tuple[Topic, ...]:
    """Return one page for each data source, from its own description."""
    from data.sources import sources

    pages = []
    for one in sources():
        gives = "\n".join(f"- {entry.title} ({entry.unit})" for entry in one.entries)
        limits = "\n".join(
            "- "
            + _tr("{0}: at most {1} requests in {2:g} seconds").format(
                host.name, host.requests, host.per_seconds
            )
            for host in one.hosts
        )
        pages.append(
            Topic(
                _tr("Sources"),
                one.title,
                f"{one.attribution}\n\n{_tr('Licence')}: {one.licence}  \n{_tr('Terms')}: {one.terms_url}\n\n"
                f"**{_tr('What it gives')}**\n\n{gives}\n\n**{_tr('How often it is asked')}**\n\n{limits}\n",
                _tr("providers api attribution"),
            )
        )
    return tuple(pages)


class HelpWindow(Dialog):
    """A list of topics with a search beside the text of the chosen one; not modal, so that it can stay."""

    tour_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, topic: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_tr("Help"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_tr("Search the help"))
        self.search.setAccessibleName(_tr("Search the help"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(_tr("Topics"))
        self.list.setFont(font("table"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = QTextBrowser()
        self.text.setAccessibleName(_tr("Text of the topic"))
        self.text.setOpenExternalLinks(True)
        self._none = QLabel(_tr("No page has these words. Try fewer or shorter ones."))
        self._none.setWordWrap(True)
        self._none.setProperty("tone", "second")
        self._none.hide()
        tour = QPushButton(_tr("Show the tour"))
        tour.setAutoDefault(False)
        tour.clicked.connect(self.tour_requested)
        quiet = QLabel(_tr("{0} shows evidence and its limits. It gives no investment advice.").format(NAME))
        quiet.setProperty("tone", "third")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.search, self._none, self.list):
            column.addWidget(widget)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(self.text)
        split.setSizes([LIST_WIDTH, WIDTH - LIST_WIDTH])
        split.setCollapsible(1, False)
        bottom = QHBoxLayout()
        bottom.addWidget(quiet, 1)
        bottom.addWidget(tour)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 12)
        whole.addWidget(split, 1)
        whole.addLayout(bottom)
        self.resize(WIDTH, HEIGHT)
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._show)
        self._filter("")
        if topic:
            self.open_topic(topic)
        self.search.setFocus()

    def open_topic(self, title: str) -> None:
        """Show a topic by its title; the first one whose title has these words."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            found = item.data(Qt.ItemDataRole.UserRole)
            if isinstance(found, Topic) and title.casefold() in found.title.casefold():
                self.list.setCurrentItem(item)
                return

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        ranked = [(topic.matches(words), topic) for topic in topics()]
        kept = [(fit, topic) for fit, topic in ranked if fit]
        if words:  # titles first; the groups in their order within
            kept.sort(key=lambda item: -item[0])
        self.list.clear()
        group = ""
        for _, topic in kept:
            if not words and topic.group != group:
                group = topic.group
                head = QListWidgetItem(group)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setFont(font("heading"))
                self.list.addItem(head)
            item = QListWidgetItem(topic.title if not words else f"{topic.title} · {topic.group}")
            item.setData(Qt.ItemDataRole.UserRole, topic)
            self.list.addItem(item)
        self._none.setVisible(not kept)
        for row in range(self.list.count()):
            if self.list.item(row).flags() & Qt.ItemFlag.ItemIsSelectable:
                self.list.setCurrentRow(row)
                break

    @Slot()
    def _show(self) -> None:
        item = self.list.currentItem()
        topic = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        if isinstance(topic, Topic):
            self.text.setMarkdown(f"## {topic.title}\n\n{topic.text}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrow keys walk through the topics from the search field."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.list.setFocus()
            return
        super().keyPressEvent(event)
