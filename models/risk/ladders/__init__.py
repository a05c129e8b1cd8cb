"""Exit ladders: rungs, conditions, checks, and what earlier days would have made of them."""
