"""The runner: what an actor does is done for the request that asked, and for no other."""

from __future__ import annotations

import trio
import trio.testing
from structlog.testing import capture_logs

from protocol.tracing import CURRENT, Trace
from supervisors.logs import name_request
from tests.support.runtime import Crash, Everything, Read, running

ONE, TWO = Trace("one"), Trace("two", "a" * 32)


async def test_what_is_announced_names_the_request_that_led_to_it(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for request in (ONE, TWO, None):
            before = CURRENT.set(request)
            rig.request(Everything())
            CURRENT.reset(before)
        await rig.settle()
        announced = [o.request_id for append, _ in rig.journal.queue for o in append.outbox]
        assert announced == ["one", "two", None]


async def test_a_crash_is_logged_for_its_request_and_the_actor_keeps_no_request(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        before = CURRENT.set(ONE)
        rig.request(Read())  # it opens the actor, whose task outlives the request
        await rig.settle()
        CURRENT.set(TWO)
        with capture_logs(processors=[name_request]) as lines:
            rig.request(Crash())
            await rig.settle()
            CURRENT.set(None)
            await trio.sleep(60)  # its next activation waits for a while
            rig.request(Crash(nonce=1))
            await rig.settle()
        CURRENT.reset(before)
        crashes = [line for line in lines if line["event"] == "message.crashed"]
        assert [(line.get("request_id"), line.get("trace_id")) for line in crashes] == [
            ("two", "a" * 32),
            (None, None),
        ]
