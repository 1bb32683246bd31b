"""What operators see of a node and may do with it: the `Operations` port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import trio

from protocol.envelope import Address
from protocol.errors import StoaError, StorageUnavailable
from protocol.jobs import Jobs, JobState
from storage.jobs import PostgresJobs
from supervisors.node import Node
from supervisors.statistics import ActorStatistics, ChildStatistics, DirectoryStatistics

PROBE_SECONDS = 2.0
MAX_SHOWN = 500

Numbers = dict[str, float | dict[str, float]]
Counters = dict[str, Numbers]

STATISTICS = {
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
    "signals": "signals",
}
"""The parts that keep counters, and their attributes of the node."""


class NodeOperations:
    """The operations on one node. Parts that are not up yet are left out, never an error."""

    def __init__(self, node: Node) -> None:
        self._node = node

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
            found["outbox"] = {"delivered": relay.delivered, "failed": relay.failed}
        return found

    def _part(self, attribute: str) -> Any:
        return getattr(self._node, attribute, None)

    async def readiness(self) -> dict[str, str]:
        """The readiness of each engine, checked now, and of each child of the platform."""
        parts = {
            child.id: "ok" if child.state == "running" else child.state
            for child in self._node.platform.statistics()
        }
        parts["postgresql answers"] = await _probe(self._ask_postgres)
        parts["redis answers"] = await _probe(self._ask_redis)
        return parts

    async def _ask_postgres(self) -> None:
        if self._part("database") is None:
            raise StorageUnavailable("not connected yet")
        await self._node.database.run(lambda c: c.fetchval("select 1"), transaction=False)

    async def _ask_redis(self) -> None:
        if self._part("valkey") is None:
            raise StorageUnavailable("not connected yet")
        await self._node.valkey.run(lambda redis: redis.ping())

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
        database = self._part("database")
        if database is None:
            raise StorageUnavailable("not connected yet")
        return PostgresJobs(database)

    async def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory."""
        directory = self._part("directory")
        return directory is not None and bool(directory.passivate(address))

    async def restart(self, address: Address) -> bool:
        """Discard an actor's memory and activate it again."""
        directory = self._part("directory")
        return directory is not None and bool(directory.restart(address))


def _of_actors(directory: DirectoryStatistics) -> Numbers:
    kinds, handlers = directory.kinds, directory.handlers
    return {
        "live": directory.live,
        "waiting_askers": directory.waiting_askers,
        "deadlines_missed": directory.deadlines_missed,
        "alarms": directory.alarms,
        "dead_letters": directory.dead_letters_total,
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


async def _probe(ask: Any) -> str:
    try:
        with trio.fail_after(PROBE_SECONDS):
            await ask()
    except trio.TooSlowError:
        return f"no answer within {PROBE_SECONDS:g} s"
    except StoaError as error:
        return error.message
    return "ok"


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
