"""What is taller than its room is scrolled, and nothing is cut off at the side."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QSplitter, QVBoxLayout, QWidget

from ui.dialogs.scrolling import scrolling


def form(rows: int) -> tuple[QFormLayout, list[QLineEdit]]:
    made, fields = QFormLayout(), []
    for row in range(rows):
        field = QLineEdit()
        field.setMinimumWidth(220)
        fields.append(field)
        made.addRow(f"A field with a rather long name, {row}", field)
    return made, fields


def test_fields_beside_a_greedy_neighbour_keep_their_width(qtbot):
    split = QSplitter()
    qtbot.addWidget(split)
    layout, fields = form(40)
    area = scrolling(layout)
    split.addWidget(QLabel("x" * 40))
    split.addWidget(area)
    split.setChildrenCollapsible(False)
    split.resize(700, 300)
    split.setSizes([690, 10])
    split.show()
    qtbot.waitUntil(lambda: area.viewport().width() > 0)
    right = max(field.mapTo(area.viewport(), field.rect().topRight()).x() for field in fields)
    assert right <= area.viewport().width()


def test_a_tall_form_gives_way_and_leaves_the_buttons_in_sight(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout, _ = form(40)
    foot = QLabel("OK")
    column = QVBoxLayout(window)
    column.addWidget(scrolling(layout), 1)
    column.addWidget(foot)
    window.resize(600, 384)
    window.show()
    assert window.height() <= 384
    assert foot.geometry().bottom() <= window.height()


def test_words_that_grow_while_they_are_shown_are_not_cut(qtbot):
    split = QSplitter()
    qtbot.addWidget(split)
    words = QLabel("8, 8 apart")
    layout = QVBoxLayout()
    layout.addWidget(words)
    area = scrolling(layout)
    split.addWidget(QLabel("x"))
    split.addWidget(area)
    split.setChildrenCollapsible(False)
    split.resize(700, 300)
    split.setSizes([600, 100])
    split.show()
    words.setText("what is said of a hundred notes takes more room than this")
    qtbot.waitUntil(lambda: area.viewport().width() >= words.sizeHint().width())
