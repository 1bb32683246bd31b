"""Repeated lines of the log are counted instead of written: one fault meets everybody.

Lines are of one kind if they have the same event, level and cause (`CAUSES`, and the class of an
exception); whom it met does not matter. The first of a kind are written at once, the others are
counted, and one line an interval has their number under `repeated`. Memory is bounded by the
number of kinds. Any thread may log.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import structlog
import trio

from protocol.bounded import BoundedDict

FIRST = 5
"""Lines of a kind that are written at once."""
INTERVAL_SECONDS = 10.0
MAX_KINDS = 512
MAX_CAUSE = 60
"""Characters of a cause that tell kinds apart; what follows may name whom it met."""
MAX_FACT = 200
CAUSES = (
    "code",
    "reason",
    "status",
    "error",
    "kind",
    "child",
    "field",
    "command",
    "sqlstate",
)
"""Facts that say what went wrong, not to whom."""
IDS = re.compile(r"[0-9a-f]{8}[0-9a-f-]*|\d+")
REPEATED = "repeated"
_PASSES = "_passes"
PASSES = {_PASSES: True}
"""Facts of a line that is written whatever it repeats: somebody else bounds how many there are."""

log = structlog.get_logger()

Facts = MutableMapping[str, Any]
Kind = tuple[str, ...]


class Summary(NamedTuple):
    """What is written for lines that were left out. `facts` are those of the last of them."""

    level: str
    event: str
    facts: Mapping[str, Any]


@dataclass(slots=True)
class _Seen:
    """One kind in its current interval."""

    began: float
    written: int = 0
    left_out: int = 0
    last: dict[str, Any] = field(default_factory=dict)


class LogSampler:
    """Decides which lines are written. `now` reads monotonic seconds."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        *,
        first: int = FIRST,
        interval: float = INTERVAL_SECONDS,
        max_kinds: int = MAX_KINDS,
    ) -> None:
        self._now = now
        self._first = first
        self.interval = interval
        self._kinds: BoundedDict[Kind, _Seen] = BoundedDict(max_kinds)
        self._lock = threading.Lock()
        self._forgotten = 0
        self._events: BoundedDict[str, int] = BoundedDict(max_kinds)
        self.written = 0

    def __call__(self, _logger: Any, level: str, event: Facts) -> Facts:
        """As a processor of structlog. Raises `structlog.DropEvent` for a line that is left out."""
        if level == "debug" or event.pop(_PASSES, False):
            self.written += 1
            return event
        repeated = self.admit(_kind(level, event), event)
        if repeated is None:
            raise structlog.DropEvent
        if repeated:
            event[REPEATED] = repeated
        return event

    def admit(self, kind: Kind, facts: Mapping[str, Any]) -> int | None:
        """How many lines of this kind were left out before this one; None leaves it out too."""
        now = self._now()
        kept = _kept(facts)  # not under the lock: what was raised may log when it is shown
        with self._lock:
            seen = self._kinds.get(kind)
            if seen is None or (not seen.left_out and now - seen.began >= self.interval):
                seen = _Seen(began=now)
                self._forget_for(kind)
            self._kinds.remember(kind, seen)
            if seen.written < self._first:
                seen.written += 1
            elif now - seen.began < self.interval:
                seen.left_out += 1
                seen.last = kept
                self._events.remember(kind[0], self._events.get(kind[0], 0) + 1)
                return None
            left_out, seen.left_out = seen.left_out, 0
            if left_out:
                seen.began = now
            self.written += 1
            return left_out

    def due(self, *, all_of_them: bool = False) -> list[Summary]:
        """The summaries of the kinds whose interval is over, or of all; each is given once."""
        now = self._now()
        with self._lock:
            found: list[Summary] = []
            for kind, seen in list(self._kinds.items()):
                if not all_of_them and now - seen.began < self.interval:
                    continue
                if seen.left_out:
                    found.append(_summary(kind, seen))
                    seen.began, seen.left_out = now, 0
                else:
                    del self._kinds[kind]
            return found

    def due_in(self) -> float | None:
        """Seconds until there is a summary to write; None as long as nothing was left out."""
        with self._lock:
            began = [seen.began for seen in self._kinds.values() if seen.left_out]
            return max(0.0, min(began) + self.interval - self._now()) if began else None

    def begin_anew(self) -> None:
        """Forget everything: a forked process has said nothing yet, its parent writes the rest."""
        with self._lock:
            self._kinds.clear()
            self._events.clear()
            self._forgotten = self.written = 0

    def statistics(self) -> dict[str, Any]:
        """Lines written, and those left out by event."""
        with self._lock:
            return {"lines": self.written, "left_out": dict(self._events)}

    def take_forgotten(self) -> int:
        """Lines left out of kinds that were forgotten since the last call."""
        with self._lock:
            forgotten, self._forgotten = self._forgotten, 0
            return forgotten

    def _forget_for(self, kind: Kind) -> None:
        """Keep the number of the kind that a new one displaces."""
        if kind not in self._kinds and len(self._kinds) >= self._kinds.bound:
            self._forgotten += next(iter(self._kinds.values())).left_out


