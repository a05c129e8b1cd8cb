"""The journal: what the user noted on which day, what followed, and its ways in and out."""
