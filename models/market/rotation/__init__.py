"""Rotation: phases, the rotation graph, sectors, and the screen for quiet coins with volume."""