class SampledLibraries(logging.Filter):
    """The same for lines of libraries, which have a message instead of an event."""

    def __init__(self, sampler: LogSampler) -> None:
        super().__init__()
        self._sampler = sampler

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        kind = (record.name, record.levelname.lower(), _cause(record.msg))
        repeated = self._sampler.admit(kind, {"message": str(record.msg)})
        if repeated:
            record.msg = f"{record.msg} ({REPEATED} {repeated} times)"
        return repeated is not None


async def run_summaries(
    sampler: LogSampler, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
) -> None:
    """Write what is due until cancelled, and at the end what is left."""
    task_status.started()
    try:
        while True:
            await trio.sleep(sampler.interval)
            write_summaries(sampler)
    finally:
        write_summaries(sampler, all_of_them=True)


def write_summaries(sampler: LogSampler, *, all_of_them: bool = False) -> None:
    """Write what is due, past the sampler."""
    for level, event, facts in sampler.due(all_of_them=all_of_them):
        getattr(log, level)(event, **facts, **PASSES)
    if forgotten := sampler.take_forgotten():
        log.warning("log.kinds_forgotten", repeated=forgotten)


def _summary(kind: Kind, seen: _Seen) -> Summary:
    return Summary(kind[1], kind[0], {**seen.last, REPEATED: seen.left_out})


def _kind(level: str, event: Mapping[str, Any]) -> Kind:
    causes = (f"{name}={_cause(event[name])}" for name in CAUSES if name in event)
    raised = _raised(event.get("exc_info"))
    level = "error" if level == "exception" else level
    return (str(event.get("event", "")), level, *causes, type(raised).__name__ if raised else "")


def _cause(value: Any) -> str:
    return IDS.sub("#", str(value)[: 2 * MAX_CAUSE])[:MAX_CAUSE]


def _raised(told: Any) -> BaseException | None:
    if isinstance(told, BaseException):
        return told
    if isinstance(told, tuple):
        return told[1]  # type: ignore[no-any-return]
    return sys.exception() if told else None


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The small facts of a line, and what it raised as text: tracebacks keep much alive."""
    kept: dict[str, Any] = {
        name: value[:MAX_FACT] if isinstance(value, str) else value
        for name, value in facts.items()
        if value is None or isinstance(value, str | int | float)
    }
    raised = _raised(facts.get("exc_info"))
    for name in ("event", "level", "timestamp", "exc_info"):
        kept.pop(name, None)
    if raised is not None:
        kept.setdefault("error", _described(raised)[:MAX_FACT])
    return kept


def _described(raised: BaseException) -> str:
    """A line is not lost because what was raised cannot be shown."""
    try:
        return repr(raised)
    except Exception:
        return type(raised).__name__
