"""Every sentence of `protocol.ports.Journal`, on both stores."""

from __future__ import annotations

import threading

import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import wait_all_tasks_blocked

from protocol.envelope import Address
from protocol.errors import DatabaseError, Fenced, Overloaded, StoaError, StorageUnavailable
from protocol.ports import Append, Beat, Snapshot, StoredEvent
from tests.support.ports import (
    NOW,
    Noted,
    Outcomes,
    Ports,
    Unknown,
    an_append,
    commit,
    stored,
    unplaced,
)

A = Address("room", "a")
B = Address("room", "b")


async def test_what_was_appended_is_loaded_in_order(ports: Ports) -> None:
    assert await commit(ports.journal, an_append(A, 0, 2)) is None
    assert await commit(ports.journal, an_append(A, 2, 1)) is None
    loaded = await ports.other_node.load(A)
    assert loaded.snapshot is None
    assert unplaced(loaded.events) == [stored(1), stored(2), stored(3)]
    assert loaded.version == 3


async def test_an_unknown_address_loads_as_nothing(ports: Ports) -> None:
    loaded = await ports.journal.load(A)
    assert (loaded.snapshot, list(loaded.events), loaded.version) == (None, [], 0)


async def test_events_are_kept_byte_for_byte(ports: Ports) -> None:
    event = StoredEvent(1, 7, NOW, '{"type":"x","text":"é\\u0000 ✓"}'.encode())
    assert await commit(ports.journal, Append(A, 0, [event])) is None
    assert unplaced((await ports.journal.load(A)).events) == [event]


@pytest.mark.parametrize("together", [False, True], ids=["alone", "with another append"])
@pytest.mark.parametrize("differ", [False, True], ids=["alike", "of several schemas and times"])
async def test_each_event_of_an_append_keeps_its_schema_time_and_position(
    ports: Ports, differ: bool, together: bool
) -> None:
    events = [StoredEvent(n + 2, 1 + n % 2 * differ, NOW + n * differ, b"%d" % n) for n in range(9)]
    outcomes = Outcomes()
    ports.journal.append_nowait(an_append(A, 0), outcomes.expect())
    await outcomes.wait()
    first = ports.journal.append_nowait(Append(A, 1, events), outcomes.expect())
    if together:
        ports.journal.append_nowait(an_append(B, 0), outcomes.expect())
    assert {error for _, error in await outcomes.wait()} == {None}
    loaded = (await ports.journal.load(A)).events[1:]
    assert unplaced(loaded) == events
    assert [event.position for event in loaded] == list(range(first, first + 9))


async def test_done_is_called_once_in_the_trio_thread_and_never_inside_append(ports: Ports) -> None:
    calls: list[int] = []
    called = trio.Event()

    def done(error: StoaError | None) -> None:
        calls.append(threading.get_ident())
        called.set()

    ports.journal.append_nowait(an_append(A, 0), done)
    assert calls == []
    await called.wait()
    await commit(ports.journal, an_append(B, 0))
    assert calls == [threading.get_ident()]


async def test_an_older_expected_version_is_fenced(ports: Ports) -> None:
    assert await commit(ports.other_node, an_append(A, 0, text="theirs")) is None
    error = await commit(ports.journal, an_append(A, 0, text="mine"))
    assert isinstance(error, Fenced)
    assert (error.address, error.version) == (A, 1)
    assert unplaced((await ports.journal.load(A)).events) == [stored(1, "theirs")]


@pytest.mark.parametrize("expected", [1, 2, 9])
async def test_a_gap_is_fenced(ports: Ports, expected: int) -> None:
    await commit(ports.journal, an_append(B, 0, 3))
    assert isinstance(await commit(ports.journal, an_append(A, expected)), Fenced)
    assert (await ports.journal.load(A)).version == 0


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_an_append_without_events_is_fenced_too(ports: Ports, expected: int) -> None:
    await commit(ports.other_node, an_append(A, 0, 2))
    append = an_append(A, expected, 0, records=[Noted(text="late")])
    assert isinstance(await commit(ports.journal, append), Fenced)
    assert await ports.notes() == []


async def test_an_append_without_events_commits_its_companions(ports: Ports) -> None:
    append = an_append(A, 0, 0, records=[Noted(text="n")], announce=[1], reminders={"r": NOW})
    assert await commit(ports.journal, append) is None
    assert await ports.notes() == ["n"]
    assert len(await ports.outbox.claim(limit=9, lease_ms=1, now=NOW)) == 1
    assert len(await ports.reminders.claim(now=NOW, limit=9, lease_ms=1)) == 1


async def test_appends_of_one_address_commit_in_the_order_they_were_queued(ports: Ports) -> None:
    outcomes = Outcomes()
    for number in range(50):
        append = an_append(A, number, 1, records=[Noted(text=str(number))])
        ports.journal.append_nowait(append, outcomes.expect(number))
    assert await outcomes.wait() == [(number, None) for number in range(50)]
    assert [e.version for e in (await ports.journal.load(A)).events] == list(range(1, 51))
    assert await ports.notes() == [str(number) for number in range(50)]


