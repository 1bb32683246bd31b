"""What operators see of a node and may do with it: the `Operations` port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import trio

from protocol.envelope import Address
from protocol.errors import StoaError
from supervisors.node import Node
from supervisors.statistics import ActorStatistics, ChildStatistics

PROBE_SECONDS = 2.0
MAX_SHOWN = 500


class NodeOperations:
    """Over one node. Parts that are not up (again) yet are shown as such, never as an error."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def tree(self) -> dict[str, Any]:
        """The supervision tree, with the kinds of actor below the child that hosts them."""
        children = [self._child(child) for child in self._node.root.statistics()]
        return {"id": "stoa", "state": "running", "strategy": "rest_for_one", "children": children}

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
        found: Sequence[ActorStatistics] = self._node.directory.statistics(max_actors=limit).actors
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
            if kind is None or actor.kind == kind
        ]

    def dead_letters(self) -> list[dict[str, Any]]:
        """The newest first, without what they said."""
        letters: list[dict[str, Any]] = msgspec.to_builtins(
            self._node.directory.dead_letters.newest()
        )
        return letters

    def counters(self) -> dict[str, dict[str, float]]:
        """Every number there is, by part."""
        node = self._node
        directory = node.directory.statistics(max_actors=0)
        actors: dict[str, float] = {
            "live": directory.live,
            "waiting_askers": directory.waiting_askers,
            "deadlines_missed_total": directory.deadlines_missed,
            "alarms": directory.alarms,
            "dead_letters_total": directory.dead_letters_total,
            "undeliverable_sends_total": directory.undeliverable_sends,
            "failed_effects_total": directory.failed_effects,
            "restarts_total": sum(kind.restarts for kind in directory.kinds),
            "mailbox_full_total": sum(kind.mailbox_full for kind in directory.kinds),
            "storage_failures_total": sum(kind.storage_failures for kind in directory.kinds),
        }
        return {
            "actors": actors,
            "journal": node.journal.statistics(),
            "database": node.database.statistics(),
            "annex": node.annex.statistics(),
            "outbox": {"delivered_total": node.relay.delivered, "failed_total": node.relay.failed},
            "front": _numbers(node.front.statistics()),
            "socketio": _numbers(node.socketio.statistics()),
            "fanout": _numbers(node.fan_out.statistics()),
        }

    async def readiness(self) -> dict[str, str]:
        """Each engine asked now, each child of the tree as it stands."""
        parts = {
            child.id: "ok" if child.state == "running" else child.state
            for child in self._node.root.statistics()
        }
        parts["postgresql answers"] = await _probe(self._ask_postgres)
        parts["redis answers"] = await _probe(self._ask_redis)
        return parts

    async def _ask_postgres(self) -> None:
        await self._node.database.run(lambda c: c.fetchval("select 1"), transaction=False)

    async def _ask_redis(self) -> None:
        await self._node.valkey.run(lambda redis: redis.ping())

    async def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory."""
        return self._node.directory.passivate(address)

    async def restart(self, address: Address) -> bool:
        """Throw an actor's memory away and activate it anew."""
        return self._node.directory.restart(address)


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


def _numbers(statistics: dict[str, Any]) -> dict[str, float]:
    """The plain numbers of a part; a dictionary of counts becomes one number for each key."""
    flat: dict[str, float] = {}
    for name, value in statistics.items():
        if isinstance(value, dict):
            for key, count in value.items():
                flat[f"{name}_{_metric_name(key)}"] = count
        elif isinstance(value, int | float):
            flat[name] = value
    return flat


def _metric_name(text: object) -> str:
    return "".join(c if c.isalnum() else "_" for c in str(text)).lower()
