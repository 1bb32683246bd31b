"""The users handler with everything real behind it, but for cheap password hashes."""

from __future__ import annotations

import os
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
import pytest

from actors.handler import Handler
from actors.users import machine
from actors.users.handler import UsersHandler
from gateway.fanout import LocalFanOut
from gateway.rights import Rights
from protocol.access import NOWHERE, Origin
from protocol.decoding import MessageDecoder
from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import AuthenticationError, ClientError
from protocol.mail import SEND_EMAIL, EmailContent, SendEmail
from protocol.ports import OutboxEntry
from protocol.records.users import NewRegistration
from protocol.users.commands import IssuePasswordReset, Login, Register
from protocol.users.replies import SignedIn
from protocol.users.values import EducatorRegistration, Role
from storage.journal.outbox import PostgresOutbox
from storage.objects.streams import SealedStreams
from storage.passwords import BcryptPasswords
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from storage.seal import JwtSeal
from storage.throttle import ValkeyThrottle
from storage.tokens import JwtTokens, TokenSettings
from storage.valkey import Valkey
from supervisors.domain import Resources
from supervisors.domains import DOMAINS
from supervisors.relay import OutboxRelay
from supervisors.resources import INVITATION_SECONDS
from supervisors.subscribers import EndSessions, FollowUp, Means, Reactions, Subscribers, merge
from supervisors.wakeups import TopicWaiter
from tests.storage.records.school import School, SetClock
from tests.support.fakes import FakeSigner, Shelf
from tests.support.pictures import AsItIs, shelf_of

__all__ = ["Shelf"]

PASSWORD = "Secret-12"
NEW = "Another-34"
"""Another password."""
REMOTE = "203.0.113.7"
NOBODY = "11111111-1111-4111-8111-111111111111"


def only(kind: type[FollowUp] | type[EndSessions]) -> Reactions:
    """What follows of that kind."""
    return {
        event: tuple(each for each in reactions if isinstance(each, kind))
        for event, reactions in merge(domain.reactions for domain in DOMAINS).items()
    }


FOLLOW_UPS, ENDINGS = only(FollowUp), only(EndSessions)
E = TypeVar("E", bound=EmailContent)


class HandlerPost:
    """Reaches the handlers of all domains, the desk's own for users."""

    def __init__(self, desk: Desk) -> None:
        resources = Resources(
            database=desk.school.database,
            clock=desk.clock,
            random=os.urandom,
            post=self,
            tokens=desk.tokens,
            throttle=desk.throttle,
            passwords=desk.passwords,
            objects=desk.shelf,
            streams=SealedStreams(desk.seal, desk.clock),
            cleaner=AsItIs(),
            pictures=shelf_of(desk.school.database, desk.shelf, desk.clock),
            base_url=lambda: "",
            signer=FakeSigner(),
            invitations=desk.seal,
        )
        handlers = [make(resources) for domain in DOMAINS for make in domain.handlers]
        self.handlers: dict[str, Handler] = {each.kind: each for each in handlers}
        self.handlers[desk.handler.kind] = desk.handler

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        return await self.handlers[address.kind].handle(message)

    def tell(self, address: Address, message: Message) -> None:
        raise NotImplementedError

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        raise NotImplementedError


