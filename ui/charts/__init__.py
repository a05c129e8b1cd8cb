"""Charts, figures and marks: widgets that are told plain values and draw them.

One class a file; nothing here computes an analysis. Every widget is made once, gets its numbers through
`set_…` methods that change existing items, and its colours through `apply_theme(theme)`. Only `plot_view` and
what stands on it (`time_chart`, `chart_group`, `scatter_chart`, `correlogram`) import pyqtgraph, which takes
most of a second: a panel that shows figures first imports those later. This file imports nothing for the
same reason.

Days are `numpy.datetime64[D]` (arrays or scalars), values floats with NaN for unknown, texts arrive already
translated. Every constructor takes `theme=None` (the dark theme until `apply_theme`) and `parent=None`.

Surfaces and words
    card.Card(title="", *, subtitle="", key="")
        `.body` is a QVBoxLayout; .set_title .set_subtitle .set_note(text) .add_corner(widget)
        .explain_requested(key); .apply_theme reaches every themed widget below it
    label.Label(text="", *, token="text", scale=1.0, weight=400, elide=False, wrap=False)
        .set_text .set_token .set_type(scale, weight)
    header.Header(title, *, subtitle="", key="")            the title row of Card and Chart
    explain_button.ExplainButton(key, what)                 ƒ; .explain_requested(key)
    skeleton.Skeleton("chart"|"figure"|"rows")              still placeholder while loading
    unknown_pane.UnknownPane(reason)                        hatched area with a sentence; .set_reason
    segmented.Segmented([(key, text), …], *, name, value=None)
        .changed(key) .value() .set_value(key) .set_possible(key, bool, why="") .button(key)
    range_buttons.RangeButtons(value="all")                 a Segmented over 90d, 1y, 4y, all

Figures
    signal_mark.SignalMark(state="unknown", size=16)
        .set_state("confirms"|"neutral"|"contradicts"|"unknown"); paint_mark(painter, rect, state, theme)
    figure_card.FigureCard(name, *, short_name="", key="", inline=False)
        .set_figure(value, *, unit="", interval="", note="", short_note="") .set_unknown(reason)
        .set_loading() .set_compact(bool) .set_name(name, short_name="") .text() .explain_requested(key)
    gauge.Gauge(*, name="", low=25, high=75)                .set_value(value, label) .set_unknown(reason)
    phase_track.PhaseTrack()
        .set_stations([Station(name, share, median_days, spells) x 4], active=0|None, note="")
        .set_unknown(reason)
    stacked_bar.StackedBar(*, legend=True)
        .set_counts(confirms, neutral, contradicts, unknown) .set_compact(bool)

Charts derive from chart.Chart(title="", *, subtitle="", key="")
        .set_title .set_subtitle .set_note(text) .add_corner(widget) .explain_requested(key)
        .set_unknown_because(reason|None)       the whole chart is unknown: hatch and sentence
        .table() .to_csv() .export_csv(path) .export_png(path) .export_svg(path)
        .copy_image() .copy_data() .show_table() .fit() .menu()
    time_chart.TimeChart(…, value_side="left"|"right")
        .add_line(key, title, series_index, *, width=1, label=True, dashed=None, values=None)
        .set_line(key, days, values, end_text=None) .set_end_dot
        .remove_line(key) .lines() -> keys
        .add_band(line_key, series_index=None) .set_band(line_key, days, low, high)
        .set_shading([(start, end), …], "altcoin"|"bitcoin"|"phase", [text, …])   both days included
        .set_threshold(key, value|None, label="", colour=token or series index)
        .set_unknown(start|None, end|None, text) .set_unknown_spans([(start, end, text), …])
        .set_marks([Mark(day, value, text="", shape="diamond"|"triangle"), …])
        .set_as_of(day|None, text="") .set_log(bool) .set_vertical_grid(bool) .set_time_axis_shown(bool)
        .set_value_range(low, high), () automatic; .set_value_ticks([…]|None)
        .set_values("figure"|"fixed"|"percent"|"change"|"points"|"usd"|callable)
        .set_range("90d"|"1y"|"4y"|"all") .range() .set_visible_days(start, end) .visible_days()
        .set_cursor(day|None) .cursor_day() .read_out_text() .set_interactive(bool)
        signals cursor_moved(day|None), window_moved(low, high), fitted()
    chart_group.ChartGroup([chart, …], buttons=RangeButtons|None)
        .add(chart) .charts() .set_range(key) .set_cursor(day|None) .read_out_text()
    scatter_chart.ScatterChart(…)
        .set_points(days, x, y) .set_axis_names(across, up)
        .set_fit(slope, intercept, band_x, band_low, band_high, label="")
    correlogram.Correlogram(…)
        .set_lags(lags, values, low, high, *, peak=None, peak_text="", before="", after="", band_text="")
    heat_map.HeatMap(…)
        .set_matrix(rows, columns, values, *, tips=None, blank_diagonal=True, limit=1.0, shown="fixed")
        .set_chosen(row|None, column) .chosen() .set_unknown(reason) .cell_clicked(row, column)
    interval_dots.IntervalDots(…)
        .set_rows([DotRow(label, value, low=None, high=None, n=None, note="") …], *, base=0.0,
                  base_label="", limits=None, shown="fixed", series_index=1)

    rotation_plot.RotationPlot(…)
        .set_lines([PlotLine(key, name, title, days, xs, ys, x, y, ink) …], day, *, grow=False)
        .select(keys) .selected_changed(keys)
    phase_ribbon.PhaseRibbon(name)
        .set_history([Block(phase, name, start, end, running) …], legend) .set_price(days, values, name)
    follow_rows.FollowRows(name)
        .set_rows([FollowRow(name, count, of, low, high) …])
    sector_map.SectorMap(name)
        .set_rows([MapRow(key, name, members, values, reasons, whole_reason) …], columns, limits)
        .sector_chosen(key)
    treemap.Treemap(name)
        .set_groups([Group(key, name, (Leaf(key, name, title, size, value, why), …)) …], limit)
        .leaf_chosen(key)

Painted parts derive from walked.Walked(): arrow keys from place to place, T, and a menu of their own
        .set_title(text) .set_places([words, …]) .walk_to(place) .at; each tells .spot(place) .table(),
        and where needed .reach() .arrived() .take(), and calls .paint_focus(painter)
    phase_track, stacked_bar, coverage_chart, day_heat, event_dots
    brief_rows.BriefRows(name)                              a few rows, as many as fit; .chosen(key)

What shows days derives from noted.Noted too: `noted.hand_notes(panel, notes)` marks what a person noted.
Whatever the keyboard walks says where it is by `spoken.speak(widget, words)`.

`numbers` formats (true minus, thousands separators, dash for unknown); `dates` converts and names days;
`themed.Themed` is the mixin behind `apply_theme`, `themed.spread_theme(root, theme)` reaches a whole panel.
"""
