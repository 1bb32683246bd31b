"""The line between the keeper and a child: nothing that was said is lost, and its end is seen."""

from __future__ import annotations

import contextlib
import select

import pytest

from supervisors.keeper.line import EnginesState, Line, Message, Ready

STATE = EnginesState(ready=True, urls={})


@pytest.fixture(params=[False, True], ids=["packets", "stream"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param:
        monkeypatch.setattr("supervisors.keeper.line.PORTABLE", True)


def heard(end: Line) -> list[Message]:
    """What can be read without waiting."""
    messages = []
    with contextlib.suppress(BlockingIOError):
        while message := end.read():
            messages.append(message)
    return messages


def test_messages_keep_their_boundaries_and_then_there_are_none() -> None:
    ours, theirs = Line.pair()
    theirs.tell(Ready())
    theirs.tell(STATE)
    assert [ours.read(), ours.read()] == [Ready(), STATE]
    with pytest.raises(BlockingIOError):
        ours.read()
    theirs.close()
    assert ours.read() is None
    ours.close()


def test_the_last_words_of_one_who_has_not_read_everything_are_heard() -> None:
    ours, theirs = Line.pair()
    ours.tell(STATE)
    theirs.tell(Ready())
    theirs.close()
    assert ours.read() == Ready()
    assert ours.read() is None
    ours.close()


def test_telling_one_who_is_gone_does_nothing() -> None:
    ours, theirs = Line.pair()
    theirs.close()
    ours.tell(STATE)
    assert ours.read() is None
    ours.close()


def test_whoever_waits_for_the_line_is_told_of_every_message() -> None:
    ours, theirs = Line.pair()
    theirs.tell(Ready())
    theirs.tell(STATE)
    assert ours.read() == Ready()
    assert select.select([ours], [], [], 0)[0] == [ours]
    assert ours.read() == STATE
    assert select.select([ours], [], [], 0)[0] == []
    ours.close()
    theirs.close()


def test_one_who_reads_late_gets_whole_messages() -> None:
    ours, theirs = Line.pair()
    for number in range(20_000):
        ours.tell(EnginesState(ready=True, urls={"postgres": f"{number:0100}"}))
    assert len(heard(theirs)) > 10
    ours.tell(STATE)
    assert heard(theirs)[-1] == STATE
    ours.close()
    theirs.close()


def test_half_a_message_of_one_who_is_gone_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supervisors.keeper.line.PORTABLE", True)
    ours, theirs = Line.pair()
    theirs.socket.send(b'{"type"')
    theirs.close()
    assert ours.read() is None
    ours.close()
