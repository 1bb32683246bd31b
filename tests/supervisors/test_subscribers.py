"""What follows from domain events, by the tables of the domains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import structlog.testing

from gateway.rights import Rights
from protocol.assessments.live.entry import AddTeacherToGames, RemoveTeacherFromGames
from protocol.courses.events import CoTeacherAdded, CourseTransferred
from protocol.courses.values import TeacherRole
from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import RefusedError, StorageUnavailable
from protocol.lifecycle import Done
from protocol.ports import OutboxEntry
from protocol.users.commands import IssuePasswordReset
from protocol.users.events import EmailVerified, PasswordResetRequested, UserDisabled
from supervisors.domains import DOMAINS
from supervisors.subscribers import (
    EndSessions,
    FollowUp,
    Means,
    Publish,
    Reactions,
    RevokeRights,
    Subscribers,
    merge,
)
from tests.storage.records.school import NOW

ADDRESS = Address("users", "")
RESET = PasswordResetRequested(email="v@school.example")


class Node:
    """Everything that reactions act upon, and what they did, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.commands: list[Message] = []
        self.error: Exception | None = None

    def publish(
        self,
        topic: str,
        event: str,
        data: Message,
        *,
        position: int | None = None,
        volatile: bool = False,
    ) -> None:
        self.done.append(f"published {event} on {topic}")

    def close_topic(self, topic: str, *, reason: str) -> None:
        raise NotImplementedError

    def tell(self, address: Address, message: Message) -> None:
        raise NotImplementedError

    def request(
        self, address: Address, message: Message, reply_to: ReplyTo, *, timeout_seconds: float = 10
    ) -> None:
        raise NotImplementedError

    async def ask(self, address: Address, message: Message, *, timeout_seconds: float = 10) -> Any:
        self.done.append(f"asked {address}")
        self.commands.append(message)
        if self.error is not None:
            raise self.error
        return Done()

    def refuse(self, user_id: str, before: int, session_id: str | None) -> None:
        self.done.append(f"ended {session_id or 'all'} of {user_id}")

    def subscribers(self, reactions: Reactions) -> Subscribers:
        means = Means(fan_out=self, rights=Rights(), refuse_tokens=self.refuse, post=self)
        return Subscribers(reactions, means)

    async def happened(self, event: Message, reactions: Reactions | None = None) -> None:
        """As the relay delivers it."""
        encoded = msgspec.json.encode(event)
        entry = OutboxEntry(id=1, aggregate=Address("users", "x"), event=encoded, at=NOW)
        of_all = merge(domain.reactions for domain in DOMAINS)
        await self.subscribers(reactions or of_all).deliver(entry)


def noted(node: Node, text: str) -> Callable[[Rights, Any], None]:
    return lambda rights, event: node.done.append(text)


async def test_a_command_follows_from_an_event_and_from_no_other() -> None:
    node = Node()
    await node.happened(RESET)
    await node.happened(EmailVerified(user_id="u"))
    assert node.commands == [IssuePasswordReset(email="v@school.example")]


async def test_what_is_refused_stays_undone_and_is_logged() -> None:
    node = Node()
    node.error = RefusedError("NO", "no")
    with structlog.testing.capture_logs() as logs:
        await node.happened(RESET)
    assert [(each["event"], each["code"]) for each in logs] == [("follow_up.refused", "NO")]


async def test_what_fails_is_raised_so_that_it_is_asked_for_again() -> None:
    node = Node()
    node.error = StorageUnavailable()
    with pytest.raises(StorageUnavailable):
        await node.happened(RESET)


async def test_several_domains_react_to_one_event_and_what_takes_rights_away_goes_first() -> None:
    node = Node()

    def command(event: Any) -> Message:
        return IssuePasswordReset(email=event.user_id)

    first: Reactions = {
        UserDisabled: (
            FollowUp(Address("first", ""), command),
            Publish("gone", lambda event: event.user_id),
        )
    }
    second: Reactions = {
        UserDisabled: (
            FollowUp(Address("second", ""), command),
            Publish("gone too", lambda event: event.user_id),
            RevokeRights(noted(node, "revoked")),
            EndSessions(),
        )
    }
    await node.happened(UserDisabled(user_id="u", at=NOW), merge([first, second]))
    assert node.done == [
        "ended all of u",
        "revoked",
        "published gone on u",
        "published gone too on u",
        "asked first/",
        "asked second/",
    ]


@pytest.mark.parametrize(
    ("role", "command", "told"),
    [
        (TeacherRole.ASSISTANT, RemoveTeacherFromGames, ["u"]),
        (TeacherRole.CO_TEACHER, AddTeacherToGames, []),
    ],
)
async def test_who_is_made_an_assistant_hosts_no_game_and_is_checked_anew(
    role: TeacherRole, command: type[Message], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, lost = Node(), list[str]()
    monkeypatch.setattr(Rights, "user_lost", lambda _, user_id: lost.append(user_id))
    await node.happened(CoTeacherAdded(course_id="c", user_id="u", role=role))
    assert [type(each) for each in node.commands] == [command]
    assert lost == told


@pytest.mark.parametrize(
    ("stays", "former"), [(True, AddTeacherToGames), (False, RemoveTeacherFromGames)]
)
async def test_a_course_that_passes_on_tells_its_games_and_checks_the_former_owner(
    stays: bool, former: type[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, lost = Node(), list[str]()
    monkeypatch.setattr(Rights, "user_lost", lambda _, user_id: lost.append(user_id))
    await node.happened(
        CourseTransferred(course_id="c", former_id="old", user_id="new", stays=stays)
    )
    assert node.commands == [
        AddTeacherToGames(course_id="c", user_id="new", instructor=True),
        former(course_id="c", user_id="old"),
    ]
    assert lost == ["old"]
