"""The user's theses: kept with undo, edited in a window of their own, and told of when one closes."""
