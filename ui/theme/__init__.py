"""Tokens, palette, style sheet and icons of the two themes."""
