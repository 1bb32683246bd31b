"""What the users domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from protocol.envelope import Message
from protocol.errors import RefusedError
from protocol.permissions import Relation
from protocol.users import commands, events, replies
from protocol.users.emails import (
    AddressChanged,
    AddressWanted,
    AlreadyRegistered,
    ConfirmAddress,
    ConfirmNewAddress,
    FinishRegistration,
    InvitedAsEducator,
    PasswordChanged,
    PasswordReset,
)
from protocol.users.values import Role
from tests.actors.users.desk import PASSWORD
from tests.storage.reads.resolvers.users import RESOLVERS
from tests.storage.reads.rows import PEOPLE, START, School, uid
from tests.support.domain import (
    CommandSamples,
    DomainSamples,
    EventSamples,
    Further,
    ReadSamples,
)
from tests.support.world import Make, World, on_account, on_own

OWNER_EMAIL = "owner@school.example"


def add_rows(school: School) -> None:
    """Everybody, and what an administrator did to Una."""
    for index, (name, role) in enumerate(PEOPLE.items()):
        add_person(school, name, role, index)
    for index, action in enumerate(["disable", "erase"], 1):
        school.add(
            "audit_trail",
            at=START + timedelta(minutes=index),
            by_id=uid("admin"),
            action=action,
            resource_type="user",
            resource_id=str(uid("una")),
            details={"reason": "SECRET REASON"},
        )


def add_person(school: School, name: str, role: str, index: int) -> None:
    """A user; `gone` was deleted."""
    school.add(
        "users",
        id=uid(name),
        email=f"{name}@school.example",
        password_hash="x",
        role=role,
        created_at=START + timedelta(minutes=index),
        deleted_at=START if name == "gone" else None,
        email_verified=index % 2 == 0,
        pending_email=f"{name}@new.example" if name == "stu" else None,
        last_login=START if index % 3 == 0 else None,
        disabled_at=START if name == "una" else None,
    )
    school.add(
        "user_profiles",
        revision=1,
        user_id=uid(name),
        full_name=f'{name.title()} "\\ \u2028é\n😀',
        bio=None if index % 2 else "Says\thello",
        avatar_url=None,
        timezone="UTC",
        language="en",
        privacy_settings={"audience": "nobody"} if name in ("stu", "bob") else {},
        notification_preferences={"muted_emails": ["grades"]} if name == "stu" else {},
    )


MOMENTS = [
    f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}.{after:03d}Z"
    for minutes in (1, 2)
    for after in (123, 124)
]
"""About when something stands in the audit trail."""

FILTERS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "UserFilter": {
        "role": st.sampled_from(["STUDENT", "EDUCATOR"]),
        "disabled": st.booleans(),
        "text": st.sampled_from(["", "ADA", "school.example", "' or true --"]),
    },
    "AuditFilter": {
        "resourceType": st.sampled_from(["user", "course"]),
        "resourceId": st.sampled_from([str(uid("una")), "x"]),
        "byId": st.sampled_from([str(uid("admin")), str(uid("ada")), "nobody"]),
        "action": st.sampled_from(["disable", "nothing"]),
        "from": st.sampled_from(MOMENTS),
        "until": st.sampled_from(MOMENTS),
    },
}

SIGNED_IN: Mapping[str, Make] = {
    "logoutEverywhere": on_own(commands.LogoutEverywhere),
    "endSession": on_own(commands.EndSession, session_id="s"),
    "resendVerification": on_own(commands.ResendVerification),
    "changePassword": on_own(
        commands.ChangePassword, current_password="x", new_password="Another-34"
    ),
    "requestEmailChange": on_own(
        commands.RequestEmailChange, password="x", email="n@school.example"
    ),
    "updateProfile": on_own(commands.UpdateProfile, bio="Me"),
    "setAvatar": on_own(commands.SetAvatar, image=b"\x89PNG\r\n\x1a\n"),
    "removeAvatar": on_own(commands.SetAvatar, image=None),
    "disableUser": on_account(commands.DisableUser, reason="x"),
    "enableUser": on_account(commands.EnableUser),
    "changeRole": on_account(commands.ChangeRole, role=Role.STUDENT),
    "inviteEducator": on_own(commands.InviteEducator, email="invited@school.example"),
    "deleteAccount": on_account(commands.DeleteAccount),
    "erasePersonalData": on_account(commands.ErasePersonalData),
    "exportPersonalData": on_account(commands.ExportPersonalData),
}
PUBLIC: Mapping[str, Message] = {
    "register": commands.Register(
        email="new@school.example", password="Secret-1234", full_name="N"
    ),
    "confirmRegistration": commands.ConfirmRegistration(token="x", password="Secret-1234"),
    "login": commands.Login(email="new@school.example", password="Secret-1234"),
    "refreshToken": commands.Refresh(refresh_token="x"),
    "logout": commands.Logout(refresh_token="x"),
    "verifyEmail": commands.VerifyEmail(token="x"),
    "requestPasswordReset": commands.RequestPasswordReset(email="new@school.example"),
    "resetPassword": commands.ResetPassword(token="x", new_password="Another-34"),
    "confirmEmailChange": commands.ConfirmEmailChange(token="x"),
}
OWN = frozenset(
    {
        "logoutEverywhere",
        "endSession",
        "resendVerification",
        "changePassword",
        "requestEmailChange",
        "updateProfile",
        "setAvatar",
        "removeAvatar",
    }
)


async def with_password(world: World) -> Mapping[str, Any]:
    return {"password": PASSWORD}


async def with_current_password(world: World) -> Mapping[str, Any]:
    return {"current_password": PASSWORD}


async def with_session(world: World) -> Mapping[str, Any]:
    """One of the owner's."""
    session, *_ = await world.desk.tokens.sessions(world.people[Relation.OWNER])
    return {"session_id": session.id}


