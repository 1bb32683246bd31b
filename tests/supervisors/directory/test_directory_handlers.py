"""The directory: stateless handlers are bounded, cancelled in time, and stop in order."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address, Message
from protocol.errors import (
    ActorStopped,
    DeadlineExceeded,
    InternalError,
    NotFoundError,
    Overloaded,
)
from tests.support.fakes import Collector
from tests.support.runtime import Read, SlowHandler, Total, running


async def test_handlers_finish_before_actors_stop_and_may_still_ask_them(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:

        class Asking(SlowHandler):
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
        slow = SlowHandler()
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
        slow = SlowHandler()
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
        slow = SlowHandler()
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
        rig.directory.add_handler(SlowHandler())
        rig.directory.tell(Address("slow", ""), Read())
        await trio.sleep(61)
        assert rig.directory.statistics().handlers[0].running == 0
