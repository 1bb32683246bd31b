"""The directory: delivery, deadlines, passivation, escalation, and an orderly end."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from actors.kind import LiveKind
from protocol.envelope import Address, Message
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
    DeadlineExceeded,
    InternalError,
    NotFoundError,
    Overloaded,
    StorageUnavailable,
)
from protocol.lifecycle import Activated
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.restarts import SupervisorGaveUp
from tests.support.runtime import (
    START,
    Add,
    Alarm,
    Collector,
    Counter,
    Crash,
    FakeFanOut,
    FakeJournal,
    Passing,
    Read,
    Silent,
    Total,
    running,
)

A = Address("counter", "a")


class Slow:
    """A handler that waits for its gate."""

    kind = "slow"
    concurrency = 2
    queue_bound = 2

    def __init__(self) -> None:
        self.gate = trio.Event()
        self.error: Exception | None = None

    async def handle(self, message: Message) -> Message:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return Total(total=1)


async def test_an_unknown_kind_is_named_in_the_error() -> None:
    async with running() as rig:
        with pytest.raises(InternalError, match="'nobody'"):
            await rig.directory.ask(Address("nobody", "1"), Read())
        with pytest.raises(InternalError):
            rig.directory.tell(Address("nobody", "1"), Read())


async def test_an_ask_that_is_not_answered_ends_at_its_deadline(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        began = trio.current_time()
        with pytest.raises(DeadlineExceeded):
            await rig.directory.ask(A, Silent(), timeout_seconds=3)
        assert trio.current_time() - began == pytest.approx(3, abs=0.05)
        assert rig.directory.statistics().deadlines_missed == 1


async def test_a_request_is_answered_exactly_once_whatever_comes_late(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add(), seconds=1)
        await trio.sleep(2)
        assert isinstance(answer.errors[0], DeadlineExceeded)
        rig.journal.commit()
        await rig.settle()
        assert answer.count == 1


async def test_an_earlier_deadline_is_met_though_a_later_one_was_set_first(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Silent(), seconds=60)
        early = rig.request(Silent(), seconds=1)
        await trio.sleep(1.1)
        assert early.count == 1


async def test_a_cancelled_ask_withdraws_the_asker_and_not_the_message() -> None:
    async with running() as rig:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.ask, Add())
            await rig.settle()
            nursery.cancel_scope.cancel()
        assert rig.directory.statistics().waiting_askers == 0
        rig.journal.commit()
        await rig.settle()
        assert await rig.ask(Read()) == Total(total=1)


async def test_too_many_actors_of_a_kind_are_refused() -> None:
    async with running(max_live=1) as rig:
        await rig.ask(Read())
        with pytest.raises(Overloaded):
            await rig.ask(Read(), key="b")
        assert rig.directory.statistics().kinds[0].refused == 1


async def test_an_idle_actor_is_passivated_and_comes_back(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(idle_seconds=10, journal=FakeJournal(auto=True)) as rig:
        await rig.ask(Add())
        await trio.sleep(9)
        assert rig.live() == 1
        await trio.sleep(5)
        assert rig.live() == 0
        assert await rig.ask(Read()) == Total(total=1)


async def test_an_actor_with_an_alarm_near_is_not_idle(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(idle_seconds=10, journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="x", at=START + 50_000))
        await trio.sleep(40)
        assert rig.live() == 1
        await trio.sleep(30)
        assert rig.live() == 0


async def test_an_actor_that_does_not_idle_out_stays(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(idle_seconds=None) as rig:
        await rig.ask(Read())
        await trio.sleep(80_000)
        assert rig.live() == 1


@pytest.mark.parametrize("sent_after", range(6))
async def test_a_message_that_races_with_passivation_is_not_lost(sent_after: int) -> None:
    """The message comes at every step of passivation: asked, saving, saved, gone."""
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        rig.directory.passivate(A)
        for _ in range(sent_after):
            await trio.lowlevel.checkpoint()
        assert await rig.ask(Add(amount=10)) == Total(total=11)


async def test_a_message_that_comes_while_the_snapshot_is_saved_finds_the_state() -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        journal.gate = trio.Event()
        rig.directory.passivate(A)
        await rig.settle()
        answer = rig.request(Read())
        journal.gate.set()
        await rig.settle()
        assert answer.replies == [Total(total=1)]
        assert journal.loads == 1


PATIENT_SECONDS = 10_000
"""Longer than the pauses before thirty restarts take together."""

STEPS = st.lists(
    st.sampled_from(["add", "passivate", "restart", "crash", "commit", "fail", "yield", "settle"]),
    max_size=30,
)


@given(STEPS)
def test_whatever_happens_what_is_acknowledged_is_durable_and_all_are_answered(
    steps: list[str],
) -> None:
    trio.run(_play, steps, clock=trio.testing.MockClock(autojump_threshold=0))


async def _play(steps: list[str]) -> None:
    journal = FakeJournal()
    async with running(journal=journal, snapshot_every=3) as rig:
        answers: list[Collector] = []
        for nonce, step in enumerate(steps):
            match step:
                case "add":
                    answers.append(rig.request(Add(), seconds=PATIENT_SECONDS))
                case "passivate":
                    rig.directory.passivate(A)
                case "restart":
                    rig.directory.restart(A)
                case "crash":
                    rig.directory.tell(A, Crash(nonce=nonce))
                case "commit":
                    journal.commit()
                case "fail":
                    journal.fail(StorageUnavailable())
                case "yield":
                    await trio.lowlevel.checkpoint()
                case "settle":
                    await rig.settle()
        journal.auto = True
        journal.commit()
        durable = await rig.directory.ask(A, Read(), timeout_seconds=PATIENT_SECONDS)
        await rig.settle()
        assert all(a.count == 1 for a in answers)
        assert durable == Total(total=sum(len(a.replies) for a in answers))


async def test_a_restart_storm_of_a_kind_escalates_and_answers_everybody(
    autojump_clock: trio.testing.MockClock,
) -> None:
    with pytest.RaisesGroup(SupervisorGaveUp):
        async with running(max_restarts=2) as rig:
            waiting = rig.request(Add(), key="other")
            await rig.settle()
            for nonce in range(3):
                rig.request(Crash(nonce=nonce), key=str(nonce))
            await trio.sleep(0.1)
            assert isinstance(waiting.errors[0], ActorStopped)


async def test_a_directory_that_gave_up_can_run_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    directory = _directory(max_restarts=0)
    for _ in range(2):
        async with trio.open_nursery() as nursery:
            with pytest.raises(SupervisorGaveUp):
                await _run_and_crash(directory, nursery)


async def _run_and_crash(directory: Directory, nursery: trio.Nursery) -> None:
    async def crash() -> None:
        await trio.sleep(1)
        with pytest.raises(ActorCrashed):
            await directory.ask(A, Crash())

    nursery.start_soon(crash)
    await directory.run()


def _directory(journal: FakeJournal | None = None, **options: Any) -> Directory:
    return Directory(
        clock=TrioClock(START),
        journal=journal or FakeJournal(),
        fan_out=FakeFanOut(),
        kinds=[LiveKind(Counter(), **options)],
    )


async def test_a_directory_that_does_not_run_refuses() -> None:
    directory = _directory()
    with pytest.raises(ActorStopped):
        directory.tell(A, Read())
    with pytest.raises(ActorStopped):
        await directory.ask(A, Read())
    with pytest.raises(ActorStopped):
        directory.delivery.send(A, Read())
    await directory.drain(1)


async def test_a_drain_finishes_what_waits_commits_it_and_saves_snapshots(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    async with running(journal=journal) as rig:
        answers = [rig.request(Add(), key=key) for key in "abc"]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.directory.drain, 10)
            await rig.settle()
            refused = rig.request(Read(), key="d")
            assert isinstance(refused.errors[0], ActorStopped)
            journal.commit()
        assert all(len(a.replies) == 1 for a in answers)
        assert {a.key for a in journal.snapshots} == set("abc")


async def test_a_drain_lets_actors_finish_what_they_send_each_other(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        rig.request(Passing(key="b"))
        await rig.directory.drain(5)
    assert len(journal.events[Address("counter", "b")]) == 1


async def test_a_drain_that_takes_too_long_answers_everybody_with_an_error(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_in_flight=1) as rig:
        answers = [rig.request(Add())]
        await rig.settle()
        answers += [rig.request(Add()) for _ in range(3)]
        silent = rig.request(Silent(), key="b", seconds=1000)
        await rig.directory.drain(2)
        await rig.settle()
        assert [type(a.errors[0]) for a in [*answers, silent]] == [ActorStopped] * 5
        rig.journal.fail(StorageUnavailable())
        assert all(a.count == 1 for a in answers)


async def test_a_cancelled_directory_leaves_no_asker_waiting() -> None:
    directory = _directory()
    collectors = [Collector() for _ in range(4)]
    slow = Slow()
    directory.add_handler(slow)
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        directory.request(A, Add(), collectors[0])
        await trio.testing.wait_all_tasks_blocked()
        directory.request(A, Silent(), collectors[1])
        for collector in collectors[2:]:
            directory.request(Address("slow", ""), Read(), collector)
        nursery.cancel_scope.cancel()
    assert [type(c.errors[0]) for c in collectors] == [ActorStopped] * 4


async def test_handlers_finish_before_actors_stop_and_may_still_ask_them(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:

        class Asking(Slow):
            kind = "asking"

            async def handle(self, message: Message) -> Message:
                await self.gate.wait()
                reply = await rig.ask(Read())
                assert isinstance(reply, Total)
                return reply

        handler, waiting, refused = Asking(), Collector(), Collector()
        rig.directory.add_handler(handler)
        rig.directory.request(Address("asking", ""), Read(), waiting)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.directory.drain, 10)
            await rig.settle()
            rig.directory.request(Address("asking", ""), Read(), refused)
            handler.gate.set()
        assert waiting.replies == [Total(total=0)]
        assert isinstance(refused.errors[0], ActorStopped)


async def test_a_handler_is_bounded_in_what_runs_and_what_waits() -> None:
    async with running() as rig:
        slow = Slow()
        rig.directory.add_handler(slow)
        answers = [Collector() for _ in range(5)]
        for answer in answers:
            rig.directory.request(Address("slow", ""), Read(), answer)
        await rig.settle()
        (counts,) = rig.directory.statistics().handlers
        assert (counts.running, counts.queued, counts.overloaded) == (2, 2, 1)
        assert isinstance(answers[4].errors[0], Overloaded)
        slow.gate.set()
        await rig.settle()
        assert [len(a.replies) for a in answers] == [1, 1, 1, 1, 0]


async def test_a_refusal_of_a_handler_is_the_askers_and_a_bug_is_a_dead_letter() -> None:
    async with running() as rig:
        slow = Slow()
        slow.gate.set()
        rig.directory.add_handler(slow)
        refusal = NotFoundError("course", "1")
        for error in (refusal, ExceptionGroup("of a nursery", [refusal])):
            slow.error = error
            with pytest.raises(NotFoundError):
                await rig.ask(Read(), kind="slow")
        slow.error = ZeroDivisionError("secret")
        with pytest.raises(InternalError) as caught:
            await rig.ask(Read(note="x"), kind="slow")
        assert "secret" not in caught.value.message
        (letter,) = rig.directory.statistics().dead_letters
        assert (letter.address, letter.summary) == ("slow/", "note=str(1)")


async def test_a_handler_is_cancelled_at_the_deadline_and_its_queue_expires(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        slow = Slow()
        rig.directory.add_handler(slow)
        answers = [Collector() for _ in range(4)]
        for answer in answers:
            rig.directory.request(Address("slow", ""), Read(), answer, timeout_seconds=1)
        rig.directory.tell(Address("counter", "x"), Read())
        await trio.sleep(1.1)
        assert [type(a.errors[0]) for a in answers] == [DeadlineExceeded] * 4
        await trio.sleep(1)
        assert rig.directory.statistics().handlers[0].running == 0


async def test_a_told_handler_does_not_hold_its_slot_for_ever(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.directory.add_handler(Slow())
        rig.directory.tell(Address("slow", ""), Read())
        await trio.sleep(61)
        assert rig.directory.statistics().handlers[0].running == 0


async def test_statistics_show_every_actor_and_are_ready_for_json() -> None:
    async with running() as rig:
        rig.request(Add())
        rig.request(Crash(), key="b")
        await rig.settle()
        seen = rig.directory.statistics()
        actors = {a.key: a for a in seen.actors}
        assert (actors["a"].state, actors["a"].in_flight, actors["a"].version) == ("live", 1, 1)
        assert actors["a"].messages_per_second > 0
        assert (actors["b"].restarts, actors["b"].last_error) == (1, "ZeroDivisionError('secret')")
        assert seen.waiting_askers == 1
        assert msgspec.json.decode(msgspec.json.encode(seen))["state"] == "running"
        assert len(rig.directory.statistics(max_actors=1).actors) == 1


async def test_operators_learn_when_an_actor_is_not_in_memory() -> None:
    async with running() as rig:
        assert not rig.directory.passivate(A)
        assert not rig.directory.restart(A)


async def test_a_restart_builds_the_state_from_what_is_durable_and_keeps_messages() -> None:
    async with running() as rig:
        first = rig.request(Add())
        await rig.settle()
        rig.directory.restart(A)
        second = rig.request(Read())
        await rig.settle()
        assert second.count == 0
        rig.journal.commit()
        await rig.settle()
        assert first.replies == second.replies == [Total(total=1)]
        assert rig.machine.greetings == [Activated()]


async def test_an_alarm_of_an_actor_that_cannot_be_activated_is_counted(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_live=1, journal=FakeJournal(auto=True)) as rig:
        rig.directory.alarms.set(Address("counter", "b"), "x", START + 1_000)
        await rig.ask(Read())
        await trio.sleep(2)
        assert rig.directory.statistics().undeliverable_sends == 1


async def test_a_kind_can_be_added_later() -> None:
    async with running() as rig:
        rig.directory.add_kind(LiveKind(Counter("late"), volatile=True))
        assert await rig.ask(Read(), kind="late") == Total(total=0)


async def test_a_drain_that_is_cut_off_while_an_actor_loads_answers_its_askers(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    journal.gate = trio.Event()
    async with running(journal=journal) as rig:
        answer = rig.request(Read(), seconds=1000)
        await rig.directory.drain(1)
        await rig.settle()
        assert isinstance(answer.errors[0], ActorStopped)


async def test_a_drain_that_is_cut_off_while_a_snapshot_is_saved_loses_nothing(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        journal.gate = trio.Event()
        answer = rig.request(Add(), seconds=1000)
        await rig.directory.drain(1)
        await rig.settle()
        assert answer.replies == [Total(total=2)]
    journal.gate = None
    async with running(journal=journal) as rig:
        assert await rig.ask(Read()) == Total(total=2)


async def test_metrics_need_no_look_at_the_actors() -> None:
    async with running() as rig:
        await rig.ask(Read())
        assert rig.directory.statistics(max_actors=0).actors == []
        assert [a.key for a in rig.directory.actors(kind="counter", limit=5)] == ["a"]
        assert rig.directory.actors(kind="volatile") == []
