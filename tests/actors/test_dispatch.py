"""A handler finds the method for a message by the message's class."""

from __future__ import annotations

import pytest

from actors.dispatch import Dispatch, Step
from protocol.envelope import Message
from protocol.lifecycle import Done, Reminded


class Ending(Message, frozen=True, kw_only=True, tag="test.ending"):
    pass


class SpecialEnding(Ending, frozen=True, kw_only=True, tag="test.special_ending"):
    pass


async def end(command: Ending) -> Done:
    return Done()


async def test_a_message_goes_to_its_method() -> None:
    dispatch: Dispatch[Step] = Dispatch("test", {Ending: end})
    assert await dispatch.step_for(Ending())(Ending()) == Done()


@pytest.mark.parametrize(
    ("message", "name"),
    [(Reminded(name="n", due_at=0), "Reminded"), (SpecialEnding(), "SpecialEnding")],
)
def test_what_is_not_in_the_table_is_a_bug_of_the_sender(message: Message, name: str) -> None:
    dispatch: Dispatch[Step] = Dispatch("test", {Ending: end})
    with pytest.raises(TypeError, match=f"test does not handle {name}"):
        dispatch.step_for(message)
