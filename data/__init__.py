"""Where figures come from and where they rest: cache, importers, demo market. No Qt."""
