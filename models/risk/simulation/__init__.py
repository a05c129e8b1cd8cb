"""The wind tunnel: what may become of a plan, drawn from real days."""
