"""How fast it is, against baselines measured in the same run: `make bench`. See docs/benchmarks.md.

Each module has a function `run(inputs)` that returns rows for the table.
"""
