"""What operators do about a history that cannot be read: look, mend, try again, or give up.

Only actors in quarantine are touched, which are not in memory. Nothing is deleted: events that
stand in the way are set aside in a table of their own.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
import trio

from actors.kind import LiveKind
from actors.loading import READ_AT_ONCE, replayed
from protocol.envelope import Address
from protocol.errors import ClientError, NotFoundError, StoaError
from protocol.ports import Clock, SetAside, StoredEvent
from supervisors.directory import Directory

MAX_EXPORTED = 100_000
AT_A_TIME = 100
"""Events looked at before others run: a long history must not hold the loop."""

log = structlog.get_logger(__name__)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How far a history can be read. `version` is the first event that cannot, None if all can."""

    readable: int
    version: int | None = None
    reason: str | None = None


class Histories:
    """The histories of one node's actors."""

    def __init__(self, directory: Directory, aside: SetAside, clock: Clock) -> None:
        self._directory = directory
        self._aside = aside
        self._clock = clock

    def unreadable(self) -> list[dict[str, Any]]:
        """Actors in quarantine, the newest first."""
        names = ("kind", "key", "called", "reason", "since", "refused")
        shown = self._directory.quarantine.shown()
        return [{name: getattr(entry, name) for name in names} for entry in shown]

    async def export(self, address: Address) -> list[dict[str, Any]]:
        """Every event as it is stored, and of each whether it can be read; then those set aside."""
        kind = self._kind(address)
        events = await self._events(address, MAX_EXPORTED)
        aside = await self._aside.events(address)
        moved = [{**line, "set_aside": True} for line in await _all_shown(kind, aside)]
        return await _all_shown(kind, events) + moved

    async def examine(self, address: Address) -> Finding:
        """Read the whole journal of an actor, from its first event."""
        kind = self._kind(address)
        state, readable, reached = kind.machine.initial(address.key), 0, 0
        while events := await self._page(address, reached, AT_A_TIME):
            for event in events:
                try:
                    state = replayed(kind, state, (event,))
                except Exception as error:
                    reason = str(error) or type(error).__name__
                    return Finding(readable=readable, version=event.version, reason=reason)
                readable, reached = readable + 1, event.version
        return Finding(readable=readable)

    async def retry(self, address: Address) -> Finding:
        """Let the actor be activated again if its history can be read now.

        Raises `NotFoundError` for an actor that is not in quarantine.
        """
        self._confined(address)
        finding = await self.examine(address)
        if finding.version is None:
            await self._lift(address)
        return finding

    async def set_aside(self, address: Address, version: int) -> Finding:
        """Set one event aside, and try again. Raises `NotFoundError`, `ClientError`."""
        self._confined(address)
        finding = await self.examine(address)
        if version != finding.version:
            raise ClientError(f"The event that cannot be read is {finding.version}, not {version}")
        await self._move(address, version, version, finding)
        return await self.retry(address)

    async def discard(self, address: Address) -> dict[str, Any]:
        """Set aside everything from the first event that cannot be read, and end what is left.

        Returns the finding, and how many events were set aside. Raises `NotFoundError`.
        """
        self._confined(address)
        finding = await self.examine(address)
        moved = 0
        if finding.version is not None:
            moved = await self._move(address, finding.version, None, finding)
        await self._lift(address)
        discard = self._kind(address).discard
        if discard is not None:
            await self._directory.ask(*discard(address.key))
        return {**msgspec.to_builtins(finding), "set_aside": moved}

    async def _move(self, address: Address, first: int, last: int | None, finding: Finding) -> int:
        self._confined(address)  # it may have been tried again while its history was read
        reason = finding.reason or ""
        moved = await self._aside.set_aside(
            address, first=first, last=last, reason=reason, now=self._clock.now()
        )
        log.warning(
            "history.set_aside", address=str(address), version=first, events=moved, why=reason
        )
        return moved

    async def _lift(self, address: Address) -> None:
        """The journal can be read; what was made of it, a snapshot, may be what could not."""
        await self._aside.forget_snapshot(address)
        self._directory.quarantine.lift(address)

    def _confined(self, address: Address) -> None:
        if address not in self._directory.quarantine:
            raise NotFoundError("actor whose history cannot be read", str(address))

    def _kind(self, address: Address) -> LiveKind:
        kind = self._directory.kind(address.kind)
        if kind is None or kind.volatile:
            raise NotFoundError("kind with a history", address.kind)
        return kind

    async def _page(self, address: Address, after: int, limit: int) -> Sequence[StoredEvent]:
        return await self._directory.journal.read(address, after_version=after, limit=limit)

    async def _events(self, address: Address, limit: int) -> list[StoredEvent]:
        found: list[StoredEvent] = []
        while len(found) < limit:
            page = await self._page(address, found[-1].version if found else 0, READ_AT_ONCE)
            if not page:
                break
            found += page
        return found


async def _all_shown(kind: LiveKind, events: Sequence[StoredEvent]) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    for first in range(0, len(events), AT_A_TIME):
        shown += [_shown(kind, event) for event in events[first : first + AT_A_TIME]]
        await trio.lowlevel.checkpoint()
    return shown


def _shown(kind: LiveKind, event: StoredEvent) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "version": event.version,
        "schema": event.schema,
        "at": event.at,
        "position": event.position,
    }
    try:
        shown["event"] = event.event.decode()
    except UnicodeDecodeError:
        shown["base64"] = base64.b64encode(event.event).decode()
    try:
        kind.codec.decode_event(event)
    except Exception as error:
        shown["unreadable"] = error.message if isinstance(error, StoaError) else str(error)
    return shown
