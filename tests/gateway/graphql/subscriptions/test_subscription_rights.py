"""Every loss of a right ends what rested on it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import pytest

from gateway.graphql.transport_ws.settings import Settings
from gateway.rights import Rights
from protocol.communication import MayEnterRoom
from protocol.courses.events import CourseDeleted
from protocol.enrollments import StudentUnenrolled
from protocol.envelope import Address, Message
from protocol.errors import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    StorageUnavailable,
)
from protocol.lifecycle import Done
from protocol.ports import OutboxEntry
from protocol.users.commands import CheckAccount
from protocol.users.events import SessionEnded, UserDisabled, UserRoleChanged
from protocol.users.values import Role
from supervisors.domains import DOMAINS as NODE_DOMAINS
from supervisors.subscribers import Means, Subscribers, merge
from tests.domains import DOMAINS
from tests.gateway.graphql.living import ANN, BEN, PRESENCE, World, living, token

MINE = "subscription { notificationReceived { id } }"


async def happened(world: World, event: Message) -> None:
    """As the outbox's relay delivers it."""
    entry = OutboxEntry(
        id=1, aggregate=Address("users", ANN), event=msgspec.json.encode(event), at=0
    )
    means = Means(
        fan_out=world.fan_out, rights=world.rights, refuse_tokens=nothing, post=world.post
    )
    reactions = merge(domain.reactions for domain in NODE_DOMAINS)
    await Subscribers(reactions, means).deliver(entry)


def nothing(*_: object) -> None:
    """Tokens are tried elsewhere."""


def no_member(world: World, user_id: str) -> None:
    """From now on this user is refused."""

    def answer(question: MayEnterRoom) -> Done | AuthorizationError:
        return AuthorizationError("Not a member") if question.user_id == user_id else Done()

    world.post.replies[MayEnterRoom] = answer


LOSSES: Mapping[str, Callable[[str, str], Message]] = {
    name: loss for domain in DOMAINS for name, loss in domain.events.losses.items()
}
UNENROLLED = StudentUnenrolled(enrollment_id="e", course_id="course-1", student_id=ANN)


@pytest.mark.parametrize("name", sorted(LOSSES))
async def test_a_lost_right_ends_the_subscription_and_no_other(name: str) -> None:
    async with living() as world:
        ann, ben = await world.client(token(ANN)), await world.client(token(BEN))
        await ann.subscribe("mine", MINE)
        await ann.present("p")
        await ben.present("p")
        no_member(world, ANN)
        await happened(world, LOSSES[name]("course-1", ANN))
        ended = await ann.hear()
        assert (ended["type"], ended["id"]) == ("error", "p")
        assert ended["payload"][0]["extensions"]["code"] == "AUTHORIZATION_ERROR"
        for client in (ann, ben):
            await client.say(type="ping")
            assert (await client.hear())["type"] == "pong"
        assert world.subscriptions.statistics()["living"] == 2


async def test_who_keeps_the_right_keeps_the_subscription() -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.present("p")
        await happened(world, UNENROLLED)
        await ann.say(type="ping")
        assert (await ann.hear())["type"] == "pong"
        assert world.subscriptions.statistics()["living"] == 1


