"""The Correlation panel: one pair, its windows and methods, and what a permutation makes of it."""
