"""The runner: messages that come late, in floods, or to a full mailbox."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    DeadlineExceeded,
    MailboxFull,
)
from tests.support.runtime import (
    Add,
    FakeJournal,
    Read,
    Total,
    running,
)

A = Address("counter", "a")


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


async def test_a_flood_is_decided_in_slices_so_that_others_run_in_between(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answers = [rig.request(Add()) for _ in range(600)]
        await rig.settle()
        assert [len(a.events) for a, _ in rig.journal.queue] == [256, 256, 88]
        rig.journal.commit()
        assert answers[-1].replies == [Total(total=600)]
