"""Walks a window as a screen reader and a keyboard do: names, roles, order by position, room for words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QWidget,
)

from ui.charts.chart import Chart
from ui.charts.gauge import Gauge
from ui.panels.overview.checklist import ChecklistHead
from ui.panels.planner.rung_table import ChanceBar
from ui.panels.precedents.cards import Badge
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented
from ui.widgets.signal_mark import SignalMark
from ui.widgets.veil import Veil
from ui.widgets.walked import Walked
from ui.window import badges

FURNITURE = (
    Label,
    Card,
    QAbstractButton,
    Segmented,
    Veil,
    badges.Badge,
    Badge,
    ChecklistHead,
    SignalMark,
    Gauge,
    ChanceBar,
)
"""What paints itself and is no chart: frames, words, and single figures that are said by their names."""
ROLE = QAccessible.Role
ROLES: dict[type[QWidget], set[QAccessible.Role]] = {
    QCheckBox: {ROLE.CheckBox},
    QRadioButton: {ROLE.RadioButton},
    QAbstractButton: {
        ROLE.Button,
        ROLE.ButtonMenu,
        ROLE.ButtonDropDown,
        ROLE.CheckBox,
        ROLE.RadioButton,
        ROLE.PageTab,
        ROLE.Link,
    },
    QLineEdit: {ROLE.EditableText},
    QComboBox: {ROLE.ComboBox},
    QAbstractSpinBox: {ROLE.SpinBox, ROLE.EditableText},
    QAbstractSlider: {ROLE.Slider},
    QTabBar: {ROLE.PageTabList},
    QAbstractItemView: {ROLE.Table, ROLE.List, ROLE.Tree},
}
LEAST_WORD = 24
SLACK = 2
"""Pixels by which a place or a width may be off before a person sees it."""


def controls(root: QWidget) -> list[QWidget]:
    """Return what a person can press, type into or reach with Tab, of all that `root` shows now."""
    return [one for one in root.findChildren(QWidget) if one.isVisibleTo(root) and _is_control(one)]


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, QScrollBar | QHeaderView | QSplitterHandle) or widget.objectName().startswith(
        "qt_"
    ):
        return False
    if isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox):
        return False
    if isinstance(widget.parentWidget(), QAbstractScrollArea) and widget is widget.parentWidget().viewport():
        return False
    if isinstance(widget.parentWidget(), QAbstractItemView) and not isinstance(widget, QAbstractButton):
        return False
    if isinstance(widget, tuple(ROLES)):
        return not (
            isinstance(widget, QAbstractButton) and isinstance(widget.parentWidget(), QTabBar | QLineEdit)
        )
    # A scroll area takes the focus so that arrow keys scroll it; it needs no name of its own.
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and type(widget) is not QScrollArea


def name_of(widget: QWidget) -> str:
    """Return what a screen reader calls this widget.

    On some systems Qt calls a combo box by its chosen value, which says nothing of what is chosen there.
    """
    if isinstance(widget, QComboBox):
        return widget.accessibleName().strip()
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found is not None else ""


def without_name(root: QWidget) -> list[str]:
    """Return the controls that a screen reader could not name."""
    return [place(one, root) for one in controls(root) if not name_of(one)]


def wrong_role(root: QWidget) -> list[str]:
    """Return the controls that say to be something else than they are."""
    found = []
    for one in controls(root):
        fitting = next((roles for kind, roles in ROLES.items() if isinstance(one, kind)), None)
        face = QAccessible.queryAccessibleInterface(one)
        role = face.role() if face is not None else ROLE.NoRole
        if (fitting is not None and role not in fitting) or role == ROLE.NoRole:
            found.append(f"{place(one, root)}: {role.name}")
    return found


def twins(root: QWidget) -> list[str]:
    """Return the controls whose neighbour has the same name, and the same description."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for one in controls(root):
        key = (id(one.parentWidget()), name_of(one), one.accessibleDescription())
        if key in seen:
            found.append(place(one, root))
        seen.add(key)
    return found


def tab_order(root: QWidget) -> list[QWidget]:
    """Return what Tab reaches inside `root`, in its order."""
    inside = [root, *root.findChildren(QWidget)]
    wanted = {id(one) for one in inside}
    order: list[QWidget] = []
    one = root.nextInFocusChain()
    while one is not root:
        if (
            id(one) in wanted
            and one.isVisibleTo(root)
            and one.isEnabled()
            and one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and type(one) is not QScrollArea
            and one.focusProxy() is None
        ):
            order.append(one)
        one = one.nextInFocusChain()
    return order


def out_of_order(root: QWidget) -> list[str]:
    """Return the steps of Tab that go back: to the left in a row, or upwards in a column."""
    order = tab_order(root)
    return [
        f"{place(before, root)} -> {place(after, root)}"
        for before, after in pairwise(order)
        if _goes_back(before, after)
    ]


