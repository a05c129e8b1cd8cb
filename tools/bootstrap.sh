#!/bin/sh
# Find a Python that Rotascope runs on and hand over to tools/bootstrap.py.
#
#   tools/bootstrap.sh run     what the application needs
#   tools/bootstrap.sh test    that, and what tests, checks, benchmarks and packaging need
#
# PYTHON=python3.12 names the interpreter; otherwise the newest suitable one is taken.
set -eu
cd "$(dirname "$0")/.."

suitable='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
without_venv='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

if [ -n "${PYTHON:-}" ]; then
    if "$PYTHON" -c "$without_venv" 2>/dev/null; then
        exec "$PYTHON" tools/bootstrap.py "$@"
    fi
    echo "PYTHON=$PYTHON is no Python 3.11, 3.12 or 3.13 that starts here." >&2
    exit 1
fi

# An environment that works is kept, whatever else has been installed since.
if .venv/bin/python -c "$without_venv" 2>/dev/null; then
    exec .venv/bin/python tools/bootstrap.py "$@"
fi

for test in "$suitable" "$without_venv"; do
    for candidate in python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "$test" 2>/dev/null; then
            exec "$candidate" tools/bootstrap.py "$@"
        fi
    done
done

echo "Rotascope needs Python 3.11, 3.12 or 3.13, and none of python3.13, python3.12, python3.11 and python3 is one." >&2
echo "On Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: python.org/downloads." >&2
echo "With the interpreter in an unusual place: make run PYTHON=/path/to/python3.12" >&2
exit 1
