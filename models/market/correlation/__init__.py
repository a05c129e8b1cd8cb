"""Correlation of two lines: pairs, bands, regimes, lead and lag, beta, and why levels mislead."""