class Desk:
    """`school` looks into the database; `clock` stands still until it is set."""

    def __init__(
        self,
        database: Database,
        valkey: Valkey,
        *,
        private: bool = False,
        educators: EducatorRegistration = EducatorRegistration.OPEN,
    ) -> None:
        self.school = School(database)
        self.clock = SetClock()
        settings = TokenSettings(secret=b"s" * 32, issuer="https://school.example")
        self.tokens = JwtTokens(settings, valkey, self.clock)
        self.throttle = ValkeyThrottle(valkey)
        self.passwords: Any = BcryptPasswords(rounds=4)
        self.shelf = Shelf()
        self.cleaner = AsItIs()
        self.seal = JwtSeal(b"s" * 32, self.clock, lifetime_seconds=INVITATION_SECONDS)
        self.handler = UsersHandler(
            records=user_ports(database, PERSONAL),
            passwords=self,
            tokens=self.tokens,
            throttle=self.throttle,
            objects=self.shelf,
            cleaner=self.cleaner,
            clock=self.clock,
            random=os.urandom,
            invitations=self.seal,
            educators=educators,
            private=private,
        )

    async def follow_up(self, reactions: Reactions = FOLLOW_UPS) -> None:
        """What follows from events, and once more, as after a crash in between."""
        follow = Subscribers(reactions, self._means()).deliver
        seen: list[OutboxEntry] = []

        async def note(entry: OutboxEntry) -> None:
            seen.append(entry)

        relay = OutboxRelay(
            PostgresOutbox(self.school.database), self.clock, [follow, note], TopicWaiter()
        )
        while await relay.deliver_once():
            pass
        assert relay.failed == 0
        for entry in seen:
            await follow(entry)

    def _means(self) -> Means:
        return Means(
            fan_out=LocalFanOut(),
            rights=Rights(),
            refuse_tokens=self.tokens.revocations.refuse,
            post=HandlerPost(self),
        )

    async def hash(self, password: str, origin: Origin = NOWHERE) -> str:
        return str(await self.passwords.hash(password, origin))

    async def verify(self, password: str, hashed: str | None, origin: Origin = NOWHERE) -> bool:
        return bool(await self.passwords.verify(password, hashed, origin))

    async def do(self, message: Message) -> Any:
        return await self.handler.handle(message)

    async def ask(self, message: Message) -> SignedIn:
        reply = await self.handler.handle(message)
        assert isinstance(reply, SignedIn)
        return reply

    async def kept_private(self, email: str, password: str = PASSWORD) -> None:
        """Somebody asks to register where that is private."""
        records = user_ports(self.school.database, PERSONAL).registrations
        new = NewRegistration(
            id=str(uuid4()),
            email=email,
            password_hash=await self.hash(password),
            role=Role.STUDENT.value,
            full_name="New",
            expires_at=self.clock.now() + machine.VERIFICATION_MS,
            at=self.clock.now(),
        )
        await records.request(new)

    async def refused(self, message: Message) -> str:
        with pytest.raises(AuthenticationError) as refusal:
            await self.handler.handle(message)
        return f"{refusal.value.details['reason']}: {refusal.value.message}"

    async def code(self, message: Message) -> str:
        """Of the client's error that it ends in."""
        with pytest.raises(ClientError) as refusal:
            await self.handler.handle(message)
        return refusal.value.code

    async def member(self, name: str = "vera", role: Role = Role.STUDENT) -> SignedIn:
        """A new account, signed in from one device."""
        command = Register(
            email=f"{name}@school.example",
            password=PASSWORD,
            full_name=name.title(),
            role=Role.STUDENT if role is Role.ADMIN else role,
            device="phone",
            remote=REMOTE,
        )
        signed_in = await self.ask(command)
        await self.school.rows(
            "update users set role = $2 where id::text = $1", signed_in.user_id, role.value
        )
        return signed_in

    async def emails(self, kind: type[E]) -> list[tuple[str, E]]:
        """Those of a kind that wait, with their recipients, in order."""
        rows = await self.school.rows(
            "select payload from jobs where kind = $1 order by id", SEND_EMAIL.name
        )
        emails = [msgspec.json.decode(row["payload"], type=SendEmail) for row in rows]
        decode = MessageDecoder([kind]).decode
        found = ((email.recipient, decode(email.content)) for email in emails)
        return [(recipient, content) for recipient, content in found if content is not None]

    async def relay(self) -> None:
        """What follows from requests for a new password."""
        rows = await self.school.rows(
            "delete from outbox where convert_from(event, 'UTF8') like '%reset_requested%'"
            " returning event"
        )
        for row in rows:
            email = msgspec.json.decode(row["event"])["email"]
            await self.do(IssuePasswordReset(email=email))


def by(who: SignedIn, role: Role = Role.STUDENT) -> dict[str, Any]:
    """The fields of a command that say who acts."""
    return {"by": who.user_id, "by_role": role.value}


async def signs_in(desk: Desk, email: str, password: str) -> bool:
    """Whether this password opens the account."""
    try:
        await desk.ask(Login(email=email, password=password, remote=REMOTE))
    except AuthenticationError:
        return False
    return True
