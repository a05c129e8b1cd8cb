"""What a person expects, until when, and what became of it."""
