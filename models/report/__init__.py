"""The report of figures: one document, read by scripts, pages and tests alike."""
