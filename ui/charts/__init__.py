"""Charts: pyqtgraph plots that share axes, crosshair, ranges and exports."""