def _goes_back(before: QWidget, after: QWidget) -> bool:
    chain = list(_up(before))
    if after in chain or before in list(_up(after)):
        return False
    common = next(one for one in _up(after) if one in chain)
    first = _box(next(one for one in chain if one.parentWidget() is common), common)
    second = _box(next(one for one in _up(after) if one.parentWidget() is common), common)
    shared_rows = min(first.bottom(), second.bottom()) - max(first.top(), second.top())
    shared_columns = min(first.right(), second.right()) - max(first.left(), second.left())
    if shared_rows > min(first.height(), second.height()) / 2:
        return second.right() <= first.left() + SLACK
    return shared_columns > 0 and second.bottom() <= first.top() + SLACK


def _up(widget: QWidget) -> Iterator[QWidget]:
    one: QWidget | None = widget
    while one is not None:
        yield one
        one = one.parentWidget()


def _box(widget: QWidget, ancestor: QWidget) -> QRect:
    return QRect(widget.mapTo(ancestor, QPoint(0, 0)), widget.size())


def clipped(root: QWidget) -> list[str]:
    """Return the labels and buttons that have less room than their words need."""
    found = []
    for one in root.findChildren(QWidget):
        if not one.isVisibleTo(root) or not isinstance(one, QLabel | QAbstractButton):
            continue
        if not one.text() or isinstance(one.parentWidget(), QTabBar | QLineEdit | QAbstractItemView):
            continue
        if (why := _too_small(one)) or (why := _cut_off(one, root)):
            found.append(f"{place(one, root)} {one.text()[:40]!r}: {why}")
    return found


def _too_small(one: QLabel | QAbstractButton) -> str:
    needed = one.sizeHint()
    if one.property("kind") == "square":  # one sign, in less air than other buttons have
        needed = one.fontMetrics().boundingRect(one.text()).size()
    if getattr(one, "_elide", False) and one.width() >= LEAST_WORD:
        return ""  # painted with an ellipsis, and whole in its tooltip
    if isinstance(one, QLabel) and one.wordWrap():
        tall = one.heightForWidth(one.width())
        return f"{tall} high, {one.height()} there" if tall > one.height() + SLACK else ""
    if needed.width() > one.width() + SLACK and not (isinstance(one, QLabel) and one.toolTip()):
        return f"{needed.width()} wide, {one.width()} there"
    if isinstance(one, QLabel) and needed.height() > one.height() + SLACK:
        return f"{needed.height()} high, {one.height()} there"
    return ""


def _cut_off(one: QWidget, root: QWidget) -> str:
    """Whether an ancestor ends before the widget does; what scrolls there is within reach."""
    for above in _up(one.parentWidget()):
        box = _box(one, above)
        scrolls = isinstance(above.parentWidget(), QAbstractScrollArea)
        if scrolls:
            area = above.parentWidget()
            never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            across = area.horizontalScrollBarPolicy() != never
            if not across and box.right() > above.width() + SLACK:
                return f"{box.right() - above.width()} behind the right edge of what scrolls"
            return ""
        if not above.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(box):
            return f"{box.getRect()} outside {type(above).__name__} {above.width()}x{above.height()}"
        if above is root:
            break
    return ""


def charts(root: QWidget) -> list[Chart | Walked]:
    """Return the charts that `root` shows now, without those that say why they are unknown."""
    found = [one for one in root.findChildren(QWidget) if isinstance(one, Chart | Walked)]
    return [
        one
        for one in found
        if one.isVisibleTo(root) and not (isinstance(one, Chart) and one.unknown_reason() is not None)
    ]


def painted_without_chart(root: QWidget) -> list[str]:
    """Return what paints by itself and is neither furniture nor a part of a chart."""
    return [
        place(one, root)
        for one in root.findChildren(QWidget)
        if one.isVisibleTo(root)
        and not isinstance(one, FURNITURE)
        and any(
            "paintEvent" in kind.__dict__ and kind.__module__.startswith("ui.") for kind in type(one).mro()
        )
        and not any(isinstance(above, Chart | Walked) for above in _up(one))
    ]


class Ear:
    """Stands in for `QAccessible` where charts speak: somebody listens, and remembers what is said aloud."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def isActive(self) -> bool:
        return True

    def updateAccessibility(self, event: QAccessibleAnnouncementEvent) -> None:
        self.said.append(event.message())


def heard_on_the_way(chart: Chart | Walked) -> list[str]:
    """Press arrow keys on a chart and return what a screen reader hears each time."""
    stop = chart.focusProxy() or chart
    stop.setFocus()
    heard = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(stop, key)
        heard.append(" ".join(one.accessibleDescription() for one in (chart, stop)).strip())
    return heard


def place(widget: QWidget, root: QWidget) -> str:
    """Return where a widget stands, so that it can be found in the code."""
    names = []
    for one in _up(widget):
        if one is root:
            break
        names.append(one.objectName() or type(one).__name__)
    return "/".join(reversed(names[:4])) + f" “{name_of(widget)[:40]}”"
