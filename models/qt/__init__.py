"""Qt item models over the results of the analyses (QtCore only)."""
