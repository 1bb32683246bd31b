"""What operators see of a node and may do with it: the `Operations` port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import trio

from protocol.distributions import Shown
from protocol.envelope import Address
from protocol.errors import StorageUnavailable
from protocol.jobs import Jobs, JobState
from storage.jobs import PostgresJobs
from storage.journal.set_aside import PostgresSetAside
from storage.postgres import Database
from storage.valkey import write_something as write_to_redis
from storage.write_outcomes import WriteOutcomes
from storage.write_probe import write_something as write_to_postgres
from supervisors.histories import Finding, Histories
from supervisors.node import Node
from supervisors.readiness import OK, Check
from supervisors.statistics import ActorStatistics, ChildStatistics, DirectoryStatistics
from supervisors.version import build

MAX_SHOWN = 500

Numbers = dict[str, float | dict[str, float]]
Counters = dict[str, Numbers]

STATISTICS = {
    "log": "log_sampler",
    "loop": "loop_monitor",
    "stalls": "stalls",
    "clock": "wall_time",
    "journal": "journal",
    "database": "database",
    "read_database": "read_database",
    "redis": "valkey",
    "asyncio_thread": "asyncio_thread",
    "front": "front",
    "socketio": "socketio",
    "realtime": "realtime",
    "sessions": "sessions",
    "fanout": "fan_out",
    "graphql": "graphql",
    "reads": "read_turns",
    "subscriptions": "subscriptions",
    "graphql_sockets": "graphql_sockets",
    "event_streams": "event_streams",
    "passwords": "passwords",
    "rights": "rights",
    "rate_limits": "rate_limiter",
    "jobs": "jobs",
    "storage": "table_sizes",
    "signals": "signals",
}
"""The parts that keep counters, and their attributes of the node."""


class NodeOperations:
    """The operations on one node. Parts that are not up yet are left out, never an error."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._checks = {
            "postgresql answers": Check(self._ask_postgres),
            "postgresql writes": Check(self._write_postgres, seen=self._seen_writes),
            "redis answers": Check(self._ask_redis),
            "redis writes": Check(self._write_redis),
        }

    def tree(self) -> dict[str, Any]:
        """The supervision tree, with the kinds of actor below the child that hosts them."""
        children = [self._child(child) for child in self._node.root.statistics()]
        running = all(child["state"] == "running" for child in children)
        return {
            "id": "stoa",
            "state": "running" if running else "degraded",
            "restarts": 0,
            "last_error": None,
            "children": children,
        }

    def _child(self, child: ChildStatistics) -> dict[str, Any]:
        shown = {
            "id": child.id,
            "state": child.state,
            "restarts": child.restarts,
            "last_error": child.last_error,
            "children": [self._child(below) for below in child.children],
        }
        if child.id == "actors" and child.state == "running":
            shown["children"] = self._kinds()
        return shown

    def _kinds(self) -> list[dict[str, Any]]:
        directory = self._node.directory.statistics(max_actors=MAX_SHOWN)
        kinds: list[dict[str, Any]] = [
            {
                "id": kind.kind,
                "state": "running",
                "strategy": "one_for_one",
                "actors": kind.live,
                "restarts": kind.restarts,
                "last_error": None,
                "children": [_actor_in_tree(a) for a in directory.actors if a.kind == kind.kind],
            }
            for kind in directory.kinds
        ]
        handlers: list[dict[str, Any]] = [
            {
                "id": f"{handler.kind} (handler)",
                "state": "running",
                "actors": handler.running,
                "restarts": 0,
                "last_error": None,
                "children": [],
            }
            for handler in directory.handlers
        ]
        return kinds + handlers

    def actors(self, *, kind: str | None, limit: int) -> list[dict[str, Any]]:
        """Live actors, the deepest mailbox first."""
        directory = self._part("directory")
        if directory is None:
            return []
        found: Sequence[ActorStatistics] = directory.actors(kind=kind, limit=limit)
        return [
            {
                "kind": actor.kind,
                "key": actor.key,
                "state": actor.state,
                "mailbox": actor.mailbox,
                "oldest_ms": actor.oldest_message_seconds * 1000,
                "handled": actor.handled,
                "messages_per_second": actor.messages_per_second,
                "handling_us": actor.handling_microseconds,
                "in_flight": actor.in_flight,
                "version": actor.version,
                "restarts": actor.restarts,
                "last_error": actor.last_error,
            }
            for actor in found
        ]

    def dead_letters(self) -> list[dict[str, Any]]:
        """Dead letters, newest first, without their contents."""
        directory = self._part("directory")
        if directory is None:
            return []
        letters: list[dict[str, Any]] = msgspec.to_builtins(directory.dead_letters.newest())
        return letters

    def counters(self) -> Counters:
        """All counters by part; `gateway.operators.catalogue` says what each means."""
        found: Counters = {"trio": {"tasks": trio.lowlevel.current_statistics().tasks_living}}
        for part, attribute in STATISTICS.items():
            source = self._part(attribute)
            if source is not None:
                found[part] = _numbers(source.statistics())
        if (directory := self._part("directory")) is not None:
            found["actors"] = _of_actors(directory.statistics(max_actors=0))
        if (relay := self._part("relay")) is not None:
            names = ("delivered", "failed", "set_aside")
            found["outbox"] = {name: float(getattr(relay, name)) for name in names}
        return found

    def histograms(self) -> Mapping[str, Mapping[str, Shown]]:
        """How long things take, by name and label."""
        node = self._node
        found: dict[str, Mapping[str, Shown]] = {"loop_turn": {"": node.loop_monitor.turns.shown()}}
        if (front := self._part("front")) is not None:
            found["http_request"] = front.services.times.distributions.shown()
        if (graphql := self._part("graphql")) is not None:
            found["graphql_operation"] = graphql.times.shown()
        if (realtime := self._part("realtime")) is not None:
            found["realtime_event"] = realtime.handled.times.shown()
        if (journal := self._part("journal")) is not None:
            found["commit"] = {"": journal.commit_times.shown()}
        return found

    def build(self) -> Mapping[str, str]:
        """What runs here."""
        return build()._asdict()

    def _part(self, attribute: str) -> Any:
        return getattr(self._node, attribute, None)

    async def readiness(self) -> dict[str, str]:
        """What each engine does now (`supervisors.readiness`), and each child of the platform."""
        parts = {
            child.id: "ok" if child.state == "running" else child.state
            for child in self._node.platform.statistics()
        }
        relay = self._part("relay")
        parts["outbox delivers"] = (relay and relay.trouble) or OK
        answers: dict[str, str] = {}

        async def ask(name: str, check: Check) -> None:
            answers[name] = await check.answer()

        async with trio.open_nursery() as nursery:
            for name, check in self._checks.items():
                nursery.start_soon(ask, name, check)
        return parts | {name: answers[name] for name in self._checks}

    async def _ask_postgres(self) -> None:
        await self._connected("database").run(lambda c: c.fetchval("select 1"), transaction=False)

    async def _write_postgres(self) -> None:
        await write_to_postgres(self._connected("database"))

    def _seen_writes(self) -> WriteOutcomes | None:
        database: Database | None = self._part("database")
        return database.writes if database else None

    async def _ask_redis(self) -> None:
        await self._connected("valkey").run(lambda redis: redis.ping())

    async def _write_redis(self) -> None:
        await write_to_redis(self._connected("valkey"), self._node.settings.node)

    def _connected(self, attribute: str) -> Any:
        part = self._part(attribute)
        if part is None:
            raise StorageUnavailable("not connected yet")
        return part

    async def jobs(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Durable jobs, newest first, without their payloads."""
        found = await self._queue().shown(state=state, kind=kind, limit=limit)
        views: list[dict[str, Any]] = msgspec.to_builtins(found)
        return views

    async def retry_job(self, job_id: int) -> bool:
        """Restart a dead job."""
        return await self._queue().retry(job_id, now=self._node.clock.now())

    async def cancel_job(self, job_id: int) -> bool:
        """Remove a job, or have it stopped if it runs."""
        return await self._queue().cancel(job_id)

    def _queue(self) -> Jobs:
        return PostgresJobs(self._connected("database"))

    def unreadable(self) -> list[dict[str, Any]]:
        """Actors whose history cannot be read."""
        return [] if self._part("directory") is None else self._histories().unreadable()

    async def history(self, address: Address) -> list[dict[str, Any]]:
        """Every event of an actor as it is stored."""
        return await self._histories().export(address)

    async def retry_history(self, address: Address) -> dict[str, Any]:
        """Read it again."""
        return _plain(await self._histories().retry(address))

    async def set_aside(self, address: Address, version: int) -> dict[str, Any]:
        """Set aside the event that cannot be read, and read again."""
        return _plain(await self._histories().set_aside(address, version))

    async def discard_history(self, address: Address) -> dict[str, Any]:
        """Set aside what cannot be read, and end what is left."""
        return await self._histories().discard(address)

    def _histories(self) -> Histories:
        directory = self._connected("directory")
        return Histories(directory, PostgresSetAside(self._node.database), self._node.clock)

    async def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory."""
        directory = self._part("directory")
        return directory is not None and bool(directory.passivate(address))

    async def restart(self, address: Address) -> bool:
        """Discard an actor's memory and activate it again."""
        directory = self._part("directory")
        return directory is not None and bool(directory.restart(address))


def _plain(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(finding)
    return found


def _of_actors(directory: DirectoryStatistics) -> Numbers:
    kinds, handlers = directory.kinds, directory.handlers
    return {
        "live": directory.live,
        "waiting_askers": directory.waiting_askers,
        "deadlines_missed": directory.deadlines_missed,
        "alarms": directory.alarms,
        "dead_letters": directory.dead_letters_total,
        "unreadable": directory.unreadable,
        "undeliverable_sends": directory.undeliverable_sends,
        "failed_effects": directory.failed_effects,
        "live_by_kind": {kind.kind: kind.live for kind in kinds},
        "restarts": {kind.kind: kind.restarts for kind in kinds},
        "mailbox_full": {kind.kind: kind.mailbox_full for kind in kinds},
        "refused": {kind.kind: kind.refused for kind in kinds},
        "storage_failures": {kind.kind: kind.storage_failures for kind in kinds},
        "handlers_running": sum(handler.running for handler in handlers),
        "handlers_queued": sum(handler.queued for handler in handlers),
        "handlers_failed": {handler.kind: handler.failed for handler in handlers},
        "handlers_overloaded": {handler.kind: handler.overloaded for handler in handlers},
    }


def _actor_in_tree(actor: ActorStatistics) -> dict[str, Any]:
    return {
        "id": actor.key,
        "state": actor.state,
        "mailbox": actor.mailbox,
        "restarts": actor.restarts,
        "last_error": actor.last_error,
        "children": [],
    }


def _numbers(statistics: dict[str, Any]) -> Numbers:
    """The numbers of a part, with truth as 0 or 1; counts by reason stay together."""
    return {
        name: dict(value) if isinstance(value, dict) else float(value)
        for name, value in statistics.items()
    }
