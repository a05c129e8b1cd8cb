"""The Data panel: what is there, how old it is, what went wrong, and what to do about it."""
