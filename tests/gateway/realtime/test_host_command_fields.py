"""A host whose command lacks something is told which field it is."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.realtime.host_commands import AnyCommand
from gateway.realtime.wire import decode
from protocol.errors import ValidationError

BASE = {"liveQuizId": "game", "commandId": "c1"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "command"),
        ({"command": "nope"}, "command"),
        ({"command": 5}, "command"),
        ({"command": "next"}, "step"),
        ({"command": "next", "step": None}, "step"),
        ({"command": "next", "step": 1, "board": "no"}, "board"),
        ({"command": "extend"}, "extraMs"),
        ({"command": "extend", "extraMs": 5}, "extraMs"),
        ({"command": "kick"}, "playerId"),
        ({"command": "ban"}, "playerId"),
        ({"command": "extraTime", "playerId": "p"}, "factor"),
        ({"command": "extraTime", "factor": 2.0}, "playerId"),
        ({"command": "handOver"}, "toUserId"),
        ({"command": "lock", "commandId": ""}, "commandId"),
    ],
)
def test_the_field_that_is_wrong_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        decode([BASE | given], AnyCommand)
    assert [each["field"] for each in refused.value.details["fields"]] == [field]
