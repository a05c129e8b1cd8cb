"""The main window: frame, rail, bars, search, messages, tour. It arranges pages and knows no figure."""
