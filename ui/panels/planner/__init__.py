"""The planner: one file a page; the pages share a desk (ui/plans/desk.py) and know nothing of each other."""