async def test_after_a_failure_those_behind_fail_until_the_address_is_loaded(ports: Ports) -> None:
    await commit(ports.other_node, an_append(A, 0))
    outcomes = Outcomes()
    for number in range(3):
        ports.journal.append_nowait(an_append(A, number), outcomes.expect(number))
    assert all(isinstance(error, Fenced) for _, error in await outcomes.wait())
    # This one would fit, but whoever sends it has not seen what is true.
    assert isinstance(await commit(ports.journal, an_append(A, 1)), Fenced)
    assert (await ports.journal.load(A)).version == 1
    assert await commit(ports.journal, an_append(A, 1)) is None


async def test_a_bad_member_harms_only_itself(ports: Ports) -> None:
    outcomes = Outcomes()
    for number in range(20):
        address = Address("room", str(number))
        text = "bad" if number == 7 else f"good {number}"
        append = an_append(address, 0, records=[Noted(text=text)], reminders={"r": NOW})
        ports.journal.append_nowait(append, outcomes.expect(number))
    errors = dict(await outcomes.wait())
    assert isinstance(errors.pop(7), DatabaseError)
    assert set(errors.values()) == {None}
    assert sorted(await ports.notes()) == sorted(f"good {n}" for n in range(20) if n != 7)
    assert (await ports.journal.load(Address("room", "7"))).version == 0
    assert len(await ports.reminders.claim(now=NOW, limit=99, lease_ms=1)) == 19


async def test_all_of_an_append_is_committed_or_nothing(ports: Ports) -> None:
    append = an_append(
        A, 0, records=[Noted(text="first"), Noted(text="bad")], announce=[1], reminders={"r": NOW}
    )
    assert isinstance(await commit(ports.journal, append), DatabaseError)
    assert await ports.notes() == []
    assert (await ports.journal.load(A)).version == 0
    assert await ports.outbox.claim(limit=9, lease_ms=1, now=NOW) == []
    assert await ports.reminders.claim(now=NOW, limit=9, lease_ms=1) == []


async def test_a_second_append_in_the_same_batch_must_continue_the_first(ports: Ports) -> None:
    outcomes = Outcomes()
    for number, (address, expected) in enumerate([(A, 0), (B, 0), (A, 0), (A, 1), (B, 1)]):
        ports.journal.append_nowait(an_append(address, expected), outcomes.expect(number))
    errors = dict(await outcomes.wait())
    assert isinstance(errors[2], Fenced)
    assert isinstance(errors[3], Fenced)
    assert errors[0] is errors[1] is errors[4] is None


async def test_what_came_before_a_failure_in_the_same_batch_is_not_harmed(ports: Ports) -> None:
    outcomes = Outcomes()
    appends = [
        an_append(A, 0),
        an_append(A, 1, records=[Noted(text="bad")]),
        an_append(A, 0),
        an_append(B, 0),
    ]
    # The first one starts the writer; the others form the batch behind it.
    ports.journal.append_nowait(an_append(Address("room", "c"), 0), outcomes.expect("c"))
    for number, append in enumerate(appends):
        ports.journal.append_nowait(append, outcomes.expect(number))
    errors = dict(await outcomes.wait())
    assert errors["c"] is errors[0] is errors[3] is None
    assert isinstance(errors[1], DatabaseError)
    assert isinstance(errors[2], Fenced)


async def test_past_the_bound_append_refuses(ports: Ports) -> None:
    outcomes = Outcomes()
    async with ports.small_journal(3) as journal:
        for number in range(3):
            journal.append_nowait(an_append(A, number), outcomes.expect(number))
        with pytest.raises(Overloaded):
            journal.append_nowait(an_append(A, 3), lambda _: None)
        assert len(await outcomes.wait()) == 3
        assert await commit(journal, an_append(A, 3)) is None


async def test_versions_that_do_not_follow_are_a_mistake_of_the_caller(ports: Ports) -> None:
    with pytest.raises(ValueError, match="version"):
        ports.journal.append_nowait(Append(A, 0, [stored(2)]), Outcomes().expect())
    with pytest.raises(ValueError, match="Unknown"):
        ports.journal.append_nowait(an_append(A, 0, records=[Unknown()]), Outcomes().expect())


async def test_a_callback_that_raises_harms_nobody_else(
    ports: Ports,
) -> None:
    def broken(error: StoaError | None) -> None:
        raise RuntimeError("broken callback")

    outcomes = Outcomes()
    with capture_logs() as lines:
        ports.journal.append_nowait(an_append(A, 0), broken)
        ports.journal.append_nowait(an_append(B, 0), outcomes.expect())
        assert (await outcomes.wait())[0][1] is None
    assert [line["event"] for line in lines] == ["journal.callback_failed"]


