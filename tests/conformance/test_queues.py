"""Every sentence of `Reminders`, `Outbox` and `Heartbeats`, on both stores."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import trio

from protocol.envelope import Address
from protocol.ports import Beat, DueReminder, OutboxEntry, Reminder
from tests.support.ports import NOW, Noted, Ports, an_append, commit

A = Address("room", "a")
B = Address("room", "b")
MINUTE = 60_000


async def set_reminders(ports: Ports, address: Address, **due: int | None) -> None:
    version = (await ports.journal.load(address)).version
    assert await commit(ports.journal, an_append(address, version, reminders=due)) is None


async def claim_reminders(ports: Ports, now: int, limit: int = 99) -> Sequence[DueReminder]:
    return await ports.reminders.claim(now=now, limit=limit, lease_ms=MINUTE)


async def test_only_due_reminders_are_claimed_the_longest_due_first(ports: Ports) -> None:
    await set_reminders(ports, A, soon=NOW + 2, now=NOW, later=NOW + 3)
    await set_reminders(ports, B, first=NOW - 1)
    assert await claim_reminders(ports, NOW + 2) == [
        DueReminder(B, "first", NOW - 1),
        DueReminder(A, "now", NOW),
        DueReminder(A, "soon", NOW + 2),
    ]


async def test_a_claim_takes_at_most_its_limit(ports: Ports) -> None:
    await set_reminders(ports, A, a=NOW, b=NOW, c=NOW)
    assert len(await claim_reminders(ports, NOW, limit=2)) == 2
    assert len(await claim_reminders(ports, NOW, limit=2)) == 1


async def test_actors_with_a_reminder_soon_are_found_each_once_the_first_ones_first(
    ports: Ports,
) -> None:
    other = Address("other", "x")
    await set_reminders(ports, A, a=NOW + 5, b=NOW + 1)
    await set_reminders(ports, B, a=NOW - 7, b=NOW + 99)
    await set_reminders(ports, other, a=NOW)
    await claim_reminders(ports, NOW)

    async def found(*kinds: str, before: int, limit: int = 9) -> list[Address]:
        return list(await ports.reminders.addresses(kinds, before=before, limit=limit))

    assert await found(A.kind, before=NOW + 5) == [B, A]
    assert await found(A.kind, before=NOW + 1) == [B]
    assert await found(A.kind, "other", before=NOW + 5) == [B, other, A]
    assert await found(A.kind, "other", before=NOW + 5, limit=2) == [B, other]
    assert await found("none", before=NOW + 5) == []


async def test_nobody_else_gets_a_claimed_reminder_until_the_lease_is_over(ports: Ports) -> None:
    await set_reminders(ports, A, a=NOW)
    assert len(await claim_reminders(ports, NOW)) == 1
    assert await claim_reminders(ports, NOW + MINUTE - 1) == []
    assert len(await claim_reminders(ports, NOW + MINUTE)) == 1


async def test_claimers_at_the_same_time_get_different_reminders(ports: Ports) -> None:
    for number in range(10):
        await set_reminders(ports, Address("room", str(number)), a=NOW, b=NOW)
    claimed: list[DueReminder] = []

    async def claimer() -> None:
        claimed.extend(await claim_reminders(ports, NOW, limit=5))

    async with trio.open_nursery() as nursery:
        for _ in range(8):
            nursery.start_soon(claimer)
    claimed.extend(await claim_reminders(ports, NOW))
    assert len(claimed) == 20
    assert len({(c.address, c.name) for c in claimed}) == 20


async def test_a_completed_reminder_is_gone(ports: Ports) -> None:
    await set_reminders(ports, A, a=NOW, b=NOW)
    due = await claim_reminders(ports, NOW)
    await ports.reminders.complete(due[:1])
    await ports.reminders.complete([])
    assert await claim_reminders(ports, NOW + MINUTE) == due[1:]


async def test_a_reminder_that_was_moved_meanwhile_is_not_completed(ports: Ports) -> None:
    await set_reminders(ports, A, a=NOW)
    due = await claim_reminders(ports, NOW)
    await set_reminders(ports, A, a=NOW + 5)
    await ports.reminders.complete(due)
    assert await claim_reminders(ports, NOW + 5) == [DueReminder(A, "a", NOW + 5)]


async def test_setting_a_reminder_again_moves_it_and_none_removes_it(ports: Ports) -> None:
    await set_reminders(ports, A, a=NOW, b=NOW)
    await set_reminders(ports, A, a=NOW + 10, b=None, never_there=None)
    assert await claim_reminders(ports, NOW) == []
    assert await claim_reminders(ports, NOW + 10) == [DueReminder(A, "a", NOW + 10)]


async def test_the_last_word_on_a_reminder_counts(ports: Ports) -> None:
    append = an_append(A, 0)
    append = msgspec.structs.replace(
        append,
        reminders=[Reminder(A, "a", NOW), Reminder(A, "a", None), Reminder(A, "a", NOW + 1)],
    )
    assert await commit(ports.journal, append) is None
    assert await claim_reminders(ports, NOW + 9) == [DueReminder(A, "a", NOW + 1)]


async def announce(ports: Ports, address: Address, *numbers: int) -> None:
    version = (await ports.journal.load(address)).version
    assert await commit(ports.journal, an_append(address, version, announce=numbers)) is None


async def claim_outbox(ports: Ports, now: int = NOW, limit: int = 99) -> Sequence[OutboxEntry]:
    return await ports.outbox.claim(limit=limit, lease_ms=MINUTE, now=now)


def numbers_of(entries: Sequence[OutboxEntry], aggregate: Address) -> list[int]:
    assert [entry.id for entry in entries] == sorted(entry.id for entry in entries)
    bodies = [msgspec.json.decode(e.event) for e in entries if e.aggregate == aggregate]
    assert all(body["type"] == "test.happened" for body in bodies)
    return [body["number"] for body in bodies]


async def test_events_come_in_order_per_aggregate_with_their_time(ports: Ports) -> None:
    await announce(ports, A, 1, 2)
    await announce(ports, B, 10)
    await announce(ports, A, 3)
    entries = await claim_outbox(ports)
    assert numbers_of(entries, A) == [1, 2, 3]
    assert numbers_of(entries, B) == [10]
    assert {entry.at for entry in entries} == {NOW}


async def test_the_oldest_come_first_up_to_the_limit(ports: Ports) -> None:
    await announce(ports, A, 1, 2, 3)
    assert numbers_of(await claim_outbox(ports, limit=2), A) == [1, 2]


async def test_a_later_event_waits_while_an_earlier_one_is_claimed(ports: Ports) -> None:
    await announce(ports, A, 1)
    assert len(await claim_outbox(ports)) == 1
    await announce(ports, A, 2)
    await announce(ports, B, 10)
    second = await claim_outbox(ports)
    assert (numbers_of(second, A), numbers_of(second, B)) == ([], [10])
    assert numbers_of(await claim_outbox(ports, NOW + MINUTE), A) == [1, 2]


async def test_a_delivered_event_is_gone_and_lets_the_next_pass(ports: Ports) -> None:
    await announce(ports, A, 1)
    first = await claim_outbox(ports)
    await announce(ports, A, 2)
    await ports.outbox.complete([entry.id for entry in first])
    await ports.outbox.complete([])
    assert numbers_of(await claim_outbox(ports), A) == [2]


async def test_an_event_that_is_set_aside_lets_the_next_pass(ports: Ports) -> None:
    await announce(ports, A, 1)
    (first,) = await claim_outbox(ports)
    await announce(ports, A, 2)
    for _ in range(2):
        await ports.outbox.set_aside(first, reason="no such event", now=NOW)
    await ports.outbox.complete([first.id])
    assert numbers_of(await claim_outbox(ports), A) == [2]


async def test_claimers_at_the_same_time_never_share_an_aggregate(ports: Ports) -> None:
    for address in (A, B):
        await announce(ports, address, *range(10))
    claims: list[Sequence[OutboxEntry]] = []

    async def claimer() -> None:
        claims.append(await claim_outbox(ports, limit=4))

    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(claimer)
    for address in (A, B):
        takers = [claim for claim in claims if numbers_of(claim, address)]
        assert len(takers) <= 1
        assert all(numbers_of(claim, address)[0] == 0 for claim in takers)


async def test_the_last_beat_is_the_newest_of_any_node(ports: Ports) -> None:
    assert await ports.heartbeats.last_beat() is None
    await ports.heartbeats.beat("one", Beat(at=NOW))
    await ports.heartbeats.beat("two", Beat(at=NOW + 5))
    await ports.heartbeats.beat("one", Beat(at=NOW + 2))
    assert await ports.heartbeats.last_beat() == Beat(at=NOW + 5)


async def test_a_beat_never_goes_back(ports: Ports) -> None:
    await ports.heartbeats.beat("one", Beat(at=NOW + 5))
    await ports.heartbeats.beat("one", Beat(at=NOW))
    assert await ports.heartbeats.last_beat() == Beat(at=NOW + 5)


# --- when there is something to do, and who is woken ---------------------------------------------


async def test_the_next_reminder_is_due_when_it_may_be_claimed(ports: Ports) -> None:
    assert await ports.reminders.next_due() is None
    await set_reminders(ports, A, late=NOW + 9, soon=NOW + 4)
    assert await ports.reminders.next_due() == NOW + 4
    await claim_reminders(ports, NOW + 4)
    assert await ports.reminders.next_due() == NOW + 9
    await claim_reminders(ports, NOW + 9)
    assert await ports.reminders.next_due() == NOW + 4 + MINUTE


async def test_of_an_aggregate_the_oldest_event_says_when_the_next_is_due(ports: Ports) -> None:
    assert await ports.outbox.next_due() is None
    await announce(ports, A, 1)
    assert await ports.outbox.next_due() == 0
    await claim_outbox(ports)
    await announce(ports, A, 2)
    assert await ports.outbox.next_due() == NOW + MINUTE
    await announce(ports, B, 10)
    assert await ports.outbox.next_due() == 0


async def test_a_commit_wakes_those_who_wait_for_its_rows(ports: Ports) -> None:
    await announce(ports, A, 1, 2)
    assert merged(ports) == {"outbox": 0}
    await set_reminders(ports, A, soon=NOW + 4, late=NOW + 9)
    assert merged(ports) == {"reminders": NOW + 4}
    await set_reminders(ports, A, soon=None)
    assert await commit(ports.journal, an_append(B, 0)) is None
    assert merged(ports) == {}


async def test_what_is_undone_wakes_nobody(ports: Ports) -> None:
    append = an_append(A, 0, text="bad", announce=[1], reminders={"soon": NOW})
    append = msgspec.structs.replace(append, records=[Noted(text="bad")])
    assert await commit(ports.journal, append) is not None
    assert merged(ports) == {}


def merged(ports: Ports) -> dict[str, int]:
    """What was woken since the last call, each topic for its earliest time."""
    found: dict[str, int] = {}
    for wakes in ports.woken:
        for topic, at in wakes.items():
            found[topic] = min(at, found.get(topic, at))
    ports.woken.clear()
    return found


async def test_a_beat_keeps_what_the_machine_said_with_it(ports: Ports) -> None:
    beat = Beat(at=NOW, boot_id="a start of the machine", boot_ms=5_000)
    await ports.heartbeats.beat("one", beat)
    await ports.heartbeats.beat("one", Beat(at=NOW - 1, boot_id="another"))
    assert await ports.heartbeats.last_beat() == beat
