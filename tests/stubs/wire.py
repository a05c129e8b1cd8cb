"""What goes over the wire: a question, an answer, and the ways in which an answer can be wrong."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Attention Required!</title></head>"
    "<body><h1>Access denied</h1><p>Error 1020</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it came. Header names are in lower case."""

    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]

    def number(self, name: str, default: int) -> int:
        try:
            return int(float(self.query.get(name, default)))
        except ValueError:
            return default


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `payload` (sent as JSON) or `text`; `member` names the file of a zip that holds the text."""

    status: int = 200
    payload: Any = None
    text: str | None = None
    member: str = ""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        if self.text is None:
            return json.dumps(self.payload, separators=(",", ":")).encode()
        if not self.member:
            return self.text.encode()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(zipfile.ZipInfo(self.member), self.text)  # ZipInfo: a fixed date, so a fixed sum
        return packed.getvalue()


def page(status: int, text: str, *, kind: str = "text/html; charset=utf-8") -> Reply:
    return Reply(status, text=text, kind=kind)


def etag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


# --- wrong answers --------------------------------------------------------------------------------

Mutate = Callable[[Reply, "Fault"], Reply]


@dataclass(slots=True)
class Fault:
    """One way to misbehave, on the requests to `host` whose path and query match.

    `kind` is a status ("429", "451", "403", "500", "503", "418"), a change of the answer (a name in
    `CHANGES`), or a trouble of the line: "drip", "reset", "close", "hang", "huge", "bomb".
    Of the requests that match, the first `skip` pass, then `count` are spoiled (None: all that follow).
    """

    host: str
    kind: str
    path: str = "*"
    query: str = ""
    skip: int = 0
    count: int | None = None
    retry_after: str | None = None
    seconds: float = 0.2
    size: int = 30_000_000
    at: float = 0.5
    name: str = ""
    body: str | None = None
    seed: int = 1
    seen: int = 0
    hits: int = 0

    def matches(self, ask: Ask, raw_query: str) -> bool:
        return (
            fnmatch.fnmatch(ask.host, self.host)
            and fnmatch.fnmatch(ask.path, self.path)
            and self.query in raw_query
        )

    def takes(self) -> bool:
        """Count one matching request and say whether it is spoiled."""
        self.seen += 1
        hit = self.seen > self.skip and (self.count is None or self.hits < self.count)
        self.hits += hit
        return hit


def refusal(fault: Fault) -> Reply:
    """Answer with a status, in the words of each provider."""
    status = int(fault.kind)
    headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
    if fault.body is not None:
        return Reply(status, text=fault.body, kind="text/plain", headers=headers)
    host = fault.host
    if status == 403:
        return replace(page(403, CHALLENGE), headers=headers)
    if status == 451:
        why = "Service unavailable from a restricted location according to 'b. Eligibility' in our terms"
        return Reply(451, {"code": 0, "msg": why}, headers=headers)
    if status == 429 and "yahoo" in host:
        return Reply(429, text="Edge: Too Many Requests", kind="text/plain", headers=headers)
    if status == 429 and "coingecko" in host:
        words = "You've exceeded the Rate Limit. Please visit the pricing page for higher limits."
        return Reply(429, {"status": {"error_code": 429, "error_message": words}}, headers=headers)
    if status in (418, 429) and "binance" in host:
        return Reply(
            status, {"code": -1003, "msg": "Too many requests; current limit exceeded."}, headers=headers
        )
    if status >= 500:
        return replace(
            page(status, f"<html><body><h1>{status} Server Error</h1></body></html>"), headers=headers
        )
    return Reply(status, {"error": f"status {status}"}, headers=headers)


def leaves(payload: Any, change: Callable[[Any], Any]) -> Any:
    """Return a copy in which every number (or text that is one) went through `change`."""
    if isinstance(payload, dict):
        return {key: leaves(value, change) for key, value in payload.items()}
    if isinstance(payload, list):
        return [leaves(value, change) for value in payload]
    return change(payload) if is_number(payload) else payload


def is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def lists(payload: Any) -> list[list[Any]]:
    """Return all lists inside, the outermost first."""
    inner = payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ()
    found = [payload] if isinstance(payload, list) else []
    for value in inner:
        found += lists(value)
    return found


def reorder(reply: Reply, order: Callable[[list[int]], list[int]]) -> Reply:
    """Re-order the rows: of the longest list, of all that run beside it, or the lines of a CSV."""
    if reply.text is not None:
        head, *lines = reply.text.splitlines()
        return replace(reply, text="\n".join([head, *(lines[i] for i in order([*range(len(lines))]))]) + "\n")
    payload = json.loads(json.dumps(reply.payload))
    found = lists(payload)
    longest = max((len(one) for one in found), default=0)
    new = order([*range(longest)])
    for one in found:
        if len(one) == longest:
            one[:] = [one[i] for i in new]
    return replace(reply, payload=payload)


def _every_third(value: Callable[[Any], Any]) -> Mutate:
    def mutate(reply: Reply, fault: Fault) -> Reply:
        count = 0

        def change(found: Any) -> Any:
            nonlocal count
            count += 1
            return value(found) if count % 3 == 0 else found

        if reply.text is not None:
            head, *lines = reply.text.splitlines()
            lines = [
                ",".join([*line.split(",")[:-1], str(change(line.split(",")[-1]) or "")]) for line in lines
            ]
            return replace(reply, text="\n".join([head, *lines]) + "\n")
        return replace(reply, payload=leaves(reply.payload, change))

    return mutate


def _missing_key(payload: Any, name: str) -> Any:
    if isinstance(payload, dict):
        return {key: _missing_key(value, name) for key, value in payload.items() if key != name}
    return [_missing_key(value, name) for value in payload] if isinstance(payload, list) else payload


def _extra_keys(payload: Any) -> Any:
    if isinstance(payload, dict):
        return {"unheard_of": {"nested": [1, None]}, **{k: _extra_keys(v) for k, v in payload.items()}}
    return [_extra_keys(value) for value in payload] if isinstance(payload, list) else payload


def _empty(payload: Any) -> Any:
    if isinstance(payload, dict):
        return {key: _empty(value) for key, value in payload.items()}
    return [] if isinstance(payload, list) else payload


def _shuffled(reply: Reply, fault: Fault) -> Reply:
    def order(rows: list[int]) -> list[int]:
        random.Random(fault.seed).shuffle(rows)
        return rows

    return reorder(reply, order)


CHANGES: dict[str, Mutate] = {
    "truncated": lambda r, f: Reply(
        r.status, text=r.body()[: int(len(r.body()) * f.at)].decode("utf-8", "ignore"), kind=r.kind
    ),
    "invalid": lambda r, f: Reply(r.status, text='{"oops": nope,,}', kind=r.kind),
    "html": lambda r, f: page(200, CHALLENGE),
    "nothing": lambda r, f: Reply(r.status, text="", kind=r.kind),
    "null": lambda r, f: replace(r, payload=None, text=None, member=""),
    "nulls": _every_third(lambda value: None),
    "nan": _every_third(lambda value: "NaN"),
    "negative": _every_third(lambda value: f"-{value}" if isinstance(value, str) else -value),
    "strings": lambda r, f: replace(r, payload=leaves(r.payload, str)),
    "missing-key": lambda r, f: replace(r, payload=_missing_key(r.payload, f.name)),
    "extra-keys": lambda r, f: replace(r, payload=_extra_keys(r.payload)),
    "empty": lambda r, f: (
        replace(r, payload=_empty(r.payload))
        if r.text is None
        else replace(r, text=r.text.split("\n")[0] + "\n")
    ),
    "duplicated": lambda r, f: reorder(r, lambda rows: [*rows, *rows[len(rows) // 2 :][:3]]),
    "unordered": _shuffled,
    "day-missing": lambda r, f: reorder(r, lambda rows: [i for i in rows if i != len(rows) // 2]),
    "other": lambda r, f: Reply(r.status, text=f.body or "", kind=r.kind),
}


def damaged(reply: Reply, fault: Fault) -> bytes:
    """Return the body of a changed answer; a zip is cut in its bytes."""
    if fault.kind == "truncated" and reply.member:
        body = reply.body()
        return body[: int(len(body) * fault.at)]
    return CHANGES[fault.kind](reply, fault).body()


def huge(size: int) -> bytes:
    """Return valid JSON of about `size` bytes that no client should read to its end."""
    row = b'{"filler":"' + b"x" * 1000 + b'"},'
    return b"[" + row * (size // len(row)) + b"{}]"


def bomb(size: int) -> bytes:
    """Return the same, packed: a few kilobytes on the wire."""
    return gzip.compress(huge(size), 9)
