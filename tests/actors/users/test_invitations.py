"""Who may register as an educator, by setting and by invitation."""

from __future__ import annotations

import pytest

from actors.users.invitations import INVITATIONS_PER_ADMIN
from protocol.errors import (
    AuthorizationError,
    ConflictError,
    RateLimited,
    RefusedError,
    ValidationError,
)
from protocol.lifecycle import Done
from protocol.users.commands import InviteEducator, Register
from protocol.users.emails import ConfirmAddress, InvitedAsEducator
from protocol.users.values import EducatorRegistration, InvitationPurpose, Role
from storage.postgres import Database
from storage.valkey import Valkey
from supervisors.resources import INVITATION_SECONDS
from tests.actors.users.desk import PASSWORD, REMOTE, Desk

TEACHER = "tara@school.example"
ALL = tuple(EducatorRegistration)


def wish(
    invitation: str = "", *, role: Role = Role.EDUCATOR, email: str = TEACHER, remote: str = REMOTE
) -> Register:
    return Register(
        email=email,
        password=PASSWORD,
        full_name="Tara",
        role=role,
        invitation=invitation,
        remote=remote,
    )


async def invite(desk: Desk, email: str = TEACHER) -> str:
    """The token that the address gets."""
    admin = await desk.school.user("admin")
    command = InviteEducator(by=str(admin), by_role="admin", email=email)
    assert await desk.do(command) == Done()
    *_, (_, message) = await desk.emails(InvitedAsEducator)
    token: str = message.token
    return token


async def role_and_address(desk: Desk, email: str = TEACHER) -> tuple[str, bool]:
    [row] = await desk.school.rows(
        f"select role, email_verified from users where email = '{email}'"
    )
    return row["role"], row["email_verified"]


async def wrong(desk: Desk, command: Register) -> dict[str, str]:
    """The fields that were refused, with the messages."""
    with pytest.raises(ValidationError) as refused:
        await desk.do(command)
    assert not await desk.school.rows("select 1 from users where email like 'tara%'")
    return {each["field"]: each["message"] for each in refused.value.details["fields"]}


@pytest.mark.parametrize("policy", ALL)
@pytest.mark.parametrize("private", [False, True])
async def test_students_register_whatever_the_setting(
    database: Database, valkey: Valkey, policy: EducatorRegistration, private: bool
) -> None:
    desk = Desk(database, valkey, educators=policy, private=private)
    await desk.do(wish(role=Role.STUDENT))


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (EducatorRegistration.INVITATION, "needs an invitation by an administrator"),
        (EducatorRegistration.CLOSED, "must be student; administrators make educators"),
    ],
)
@pytest.mark.parametrize("private", [False, True])
async def test_nobody_is_an_educator_by_saying_so(
    database: Database,
    valkey: Valkey,
    policy: EducatorRegistration,
    message: str,
    private: bool,
) -> None:
    desk = Desk(database, valkey, educators=policy, private=private)
    assert await wrong(desk, wish()) == {"role": message}
    # The server itself registers whom it wants.
    await desk.do(wish(remote=""))
    assert await role_and_address(desk) == ("educator", False)


@pytest.mark.parametrize("policy", [EducatorRegistration.OPEN, EducatorRegistration.INVITATION])
@pytest.mark.parametrize("private", [False, True])
async def test_who_is_invited_is_an_educator_with_a_confirmed_address(
    database: Database, valkey: Valkey, policy: EducatorRegistration, private: bool
) -> None:
    desk = Desk(database, valkey, educators=policy, private=private)
    token = await invite(desk)
    await desk.ask(wish(token, role=Role.STUDENT))
    assert await role_and_address(desk) == ("educator", True)
    assert not await desk.emails(ConfirmAddress)
    assert await desk.school.announced("users.email_verified") == 1
    with pytest.raises(ConflictError):
        await desk.do(wish(token))
    with pytest.raises(ConflictError, match="change its role"):
        await invite(desk)


async def test_an_invitation_is_for_its_address_and_its_time(
    database: Database, valkey: Valkey
) -> None:
    desk = Desk(database, valkey, educators=EducatorRegistration.INVITATION)
    token = await invite(desk)
    bad = {"invitation": "is not for this address, or has expired"}
    assert await wrong(desk, wish(token, email="tara2@school.example")) == bad
    for forged in (
        "x",
        "x" * 100_000,
        token[:-2],
        desk.seal.sign("live.player", {"email": TEACHER}),
    ):
        assert await wrong(desk, wish(forged)) == bad
    desk.clock.at += INVITATION_SECONDS * 1000
    assert await wrong(desk, wish(token)) == bad
    # As it is written matters as little as when signing in.
    await desk.ask(wish(await invite(desk, " Tara@School.Example "), email="TARA@school.example"))


async def test_where_nobody_may_be_one_no_invitation_is_sent_or_taken(
    database: Database, valkey: Valkey
) -> None:
    desk = Desk(database, valkey, educators=EducatorRegistration.CLOSED)
    with pytest.raises(RefusedError) as refused:
        await invite(desk)
    assert refused.value.code == "EDUCATOR_REGISTRATION_CLOSED"
    former = desk.seal.sign(InvitationPurpose.EDUCATOR, {"email": TEACHER})
    assert list(await wrong(desk, wish(former))) == ["invitation"]


async def test_only_administrators_invite_and_not_for_ever(
    database: Database, valkey: Valkey
) -> None:
    desk = Desk(database, valkey)
    for role in ("student", "educator"):
        with pytest.raises(AuthorizationError):
            await desk.do(InviteEducator(by="someone", by_role=role, email=TEACHER))
    with pytest.raises(ValidationError):
        await invite(desk, "no address")
    admin = str(await desk.school.user("admin"))
    command = InviteEducator(by=admin, by_role="admin", email=TEACHER)
    await desk.do(command)
    [entry] = await desk.school.rows("select action, details from audit_trail")
    assert entry["action"] == "invite_educator"
    assert "tara" not in str(entry["details"])
    for _ in range(INVITATIONS_PER_ADMIN - 1):
        await desk.throttle.hit(f"invite:{admin}", INVITATIONS_PER_ADMIN, 1000)
    with pytest.raises(RateLimited):
        await desk.do(command)
