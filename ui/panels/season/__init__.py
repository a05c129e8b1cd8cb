"""The Season panel: how many of the largest coins beat Bitcoin, and the definitions beside it."""
