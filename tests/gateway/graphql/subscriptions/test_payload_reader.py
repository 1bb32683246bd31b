"""Payloads are read only so many at the same time, in order, and for those who still want them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.graphql.subscriptions.payload_reader import MAX_READING, PayloadReader, Reading
from protocol.errors import Overloaded
from protocol.selection import Selection, Viewer
from tests.support.fakes import FakeReads

Done = Callable[[Sequence[bytes] | Exception], None]


class HeldReads(FakeReads):
    """Answers when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[Done] = []
        self.refusal: Exception | None = None

    def execute_nowait(
        self, selections: Sequence[Selection], viewer: Viewer, done: Done
    ) -> Callable[[], None]:
        if self.refusal is not None:
            raise self.refusal
        self.begun.append(done)
        return lambda: None


def read(reader: PayloadReader, done: Done, *, wanted: bool = True) -> None:
    reader.read(Reading([], Viewer(), lambda: wanted, done))


def test_what_is_past_the_bound_waits_for_its_turn() -> None:
    reads = HeldReads()
    reader = PayloadReader(reads)
    answered: list[object] = []
    for _ in range(MAX_READING + 2):
        read(reader, answered.append)
    assert len(reads.begun) == MAX_READING
    assert reader.waiting == MAX_READING + 2
    reads.begun[0]([b"first"])
    assert answered == [[b"first"]]
    assert len(reads.begun) == MAX_READING + 1
    for done in reads.begun[1:]:
        done([])
    reads.begun[-1]([])
    assert reader.waiting == 0


def test_what_nobody_wants_any_more_is_not_read() -> None:
    reads = HeldReads()
    reader = PayloadReader(reads)
    read(reader, lambda _: None, wanted=False)
    assert reads.begun == []
    assert reader.waiting == 0


def test_a_refusal_of_storage_is_an_answer() -> None:
    reads = HeldReads()
    reads.refusal = Overloaded("busy")
    reader = PayloadReader(reads)
    answered: list[object] = []
    read(reader, answered.append)
    assert answered == [reads.refusal]
    assert reader.waiting == 0
