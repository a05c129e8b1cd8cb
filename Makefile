# Everything starts here: `make run` and `make test` prepare a fresh machine by themselves.
# Arguments: make run ARGS="--demo"    make test ARGS="tests/models"    PYTHON=python3.12 make test

.DEFAULT_GOAL := help
.PHONY: help run test bench soak screenshots package smoke deb archive format lock clean environment dev-environment
MAKEFLAGS += --no-print-directory

python := .venv/bin/python
ARGS ?=

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

environment:
	@sh tools/bootstrap.sh run

dev-environment:
	@sh tools/bootstrap.sh test

run: environment  ## Open the window (or run a terminal command: ARGS="report --as-of 2021-05-14")
	@$(python) main.py $(ARGS)

test: dev-environment  ## Check style, types, import contracts, and run the tests
	@$(python) tools/check.py $(ARGS)

bench: dev-environment  ## Measure against baselines of the same run (ARGS="load append" for some of them)
	@$(python) -m benchmarks $(ARGS)

soak: dev-environment  ## Use the window for ten minutes; does it stay as it was? (ARGS="--minutes 30")
	@$(python) tools/soak.py $(ARGS)

package: dev-environment  ## Freeze the application into dist/Rotascope
	@$(python) -m PyInstaller --noconfirm --clean --log-level WARN build.spec

smoke: dev-environment  ## Try the frozen application in an empty home (ARGS="dist/Rotascope --starts 5")
	@$(python) tools/smoke.py $(ARGS)

deb: dev-environment  ## Pack the frozen application for Debian and Ubuntu
	@$(python) tools/linux_packages.py --only deb
	@$(python) tools/sums.py

archive: dev-environment  ## Pack it for any Linux, with an installer for one user
	@$(python) tools/linux_packages.py --only archive
	@$(python) tools/sums.py

screenshots: environment  ## Take the pictures of the guide anew, from the demo market
	@$(python) tools/screenshots.py docs/images --guide

format: dev-environment  ## Put the code into the house's format
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .

lock: dev-environment  ## Resolve the dependencies anew (needs uv) and write both lock files
	@$(python) tools/lock.py

clean:  ## Remove the environment, caches and built files
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
