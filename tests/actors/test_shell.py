"""The runner: what is decided, what is committed, and when it leaves the actor."""

from __future__ import annotations

from typing import Any

import pytest
import trio
import trio.testing

from actors.commit_pipeline import CommitPipeline
from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
    DeadlineExceeded,
    Fenced,
    InternalError,
    MailboxFull,
    Overloaded,
    PoisonMessage,
    RefusedError,
    StorageUnavailable,
)
from protocol.lifecycle import Activated, Done, Reminded
from supervisors.restarts import Backoff
from tests.support.runtime import (
    START,
    Add,
    Alarm,
    Counter,
    CounterState,
    Crash,
    Everything,
    FakeJournal,
    Forbidden,
    GoAway,
    Jotting,
    Passing,
    Publishing,
    Read,
    Relaying,
    Silent,
    Telling,
    Total,
    running,
)


class Unencodable(CounterState):
    secret: Any = object()


A = Address("counter", "a")


async def test_a_reply_is_never_released_before_its_commit(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add(amount=2))
        await rig.settle()
        assert answer.count == 0
        rig.journal.commit()
        assert answer.replies == [Total(total=2)]


async def test_all_messages_of_one_wake_travel_in_one_append_with_consecutive_versions(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answers = [rig.request(Add()) for _ in range(5)]
        await rig.settle()
        ((append, _),) = rig.journal.queue
        assert [e.version for e in append.events] == [1, 2, 3, 4, 5]
        assert append.expected_version == 0
        rig.journal.commit()
        assert [a.replies for a in answers] == [[Total(total=n)] for n in range(1, 6)]


async def test_the_actor_goes_on_deciding_while_a_commit_is_in_flight(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        first = rig.request(Add())
        await rig.settle()
        second = rig.request(Add())
        await rig.settle()
        assert [a.expected_version for a, _ in rig.journal.queue] == [0, 1]
        rig.journal.commit(1)
        assert (first.count, second.count) == (1, 0)
        rig.journal.commit(1)
        assert second.replies == [Total(total=2)]


async def test_commits_in_flight_are_bounded(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_in_flight=2) as rig:
        for _ in range(4):
            rig.request(Add())
            await rig.settle()
        assert len(rig.journal.queue) == 2
        rig.journal.commit(1)
        await rig.settle()
        assert [len(a.events) for a, _ in rig.journal.queue] == [1, 2]


async def test_the_reply_of_a_reading_command_waits_for_the_commit_it_saw(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Add(amount=7))
        await rig.settle()
        reading = rig.request(Read())
        await rig.settle()
        assert reading.count == 0
        rig.journal.commit()
        assert reading.replies == [Total(total=7)]


async def test_the_reply_of_a_reading_command_is_immediate_when_nothing_is_in_flight(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.journal.queue == []


async def test_releases_keep_the_order_in_which_they_were_decided(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Publishing(text="1"))
        rig.request(Add())
        rig.request(Publishing(text="2"))
        await rig.settle()
        rig.request(Publishing(text="3"))
        rig.request(Add())
        await rig.settle()
        rig.request(Publishing(text="4"))
        await rig.settle()
        assert rig.fan_out.published == []
        rig.journal.commit(1)
        assert rig.fan_out.published == ["1", "2"]
        rig.journal.commit(1)
        assert rig.fan_out.published == ["1", "2", "3", "4"]


async def test_a_durable_publication_has_the_position_of_the_event_it_belongs_to(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.position = 100
        rig.request(Telling(texts=("a", "b")))
        rig.request(Publishing(text="volatile"))
        rig.request(Add())
        rig.request(Telling(texts=("c",)))
        await rig.settle()
        rig.request(Telling(texts=("d",)))
        await rig.settle()
        assert rig.fan_out.published == []
        rig.journal.commit()
        told = list(zip(rig.fan_out.published, rig.fan_out.positions, strict=True))
        assert told == [("a", 101), ("b", 102), ("volatile", None), ("c", 104), ("d", 105)]


async def test_two_durable_publications_of_one_event_are_a_mistake_of_the_machine(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        with pytest.raises(ActorCrashed):
            await rig.ask(Telling(texts=("a",), twice=True))
        assert rig.fan_out.published == []


async def test_records_outbox_and_reminders_travel_with_the_events(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Everything())
        await rig.settle()
        ((append, _),) = rig.journal.queue
        assert append.records == [Silent()]
        assert [o.aggregate for o in append.outbox] == [A]
        assert [(r.name, r.due_at) for r in append.reminders] == [("later", START + 5_000)]
        assert rig.fan_out.closed == []
        rig.journal.commit()
        assert rig.fan_out.closed == ["topic"]


async def test_a_failed_commit_fails_released_and_queued_askers_and_forgets_the_state(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_in_flight=2) as rig:
        answers = []
        for _ in range(4):
            answers.append(rig.request(Add()))
            await rig.settle()
        rig.journal.fail(StorageUnavailable())
        assert all(isinstance(a.errors[0], StorageUnavailable) for a in answers)
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.journal.loads == 2


async def test_what_was_committed_before_a_failed_commit_is_still_released(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        first = rig.request(Add())
        await rig.settle()
        second = rig.request(Add())
        await rig.settle()
        rig.journal.commit(1)
        rig.journal.fail(StorageUnavailable())
        assert first.replies == [Total(total=1)]
        assert second.count == 1
        assert await rig.ask(Read()) == Total(total=1)


async def test_a_fenced_activation_stops_and_its_askers_may_ask_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add())
        await rig.settle()
        rig.journal.fail(Fenced(A, 1))
        assert isinstance(answer.errors[0], ActorStopped)
        await rig.settle()
        assert rig.directory.statistics().live == 0


async def test_a_full_journal_fails_the_commit(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.append_error = Overloaded("full")
        with pytest.raises(Overloaded):
            await rig.ask(Add())


async def test_an_activation_that_cannot_load_answers_everybody(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.load_error = StorageUnavailable()
        answers = [rig.request(Read()) for _ in range(3)]
        await rig.settle()
        assert [type(a.errors[0]) for a in answers] == [StorageUnavailable] * 3
        rig.journal.load_error = None
        assert await rig.ask(Read()) == Total(total=0)


async def test_messages_queue_while_the_actor_is_activated(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    journal.gate = trio.Event()
    async with running(journal=journal) as rig:
        answers = [rig.request(Read()) for _ in range(3)]
        await rig.settle()
        assert not any(a.count for a in answers)
        journal.gate.set()
        await rig.settle()
        assert all(a.count == 1 for a in answers)


async def test_a_crash_in_decide_commits_and_releases_what_was_decided_before(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        before = rig.request(Add(amount=3))
        crashed = rig.request(Crash())
        after = rig.request(Read())
        await rig.settle()
        assert isinstance(crashed.errors[0], ActorCrashed)
        assert (before.count, after.count) == (0, 0)
        rig.journal.commit()
        await rig.settle()
        assert before.replies == [Total(total=3)]
        assert after.replies == [Total(total=3)]
        assert rig.machine.greetings == [Activated(after_crash=True)]


async def test_a_crash_in_evolve_undoes_the_whole_message(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(snapshot_every=1) as rig:
        crashed = rig.request(Crash(evolve=True))
        after = rig.request(Read())
        await rig.settle()
        assert isinstance(crashed.errors[0], ActorCrashed)
        assert after.replies == [Total(total=0)]
        assert rig.journal.queue == []
        assert rig.journal.snapshots == {}


async def test_a_dead_letter_tells_what_happened_without_what_was_said(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Crash(nonce=424242))
        await rig.settle()
        (letter,) = rig.directory.dead_letters.newest()
        assert letter.address == "counter/a"
        assert letter.message == "test.crash"
        assert letter.summary == "evolve=bool, nonce=int"
        assert letter.error == "ZeroDivisionError"
        assert letter.count == 1
        assert letter.at == START


async def test_a_message_that_crashed_its_actor_twice_is_not_delivered_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for _ in range(2):
            with pytest.raises(ActorCrashed):
                await rig.ask(Crash(nonce=1))
        with pytest.raises(PoisonMessage):
            await rig.ask(Crash(nonce=1))
        with pytest.raises(ActorCrashed):
            await rig.ask(Crash(nonce=2))
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.machine.delivered.count(Crash(nonce=1)) == 2


async def test_an_effect_that_raises_is_counted_and_harms_no_other(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Publishing(text="raise"))
        rig.request(Publishing(text="fine"))
        await rig.settle()
        assert answer.replies == [Total(total=0)]
        assert rig.fan_out.published == ["fine"]
        assert rig.directory.statistics().failed_effects == 1


async def test_a_send_to_a_full_mailbox_is_counted_not_raised(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(mailbox_bound=1) as rig:
        rig.journal.gate = None
        rig.request(Read(), key="b")
        await rig.settle()
        rig.journal.gate = trio.Event()
        rig.request(Add(), key="c")
        rig.request(Passing(key="c"), key="b")
        await rig.settle()
        assert rig.directory.statistics().undeliverable_sends == 1


async def test_a_send_leaves_after_the_commit(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Add())
        rig.request(Passing(key="b"))
        await rig.settle()
        assert rig.directory.statistics().live == 1
        rig.journal.commit()
        await rig.settle()
        assert rig.directory.statistics().live == 2


async def test_a_refusal_reaches_the_asker(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        with pytest.raises(RefusedError):
            await rig.ask(Forbidden())


async def test_a_message_whose_deadline_passed_in_the_mailbox_is_not_delivered(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    journal.gate = trio.Event()
    async with running(journal=journal) as rig:
        late = rig.request(Add(), seconds=1.0)
        await trio.sleep(1.2)
        assert isinstance(late.errors[0], DeadlineExceeded)
        journal.gate.set()
        await rig.settle()
        assert late.count == 1
        assert rig.machine.delivered == []


async def test_a_full_mailbox_refuses_and_counts(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(mailbox_bound=2) as rig:
        answers = [rig.request(Read()) for _ in range(3)]
        with pytest.raises(MailboxFull):
            rig.directory.tell(A, Read())
        await rig.settle()
        assert isinstance(answers[2].errors[0], MailboxFull)
        assert [a.count for a in answers] == [1, 1, 1]
        (counts,) = [k for k in rig.directory.statistics().kinds if k.kind == "counter"]
        assert counts.mailbox_full == 2


async def test_a_volatile_actor_has_no_journal_and_may_not_persist(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        assert await rig.ask(Read(), kind="volatile") == Total(total=0)
        for message in (Add(), Everything(), Alarm(name="x", at=START)):
            with pytest.raises(ActorCrashed):
                await rig.ask(message, key=str(message), kind="volatile")
        assert rig.journal.loads == 0
        assert rig.journal.queue == []


@pytest.mark.parametrize("kind", ["counter", "volatile"])
async def test_an_activation_after_a_crash_or_a_restart_is_greeted_though_nothing_is_durable(
    autojump_clock: trio.testing.MockClock, kind: str
) -> None:
    async with running() as rig:
        machine = rig.machine if kind == "counter" else rig.volatile
        await rig.ask(Read(), kind=kind)
        assert machine.greetings == []
        rig.request(Crash(), kind=kind)
        await rig.settle()
        assert machine.greetings == [Activated(after_crash=True)]
        rig.directory.restart(Address(kind, "a"))
        await rig.settle()
        assert machine.greetings[1:] == [Activated()]
        rig.directory.passivate(Address(kind, "a"))
        await rig.settle()
        await rig.ask(Read(), kind=kind)
        assert len(machine.greetings) == 2


async def test_the_activation_after_a_first_commit_that_failed_is_greeted(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        adding = rig.request(Add())
        await rig.settle()
        rig.journal.fail(StorageUnavailable())
        await rig.settle()
        assert adding.errors
        assert rig.machine.greetings == []
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.machine.greetings == [Activated()]


async def test_a_plain_activation_reports_no_outage_and_a_first_one_no_state(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.auto = True
        await rig.ask(Add())
        assert rig.machine.greetings == []
        rig.directory.passivate(A)
        await rig.settle()
        assert await rig.ask(Read()) == Total(total=1)
        assert rig.machine.greetings == [Activated()]


async def _outage(journal: FakeJournal, machine: Counter) -> None:
    options = {"down_since": START - 60_000, "up_at": START - 1_000}
    async with running(journal=journal, machine=machine, directory=options) as rig:
        await rig.ask(Read())
        rig.directory.passivate(A)
        await rig.settle()
        await rig.ask(Read())


@pytest.mark.parametrize("snapshotted", [False, True])
async def test_an_outage_is_reported_once_per_address(
    snapshotted: bool, autojump_clock: trio.testing.MockClock
) -> None:
    journal, machine = FakeJournal(auto=True), Counter()
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        await rig.directory.drain(1)
    assert journal.snapshots
    if not snapshotted:
        journal.snapshots.clear()
    (event,) = journal.events[A]
    journal.events[A] = [type(event)(1, 1, START - 50_000, event.event)]
    await _outage(journal, machine)
    assert [g.down_ms for g in machine.greetings] == [50_000, 0]


async def test_an_outage_counts_from_the_last_sign_of_life(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal, machine = FakeJournal(auto=True), Counter()
    async with running(journal=journal) as rig:
        await rig.ask(Add())
    (event,) = journal.events[A]
    journal.events[A] = [type(event)(1, 1, START - 3_600_000, event.event)]
    await _outage(journal, machine)
    assert [g.down_ms for g in machine.greetings] == [60_000, 0]


async def test_an_actor_written_to_since_the_start_was_not_down(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal, machine = FakeJournal(auto=True), Counter()
    async with running(journal=journal) as rig:
        await rig.ask(Add())
    await _outage(journal, machine)
    assert [g.down_ms for g in machine.greetings] == [0, 0]


async def test_a_volatile_alarm_rings_at_its_time(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Alarm(name="tick", at=START + 250, durable=False))
        await trio.sleep(0.249)
        assert rig.machine.alarms == []
        await trio.sleep(0.002)
        assert rig.machine.alarms == [Reminded(name="tick", due_at=START + 250)]
        assert rig.journal.queue == []


async def test_a_durable_alarm_is_armed_only_when_its_row_is_committed(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Alarm(name="close", at=START + 100))
        await trio.sleep(1)
        assert rig.machine.alarms == []
        rig.journal.commit()
        await trio.sleep(1)
        assert rig.machine.alarms == [Reminded(name="close", due_at=START + 100)]
        ((reminder,),) = [a.reminders for a in rig.journal.committed]
        assert reminder.due_at == START + 100


async def test_an_alarm_that_rings_from_memory_and_from_storage_is_delivered_once(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="close", at=START + 100))
        await trio.sleep(1)
        again = await rig.ask(Reminded(name="close", due_at=START + 100))
        assert again == Done()
        assert len(rig.machine.alarms) == 1


async def test_an_alarm_claimed_before_it_was_moved_is_not_delivered(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="close", at=START + 100))
        rig.request(Alarm(name="close", at=START + 5_000))
        await trio.sleep(0.5)
        assert await rig.ask(Reminded(name="close", due_at=START + 100)) == Done()
        assert rig.machine.alarms == []
        assert await rig.ask(Reminded(name="close", due_at=START + 5_000)) == Done()
        await trio.sleep(10)
        assert rig.machine.alarms == [Reminded(name="close", due_at=START + 5_000)]


async def test_a_cancelled_alarm_does_not_ring(autojump_clock: trio.testing.MockClock) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="close", at=START + 100))
        await trio.sleep(0.05)
        rig.request(Alarm(name="close", at=None))
        await trio.sleep(1)
        assert rig.machine.alarms == []
        assert rig.journal.committed[-1].reminders[0].due_at is None


async def test_an_alarm_set_again_for_the_same_time_rings_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for _ in range(2):
            rig.request(Alarm(name="tick", at=START, durable=False))
            await trio.sleep(0.1)
        assert len(rig.machine.alarms) == 2


async def test_snapshot_and_tail_give_the_same_state_as_a_full_replay(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal, snapshot_every=4) as rig:
        for amount in range(1, 11):
            await rig.ask(Add(amount=amount))
        await rig.settle()
        assert journal.snapshots[A].version == 8
    async with running(journal=journal) as rig:
        with_snapshot = await rig.ask(Read())
    journal.snapshots.clear()
    async with running(journal=journal) as rig:
        assert await rig.ask(Read()) == with_snapshot == Total(total=55)


async def test_a_snapshot_is_saved_only_after_the_commit_and_without_later_events(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(snapshot_every=2) as rig:
        rig.request(Add())
        rig.request(Add())
        await rig.settle()
        rig.request(Add(amount=100))
        await rig.settle()
        assert rig.journal.snapshots == {}
        rig.journal.commit(1)
        await rig.settle()
        assert rig.journal.snapshots[A].version == 2
        assert b'"total":2' in rig.journal.snapshots[A].state


async def test_passivation_saves_a_snapshot_and_survives_its_failure(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        journal.snapshot_error = StorageUnavailable()
        rig.directory.passivate(A)
        await rig.settle()
        assert rig.directory.statistics().live == 0
        assert journal.snapshots == {}
        assert await rig.ask(Read()) == Total(total=1)


async def test_passivate_waits_for_the_commit_in_flight(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add())
        rig.request(GoAway())
        await rig.settle()
        assert rig.directory.statistics().live == 1
        rig.journal.commit()
        await rig.settle()
        assert answer.count == 1
        assert rig.directory.statistics().live == 0


async def test_an_unreadable_journal_crashes_the_activation_and_answers_everybody(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        await rig.directory.drain(1)
    journal.snapshots.clear()
    (event,) = journal.events[A]
    journal.events[A] = [type(event)(1, 9, event.at, event.event)]
    async with running(journal=journal) as rig:
        with pytest.raises(ActorCrashed):
            await rig.ask(Read())
        assert rig.directory.dead_letters.newest()[0].message == "(activation)"


async def test_an_actor_that_crashes_on_activation_is_tried_again_for_the_next_message(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        rig.machine.crash_on_activated = True
        rig.directory.restart(A)
        await rig.settle()
        with pytest.raises(ActorCrashed):
            await rig.ask(Read())
        rig.machine.crash_on_activated = False
        assert await rig.ask(Read()) == Total(total=1)


async def test_crashes_are_followed_by_longer_and_longer_pauses(
    autojump_clock: trio.testing.MockClock,
) -> None:
    backoff = Backoff(initial_seconds=1.0, cap_seconds=3.0)
    async with running(directory={"backoff": backoff}) as rig:
        pauses = []
        for nonce in range(5):
            rig.request(Crash(nonce=nonce))
            await rig.settle()
            crashed_at = trio.current_time()
            await rig.ask(Read())
            pauses.append(round(trio.current_time() - crashed_at, 3))
        assert pauses == [0.0, 1.0, 2.0, 3.0, 3.0]


async def test_a_fault_of_storage_that_is_not_a_stoa_error_harms_only_this_activation(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.load_error = RuntimeError("bug")
        with pytest.raises(StorageUnavailable):
            await rig.ask(Read())
        rig.journal.load_error = None
        assert await rig.ask(Read()) == Total(total=0)
        assert await rig.ask(Read(), key="b") == Total(total=0)
        (counts,) = [k for k in rig.directory.statistics().kinds if k.kind == A.kind]
        assert (counts.restarts, counts.storage_failures) == (0, 1)


async def test_a_note_changes_memory_at_once_and_commits_nothing() -> None:
    async with running() as rig:
        assert await rig.ask(Jotting(amount=3)) == Total(total=3)
        assert await rig.ask(Read()) == Total(total=3)
        assert rig.journal.queue == []
        rig.directory.restart(A)
        assert await rig.ask(Read()) == Total(total=0)


async def test_a_volatile_actor_lives_by_volatile_events() -> None:
    async with running() as rig:
        assert await rig.ask(Jotting(amount=3), kind="volatile") == Total(total=3)
        assert await rig.ask(Read(), kind="volatile") == Total(total=3)


async def test_a_forwarded_asker_is_answered_by_the_receiver_after_the_commit() -> None:
    async with running() as rig:
        answer = rig.request(Relaying(key="b", adding=True))
        await rig.settle()
        assert (answer.count, rig.live()) == (0, 1)
        rig.journal.commit()
        await rig.settle()
        assert answer.replies == [Total(total=0)]


async def test_a_forward_that_cannot_be_delivered_fails_the_asker() -> None:
    async with running() as rig:
        with pytest.raises(InternalError):
            await rig.ask(Relaying(key="b", kind="nobody"))


async def test_a_forward_without_an_asker_is_a_send() -> None:
    async with running() as rig:
        rig.directory.tell(A, Relaying(key="b"))
        rig.directory.tell(A, Relaying(key="b", kind="nobody"))
        await rig.settle()
        assert rig.live() == 2
        assert rig.directory.statistics().undeliverable_sends == 1


async def test_a_flood_is_decided_in_slices_so_that_others_run_in_between(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answers = [rig.request(Add()) for _ in range(600)]
        await rig.settle()
        assert [len(a.events) for a, _ in rig.journal.queue] == [256, 256, 88]
        rig.journal.commit()
        assert answers[-1].replies == [Total(total=600)]


async def test_an_activation_is_never_held_back_as_poison(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        await rig.ask(Add())
        rig.machine.crash_on_activated = True
        for _ in range(3):
            rig.directory.restart(A)
            await rig.settle()
            with pytest.raises(ActorCrashed):
                await rig.ask(Read())


async def test_a_fault_of_the_runtime_ends_one_actor_and_answers_its_askers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as rig:

        def broken(_self: object) -> bool:
            raise RuntimeError("a bug of the runner")

        monkeypatch.setattr(CommitPipeline, "is_full", broken)
        with pytest.raises(ActorStopped):
            await rig.ask(Read())
        monkeypatch.undo()
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.directory.dead_letters.total == 1


async def test_a_state_that_cannot_be_encoded_costs_the_snapshot_only() -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal, snapshot_every=1) as rig:
        rig.machine.initial = lambda key: Unencodable()  # type: ignore[method-assign]
        assert await rig.ask(Add()) == Total(total=1)
        rig.directory.passivate(A)
        await rig.settle()
        assert journal.snapshots == {}
        assert rig.live() == 0


async def test_poison_and_stale_alarms_without_an_asker_are_dropped_silently(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for nonce in (1, 1, 1):
            rig.directory.tell(A, Crash(nonce=nonce))
        await trio.sleep(1)
        assert rig.machine.delivered.count(Crash(nonce=1)) == 2
        for _ in range(2):
            rig.directory.tell(A, Reminded(name="x", due_at=START))
        rig.directory.tell(A, Forbidden())
        await rig.settle()
        assert len(rig.machine.alarms) == 1
