"""The mailbox: bounds, draining whole, and waking its reader exactly once."""

from __future__ import annotations

import trio
import trio.testing

from actors.mailbox import Mailbox
from protocol.envelope import Envelope
from protocol.lifecycle import Done


def _envelopes(count: int) -> list[Envelope]:
    return [Envelope(Done()) for _ in range(count)]


def test_a_full_mailbox_takes_no_more_but_the_runtimes_own_messages() -> None:
    mailbox = Mailbox(2)
    first, second, third = _envelopes(3)
    assert mailbox.put_nowait(first)
    assert mailbox.put_nowait(second)
    assert not mailbox.put_nowait(third)
    mailbox.put_always(third)
    assert mailbox.drain() == [first, second, third]
    assert len(mailbox) == 0


def test_what_is_put_back_comes_first() -> None:
    mailbox = Mailbox(10)
    first, second, third = _envelopes(3)
    assert mailbox.oldest() is None
    mailbox.put_nowait(third)
    mailbox.put_back([first, second])
    assert mailbox.oldest() is first
    assert mailbox.drain() == [first, second, third]


async def test_many_messages_wake_the_reader_once() -> None:
    mailbox, wakes = Mailbox(10), 0

    async def read() -> None:
        nonlocal wakes
        while True:
            await mailbox.wait_message()
            wakes += 1
            mailbox.drain()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        for envelope in _envelopes(5):
            mailbox.put_nowait(envelope)
        await trio.testing.wait_all_tasks_blocked()
        assert wakes == 1
        nursery.cancel_scope.cancel()


async def test_a_deaf_reader_sleeps_through_messages_until_it_is_woken() -> None:
    mailbox, awake = Mailbox(10), trio.Event()

    async def read() -> None:
        await mailbox.wait_woken()
        awake.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        assert mailbox.is_deaf
        mailbox.put_nowait(Envelope(Done()))
        mailbox.put_always(Envelope(Done()))
        await trio.testing.wait_all_tasks_blocked()
        assert not awake.is_set()
        mailbox.wake()
        mailbox.wake()
    assert not mailbox.is_deaf


async def test_a_message_that_comes_between_cancellation_and_its_arrival_is_kept() -> None:
    mailbox = Mailbox(10)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(mailbox.wait_message)
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
        assert mailbox.put_nowait(Envelope(Done()))
    assert len(mailbox) == 1


async def test_waiting_with_messages_there_lets_others_run() -> None:
    mailbox = Mailbox(10)
    mailbox.put_nowait(Envelope(Done()))
    with trio.testing.assert_checkpoints():
        await mailbox.wait_message()
