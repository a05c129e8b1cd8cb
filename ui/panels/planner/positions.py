"""The page of positions: totals, the editable table, rules with what mends them, and the share of risk."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from models.market.unknown import Unknown
from models.qt.positions import PositionsModel
from models.qt.reader import readable
from models.risk.plans.edits import changed, moved, removed
from models.risk.plans.plan import Plan
from ui.panels.planner.bar_delegate import PositionDelegate
from ui.panels.planner.risk_card import RiskCard
from ui.panels.planner.rules_card import RulesCard
from ui.panels.planner.simulation_card import SimulationCard
from ui.panels.planner.stress import StressCard
from ui.panels.planner.words import money, percent
from ui.plans.desk import Known, PlanDesk
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.figure_card import FigureCard
from ui.widgets.reflow import Reflow
from ui.widgets.scrolled import scrolled

GAP = 12
LEFT_SHARE, RIGHT_SHARE = 836, 410
NARROW, TALL = 1000, 760
HIDDEN = ("cost", "price", "target", "bought", "notes")
"""Columns that wait behind the head's menu."""
HIDDEN_NARROW = (*HIDDEN, "binding", "bar", "sector")
WIDTHS = {"coin": 62, "sector": 92, "bar": 70, "binding": 112, "notes": 160}
WORDS_MORE = 30
ROW = 26


