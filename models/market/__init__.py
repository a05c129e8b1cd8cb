"""The market: its snapshot and the analyses of it (no Qt, no files, no clock, no network)."""
