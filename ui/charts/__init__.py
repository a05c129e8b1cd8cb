"""Charts: widgets that are told plain values and draw them. They are made of the parts in `ui/widgets`.

One class a file; nothing here computes an analysis. Every chart is made once, gets its numbers through
`set_…` methods that change existing items, and its colours through `apply_theme(theme)`. Only
`plot_view` and what stands on it (`time_plot`, `plot_chart`) import pyqtgraph, which takes most of a
second: a panel that shows figures first imports those later. This file imports nothing for the same
reason.

Days are `numpy.datetime64[D]` (arrays or scalars), values floats with NaN for unknown, texts arrive
already translated. Every constructor takes `theme=None` (the dark theme until `apply_theme`) and
`parent=None`.

`chart.Chart` is what all have in common: title row, export, copy, the table behind the picture, and the
reason where the whole is unknown. Three families derive from it:

- `time_plot` and `time_chart`: lines over days; `chart_group` gives several of them one axis and one
  crosshair.
- `plot_chart`: everything else with a value axis (`scatter_chart`, `correlogram`, `event_fan`,
  `money_fan`, `histogram`, `wait_chart`).
- Painted ones, whose cells and rows are walked with the arrow keys (`heat_map`, `sector_map`,
  `treemap`, `rotation_plot`, `phase_ribbon`, `interval_dots`, `follow_rows`).

Smaller painted parts without a title row (`gauge`, `phase_track`, `stacked_bar`, `coverage_chart`,
`day_heat`, `event_dots`) derive from `widgets.walked.Walked` or `widgets.themed.Themed`. What shows
days derives from `noted.Noted` too: `noted.hand_notes(panel, notes)` marks what a person noted.
"""
