"""Repeated lines are counted; what differs is written; nothing is lost in the numbers."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from supervisors.log_sampling import (
    FIRST,
    INTERVAL_SECONDS,
    MAX_KINDS,
    LogSampler,
    run_summaries,
    write_summaries,
)
from supervisors.logs import configure_logs
from tests.support.logs import plain_logs


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@contextlib.contextmanager
def configured(now: Callable[[], float]) -> Iterator[LogSampler]:
    """The log as a node has it, on the standard error of this moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.root, "handlers", [])
        yield configure_logs(log_format="json", level="info", sampler=LogSampler(now))
        plain_logs()


@pytest.fixture
def hand() -> Hand:
    return Hand()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was written since the last look."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_fault_that_meets_everybody_says_so_a_few_times_and_then_in_numbers(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(hand) as sampler:
        log = structlog.get_logger()
        for player in range(446):
            log.warning("actor.storage_failed", address=f"live_quiz/{player}", error="Full()")
        first = lines(capsys)
        assert [line["address"] for line in first] == [f"live_quiz/{n}" for n in range(FIRST)]
        hand.seconds += INTERVAL_SECONDS
        write_summaries(sampler)
        [summary] = lines(capsys)
        assert summary["event"] == "actor.storage_failed"
        assert summary["level"] == "warning"
        assert summary["repeated"] == 446 - FIRST
        assert summary["address"] == "live_quiz/445"
        write_summaries(sampler)
        assert lines(capsys) == []
        assert sampler.statistics()["left_out"] == {"actor.storage_failed": 441}


