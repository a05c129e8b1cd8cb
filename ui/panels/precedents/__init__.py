"""The Precedents panel: what followed earlier events, against any day's chance."""
