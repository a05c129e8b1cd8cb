"""The terminal commands: the same composition as the window, without Qt."""
