"""The altcoin season index: its definitions, its seasons, its members, and why two definitions differ."""
