"""A plan: its values, edits, file, table in and out, and comparison."""
