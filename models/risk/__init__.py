"""What a holding risks, how large it may be, and how it is left again."""
