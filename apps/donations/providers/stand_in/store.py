"""The stand-in's memory: objects by id, the events about them, and what is due later."""

import copy
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Thing = dict[str, Any]
API_VERSION = "2026-10-28.endive"
MAX_PAGE = 100


class ApiError(Exception):
    """An answer other than 200, in Stripe's shape."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Thing = {"error": {"type": kind, "message": message}}
        if code:
            self.body["error"]["code"] = code
        if param:
            self.body["error"]["param"] = param


def public(thing: Thing) -> Thing:
    """Return a copy of an object, or of a list of them, without the stand-in's own notes (names with `_`)."""
    answer = {name: copy.deepcopy(value) for name, value in thing.items() if not name.startswith("_")}
    if answer.get("object") == "list":
        answer["data"] = [public(row) for row in answer["data"]]
    return answer


class Store:
    """All objects of one stand-in. Every change happens inside `changing()`."""

    def __init__(
        self,
        *,
        file: Path | None = None,
        fee: Callable[[int], int] | None = None,
        delay: int = 8,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.file = file
        self.fee = fee or (lambda amount: (amount * 29 + 500) // 1000)
        self.delay = delay
        self.now = now
        self.offset = 0
        self.base_url = ""
        self.swept_at = 0
        self.lock = threading.RLock()
        self.things: dict[str, Thing] = {}
        self.due: list[Thing] = []
        self.listeners: list[Callable[[Thing], None]] = []
        self._unsaid: list[Thing] = []
        self._depth = 0
        if file is not None and file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            self.things, self.due = kept["things"], kept["due"]
            self.offset = kept.get("offset", 0)

    def second(self) -> int:
        """The stand-in's time in whole seconds, as Stripe writes it."""
        return int(self.now()) + self.offset

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock; on leaving, keep the state on disk and hand the new events to the listeners."""
        with self.lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                events: list[Thing] = []
                if self._depth == 0:
                    events, self._unsaid = self._unsaid, []
                    self._keep()
        for event in events:
            for listener in self.listeners:
                listener(event)

    def _keep(self) -> None:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            draft = self.file.with_suffix(".new")
            draft.write_text(
                json.dumps({"things": self.things, "due": self.due, "offset": self.offset}), encoding="utf-8"
            )
            draft.replace(self.file)

    def new_id(self, prefix: str) -> str:
        """Return a fresh id such as `pi_…`; sessions carry `test`, as Stripe's do."""
        word = secrets.token_hex(12)
        return f"cs_test_{word}" if prefix == "cs" else f"{prefix}_{word}"

    def put(self, thing: Thing) -> Thing:
        """Keep an object under its id and return it."""
        self.things[thing["id"]] = thing
        return thing

    def get(self, kind: str, key: str) -> Thing:
        """Return the object itself. Raises 404 in Stripe's words."""
        thing = self.things.get(key)
        if thing is None or thing["object"] != kind:
            raise ApiError(404, f"No such {kind}: '{key}'", code="resource_missing", param="id")
        return thing

    def all(self, kind: str, **filters: Any) -> list[Thing]:
        """Return the objects of a kind with these field values, newest first."""
        found = [
            thing
            for thing in self.things.values()
            if thing["object"] == kind and all(thing.get(name) == value for name, value in filters.items())
        ]
        return found[::-1]

    def page(self, kind: str, params: Thing, *, url: str, filters: Thing) -> Thing:
        """Return one page of a list in Stripe's shape: `created[gte]`, `limit`, `starting_after`."""
        rows = self.all(kind, **filters)
        created = params.get("created", {})
        if isinstance(created, dict):
            low, high = int(created.get("gte", 0)), int(created.get("lte", 2**40))
            rows = [row for row in rows if low <= row["created"] <= high]
        after = params.get("starting_after")
        if after:
            ids = [row["id"] for row in rows]
            if after not in ids:
                raise ApiError(404, f"No such {kind}: '{after}'", code="resource_missing")
            rows = rows[ids.index(after) + 1 :]
        limit = int(params.get("limit", 10))
        if not 1 <= limit <= MAX_PAGE:
            raise ApiError(400, "Invalid integer: limit must be between 1 and 100", param="limit")
        return {"object": "list", "url": url, "data": rows[:limit], "has_more": len(rows) > limit}

    def tell(self, kind: str, thing: Thing) -> None:
        """Write the event that says what happened to an object; it goes out when the change is complete."""
        event: Thing = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.second(),
            "data": {"object": public(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self._unsaid.append(self.put(event))

    def later(self, action: str, key: str) -> None:
        """Remember to do `action` to an object when the delay is over."""
        self.due.append({"at": self.second() + self.delay, "action": action, "id": key})

    def expand(self, thing: Thing, paths: list[str]) -> Thing:
        """Return a deep copy of an answer in which the named ids are replaced by their objects."""
        answer = public(thing)
        for path in paths:
            self._expand(answer, path.split("."))
        return answer

    def _expand(self, part: Any, names: list[str]) -> None:
        if isinstance(part, list):
            for row in part:
                self._expand(row, names)
        elif isinstance(part, dict) and names:
            name, rest = names[0], names[1:]
            if name == "payments" and part.get("object") == "invoice":
                # Only there when it is asked for, as at Stripe.
                part[name] = {
                    "object": "list",
                    "url": "/v1/invoice_payments",
                    "data": [public(row) for row in self.all("invoice_payment", invoice=part["id"])],
                    "has_more": False,
                }
            if name not in part:
                raise ApiError(400, f"This property cannot be expanded ({name}).", param="expand")
            if isinstance(part[name], str):
                found = self.things.get(part[name])
                part[name] = part[name] if found is None else public(found)
            self._expand(part[name], rest)
