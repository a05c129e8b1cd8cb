"""The panels of the window: a file each, or a package with the widget in `panel` and its texts in `words`."""
