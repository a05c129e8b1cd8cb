"""The user's theses in the window: kept with undo, and told of when one closes."""
