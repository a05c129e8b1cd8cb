"""The Journal panel: notes, their editor, and what followed each kind."""
