"""The twins agree: any sequence of operations has the same outcomes on both stores."""

from __future__ import annotations

from typing import Any

import msgspec
import trio
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Address
from protocol.errors import StoaError
from protocol.ports import Beat, Snapshot
from tests.support.ports import (
    NOW,
    MemoryPorts,
    Noted,
    Outcomes,
    Ports,
    PostgresPorts,
    an_append,
    postgres_ports,
    unplaced,
)

MINUTE = 60_000
ADDRESSES = [Address("room", "a"), Address("room", "b"), Address("live_quiz", "a")]
addresses = st.sampled_from(ADDRESSES)
nodes = st.sampled_from(["journal", "other_node"])
times = st.integers(0, 4).map(lambda n: NOW + n * MINUTE // 2)
appends = st.tuples(
    st.just("append"),
    nodes,
    addresses,
    st.integers(-1, 1),  # how far the sender is from the newest version
    st.integers(0, 3),  # events
    st.sampled_from(["", "good", "bad"]),
    st.lists(st.integers(0, 99), max_size=2),
    st.dictionaries(st.sampled_from("xy"), st.none() | times, max_size=2),
)
operations = st.one_of(
    st.tuples(st.just("append_many"), nodes, st.lists(appends, min_size=1, max_size=4)),
    st.tuples(st.just("load"), nodes, addresses),
    st.tuples(st.just("read"), addresses, st.integers(0, 3), st.integers(1, 3)),
    st.tuples(st.just("snapshot"), addresses, st.integers(1, 4)),
    st.tuples(st.just("claim_reminders"), times, st.integers(1, 3)),
    st.tuples(st.just("complete_reminders"), st.integers(0, 3)),
    st.tuples(st.just("claim_outbox"), times, st.integers(1, 3)),
    st.tuples(st.just("complete_outbox"), st.integers(0, 3)),
    st.tuples(st.just("next_due")),
    st.tuples(st.just("beat"), st.sampled_from("mn"), times),
)


class Driver:
    """Performs operations on one store and tells what could be seen of them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reminders: list[Any] = []
        self._entries: list[Any] = []

    async def perform(self, operation: tuple[Any, ...]) -> Any:
        name, *arguments = operation
        return await getattr(self, name)(*arguments)

    async def append_many(self, node: str, wanted: list[tuple[Any, ...]]) -> list[str]:
        journal = getattr(self._ports, node)
        outcomes = Outcomes()
        # Versions are chosen from what is durable before any of them is queued.
        newest = {w[2]: len(await journal.read(w[2], limit=10_000)) for w in wanted}
        for number, (_, _, address, off, events, text, announced, reminders) in enumerate(wanted):
            expected = max(0, newest[address] + off)
            append = an_append(
                address,
                expected,
                events,
                text=text,
                records=[Noted(text=text)] if text else [],
                announce=announced,
                reminders=reminders,
            )
            journal.append_nowait(append, outcomes.expect(number))
        arrived = sorted(await outcomes.wait(), key=lambda pair: pair[0])
        return [_name(error) for _, error in arrived]

    async def load(self, node: str, address: Address) -> Any:
        loaded = await getattr(self._ports, node).load(address)
        return loaded.snapshot, unplaced(loaded.events)

    async def read(self, address: Address, after: int, limit: int) -> Any:
        # Positions are each store's own; `test_journal` says what holds of them.
        return unplaced(await self._ports.journal.read(address, after_version=after, limit=limit))

    async def snapshot(self, address: Address, version: int) -> None:
        state = f"state {version}".encode()
        await self._ports.journal.save_snapshot(Snapshot(address, version, 1, state))

    async def claim_reminders(self, now: int, limit: int) -> Any:
        claimed = await self._ports.reminders.claim(now=now, limit=limit, lease_ms=MINUTE)
        self._reminders += claimed
        return claimed

    async def complete_reminders(self, count: int) -> None:
        done, self._reminders = self._reminders[:count], self._reminders[count:]
        await self._ports.reminders.complete(done)

    async def claim_outbox(self, now: int, limit: int) -> Any:
        claimed = await self._ports.outbox.claim(limit=limit, lease_ms=MINUTE, now=now)
        self._entries += claimed
        # Numbers may have holes where a transaction was undone; their order may not differ.
        return [(e.aggregate, msgspec.json.decode(e.event), e.at) for e in claimed]

    async def complete_outbox(self, count: int) -> None:
        done, self._entries = self._entries[:count], self._entries[count:]
        await self._ports.outbox.complete([entry.id for entry in done])

    async def next_due(self) -> tuple[int | None, int | None]:
        return await self._ports.reminders.next_due(), await self._ports.outbox.next_due()

    async def notes(self) -> list[str]:
        return await self._ports.notes()

    async def beat(self, node: str, now: int) -> Beat | None:
        await self._ports.heartbeats.beat(node, Beat(at=now, boot_id=node, boot_ms=now // 2))
        return await self._ports.heartbeats.last_beat()


def _name(error: StoaError | None) -> str:
    return "committed" if error is None else type(error).__name__


async def compare(real: PostgresPorts, sequence: list[tuple[Any, ...]]) -> None:
    """Perform the same on both, each store emptied before."""
    await real.empty()
    for address in ADDRESSES:
        # What failed in the example before has poisoned the address until somebody loads it.
        await real.journal.load(address)
        await real.other_node.load(address)
    twins = Driver(MemoryPorts()), Driver(real)
    for operation in sequence:
        memory, postgres = [await twin.perform(operation) for twin in twins]
        assert memory == postgres, operation
    assert sorted(await twins[0].notes()) == sorted(await twins[1].notes())


async def test_both_stores_say_the_same(database_url: str) -> None:
    # Hypothesis runs in a thread and comes back for each example: one database serves them all.
    async with postgres_ports(database_url) as real:

        @given(sequence=st.lists(operations, min_size=1, max_size=15))
        def property_holds(sequence: list[tuple[Any, ...]]) -> None:
            trio.from_thread.run(compare, real, sequence)

        await trio.to_thread.run_sync(property_holds)
