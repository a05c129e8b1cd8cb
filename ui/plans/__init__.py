"""Plans in the window: the open one with its undo, files and recovery, and its figures as they stand."""
