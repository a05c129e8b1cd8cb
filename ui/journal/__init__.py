"""The journal in the window: its keeper, which saves and undoes, and its marks on the charts."""