class PositionsPage(QWidget):
    """Everything follows the plan within a keystroke; figures are assessed in a thread."""

    def __init__(self, desk: PlanDesk) -> None:
        super().__init__()
        self._desk = desk
        self._chosen_hidden: set[str] | None = None
        self._build(desk.session.theme)
        for source in (*self._figures, self.card, self.rules, self.risk, self.simulation, self.stress):
            source.explain_requested.connect(lambda key: desk.explain(key, self))
        desk.keeper.changed.connect(self._show_plan)
        desk.assessed.connect(self._show_known)
        self._show_plan(desk.plan)
        self._show_known(desk.known)

    def _build(self, theme: Theme) -> None:
        figures, columns = self._figure_row(theme), self._columns(theme)
        Reflow(self, figures, columns, self.bottom)
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addLayout(figures)
        whole.addLayout(columns, 1)
        scroll = scrolled(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    def _figure_row(self, theme: Theme) -> QHBoxLayout:
        self.value = FigureCard(self.tr("Value"), key="plan_value", inline=True, theme=theme)
        self.stop_loss = FigureCard(
            self.tr("Loss if every stop is hit"),
            short_name=self.tr("Loss at stops"), key="plan_stop_loss", inline=True, theme=theme,
        )  # fmt: skip
        self.shortfall = FigureCard(
            self.tr("ES 95 %, 10 days"), key="plan_shortfall", inline=True, theme=theme
        )
        self.bets = FigureCard(self.tr("Effective bets"), key="plan_bets", inline=True, theme=theme)
        self.beta = FigureCard(self.tr("Beta to Bitcoin"), key="plan_beta", inline=True, theme=theme)
        self._figures = (self.value, self.stop_loss, self.shortfall, self.bets, self.beta)
        figures = QHBoxLayout()
        figures.setSpacing(GAP)
        for one in self._figures:
            figures.addWidget(one, 1)
        return figures

    def _build_card(self, theme: Theme) -> None:
        self.card = Card(self.tr("Positions"), key="plan_positions", theme=theme)
        self.take = QPushButton(self.tr("Import CSV"))
        self.take.setToolTip(self.tr("Take positions from a CSV file, or paste rows with Ctrl+V."))
        self.take.clicked.connect(self._import)
        self.add = QPushButton(self.tr("+ Position"))
        self.add.setProperty("kind", "primary")
        for button in (self.take, self.add):
            button.setProperty("fit", "head")
        self.add.setToolTip(self.tr("Add a position, with the largest size that every limit allows (Ins)."))
        self.add.clicked.connect(self._add)
        self.card.add_corner(self.take)
        self.card.add_corner(self.add)
        self.nothing = QLabel(
            self.tr("No position yet. Add one, import a CSV file, or look at the worked example (menu Plan).")
        )
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("tone", "second")
        self.card.body.addWidget(self.nothing)
        self.card.body.addWidget(self._table())

    def _columns(self, theme: Theme) -> QHBoxLayout:
        self._build_card(theme)
        self.rules = RulesCard(self._desk, theme)
        self.risk = RiskCard(theme)
        left, right = self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(GAP)
        left.addWidget(self.card, 3)
        self.bottom = QHBoxLayout()
        self.bottom.setSpacing(GAP)
        self.simulation = SimulationCard(self._desk, theme)
        self.stress = StressCard(self._desk, theme)
        self.bottom.addWidget(self.simulation, 61)
        self.bottom.addWidget(self.stress, 39)
        left.addLayout(self.bottom)
        right.addWidget(self.rules, 3)
        right.addWidget(self.risk, 1)
        columns = QHBoxLayout()
        columns.setSpacing(GAP)
        columns.addLayout(left, LEFT_SHARE)
        columns.addLayout(right, RIGHT_SHARE)
        return columns

    def _table(self) -> QTableView:
        self.model = PositionsModel(self._desk.keeper.edit, self)
        self.table = _Table()
        self.table.resized.connect(self._lay_out)
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Positions"))
        self.table.setFont(font("table"))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setProperty("kind", "plain")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.setItemDelegate(PositionDelegate(self._desk.session, self.table))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setFont(font("table"))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self._column_menu().popup(header.mapToGlobal(at))
        )
        header.setToolTip(self.tr("Right-click to choose columns."))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(
            lambda at: self._row_menu().popup(self.table.viewport().mapToGlobal(at))
        )
        for keys, call in (
            (QKeySequence(QKeySequence.StandardKey.Delete), self._remove),
            (QKeySequence(QKeySequence.StandardKey.Copy), self._copy),
            (QKeySequence(QKeySequence.StandardKey.Paste), self._paste),
            (QKeySequence(Qt.Key.Key_Insert), self._add),
            (QKeySequence("Alt+Up"), lambda: self._move(-1)),
            (QKeySequence("Alt+Down"), lambda: self._move(1)),
        ):
            shortcut = QShortcut(keys, self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(call)
        return self.table

    # -- showing -----------------------------------------------------------------------------------

    @Slot(object)
    def _show_plan(self, plan: Plan) -> None:
        self.model.show_plan(plan)
        self.nothing.setVisible(not plan.positions)
        self.add.setEnabled(plan.lock is None)
        self.take.setEnabled(plan.lock is None)
        if self.table.selectionModel() is not None and not self.table.currentIndex().isValid():
            self._choose(0)
        self._lay_out()

    @Slot(object)
    def _show_known(self, known: Known | None) -> None:
        self.model.show_figures(None if known is None else known.assessment)
        self.rules.show_known(known)
        self.risk.show_known(known)
        if known is None:
            for card in self._figures:
                card.set_unknown(self.tr("There is no market to look at yet."))
            return
        self._show_totals(known)

    def _show_totals(self, known: Known) -> None:
        found, risk, plan = known.assessment.portfolio, known.assessment.risk, known.plan
        cash = plan.cash / found.total if found.total else 0.0
        note = self.tr("{0} cash").format(percent(cash, 0))
        self.value.set_figure(money(found.total), unit=plan.currency, note=note)
        rule = known.assessment.rule("stop_loss")
        if isinstance(rule.value, Unknown):
            self.stop_loss.set_unknown(readable(rule.value.why))
        else:
            limit = self.tr("limit −{0}").format(percent(rule.limit, 0))
            self.stop_loss.set_figure(numbers.fixed(-100 * rule.value, 1), unit="%", note=limit)
        if isinstance(risk, Unknown):
            for card in (self.shortfall, self.bets, self.beta):
                card.set_unknown(readable(risk.why))
            return
        if isinstance(risk.es_95_10, Unknown):
            self.shortfall.set_unknown(readable(risk.es_95_10.why))
        else:
            loss = numbers.fixed(-100 * risk.es_95_10, 1, sign=True)
            sample = risk.sample
            short = self.tr("{0} days, {1} borrowed").format(sample.days, len(sample.borrowed))
            short = short if sample.borrowed else sample.words
            self.shortfall.set_figure(loss, unit="%", note=sample.words, short_note=short)
        if isinstance(risk.effective_bets, Unknown):
            self.bets.set_unknown(readable(risk.effective_bets.why))
        else:
            held = len(risk.contributions)
            words = self.tr("of 1 position") if held == 1 else self.tr("of {0} positions").format(held)
            self.bets.set_figure(numbers.fixed(risk.effective_bets, 1), note=words)
        if isinstance(risk.beta_bitcoin, Unknown):
            self.beta.set_unknown(readable(risk.beta_bitcoin.why))
        else:
            russell = risk.beta_russell
            words = ""
            if not isinstance(russell, Unknown):
                words = self.tr("to Russell {0}").format(numbers.fixed(russell, 2))
            self.beta.set_figure(numbers.fixed(risk.beta_bitcoin, 2), note=words)

    # -- the table ---------------------------------------------------------------------------------

    def _hidden(self) -> set[str]:
        if self._chosen_hidden is not None:
            return self._chosen_hidden
        return set(HIDDEN_NARROW if self.width() < NARROW else HIDDEN)

    def _lay_out(self) -> None:
        """Give text columns their width and share the rest among the figures."""
        hidden = self._hidden()
        shown = []
        for at, column in enumerate(self.model.columns):
            self.table.setColumnHidden(at, column.id in hidden)
            if column.id not in hidden:
                shown.append((at, column.id))
        # Words about bars stand only where there are bars.
        has_bars = "bar" not in hidden
        self.card.set_subtitle(self.tr("bar: share, tick: largest size allowed") if has_bars else "")
        room = self.table.viewport().width() - sum(WIDTHS.get(name, 0) for _, name in shown)
        others = [at for at, name in shown if name not in WIDTHS]
        head = self.table.horizontalHeader()
        needed = {at: head.sectionSizeHint(at) for at in others}
        spare = max(0, room - sum(needed.values()))
        # The names of limits come first where there is more room than all need.
        words = min(spare, WORDS_MORE) if "binding" not in hidden else 0
        widths = {**WIDTHS, "binding": WIDTHS["binding"] + words}
        more = (spare - words) // max(1, len(others))
        for at, name in shown:
            self.table.setColumnWidth(at, widths.get(name) or needed[at] + more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for card in self._figures:
            card.set_compact(self.width() < NARROW)
        # A tall window has room for more than a few lines of the pictures below the tables.
        below = 3 if self.height() >= TALL else 0
        self._left.setStretch(1, below)
        self._right.setStretch(1, below or 1)

    def _column_menu(self) -> QMenu:
        menu = QMenu(self)
        for column in self.model.columns[1:]:
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(column.id not in self._hidden())
            action.toggled.connect(lambda on, name=column.id: self._show_column(name, on))
            menu.addAction(action)
        return menu

    def _show_column(self, name: str, on: bool) -> None:
        hidden = set(self._hidden())
        (hidden.discard if on else hidden.add)(name)
        self._chosen_hidden = hidden
        self._lay_out()

    def _row_menu(self) -> QMenu:
        menu = QMenu(self)
        rows = self._rows()
        menu.addAction(self.tr("Add a position …"), self._add)
        menu.addAction(self.tr("Delete"), self._remove).setEnabled(bool(rows))
        menu.addAction(self.tr("Move up"), lambda: self._move(-1)).setEnabled(len(rows) == 1)
        menu.addAction(self.tr("Move down"), lambda: self._move(1)).setEnabled(len(rows) == 1)
        menu.addSeparator()
        menu.addAction(self.tr("Copy"), self._copy).setEnabled(bool(rows))
        menu.addAction(self.tr("Paste rows"), self._paste)
        menu.addAction(self.tr("Set the cash …"), self._set_cash)
        return menu

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _choose(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            flags = QItemSelectionModel.SelectionFlag
            index = self.model.index(row, self.model.column("quantity"))
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    @Slot()
    def _remove(self) -> None:
        rows = self._rows()
        if rows:
            names = ", ".join(self.model.symbol(row) for row in rows[:3])
            self._desk.keeper.edit(self.tr("delete {0}").format(names), lambda plan: removed(plan, rows))

    def _move(self, by: int) -> None:
        rows = self._rows()
        if len(rows) == 1 and 0 <= rows[0] + by < self.model.rowCount():
            row = rows[0]
            what = self.tr("move {0}").format(self.model.symbol(row))
            if self._desk.keeper.edit(what, lambda plan: moved(plan, row, row + by)):
                self._choose(row + by)

    @Slot()
    def _add(self) -> None:
        from ui.panels.planner.new_position import NewPosition

        if self._desk.plan.lock is None:
            NewPosition(self._desk, self).open()

    @Slot()
    def _set_cash(self) -> None:
        from PySide6.QtWidgets import QInputDialog

        plan = self._desk.plan
        cash, taken = QInputDialog.getDouble(
            self, self.tr("Cash"), self.tr("Cash in {0}").format(plan.currency), plan.cash, 0.0, 1e15, 2
        )
        if taken:
            self._desk.keeper.edit(self.tr("cash"), lambda plan: changed(plan, cash=cash))

    @Slot()
    def _import(self) -> None:
        from ui.panels.planner.taking import choose_file

        choose_file(self._desk, self)

    @Slot()
    def _paste(self) -> None:
        from ui.panels.planner.taking import paste

        paste(self._desk, self)

    @Slot()
    def _copy(self) -> None:
        """Copy the chosen rows with their heads, for a spreadsheet."""
        from PySide6.QtGui import QGuiApplication

        shown = [at for at in range(len(self.model.columns)) if not self.table.isColumnHidden(at)]
        lines = ["\t".join(self.model.columns[at].title for at in shown)]
        for row in self._rows():
            cells = (self.model.index(row, at).data() or "" for at in shown)
            lines.append("\t".join(cells))
        QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot(QModelIndex)
    def _edit(self, index: QModelIndex) -> None:
        self.table.edit(index)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        for part in (*self._figures, self.card, self.rules, self.risk, self.simulation, self.stress):
            part.apply_theme(theme)
        self.table.viewport().update()


class _Table(QTableView):
    """Tells when its own width has settled: only then is it known what the columns can share."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
