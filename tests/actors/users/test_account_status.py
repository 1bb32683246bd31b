"""What the machines answer to those who only ask."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from actors.communication.room import machine as room
from actors.effects import Reply, WakeAt
from actors.users.handler import UsersHandler
from gateway.graphql.transport_ws.machine import Machine
from gateway.graphql.transport_ws.settings import Settings
from protocol.communication import LivePhase, LiveQuizListed, SaidInRoom, ViewRoom
from protocol.errors import AuthenticationError
from protocol.records.users import UserPorts
from protocol.users.commands import CheckAccount
from protocol.users.replies import AccountStatus
from protocol.users.values import Role


@pytest.mark.parametrize("account", [None, SimpleNamespace(disabled=True, role="admin")])
async def test_an_account_that_is_off_or_gone_does_not_stand(account: Any) -> None:
    with pytest.raises(AuthenticationError):
        await handler(account).handle(CheckAccount(user_id="ada"))


async def test_an_account_stands_with_its_role_of_now() -> None:
    account = SimpleNamespace(disabled=False, role="educator")
    status = await handler(account).handle(CheckAccount(user_id="ada"))
    assert status == AccountStatus(role=Role.EDUCATOR)


def handler(account: Any) -> UsersHandler:
    async def by_id(user_id: str) -> Any:
        return account

    nothing: Any = None
    records = UserPorts(
        accounts=SimpleNamespace(by_id=by_id),
        registrations=nothing,
        credentials=nothing,
        profiles=nothing,
        administration=nothing,
    )
    return UsersHandler(
        records=records,
        passwords=nothing,
        tokens=nothing,
        throttle=nothing,
        objects=nothing,
        cleaner=nothing,
        clock=nothing,
        random=nothing,
        invitations=nothing,
    )


def test_looking_at_a_room_does_not_keep_it_for_ever() -> None:
    state = room.initial("c")
    alone = room.decide(state, ViewRoom(), 0)
    assert [type(effect) for effect in alone] == [Reply, WakeAt]
    state.presence.members["ada"] = "Ada"
    assert [type(effect) for effect in room.decide(state, ViewRoom(), 0)] == [Reply]


def test_only_messages_are_told_again() -> None:
    said = SaidInRoom(user_id="a", full_name="A", message_id="m", text="t", at=0, offset=1)
    listed = LiveQuizListed(live_quiz_id="q", title="Q", phase=LivePhase.LOBBY, host_name="V")
    assert room.durable_publication("c", said) is not None
    assert room.durable_publication("c", listed) is None


def test_a_closed_graphql_socket_hears_nothing_and_is_not_let_in() -> None:
    machine = Machine(Settings(), 0.0)
    assert machine.wake(0.0) is False
    assert machine.acknowledge(0.0) is False
    machine.close()
    assert machine.receive(b"{}", 0.0) is None
