"""The Rotation panel: the phase, the rotation graph, sectors, screens, and the user's own classes."""
