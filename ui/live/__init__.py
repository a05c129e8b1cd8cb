"""What keeps the window's data fresh: loading, refresh, import, schedule, network, states of the series."""