def test_what_continues_is_said_once_an_interval_with_the_number(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(hand) as sampler:
        for _ in range(int(INTERVAL_SECONDS) * 10):
            hand.seconds += 0.5
            structlog.get_logger().warning("outbox.unavailable", code="STORAGE_UNAVAILABLE")
        written = lines(capsys)
        assert len(written) == FIRST + 4
        assert sum(line.get("repeated", 0) for line in written) == 100 - len(written) - 19
        for _ in range(3):
            hand.seconds += INTERVAL_SECONDS
            write_summaries(sampler)
        for _ in range(FIRST):
            structlog.get_logger().warning("outbox.unavailable", code="STORAGE_UNAVAILABLE")
        assert [line.get("repeated") for line in lines(capsys)] == [19, *[None] * FIRST]


def test_errors_of_different_kinds_each_get_their_lines(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(hand) as sampler:
        log = structlog.get_logger()
        for raised in (ValueError("1"), KeyError("2")):
            for _ in range(2 * FIRST):
                try:
                    raise raised
                except (ValueError, KeyError):
                    log.exception("page.failed")
        for code in ("DATABASE_ERROR", "STORAGE_UNAVAILABLE"):
            for _ in range(2 * FIRST):
                log.warning("page.failed", code=code)
        assert len(lines(capsys)) == 4 * FIRST
        assert sampler.statistics()["left_out"] == {"page.failed": 4 * FIRST}


def test_a_summary_keeps_no_traceback_and_no_secret(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(hand) as sampler:
        for _ in range(FIRST + 1):
            structlog.get_logger().error(
                "job.failed", exc_info=ValueError("token=abcdef"), password="abcdef", mail={"to": 1}
            )
        lines(capsys)
        hand.seconds += INTERVAL_SECONDS
        write_summaries(sampler)
        said = capsys.readouterr().err
        assert "abcdef" not in said
        assert "exception" not in json.loads(said)
        assert "ValueError" in json.loads(said)["error"]


def test_lines_of_libraries_are_counted_too(hand: Hand, capsys: pytest.CaptureFixture[str]) -> None:
    with configured(hand):
        for number in range(50):
            logging.getLogger("a.driver").warning("no connection from port %d", number)
        assert len(capsys.readouterr().err.splitlines()) == FIRST
        hand.seconds += INTERVAL_SECONDS
        logging.getLogger("a.driver").warning("no connection from port %d", 51)
        assert "repeated 45 times" in capsys.readouterr().err


async def test_a_running_node_writes_what_is_due_and_at_its_end_what_is_left(
    autojump_clock: MockClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with configured(trio.current_time) as sampler:
        async with trio.open_nursery() as nursery:
            await nursery.start(lambda task_status: run_summaries(sampler, task_status=task_status))
            for left_out in (20, 30):
                for _ in range(FIRST + left_out):
                    structlog.get_logger().warning("jobs.unavailable")
                await trio.sleep(2 * INTERVAL_SECONDS + 1)
            for _ in range(FIRST + 40):
                structlog.get_logger().warning("jobs.unavailable")
            nursery.cancel_scope.cancel()
    written = [line for line in lines(capsys) if "repeated" in line]
    assert [line["repeated"] for line in written] == [20, 30, FIRST + 40]


def test_it_knows_when_the_next_summary_is_due(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured(hand) as sampler:
        for count in range(FIRST + 3):
            assert (sampler.due_in() is None) == (count <= FIRST)
            structlog.get_logger().warning("jobs.unavailable")
        hand.seconds += INTERVAL_SECONDS - 1
        assert sampler.due_in() == 1
        hand.seconds += 2
        assert sampler.due_in() == 0
        write_summaries(sampler)
        assert sampler.due_in() is None
    assert lines(capsys)[-1]["repeated"] == 3


def test_a_forked_process_begins_anew(hand: Hand, capsys: pytest.CaptureFixture[str]) -> None:
    with configured(hand) as sampler:
        for _ in range(FIRST + 3):
            structlog.get_logger().warning("jobs.unavailable")
        lines(capsys)
        sampler.begin_anew()
        write_summaries(sampler, all_of_them=True)
        assert lines(capsys) == []
        structlog.get_logger().warning("jobs.unavailable")
        assert len(lines(capsys)) == 1
        assert sampler.statistics() == {"lines": 1, "left_out": {}}


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.floats(0, INTERVAL_SECONDS * 2)), max_size=200),
    st.integers(1, 4),
)
def test_every_line_is_written_or_counted(said: list[tuple[str, float]], max_kinds: int) -> None:
    hand = Hand()
    sampler = LogSampler(hand, first=2, max_kinds=max_kinds)
    written = counted = 0
    for event, pause in said:
        hand.seconds += pause
        repeated = sampler.admit((event, "info"), {"event": event})
        written += repeated is not None
        counted += repeated or 0
        counted += sum(int(each.facts["repeated"]) for each in sampler.due())
    counted += sum(int(each.facts["repeated"]) for each in sampler.due(all_of_them=True))
    counted += sampler.take_forgotten()
    assert written + counted == len(said)


def test_memory_is_bounded_by_kinds_however_many_there_are(hand: Hand) -> None:
    sampler = LogSampler(hand)
    for number in range(MAX_KINDS * 4):
        for _ in range(FIRST + 1):
            sampler.admit((f"event.{number}", "info"), {})
    assert len(sampler.due(all_of_them=True)) == MAX_KINDS
    assert sampler.take_forgotten() == MAX_KINDS * 3
    assert len(sampler.statistics()["left_out"]) == MAX_KINDS


def test_an_error_that_logs_when_it_is_shown_holds_up_nobody(hand: Hand) -> None:
    sampler = LogSampler(hand)

    class Talkative(Exception):
        def __repr__(self) -> str:
            sampler.admit(("shown", "info"), {})
            return "talkative"

    def fail() -> None:
        for _ in range(FIRST + 1):
            sampler.admit(("failed", "error"), {"exc_info": Talkative()})

    thread = threading.Thread(target=fail, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    failed = [each for each in sampler.due(all_of_them=True) if each.event == "failed"]
    assert [each.facts["error"] for each in failed] == ["talkative"]


def test_an_error_that_cannot_be_shown_is_named(hand: Hand) -> None:
    class Mute(Exception):
        def __repr__(self) -> str:
            raise ValueError

    sampler = LogSampler(hand)
    for _ in range(FIRST + 1):
        sampler.admit(("failed", "error"), {"exc_info": Mute()})
    assert [each.facts["error"] for each in sampler.due(all_of_them=True)] == ["Mute"]
