"""The outbox relay: in order per aggregate, at least once, one failing aggregate harms no other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import structlog.testing
import trio
from trio.testing import MockClock

from protocol.decoding import UnreadableEvent
from protocol.envelope import Address
from protocol.errors import StorageUnavailable
from protocol.ports import Beat, OutboxEntry
from supervisors.clock import TrioClock
from supervisors.heartbeat import BEAT_SECONDS, run_heartbeat
from supervisors.polling import FAULT_SECONDS, NET_SECONDS, PACE_SECONDS
from supervisors.relay import LEASE_MS, OutboxRelay, Subscriber
from supervisors.stalls import Stalls
from supervisors.wakeups import TopicWaiter


class FakeOutbox:
    """Entries that stay until they are completed; it can be out of order for a while."""

    def __init__(self, *entries: OutboxEntry) -> None:
        self.entries = list(entries)
        self.aside: list[tuple[int, str]] = []
        self.faults = 0
        self.claims = 0
        self.due_at: int | None = None
        self.waiter = TopicWaiter()

    async def next_due(self) -> int | None:
        await trio.lowlevel.checkpoint()
        return self.due_at

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> list[OutboxEntry]:
        await trio.lowlevel.checkpoint()
        self.claims += 1
        if self.faults:
            self.faults -= 1
            raise StorageUnavailable
        return self.entries[:limit]

    async def set_aside(self, entry: OutboxEntry, *, reason: str, now: int) -> None:
        self.aside.append((entry.id, reason))
        await self.complete([entry.id])

    async def complete(self, ids: Sequence[int]) -> None:
        self.entries = [entry for entry in self.entries if entry.id not in ids]


def relaying(outbox: FakeOutbox, *subscribers: Subscriber) -> OutboxRelay:
    return OutboxRelay(outbox, TrioClock(), subscribers, outbox.waiter)


def entry(number: int, aggregate: str) -> OutboxEntry:
    return OutboxEntry(number, Address("course", aggregate), b"{}", 0)


async def test_entries_arrive_in_order_and_are_completed() -> None:
    outbox, seen = FakeOutbox(entry(1, "a"), entry(2, "b"), entry(3, "a")), []

    async def subscriber(found: OutboxEntry) -> None:
        seen.append(found.id)

    relay = relaying(outbox, subscriber)
    assert await relay.deliver_once() == 3
    assert seen == [1, 2, 3]
    assert outbox.entries == []


async def test_what_nobody_can_read_holds_nothing_back() -> None:
    outbox, seen = FakeOutbox(entry(1, "a"), entry(2, "b"), entry(3, "a")), []

    async def subscriber(found: OutboxEntry) -> None:
        if found.id == 1:
            raise UnreadableEvent("no such event")
        seen.append(found.id)

    relay = relaying(outbox, subscriber)
    assert await relay.deliver_once() == 3
    assert (relay.delivered, relay.set_aside, relay.failed) == (2, 1, 0)
    assert seen == [2, 3]
    assert outbox.aside == [(1, "no such event")]
    assert outbox.entries == []


async def test_a_failing_subscriber_holds_back_its_aggregate_only() -> None:
    outbox, seen = FakeOutbox(entry(1, "a"), entry(2, "b"), entry(3, "a")), []
    broken = True

    async def subscriber(found: OutboxEntry) -> None:
        if broken and found.aggregate.key == "a":
            raise RuntimeError("not now")
        seen.append(found.id)

    relay = relaying(outbox, subscriber)
    assert await relay.deliver_once() == 1
    assert seen == [2]
    broken = False
    assert await relay.deliver_once() == 2
    assert seen == [2, 1, 3]
    assert (relay.delivered, relay.failed) == (3, 1)


async def test_a_subscriber_that_does_not_end_holds_back_its_aggregate_only(
    autojump_clock: MockClock,
) -> None:
    outbox, seen = FakeOutbox(entry(1, "a"), entry(2, "b"), entry(3, "a")), []

    async def subscriber(found: OutboxEntry) -> None:
        if found.id == 1:
            await trio.sleep_forever()
        seen.append(found.id)

    relay = relaying(outbox, subscriber)
    assert await relay.deliver_once() == 1
    assert seen == [2]
    assert (relay.failed, [each.id for each in outbox.entries]) == (1, [1, 3])


async def test_what_is_left_of_a_batch_when_its_lease_is_used_is_let_go(
    autojump_clock: MockClock,
) -> None:
    outbox = FakeOutbox(*(entry(number, str(number)) for number in range(1, 100)))

    async def subscriber(_found: OutboxEntry) -> None:
        await trio.sleep(5)

    relay = relaying(outbox, subscriber)
    done = await relay.deliver_once()
    assert trio.current_time() < LEASE_MS / 1000
    assert (done, len(outbox.entries)) == (5, 94)


async def test_a_failure_for_ever_does_not_fill_the_log(autojump_clock: MockClock) -> None:
    outbox = FakeOutbox(entry(1, "a"))
    broken = True

    async def subscriber(_found: OutboxEntry) -> None:
        if broken:
            raise RuntimeError("never")

    relay = relaying(outbox, subscriber)
    with structlog.testing.capture_logs() as logs:
        for _ in range(100):
            await relay.deliver_once()
        assert [line["times"] for line in logs] == [1, 2, 4, 8, 16, 32, 64]
        broken = False
        assert await relay.deliver_once() == 1
        outbox.entries.append(entry(2, "a"))
        broken = True
        await relay.deliver_once()
        assert logs[-1]["times"] == 1
    assert relay.failed == 101


async def test_it_goes_on_when_storage_was_away(autojump_clock: MockClock) -> None:
    outbox, delivered = FakeOutbox(entry(1, "a")), trio.Event()
    outbox.faults = 2

    async def subscriber(_found: OutboxEntry) -> None:
        delivered.set()

    relay = relaying(outbox, subscriber)
    async with trio.open_nursery() as nursery:
        await nursery.start(lambda task_status: relay.run(task_status=task_status))
        await delivered.wait()
        assert trio.current_time() >= 2 * FAULT_SECONDS
        nursery.cancel_scope.cancel()


async def test_it_looks_when_woken_when_due_and_now_and_then(autojump_clock: MockClock) -> None:
    outbox = FakeOutbox()
    relay = relaying(outbox)
    async with trio.open_nursery() as nursery:
        await nursery.start(lambda task_status: relay.run(task_status=task_status))
        await trio.sleep(NET_SECONDS - 1)
        assert outbox.claims == 1
        await trio.sleep(2)
        assert outbox.claims == 2
        outbox.due_at = relay._clock.now() + 3_000
        outbox.waiter.wake()
        await trio.sleep(2.9)
        assert outbox.claims == 3
        outbox.due_at = None
        await trio.sleep(0.2)
        assert outbox.claims == 4
        nursery.cancel_scope.cancel()


async def test_an_event_that_comes_meanwhile_is_not_overlooked(autojump_clock: MockClock) -> None:
    outbox, seen = FakeOutbox(entry(1, "a")), trio.Event()

    async def subscriber(found: OutboxEntry) -> None:
        if found.id == 1:
            outbox.waiter.wake()  # its row is not to be seen yet
        else:
            seen.set()

    relay = relaying(outbox, subscriber)
    async with trio.open_nursery() as nursery:
        await nursery.start(lambda task_status: relay.run(task_status=task_status))
        await trio.sleep(1)
        outbox.entries.append(entry(2, "a"))
        outbox.waiter.wake()
        with trio.fail_after(1):
            await seen.wait()
        nursery.cancel_scope.cancel()


async def test_under_load_events_are_taken_many_at_once(autojump_clock: MockClock) -> None:
    outbox, seen = FakeOutbox(), []

    async def subscriber(found: OutboxEntry) -> None:
        seen.append(found.id)

    relay = relaying(outbox, subscriber)
    async with trio.open_nursery() as nursery:
        await nursery.start(lambda task_status: relay.run(task_status=task_status))
        for number in range(1_000):
            outbox.entries.append(entry(number, "a"))
            outbox.waiter.wake()
            await trio.sleep(0.001)
        await trio.sleep(PACE_SECONDS)
        assert seen == list(range(1_000))
        assert outbox.claims <= 2 + 1 / PACE_SECONDS
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("faults", [0, 3])
async def test_the_heart_beats_on_through_faults(autojump_clock: MockClock, faults: int) -> None:
    beats: list[int] = []

    class FakeHeartbeats:
        async def beat(self, node: str, beat: Beat) -> None:
            assert node == "n"
            beats.append(beat.at)
            if len(beats) <= faults:
                raise StorageUnavailable

        async def last_beat(self) -> Beat | None:
            return None

    clock = TrioClock(wall_ms=1_000_000)
    with trio.move_on_after(BEAT_SECONDS * 10.5):
        await run_heartbeat(
            FakeHeartbeats(), "n", lambda: Beat(at=clock.now()), stalls=Stalls(clock)
        )
    assert len(beats) == 11
    assert beats == sorted(beats)