async def test_load_sees_appends_that_were_on_their_way(ports: Ports) -> None:
    outcomes = Outcomes()
    for number in range(5):
        ports.journal.append_nowait(an_append(A, number), outcomes.expect())
    assert (await ports.journal.load(A)).version == 5
    assert len(await outcomes.wait()) == 5


async def test_load_gives_the_snapshot_and_only_the_events_after_it(ports: Ports) -> None:
    await commit(ports.journal, an_append(A, 0, 5))
    snapshot = Snapshot(A, 3, 2, b'{"state":3}')
    await ports.journal.save_snapshot(snapshot)
    loaded = await ports.journal.load(A)
    assert loaded.snapshot == snapshot
    assert unplaced(loaded.events) == [stored(4), stored(5)]
    assert loaded.version == 5
    await ports.journal.save_snapshot(Snapshot(A, 5, 2, b"{}"))
    loaded = await ports.journal.load(A)
    assert (list(loaded.events), loaded.version) == ([], 5)


async def test_an_older_snapshot_does_not_replace_a_newer_one(ports: Ports) -> None:
    newer = Snapshot(A, 4, 2, b"newer")
    await ports.journal.save_snapshot(newer)
    await ports.journal.save_snapshot(Snapshot(A, 3, 2, b"older"))
    assert (await ports.journal.load(A)).snapshot == newer
    again = Snapshot(A, 4, 3, b"upgraded")
    await ports.journal.save_snapshot(again)
    assert (await ports.journal.load(A)).snapshot == again


async def test_read_pages_through_all_events_whatever_the_snapshot(ports: Ports) -> None:
    await commit(ports.journal, an_append(A, 0, 5))
    await ports.journal.save_snapshot(Snapshot(A, 5, 1, b"{}"))
    assert unplaced(await ports.journal.read(A)) == [stored(n) for n in range(1, 6)]
    after = await ports.journal.read(A, after_version=1, limit=2)
    assert unplaced(after) == [stored(2), stored(3)]
    assert list(await ports.journal.read(A, after_version=5)) == []
    assert list(await ports.journal.read(B)) == []


async def test_positions_rise_over_all_addresses_and_over_writers(ports: Ports) -> None:
    before = ports.journal.position
    outcomes = Outcomes()
    first = ports.journal.append_nowait(an_append(A, 0, 2), outcomes.expect())
    second = ports.journal.append_nowait(an_append(B, 0, 1), outcomes.expect())
    third = ports.journal.append_nowait(an_append(A, 2, 1), outcomes.expect())
    await outcomes.wait()
    assert (first, second, third) == (before + 1, before + 3, before + 4)
    assert ports.journal.position == third
    loaded = await ports.journal.load(A)
    assert [event.position for event in loaded.events] == [first, first + 1, third]
    async with ports.small_journal(9) as later:
        assert later.position > third
        await commit(later, an_append(A, 3, 1))
    assert (await ports.journal.read(A))[-1].position == later.position


async def test_read_since_gives_the_newest_events_behind_a_position(ports: Ports) -> None:
    await commit(ports.journal, an_append(B, 0, 3))
    first = ports.journal.position + 1
    await commit(ports.journal, an_append(A, 0, 5))

    async def since(position: int, limit: int) -> list[int]:
        events = await ports.other_node.read_since(A, after_position=position, limit=limit)
        return [event.version for event in events]

    assert await since(first - 1, 9) == [1, 2, 3, 4, 5]
    assert await since(first + 1, 9) == [3, 4, 5]
    assert await since(first - 1, 2) == [4, 5]
    assert await since(first + 4, 9) == []
    assert await since(0, 3) == [3, 4, 5]


async def test_nothing_is_acknowledged_while_the_engine_is_away(ports: Ports) -> None:
    assert await commit(ports.journal, an_append(A, 0)) is None
    await ports.go_away()
    error = await commit(ports.journal, an_append(A, 1))
    assert isinstance(error, StorageUnavailable)
    assert isinstance(await commit(ports.journal, an_append(A, 2)), Fenced)
    for attempt in (
        ports.journal.load(A),
        ports.journal.read(A),
        ports.journal.read_since(A, after_position=0, limit=1),
        ports.journal.save_snapshot(Snapshot(A, 1, 1, b"{}")),
        ports.reminders.claim(now=NOW, limit=1, lease_ms=1),
        ports.outbox.claim(limit=1, lease_ms=1, now=NOW),
        ports.heartbeats.beat("n", Beat(at=NOW)),
    ):
        with pytest.raises(StorageUnavailable):
            await attempt
    await ports.come_back()
    assert (await ports.journal.load(A)).version == 1
    assert await commit(ports.journal, an_append(A, 1)) is None


async def test_a_cancelled_load_withdraws_only_its_asker(ports: Ports) -> None:
    await commit(ports.journal, an_append(A, 0))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ports.journal.load, A)
        nursery.cancel_scope.cancel()
    await wait_all_tasks_blocked()
    assert (await ports.journal.load(A)).version == 1
