"""`python -m tests.stubs --port N [--today DAY]`: serve all providers until interrupted."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import UTC, datetime, timedelta

from tests.stubs.server import StubServer, describe


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.stubs", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--today", help="the UTC day that the providers think it is (noon); default: the real one"
    )
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--coins", type=int, default=300)
    parser.add_argument("--limits", action="store_true", help="answer 429 above the documented limits")
    wanted = parser.parse_args()
    now = datetime.now(UTC)
    if wanted.today:
        now = datetime.fromisoformat(wanted.today).replace(tzinfo=UTC) + timedelta(hours=12)
    with StubServer(
        now=now, port=wanted.port, seed=wanted.seed, coins=wanted.coins, limits=wanted.limits
    ) as stub:
        sys.stdout.write(describe(stub) + "\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
