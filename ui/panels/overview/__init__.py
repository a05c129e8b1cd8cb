"""The Overview: season, phase, Russell 2000, dominance, the checklist of signals, and what changed."""