async def as_owner(world: World) -> Mapping[str, Any]:
    return {"email": OWNER_EMAIL, "password": PASSWORD}


async def with_refresh_token(world: World) -> Mapping[str, Any]:
    login = commands.Login(email=OWNER_EMAIL, password=PASSWORD, remote="192.0.2.9")
    return {"refresh_token": (await world.do(login)).refresh_token}


async def of_the_owner(world: World) -> Mapping[str, Any]:
    return {"email": OWNER_EMAIL}


async def with_verification(world: World) -> Mapping[str, Any]:
    return {"token": (await verification(world)).token}


async def with_reset(world: World) -> Mapping[str, Any]:
    await world.do(commands.IssuePasswordReset(email=OWNER_EMAIL))
    *_, (_, email) = await world.desk.emails(PasswordReset)
    return {"token": email.token}


async def with_change(world: World) -> Mapping[str, Any]:
    return {"token": (await change_of_email(world)).token}


async def registration(world: World) -> Message:
    return commands.Register(
        email="new@school.example", password=PASSWORD, full_name="New", remote="192.0.2.9"
    )


async def private_registration(world: World) -> Message:
    """Asked for, and not answered yet."""
    await world.desk.kept_private("newest@school.example")
    row, *_ = await world.desk.school.rows("select id::text from registrations")
    return commands.AnswerRegistration(registration_id=row["id"])


async def confirmed_registration(world: World) -> Message:
    await world.do(await private_registration(world))
    *_, (_, email) = await world.desk.emails(FinishRegistration)
    return commands.ConfirmRegistration(token=email.token, password=PASSWORD)


async def verification(world: World) -> commands.VerifyEmail:
    confirmations = dict(await world.desk.emails(ConfirmAddress))
    return commands.VerifyEmail(token=confirmations[OWNER_EMAIL].token)


async def change_of_email(world: World) -> commands.ConfirmEmailChange:
    with suppress(RefusedError):  # confirmed already
        await world.do(await verification(world))
    wish = commands.RequestEmailChange(
        by=world.people[Relation.OWNER],
        by_role="student",
        password=PASSWORD,
        email="newer@school.example",
    )
    await world.do(wish)
    *_, (_, email) = await world.desk.emails(ConfirmNewAddress)
    return commands.ConfirmEmailChange(token=email.token)


async def forgotten_password(world: World) -> Message:
    return commands.RequestPasswordReset(email=OWNER_EMAIL)


async def password_reset(world: World) -> Message:
    return commands.IssuePasswordReset(email=OWNER_EMAIL)


DOMAIN = DomainSamples(
    name="users",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        enumerations=frozenset({"User.role"}),
        ids=("stu", "gone", "ada"),
        filters=FILTERS,
    ),
    commands=CommandSamples(
        signed_in=SIGNED_IN,
        public=PUBLIC,
        entries={"exportAuditTrail": on_own(commands.ExportAuditTrail)},
        own=OWN,
        owned=frozenset({"account", "session"}),
        senders={
            **dict.fromkeys(
                ("deleteAccount", "erasePersonalData", "disableUser", "changeRole"), Relation.ADMIN
            ),
            "endSession": Relation.OWNER,
        },
        fits={
            "changePassword": with_current_password,
            "requestEmailChange": with_password,
            "endSession": with_session,
            "login": as_owner,
            "refreshToken": with_refresh_token,
            "logout": with_refresh_token,
            "verifyEmail": with_verification,
            "requestPasswordReset": of_the_owner,
            "resetPassword": with_reset,
            "confirmEmailChange": with_change,
        },
        further={
            "registration": Further(make=registration, statements=4),
            "private registration": Further(make=private_registration, statements=4),
            "its confirmation": Further(make=confirmed_registration, statements=6),
            "verification": Further(make=verification, statements=2),
            "change of e-mail": Further(make=change_of_email, statements=3),
            "forgotten password": Further(make=forgotten_password, statements=2),
            "password reset": Further(make=password_reset, statements=2),
        },
    ),
    emails=(
        (ConfirmAddress(token="t0ken"), "/account#verify=t0ken"),
        (FinishRegistration(token="t0ken"), "/account#register=t0ken"),
        (InvitedAsEducator(token="t0ken"), "/account#invitation=t0ken"),
        (AlreadyRegistered(), "/account"),
        (AlreadyRegistered(closed=True), ""),
        (AddressWanted(), ""),
        (PasswordReset(token="t0ken"), "/account#reset=t0ken"),
        (ConfirmNewAddress(token="t0ken"), "/account#email=t0ken"),
        (PasswordChanged(), ""),
        (AddressChanged(new_email="n@school.example"), ""),
    ),
    events=EventSamples(
        announced=(
            *(events.UserRegistered, events.EmailVerified, events.EmailChanged),
            *(events.ProfileUpdated, events.UserDisabled, events.UserEnabled),
            *(events.UserRoleChanged, events.PasswordReplaced, events.PasswordResetRequested),
            *(events.SessionEnded, events.SessionsEnded),
        ),
        quiet=(events.UserErased, events.RegistrationRequested),
        others=frozenset({replies.PersonalData}),
        losses={
            "role": lambda course_id, user_id: events.UserRoleChanged(
                user_id=user_id, role=Role.EDUCATOR
            )
        },
    ),
)