async def test_a_deleted_course_is_told_as_not_found() -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.present("p")
        world.post.replies[MayEnterRoom] = NotFoundError("course", "course-1")
        await happened(world, CourseDeleted(course_id="course-1"))
        assert (await ann.hear())["payload"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_disabled_account_is_closed_everywhere() -> None:
    async with living() as world:
        first, second = await world.client(token(ANN)), await world.client(token(ANN))
        ben = await world.client(token(BEN))
        await first.present("p")
        await happened(world, UserDisabled(user_id=ANN))
        for client in (first, second):
            assert await client.closing() == (4403, "Forbidden: The account is disabled")
        await ben.say(type="ping")
        assert (await ben.hear())["type"] == "pong"


async def test_a_right_lost_while_it_was_being_granted_is_lost() -> None:
    async with living() as world:
        world.post.held.add(MayEnterRoom)
        ann = await world.client(token(ANN))
        await ann.subscribe("p", PRESENCE, c="course-1")
        await world.settle()
        await happened(world, UNENROLLED)
        asked: list[MayEnterRoom] = []

        def answer(question: MayEnterRoom) -> Done | AuthorizationError:
            asked.append(question)
            return Done() if len(asked) == 1 else AuthorizationError("Not a member")

        world.post.replies[MayEnterRoom] = answer
        world.post.release()
        assert (await ann.hear())["type"] == "next"
        assert (await ann.hear())["type"] == "error"


async def test_a_right_that_nobody_can_judge_is_asked_about_until_somebody_can() -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.present("p")
        world.post.replies[MayEnterRoom] = StorageUnavailable("no answer")
        await happened(world, UNENROLLED)
        await ann.say(type="ping")
        assert (await ann.hear())["type"] == "pong"
        no_member(world, ANN)
        assert (await ann.hear())["type"] == "error"


async def test_an_expired_token_ends_subscriptions_and_a_newer_one_lets_begin_anew() -> None:
    async with living() as world:
        ann = await world.client(token(ANN, left=200))
        await ann.present("p")
        ended = await ann.hear()
        extensions = ended["payload"][0]["extensions"]
        assert (ended["type"], extensions["code"]) == ("error", "AUTHENTICATION_ERROR")
        assert extensions["details"] == {"reason": "expired"}
        refused = await ann.present("again")
        assert refused["payload"][0]["extensions"]["details"] == {"reason": "expired"}
        await ann.say(type="ping", payload={"token": token(ANN)})
        answer = await ann.hear()
        assert answer["payload"]["expiresAt"] > world.clock.now()
        assert (await ann.present("p"))["type"] == "next"


async def test_a_token_renewed_in_time_keeps_everything() -> None:
    async with living(Settings(ping_seconds=0.3)) as world:
        ann = await world.client(token(ANN, left=200))
        await ann.present("p")
        await ann.say(type="ping", payload={"token": token(ANN)})
        assert (await ann.hear())["type"] == "pong"
        assert await ann.hear() == {"type": "ping"}
        assert world.subscriptions.statistics()["living"] == 1


@pytest.mark.parametrize("given", [token(BEN), "expired", 7, None])
async def test_a_token_that_is_no_renewal_is_refused_and_changes_nothing(given: object) -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.present("p")
        await ann.say(type="ping", payload={"token": given})
        error = (await ann.hear())["payload"]["error"]
        assert error["code"] == "AUTHENTICATION_ERROR"
        assert world.subscriptions.statistics()["living"] == 1


async def test_renewal_takes_the_role_of_now_and_no_older_token() -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.say(type="ping", payload={"token": token(ANN, role="admin", left=1_000_000)})
        await ann.hear()
        await ann.present("p")
        assert [each.role for each in asked(world)] == ["student"]
        await ann.say(type="ping", payload={"token": token(ANN, left=5)})
        assert (await ann.hear())["payload"]["expiresAt"] > world.clock.now() + 900_000


async def test_a_disabled_account_renews_nothing() -> None:
    async with living() as world:
        ann = await world.client(token(ANN))
        world.post.replies[CheckAccount] = AuthenticationError("Disabled", reason="disabled")
        await ann.say(type="ping", payload={"token": token(ANN)})
        assert (await ann.hear())["payload"]["error"]["details"] == {"reason": "disabled"}


def asked(world: World) -> list[MayEnterRoom]:
    return [each for each in world.post.commands if isinstance(each, MayEnterRoom)]


async def test_a_guest_does_not_become_somebody_by_renewal() -> None:
    async with living() as world:
        guest = await world.client()
        await guest.say(type="ping", payload={"token": token(ANN)})
        assert (await guest.hear())["payload"]["error"]["details"]["reason"] == "other_user"


async def test_payloads_read_for_a_role_that_is_no_more_are_not_shown() -> None:
    query = f'subscription {{ messageReceived(userId: "{ANN}") {{ sender {{ email }} }} }}'
    async with living() as world:
        ann = await world.client(token(ANN))
        await ann.subscribe("m", query)
        await ann.say(type="ping")
        await ann.hear()
        await happened(world, UserRoleChanged(user_id=ANN, role=Role.EDUCATOR))
        details = (await ann.hear())["payload"][0]["extensions"]["details"]
        assert details == {"reason": "role_changed"}


def test_a_holder_that_raises_costs_the_others_nothing() -> None:
    class Holder:
        def __init__(self, broken: bool) -> None:
            self.broken, self.done = broken, 0

        def recheck(self, role: str | None = None) -> None:
            if self.broken:
                raise RuntimeError
            self.done += 1

        def close(self, reason: str) -> None:
            self.recheck()

    rights, good = Rights(), Holder(False)
    rights.users.add(ANN, Holder(True))
    rights.users.add(ANN, good)
    rights.user_lost(ANN)
    rights.user_closed(ANN, "gone")
    assert good.done == 2
    rights.users.remove(ANN, good)
    rights.users.remove(BEN, good)
    assert len(rights.users) == 1


async def test_a_session_that_ended_is_closed_everywhere() -> None:
    async with living() as world:
        first, ben = await world.client(token(ANN)), await world.client(token(BEN))
        await first.present("p")
        ended = SessionEnded(user_id=ANN, session_id=f"session of {ANN}", at=1)
        await happened(world, ended)
        assert await first.closing() == (4403, "Forbidden: The session has ended")
        await ben.say(type="ping")
        assert (await ben.hear())["type"] == "pong"
        assert len(world.rights.sessions) == 1


async def test_a_session_that_ends_while_its_socket_is_being_admitted_is_refused() -> None:
    async with living() as world:
        world.post.held.add(CheckAccount)
        ann = await world.connect()
        await ann.say(type="connection_init", payload={"token": token(ANN)})
        await world.settle()
        world.tokens.ended.add(ANN)
        world.post.release()
        assert (await ann.closing())[0] == 4403


async def test_a_socket_whose_token_is_not_renewed_is_closed_after_a_while() -> None:
    async with living(Settings(expired_seconds=0.2)) as world:
        ann, ben = (
            await world.client(token(ANN, left=100)),
            await world.client(token(BEN, left=100)),
        )
        await ben.say(type="ping", payload={"token": token(BEN)})
        await ben.hear()
        assert await ann.closing() == (4403, "Forbidden: The token has expired")
        await ben.say(type="ping")
        assert (await ben.hear())["type"] == "pong"
