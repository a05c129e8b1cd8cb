"""Charts, figures and marks: widgets that are told plain values and draw them.

One class a file; nothing here computes an analysis. Every widget is made once, gets its numbers through
`set_…` methods that change existing items, and its colours through `apply_theme(theme)`. Only `plot_view`,
`time_chart`, `scatter_chart` and `correlogram` (and `chart_group`) import pyqtgraph, which takes most of a
second: a panel that shows figures first imports those later. This file imports nothing for the same reason.

Days are `numpy.datetime64[D]` (arrays or scalars), values floats with NaN for unknown, texts arrive already
translated. `theme` may be left out of any constructor: the dark theme stands in until `apply_theme`.

    card.Card(title="", *, subtitle="", key="", theme=None)          surface with title row, ƒ; `.body` is a QVBoxLayout
        .set_title(t) .set_subtitle(t) .set_note(t) .add_corner(widget) .explain_requested(key)
        .apply_theme(theme)                                          reaches every themed widget below it
    label.Label(text="", *, token="text", scale=1.0, weight=400, elide=False, wrap=False)   themed QLabel; .set_text
    header.Header(title, *, subtitle="", key="")                     the title row itself, used by Card and Chart
    explain_button.ExplainButton(key, what)                          ƒ; .explain_requested(key)
    skeleton.Skeleton(shape="chart"|"figure"|"rows")                 still placeholder while loading
    segmented.Segmented(options=[(key, text), ...], *, name, value=None)
        .changed(key) .value() .set_value(key) .set_possible(key, bool, why="")
    range_buttons.RangeButtons(value="all")                          Segmented over 90d, 1y, 4y, all
    signal_mark.SignalMark(state="unknown", size=16)                 .set_state("confirms"|"neutral"|"contradicts"|"unknown")
        signal_mark.paint_mark(painter, rect, state, theme)          the same shape for delegates
    figure_card.FigureCard(name, *, short_name="", key="", inline=False)
        .set_figure(value, *, unit="", interval="", note="", short_note="") .set_unknown(reason) .set_loading()
        .set_compact(bool) .explain_requested(key)
    gauge.Gauge(*, low=25, high=75)          .set_value(value, label) .set_unknown(reason)
    phase_track.PhaseTrack()                 .set_stations([Station(name, share, median_days, spells), x 4], active=0)
                                             active=None + note="no clear phase"; .set_unknown(reason)
    stacked_bar.StackedBar(*, legend=True)   .set_counts(confirms, neutral, contradicts, unknown) .set_compact(bool)
    heat_map.HeatMap()                       .set_matrix(rows, columns, values, *, tips=None, blank_diagonal=True)
                                             .set_chosen(i, j) .chosen() .cell_clicked(i, j) .set_unknown(reason)
    interval_dots.IntervalDots()             .set_rows([DotRow(label, value, low, high, n, note="")], *, base=0.0, limits=None)

Charts proper derive from `chart.Chart(title="", *, subtitle="", key="")`:
        .explain_requested(key) .set_title .set_subtitle .set_note(text) .add_corner(widget)
        .set_unknown_because(reason|None)        the whole chart is unknown: hatch and sentence
        .table() -> tables.Table .to_csv() .export_csv(path) .export_png(path) .export_svg(path)
        .copy_image() .copy_data() .show_table() .fit() .menu() .apply_theme(theme)

    time_chart.TimeChart(title, *, subtitle="", key="", value_side="left")
        .add_line(key, title, series_index, *, width=1, label=True, dashed=None, values="figure")
        .set_line(key, days, values, end_text=None) .set_line_title(key, title) .set_line_visible(key, bool)
        .remove_line(key) .lines() -> list[str]
        .set_end_dot(key, bool)
        .add_band(key, series_index) .set_band(key, days, low, high)       key = that of its line: joins its read-out
        .set_shading(spans, kind="altcoin"|"bitcoin"|"phase")              spans: [(start, end)], both days included
        .set_threshold(key, value|None, label="", colour="neutral")        colour: token name or series index
        .set_unknown(start|None, end|None, text="") .set_unknown_spans([(start, end, text)])
        .set_marks([Mark(day, value, text, shape="diamond"|"triangle")])
        .set_as_of(day|None) .set_log(bool) .set_value_range(low, high) or () for automatic
        .set_value_ticks([0, 25, 75, 100]) .set_values("figure"|"percent"|"points"|"usd"|callable)
        .set_range("90d"|"1y"|"4y"|"all") .set_visible_days(start, end) .visible_days() .range_chosen(str)
        .set_cursor(day|None) .cursor() .read_out_text() .set_interactive(bool) .set_time_axis_shown(bool)
    chart_group.ChartGroup([chart, ...], buttons=RangeButtons|None)  linked x, one crosshair; .add(chart) .set_range(key)
    scatter_chart.ScatterChart(title, ...)
        .set_points(days, x, y) .set_fit(slope, intercept, band_x, band_low, band_high, label) .set_axis_names(x, y)
    correlogram.Correlogram(title, ...)
        .set_lags(lags, values, low, high, *, peak=None, peak_text="", before="", after="", band_text="")

`numbers` formats (true minus, thousands separators, dash for unknown); `dates` converts and names days.
`themed.Themed` is the mixin behind `apply_theme`; `themed.spread_theme(root, theme)` reaches a whole panel.
"""
