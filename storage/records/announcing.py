"""Queueing of domain events in the outbox, in the transaction that they report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from protocol.envelope import Address, Message
from protocol.ports import OutboxEvent
from storage.journal.outbox import write_outbox


async def announce(
    connection: Any, aggregate: Address, event: Message, at: int, also: Iterable[OutboxEvent] = ()
) -> None:
    """Queue domain events in the running transaction. Call it last: it takes locks."""
    events = [OutboxEvent(aggregate, event), *also]
    await write_outbox(connection, [(each, at) for each in events])
