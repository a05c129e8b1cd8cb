"""What the application knows: pure functions and frozen dataclasses over arrays."""
