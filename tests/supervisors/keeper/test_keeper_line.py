"""The line between the keeper and a child: nothing that was said is lost, and its end is seen."""

from __future__ import annotations

import pytest

from supervisors.keeper.line import EnginesState, Line, Ready

STATE = EnginesState(ready=True, urls={})


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
