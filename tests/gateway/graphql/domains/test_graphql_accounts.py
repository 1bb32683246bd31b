"""Accounts over GraphQL: what the handler is told of the client."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from gateway.graphql.schema import make_schema
from protocol.envelope import Message
from protocol.errors import RateLimited, StorageUnavailable
from protocol.lifecycle import Done
from protocol.selection import Viewer
from protocol.users.commands import (
    ChangePassword,
    ChangeRole,
    ConfirmEmailChange,
    DeleteAccount,
    DisableUser,
    EnableUser,
    EndSession,
    ErasePersonalData,
    ExportPersonalData,
    ListSessions,
    Login,
    LogoutEverywhere,
    Register,
    RequestEmailChange,
    RequestPasswordReset,
    ResendVerification,
    ResetPassword,
    SetAvatar,
    UpdateProfile,
    VerifyEmail,
)
from protocol.users.events import ProfileUpdated, UserEnabled, UserRoleChanged
from protocol.users.replies import PersonalData, SessionFacts, Sessions
from protocol.users.values import Audience, EmailTopic, Role
from tests.gateway.graphql.harness import NOW, Service, signed_in


async def test_registering_says_from_where() -> None:
    service = Service()
    service.post.replies[Register] = RateLimited(1800)
    answer = await service.ask(
        'mutation { register(input: {email: "a@b.c", password: "p", fullName: "A"})'
        " { accessToken } }",
        remote="198.51.100.4",
    )
    [command] = service.post.commands
    assert isinstance(command, Register)
    assert command.remote == "198.51.100.4"
    assert answer.codes == ["RATE_LIMITED"]
    assert answer.json["errors"][0]["extensions"]["details"] == {"retry_after_seconds": 1800}


async def test_a_field_that_the_server_cannot_answer_leaves_one_line_with_the_requests_id() -> None:
    service = Service()
    service.post.replies[Login] = StorageUnavailable("postgresql")
    with capture_logs() as lines:
        answer = await service.ask(
            'mutation { login(email: "a@b.c", password: "p") { accessToken } }'
        )
    assert answer.codes == ["STORAGE_UNAVAILABLE"]
    [line] = lines
    assert (line["request_id"], line["code"]) == ("req_1", "STORAGE_UNAVAILABLE")


VERA = Viewer(user_id="vera", role="student")
ROOT = Viewer(user_id="root", role="admin")
COMMANDS: list[tuple[str, Viewer, Message]] = [
    ('verifyEmail(token: "t")', Viewer(), VerifyEmail(token="t")),
    ("resendVerification", VERA, ResendVerification(by="vera", by_role="student")),
    (
        'requestPasswordReset(email: "a@b.c")',
        Viewer(),
        RequestPasswordReset(email="a@b.c", remote="192.0.2.1"),
    ),
    (
        'resetPassword(token: "t", newPassword: "p")',
        Viewer(),
        ResetPassword(token="t", new_password="p"),
    ),
    (
        'requestEmailChange(newEmail: "n@b.c", password: "p")',
        VERA,
        RequestEmailChange(
            by="vera", by_role="student", password="p", email="n@b.c", remote="192.0.2.1"
        ),
    ),
    ('confirmEmailChange(token: "t")', Viewer(), ConfirmEmailChange(token="t")),
    ('endSession(id: "s")', VERA, EndSession(by="vera", by_role="student", session_id="s")),
    ("logoutEverywhere", VERA, LogoutEverywhere(by="vera", by_role="student")),
    (
        'disableUser(userId: "vera", reason: "Spam")',
        ROOT,
        DisableUser(by="root", by_role="admin", user_id="vera", reason="Spam"),
    ),
    (
        'deleteAccount(userId: "vera")',
        ROOT,
        DeleteAccount(by="root", by_role="admin", user_id="vera", remote="192.0.2.1"),
    ),
    (
        'erasePersonalData(password: "p")',
        VERA,
        ErasePersonalData(
            by="vera", by_role="student", user_id="vera", password="p", remote="192.0.2.1"
        ),
    ),
]


@pytest.mark.parametrize(("text", "viewer", "command"), COMMANDS, ids=lambda each: str(each)[:20])
async def test_what_is_done_to_accounts_reaches_its_command(
    text: str, viewer: Viewer, command: Message
) -> None:
    service = Service()
    service.post.replies[type(command)] = Done()
    answer = await service.ask(f"mutation {{ {text} }}", viewer=viewer)
    assert answer.data == {text.partition("(")[0]: True}
    assert service.post.commands == [command]
    if viewer is VERA:  # and nobody else may ask for it
        assert (await service.ask(f"mutation {{ {text} }}")).codes == ["AUTHENTICATION_ERROR"]


async def test_what_shows_an_account_reads_it_back() -> None:
    service = Service()
    service.post.replies |= {
        EnableUser: UserEnabled(user_id="vera"),
        ChangeRole: UserRoleChanged(user_id="vera", role=Role.EDUCATOR),
    }
    service.fake_reads.answers["user"] = b'{"id":"vera"}'
    answer = await service.ask(
        'mutation { a: enableUser(userId: "vera") { id }'
        ' b: changeRole(userId: "vera", role: EDUCATOR) { id } }',
        viewer=ROOT,
    )
    assert answer.data == {"a": {"id": "vera"}, "b": {"id": "vera"}}
    acting = {"by": "root", "by_role": "admin", "user_id": "vera"}
    assert service.post.commands == [
        EnableUser(**acting),
        ChangeRole(**acting, role=Role.EDUCATOR),
    ]


async def test_a_profile_changes_in_what_is_given_and_null_takes_the_text_away() -> None:
    service = Service()
    service.post.replies[UpdateProfile] = ProfileUpdated(user_id="vera")
    service.fake_reads.answers["profile"] = b'{"fullName":"V"}'
    answer = await service.ask(
        """mutation { updateProfile(input: {
          fullName: "V", bio: null, audience: NOBODY, mutedEmails: [GRADES], timezone: null
        }) { fullName } }""",
        viewer=VERA,
    )
    assert answer.data == {"updateProfile": {"fullName": "V"}}
    assert service.post.commands == [
        UpdateProfile(
            by="vera",
            by_role="student",
            full_name="V",
            bio=None,
            audience=Audience.NOBODY,
            muted_emails=(EmailTopic.GRADES,),
        )
    ]


async def test_topics_are_still_muted_by_the_former_name() -> None:
    service = Service()
    service.post.replies[UpdateProfile] = ProfileUpdated(user_id="vera")
    service.fake_reads.answers["profile"] = b'{"mutedLetters":["GRADES"],"mutedEmails":["GRADES"]}'
    answer = await service.ask(
        """mutation ($input: UpdateProfileInput!) {
          updateProfile(input: $input) { mutedLetters mutedEmails }
        }""",
        {"input": {"mutedLetters": ["GRADES", "REMINDERS"], "mutedEmails": None}},
        viewer=VERA,
    )
    assert answer.data["updateProfile"] == {"mutedLetters": ["GRADES"], "mutedEmails": ["GRADES"]}
    assert service.post.commands == [
        UpdateProfile(
            by="vera",
            by_role="student",
            muted_emails=(EmailTopic.GRADES, EmailTopic.REMINDERS),
        )
    ]


async def test_an_input_with_both_names_of_muted_topics_is_refused() -> None:
    service = Service()
    answer = await service.ask(
        "mutation { updateProfile(input: { mutedEmails: [], mutedLetters: [GRADES] }) { bio } }",
        viewer=VERA,
    )
    assert answer.codes == ["VALIDATION_ERROR"]
    [error] = answer.json["errors"]
    assert error["extensions"]["details"]["fields"] == [
        {
            "field": "mutedLetters",
            "message": "is the former name of mutedEmails: give only one",
            "code": "CONFLICTING",
        }
    ]
    assert service.post.commands == []


def test_the_former_names_are_deprecated_in_the_schema() -> None:
    schema = make_schema()
    for name in ("UserProfile", "UpdateProfileInput"):
        fields = schema.type_map[name].fields  # type: ignore[attr-defined]
        assert fields["mutedLetters"].deprecation_reason == "Renamed to mutedEmails."
        assert fields["mutedEmails"].deprecation_reason is None


async def test_who_changes_the_password_gets_a_new_session() -> None:
    service = Service()
    service.post.replies[ChangePassword] = signed_in("vera")
    service.fake_reads.answers["user"] = b'{"id":"vera"}'
    answer = await service.ask(
        'mutation { changePassword(currentPassword: "p", newPassword: "n") {'
        " accessToken user { id } } }",
        viewer=VERA,
    )
    assert answer.data["changePassword"]["user"] == {"id": "vera"}
    assert b"stoa_refresh=refresh-me" in answer.headers[b"set-cookie"]


async def test_ones_own_sessions_are_asked_of_the_handler_beside_other_reads() -> None:
    service = Service()
    facts = SessionFacts(id="s1", device="phone", began=NOW, expires_at=NOW + 1000)
    service.post.replies[ListSessions] = Sessions(sessions=(facts,), current="s1")
    service.fake_reads.answers["me"] = b'{"id":"vera"}'
    text = "{ mySessions { id device beganAt isCurrent __typename } me { id } }"
    answer = await service.ask(text, viewer=VERA)
    assert answer.data == {
        "mySessions": [
            {
                "id": "s1",
                "device": "phone",
                "beganAt": "2026-01-01T00:00:00.123Z",
                "isCurrent": True,
                "__typename": "Session",
            }
        ],
        "me": {"id": "vera"},
    }
    assert service.post.commands == [ListSessions(by="vera", by_role="student", session_id="s")]
    assert (await service.ask(text)).codes == ["AUTHENTICATION_ERROR"] * 2
    service.post.replies[ListSessions] = StorageUnavailable()
    assert (await service.ask(text, viewer=VERA)).codes == ["STORAGE_UNAVAILABLE"]


async def test_personal_data_comes_as_one_object() -> None:
    service = Service()
    service.post.replies[ExportPersonalData] = PersonalData(domains={"users": {"users": [{}]}})
    answer = await service.ask("mutation { exportPersonalData }", viewer=VERA)
    assert answer.data == {"exportPersonalData": {"users": {"users": [{}]}}}


async def test_a_picture_comes_as_base64_or_as_a_data_url() -> None:
    service = Service()
    service.post.replies[SetAvatar] = ProfileUpdated(user_id="vera")
    service.fake_reads.answers["profile"] = b'{"avatarUrl":null}'
    answer = await service.ask(
        """mutation {
          a: setAvatar(image: "aGk=") { avatarUrl }
          b: setAvatar(image: "data:image/png;base64,aGk=") { avatarUrl }
          c: removeAvatar { avatarUrl }
          d: setAvatar(image: "no base64!") { avatarUrl }
        }""",
        viewer=VERA,
    )
    assert answer.codes == ["VALIDATION_ERROR"]
    acting = {"by": "vera", "by_role": "student"}
    assert service.post.commands == [
        SetAvatar(**acting, image=b"hi"),
        SetAvatar(**acting, image=b"hi"),
        SetAvatar(**acting, image=None),
    ]
