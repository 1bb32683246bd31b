"""What becomes of accounts, on a real PostgreSQL and a real Valkey."""

from __future__ import annotations

import re
from typing import Any

import pytest
import trio

from actors.users import machine
from protocol.errors import (
    AuthenticationError,
    ConflictError,
    StorageUnavailable,
    ValidationError,
)
from protocol.lifecycle import Done
from protocol.mail import (
    AddressChanged,
    ConfirmAddress,
    ConfirmNewAddress,
    PasswordChanged,
)
from protocol.mail import ResetPassword as ResetEmail
from protocol.ports import NOWHERE, Origin
from protocol.users import (
    Audience,
    ChangePassword,
    ChangeRole,
    ConfirmEmailChange,
    DeleteAccount,
    DisableUser,
    EmailTopic,
    EnableUser,
    EndSession,
    ErasePersonalData,
    ExportPersonalData,
    ListSessions,
    Login,
    Logout,
    LogoutEverywhere,
    Refresh,
    RequestEmailChange,
    RequestPasswordReset,
    ResendVerification,
    ResetPassword,
    Role,
    SetAvatar,
    SignedIn,
    UpdateProfile,
    VerifyEmail,
)
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from storage.records.users.credentials import PostgresCredentialRecords
from storage.valkey import Valkey
from tests.actors.users.desk import PASSWORD, REMOTE, Desk

NEW = "Another-34"
NOBODY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def desk(database: Database, valkey: Valkey) -> Desk:
    return Desk(database, valkey)


def by(who: SignedIn, role: Role = Role.STUDENT) -> dict[str, Any]:
    return {"by": who.user_id, "by_role": role.value}


async def signs_in(desk: Desk, email: str, password: str) -> bool:
    try:
        await desk.ask(Login(email=email, password=password, remote=REMOTE))
    except AuthenticationError:
        return False
    return True


# --- addresses ------------------------------------------------------------------------------------


async def test_an_address_is_confirmed_once_by_whoever_has_the_email(desk: Desk) -> None:
    await desk.member()
    [(recipient, email)] = await desk.emails(ConfirmAddress)
    assert recipient == "vera@school.example"
    assert await desk.code(VerifyEmail(token="wrong")) == "TOKEN_INVALID"
    assert await desk.do(VerifyEmail(token=email.token)) == Done()
    (row,) = await desk.school.rows("select email_verified, verification_token from users")
    assert tuple(row) == (True, None)
    assert await desk.code(VerifyEmail(token=email.token)) == "TOKEN_INVALID"
    assert await desk.school.announced("users.email_verified") == 1


async def test_what_is_kept_of_a_token_is_no_token(desk: Desk) -> None:
    await desk.member()
    (row,) = await desk.school.rows("select verification_token from users")
    assert await desk.code(VerifyEmail(token=row["verification_token"])) == "TOKEN_INVALID"


async def test_an_email_that_comes_too_late_is_sent_again(desk: Desk) -> None:
    vera = await desk.member()
    [(_, email)] = await desk.emails(ConfirmAddress)
    desk.clock.at += machine.VERIFICATION_MS
    assert await desk.code(VerifyEmail(token=email.token)) == "TOKEN_INVALID"
    await desk.do(ResendVerification(**by(vera)))
    [_, (_, newer)] = await desk.emails(ConfirmAddress)
    await desk.do(VerifyEmail(token=newer.token))
    assert await desk.code(ResendVerification(**by(vera))) == "ALREADY_VERIFIED"


async def test_nobody_is_flooded_with_emails(desk: Desk) -> None:
    vera = await desk.member()
    for _ in range(machine.EMAILS_PER_ACCOUNT):
        await desk.do(ResendVerification(**by(vera)))
    assert await desk.code(ResendVerification(**by(vera))) == "RATE_LIMITED"


async def test_an_address_changes_when_the_new_one_is_confirmed(desk: Desk) -> None:
    vera = await desk.member()
    wish = RequestEmailChange(**by(vera), password=PASSWORD, email=" New@School.example ")
    await desk.do(wish)
    assert await signs_in(desk, "vera@school.example", PASSWORD)
    [(recipient, email)] = await desk.emails(ConfirmNewAddress)
    assert recipient == "new@school.example"
    assert await desk.do(ConfirmEmailChange(token=email.token)) == Done()
    assert await signs_in(desk, "new@school.example", PASSWORD)
    assert not await signs_in(desk, "vera@school.example", PASSWORD)
    [(former, told)] = await desk.emails(AddressChanged)
    assert (former, told.new_email) == ("vera@school.example", "new@school.example")
    assert await desk.code(ConfirmEmailChange(token=email.token)) == "TOKEN_INVALID"


async def test_an_address_that_is_taken_or_none_at_all_is_refused(desk: Desk) -> None:
    vera = await desk.member()
    await desk.member("ben")
    wish = {**by(vera), "password": PASSWORD}
    assert await desk.code(RequestEmailChange(**wish, email="ben@school.example")) == "CONFLICT"
    with pytest.raises(ValidationError):
        await desk.do(RequestEmailChange(**wish, email="nonsense"))
    wrong = RequestEmailChange(**by(vera), password="Guess-123", email="c@school.example")
    assert await desk.code(wrong) == "WRONG_PASSWORD"
    # Taken after the e-mail was sent: the later one loses, and nothing is half changed.
    await desk.do(RequestEmailChange(**wish, email="cora@school.example"))
    await desk.member("cora")
    [(_, email)] = await desk.emails(ConfirmNewAddress)
    with pytest.raises(ConflictError):
        await desk.do(ConfirmEmailChange(token=email.token))
    assert await signs_in(desk, "vera@school.example", PASSWORD)


async def test_an_account_that_is_gone_changes_no_address(desk: Desk) -> None:
    wish = RequestEmailChange(
        by=NOBODY, by_role="student", password=PASSWORD, email="x@school.example"
    )
    assert await desk.refused(wish) == "revoked: Sign in again"


# --- passwords ------------------------------------------------------------------------------------


async def test_a_forgotten_password_is_replaced_once_and_every_session_ends(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(RequestPasswordReset(email="Vera@school.example", remote=REMOTE))
    await desk.relay()
    [(recipient, email)] = await desk.emails(ResetEmail)
    assert recipient == "vera@school.example"
    weak = ResetPassword(token=email.token, new_password="short")
    with pytest.raises(ValidationError) as refusal:
        await desk.do(weak)
    assert {each["field"] for each in refusal.value.details["fields"]} == {"newPassword"}
    await desk.do(ResetPassword(token=email.token, new_password=NEW))
    assert await signs_in(desk, "vera@school.example", NEW)
    assert not await signs_in(desk, "vera@school.example", PASSWORD)
    assert await desk.refused(Refresh(refresh_token=vera.refresh_token)) == "revoked: Sign in again"
    assert len(await desk.emails(PasswordChanged)) == 1
    again = ResetPassword(token=email.token, new_password=PASSWORD)
    assert await desk.code(again) == "TOKEN_INVALID"


async def test_of_two_uses_of_one_link_at_once_one_succeeds(desk: Desk) -> None:
    await desk.member()
    await desk.do(RequestPasswordReset(email="vera@school.example"))
    await desk.relay()
    [(_, email)] = await desk.emails(ResetEmail)
    outcomes: list[str] = []

    async def use(password: str) -> None:
        try:
            await desk.do(ResetPassword(token=email.token, new_password=password))
            outcomes.append("done")
        except Exception as error:
            outcomes.append(getattr(error, "code", "?"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(use, NEW)
        nursery.start_soon(use, "Third-5678")
    assert sorted(outcomes) == ["TOKEN_INVALID", "done"]


async def test_a_link_is_good_for_an_hour_and_only_the_newest(desk: Desk) -> None:
    await desk.member()
    for _ in range(2):
        await desk.do(RequestPasswordReset(email="vera@school.example"))
        await desk.relay()
    [(_, older), (_, newer)] = await desk.emails(ResetEmail)
    assert await desk.code(ResetPassword(token=older.token, new_password=NEW)) == "TOKEN_INVALID"
    desk.clock.at += machine.RESET_MS
    assert await desk.code(ResetPassword(token=newer.token, new_password=NEW)) == "TOKEN_INVALID"


async def test_asking_tells_nothing_of_who_is_known(desk: Desk) -> None:
    await desk.member()
    for email in ("vera@school.example", "nobody@school.example"):
        assert await desk.do(RequestPasswordReset(email=email, remote=REMOTE)) == Done()
        # The same is written for both, so that neither is answered sooner.
        assert await desk.school.announced("users.reset_requested") == 1
        await desk.relay()
    assert [to for to, _ in await desk.emails(ResetEmail)] == ["vera@school.example"]
    with pytest.raises(ValidationError):
        await desk.do(RequestPasswordReset(email="nonsense", remote=REMOTE))


async def test_one_address_gets_few_emails_and_one_network_asks_for_few(desk: Desk) -> None:
    await desk.member()
    for _ in range(machine.EMAILS_PER_NETWORK):
        await desk.do(RequestPasswordReset(email="vera@school.example", remote=REMOTE))
    limited = RequestPasswordReset(email="ben@school.example", remote=REMOTE)
    assert await desk.code(limited) == "RATE_LIMITED"
    await desk.relay()
    assert len(await desk.emails(ResetEmail)) == machine.EMAILS_PER_ACCOUNT


async def test_a_new_password_ends_a_change_of_address_that_is_under_way(desk: Desk) -> None:
    vera = await desk.member()
    for number in range(2):
        wish = RequestEmailChange(**by(vera), password=PASSWORD, email="evil@school.example")
        await desk.do(wish)
        *_, (_, email) = await desk.emails(ConfirmNewAddress)
        if number:
            await desk.do(RequestPasswordReset(email="vera@school.example"))
            await desk.relay()
            [(_, reset)] = await desk.emails(ResetEmail)
            await desk.do(ResetPassword(token=reset.token, new_password=NEW))
        else:
            change = ChangePassword(**by(vera), current_password=PASSWORD, new_password=PASSWORD)
            await desk.do(change)
        assert await desk.code(ConfirmEmailChange(token=email.token)) == "TOKEN_INVALID"


async def test_a_token_that_is_none_costs_no_hash(desk: Desk) -> None:
    hashed: list[str] = []
    desk.hash = hashed.append  # type: ignore[method-assign, assignment]
    assert await desk.code(ResetPassword(token="x", new_password=NEW)) == "TOKEN_INVALID"
    assert hashed == []


async def test_a_token_that_another_device_uses_while_this_one_hashes_is_spent(desk: Desk) -> None:
    await desk.member()
    await desk.do(RequestPasswordReset(email="vera@school.example"))
    await desk.relay()
    [(_, email)] = await desk.emails(ResetEmail)
    digest = desk.passwords.hash

    async def late(password: str, origin: Origin = NOWHERE) -> str:
        if password == NEW:  # the other device is quicker
            await desk.do(ResetPassword(token=email.token, new_password="Third-5678"))
        return str(await digest(password, origin))

    desk.passwords.hash = late
    assert await desk.code(ResetPassword(token=email.token, new_password=NEW)) == "TOKEN_INVALID"
    assert await signs_in(desk, "vera@school.example", "Third-5678")


async def test_an_email_that_could_not_be_queued_is_not_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = await desk.member()

    async def fails(*_: object) -> bool:
        raise StorageUnavailable("The database does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresCredentialRecords, "renew_verification", fails)
        for _ in range(machine.EMAILS_PER_ACCOUNT + 1):
            with pytest.raises(StorageUnavailable):
                await desk.do(ResendVerification(**by(vera)))
    for _ in range(machine.EMAILS_PER_ACCOUNT):
        await desk.do(ResendVerification(**by(vera)))


@pytest.mark.parametrize(
    "change",
    ["disabled_at = now()", "role = 'admin'", "password_hash = 'other'", "deleted_at = now()"],
)
async def test_a_login_under_way_does_not_outlive_what_changes_meanwhile(
    desk: Desk, change: str
) -> None:
    await desk.member()
    compare = desk.passwords.verify

    async def slowly(password: str, hashed: str | None, origin: Origin) -> bool:
        matches = await compare(password, hashed, origin)
        await desk.school.rows(f"update users set {change}")
        return bool(matches)

    desk.passwords.verify = slowly
    login = Login(email="vera@school.example", password=PASSWORD, remote=REMOTE)
    assert "credentials" in await desk.refused(login)
    assert len(await desk.tokens.sessions(await only_user(desk))) == 1  # that of registering
    assert await desk.school.announced("users.session_ended") == 1


async def only_user(desk: Desk) -> str:
    (row,) = await desk.school.rows("select id::text from users")
    return str(row["id"])


async def test_signing_out_ends_the_access_token_too(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(Logout(refresh_token=vera.refresh_token))
    await desk.do(Logout(refresh_token="nonsense"))
    assert await desk.school.announced("users.session_ended") == 1


async def test_a_disabled_account_gets_no_link(desk: Desk) -> None:
    await desk.member()
    await desk.school.rows("update users set disabled_at = now()")
    await desk.do(RequestPasswordReset(email="vera@school.example"))
    await desk.relay()
    assert await desk.emails(ResetEmail) == []


async def test_who_changes_the_password_goes_on_and_the_other_devices_do_not(desk: Desk) -> None:
    vera = await desk.member()
    wrong = ChangePassword(**by(vera), current_password="Guess-123", new_password=NEW)
    assert await desk.code(wrong) == "WRONG_PASSWORD"
    desk.clock.at += 5
    change = ChangePassword(
        **by(vera), current_password=PASSWORD, new_password=NEW, device="laptop", remote=REMOTE
    )
    begun = await desk.ask(change)
    assert await desk.refused(Refresh(refresh_token=vera.refresh_token)) == "revoked: Sign in again"
    assert (await desk.ask(Refresh(refresh_token=begun.refresh_token))).user_id == vera.user_id
    assert await signs_in(desk, "vera@school.example", NEW)
    # As the outbox tells it: access tokens from before are refused, the new one is not.
    await desk.tokens.refuse(vera.user_id, desk.clock.at)
    with pytest.raises(AuthenticationError):
        desk.tokens.verify_access(vera.access_token)
    assert desk.tokens.verify_access(begun.access_token).user_id == vera.user_id


async def test_the_password_of_nobody_cannot_be_replaced(desk: Desk) -> None:
    with pytest.raises(Exception, match="No such user"):
        await user_ports(desk.school.database, PERSONAL).credentials.replace_password(
            NOBODY, "x", 1
        )


# --- profile and sessions -------------------------------------------------------------------------


async def test_a_profile_changes_in_what_is_given(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(
        UpdateProfile(
            **by(vera),
            full_name="  Vera\u0301  Ö ",
            bio="Likes stars",
            timezone="Europe/Berlin",
            language="pt-BR",
            audience=Audience.NOBODY,
            muted_emails=(EmailTopic.GRADES, EmailTopic.GRADES, EmailTopic.ANNOUNCEMENTS),
        )
    )
    await desk.do(UpdateProfile(**by(vera), bio=None))
    (row,) = await desk.school.rows("select * from user_profiles")
    assert row["full_name"] == "Verá  Ö"
    assert (row["bio"], row["timezone"], row["language"]) == (None, "Europe/Berlin", "pt-BR")
    assert row["privacy_settings"] == '{"audience": "nobody"}'
    assert row["notification_preferences"] == '{"muted_emails": ["announcements", "grades"]}'


async def test_every_wrong_field_of_a_profile_is_named_and_nothing_is_changed(desk: Desk) -> None:
    vera = await desk.member()
    wrong = UpdateProfile(
        **by(vera), full_name="", bio="x" * 2001, timezone="Mars/Base", language="english!"
    )
    with pytest.raises(ValidationError) as refusal:
        await desk.do(wrong)
    named = [each["field"] for each in refusal.value.details["fields"]]
    assert named == ["fullName", "bio", "timezone", "language"]
    with pytest.raises(ValidationError):
        await desk.do(UpdateProfile(**by(vera)))
    assert await desk.code(UpdateProfile(by=NOBODY, by_role="student", bio="x")) == "NOT_FOUND"


PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50
WEBP = b"RIFF\x10\x00\x00\x00WEBP" + b"x" * 50


async def picture_of(desk: Desk) -> str | None:
    (row,) = await desk.school.rows("select avatar_url from user_profiles")
    url: str | None = row["avatar_url"]
    return url


async def test_a_picture_is_kept_replaced_and_taken_away(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    first = await picture_of(desk)
    assert first is not None
    assert re.fullmatch(rf"/avatars/{vera.user_id}/[0-9a-f]{{32}}\.png", first)
    [(key, kept)] = desk.shelf.kept.items()
    assert (f"/{key}", kept.content_type, kept.data) == (first, "image/png", PNG)
    await desk.do(SetAvatar(**by(vera), image=PNG))  # the same again has another address
    assert len(desk.shelf.kept) == 1
    assert await picture_of(desk) != first
    for image, extension in ((b"\xff\xd8\xff" + PNG, "jpg"), (WEBP, "webp")):
        await desk.do(SetAvatar(**by(vera), image=image))
        assert [each.rpartition(".")[2] for each in desk.shelf.kept] == [extension]
    await desk.do(SetAvatar(**by(vera), image=None))
    assert await picture_of(desk) is None
    assert desk.shelf.kept == {}


@pytest.mark.parametrize(
    "image", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"RIFFWEBP", PNG + bytes(256 * 1024)]
)
async def test_what_is_no_picture_or_too_large_is_refused(desk: Desk, image: bytes) -> None:
    vera = await desk.member()
    with pytest.raises(ValidationError) as refusal:
        await desk.do(SetAvatar(**by(vera), image=image))
    assert refusal.value.details["fields"][0]["field"] == "image"
    assert desk.shelf.kept == {}


async def test_the_picture_goes_with_the_person_and_not_before(desk: Desk) -> None:
    vera = await desk.member()
    await desk.do(SetAvatar(**by(vera), image=PNG))
    own = {**by(vera), "user_id": vera.user_id, "password": PASSWORD}
    (admin,) = [await desk.member("admin", Role.ADMIN)]
    await desk.do(DeleteAccount(**own))
    assert len(desk.shelf.kept) == 1
    await desk.do(ErasePersonalData(**by(admin, Role.ADMIN), user_id=vera.user_id))
    await desk.follow_up()
    assert desk.shelf.kept == {}
    for gone in (NOBODY, vera.user_id):
        assert await desk.code(SetAvatar(by=gone, by_role="student", image=PNG)) == "NOT_FOUND"
    assert desk.shelf.kept == {}


async def test_pictures_put_at_once_leave_the_one_that_is_shown(desk: Desk) -> None:
    vera = await desk.member()
    async with trio.open_nursery() as nursery:
        for image in (PNG, WEBP, PNG, WEBP, PNG):
            nursery.start_soon(desk.do, SetAvatar(**by(vera), image=image))
    assert [f"/{key}" for key in desk.shelf.kept] == [await picture_of(desk)]


async def test_an_account_is_the_same_however_its_id_is_written(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    await desk.school.user("admin")
    own = DeleteAccount(**by(admin, Role.ADMIN), user_id=admin.user_id.upper())
    assert await desk.code(own) == "WRONG_PASSWORD"
    off = DisableUser(**by(admin, Role.ADMIN), user_id=f"{{{vera.user_id}}}", reason="x")
    assert (await desk.do(off)).user_id == vera.user_id
    await desk.do(EnableUser(**by(admin, Role.ADMIN), user_id=vera.user_id))
    assert "revoked" in await desk.refused(Refresh(refresh_token=vera.refresh_token))
    nobody = EnableUser(**by(admin, Role.ADMIN), user_id="nonsense")
    assert await desk.code(nobody) == "NOT_FOUND"


async def test_erasing_takes_certificates_and_what_was_said_in_the_office(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    course, _ = await desk.school.published_course(await desk.school.user("educator"))
    enrolled = await desk.school.enroll(vera.user_id, course)
    await desk.school.rows(
        "insert into certificates (id, enrollment_id, certificate_id, pdf_url, verification_url,"
        " student_name, course_title, instructor_name, completed_at, issued_at)"
        " values (gen_random_uuid(), $1::text::uuid, 'AAAA', '', '', 'Vera', 't', 'i', now(),"
        " now())",
        enrolled.enrollment_id,
    )
    await desk.shelf.put("certificates/aaaa.pdf", b"%PDF Vera", "application/pdf")
    as_admin = by(admin, Role.ADMIN)
    await desk.do(DisableUser(**as_admin, user_id=vera.user_id, reason="Vera cheated"))
    export = await desk.do(ExportPersonalData(**as_admin, user_id=vera.user_id))
    assert "Vera cheated" in str(export.domains["users"]["audit_trail"])
    await desk.do(ErasePersonalData(**as_admin, user_id=vera.user_id))
    assert await desk.school.rows("select from certificates") == []
    await desk.follow_up()
    assert desk.shelf.kept == {}
    rows = await desk.school.rows("select details from audit_trail where action = 'disable'")
    assert [row["details"] for row in rows] == ["{}"]


async def test_sessions_are_listed_and_ended_one_by_one_or_all(desk: Desk) -> None:
    vera = await desk.member()
    desk.clock.at += 1000
    laptop = await desk.ask(
        Login(email="vera@school.example", password=PASSWORD, device="laptop", remote=REMOTE)
    )
    listed = (await desk.do(ListSessions(**by(vera)))).sessions
    assert [each.device for each in listed] == ["laptop", "phone"]
    assert listed[0].began == desk.clock.at
    await desk.do(EndSession(**by(vera), session_id=listed[0].id))
    assert await desk.code(EndSession(**by(vera), session_id=listed[0].id)) == "NOT_FOUND"
    assert "revoked" in await desk.refused(Refresh(refresh_token=laptop.refresh_token))
    assert await desk.school.announced("users.session_ended") == 1
    await desk.do(LogoutEverywhere(**by(vera)))
    assert (await desk.do(ListSessions(**by(vera)))).sessions == ()
    assert "revoked" in await desk.refused(Refresh(refresh_token=vera.refresh_token))
    assert await desk.school.announced("users.sessions_ended") == 1


# --- administration -------------------------------------------------------------------------------


async def test_admins_switch_accounts_off_and_on_and_the_trail_says_so(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    off = DisableUser(**by(admin, Role.ADMIN), user_id=vera.user_id, reason="Spam")
    await desk.do(off)
    assert not await signs_in(desk, "vera@school.example", PASSWORD)
    assert "revoked" in await desk.refused(Refresh(refresh_token=vera.refresh_token))
    await desk.do(EnableUser(**by(admin, Role.ADMIN), user_id=vera.user_id))
    assert await signs_in(desk, "vera@school.example", PASSWORD)
    rows = await desk.school.rows("select action, details from audit_trail order by id")
    assert [tuple(row) for row in rows] == [("disable", '{"reason": "Spam"}'), ("enable", "{}")]
    assert await desk.school.announced("users.user_disabled") == 1
    with pytest.raises(ValidationError):
        await desk.do(DisableUser(**by(admin, Role.ADMIN), user_id=vera.user_id, reason=" "))


async def test_who_is_no_admin_administers_nobody(desk: Desk) -> None:
    vera, ben = await desk.member(), await desk.member("ben", Role.EDUCATOR)
    for command in (
        DisableUser(**by(ben, Role.EDUCATOR), user_id=vera.user_id, reason="x"),
        EnableUser(**by(ben, Role.EDUCATOR), user_id=vera.user_id),
        ChangeRole(**by(ben, Role.EDUCATOR), user_id=vera.user_id, role=Role.EDUCATOR),
        DeleteAccount(**by(ben, Role.EDUCATOR), user_id=vera.user_id),
        ErasePersonalData(**by(ben, Role.EDUCATOR), user_id=vera.user_id),
        ExportPersonalData(**by(ben, Role.EDUCATOR), user_id=vera.user_id),
    ):
        assert await desk.code(command) == "AUTHORIZATION_ERROR"


async def test_a_role_changes_and_every_token_that_says_the_old_one_ends(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    as_admin = by(admin, Role.ADMIN)
    await desk.do(ChangeRole(**as_admin, user_id=vera.user_id, role=Role.EDUCATOR))
    assert "revoked" in await desk.refused(Refresh(refresh_token=vera.refresh_token))
    again = await desk.ask(Login(email="vera@school.example", password=PASSWORD, remote=REMOTE))
    assert desk.tokens.verify_access(again.access_token).role == "educator"
    assert await desk.code(ChangeRole(**as_admin, user_id=NOBODY, role=Role.ADMIN)) == "NOT_FOUND"
    own = ChangeRole(**as_admin, user_id=admin.user_id, role=Role.STUDENT)
    assert await desk.code(own) == "OWN_ACCOUNT"
    (row,) = await desk.school.rows("select details from audit_trail")
    assert row["details"] == '{"role": "educator", "former": "student"}'


async def test_two_admins_cannot_remove_each_other_at_once(desk: Desk) -> None:
    one, two = await desk.member("one", Role.ADMIN), await desk.member("two", Role.ADMIN)
    codes: list[str] = []

    async def remove(who: SignedIn, whom: SignedIn) -> None:
        try:
            await desk.do(
                ChangeRole(**by(who, Role.ADMIN), user_id=whom.user_id, role=Role.STUDENT)
            )
            codes.append("done")
        except Exception as error:
            codes.append(getattr(error, "code", "?"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(remove, one, two)
        nursery.start_soon(remove, two, one)
    assert sorted(codes) == ["LAST_ADMIN", "done"]
    (row,) = await desk.school.rows("select id::text from users where role = 'admin'")
    left, other = (one, two) if row["id"] == one.user_id else (two, one)
    as_admin = by(left, Role.ADMIN)
    await desk.do(ChangeRole(**as_admin, user_id=other.user_id, role=Role.ADMIN))
    await desk.do(DisableUser(**as_admin, user_id=other.user_id, reason="x"))


# --- the end --------------------------------------------------------------------------------------


async def test_ones_own_account_takes_the_password_and_comes_back_by_an_admin(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    wrong = DeleteAccount(**by(vera), user_id=vera.user_id, password="Guess-123", remote=REMOTE)
    assert await desk.code(wrong) == "WRONG_PASSWORD"
    await desk.do(DeleteAccount(**by(vera), user_id=vera.user_id, password=PASSWORD, remote=REMOTE))
    assert not await signs_in(desk, "vera@school.example", PASSWORD)
    await desk.do(EnableUser(**by(admin, Role.ADMIN), user_id=vera.user_id))
    assert await signs_in(desk, "vera@school.example", PASSWORD)


async def test_an_admin_deletes_others_but_not_the_last_admin(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    as_admin = by(admin, Role.ADMIN)
    await desk.do(DeleteAccount(**as_admin, user_id=vera.user_id))
    own = DeleteAccount(**as_admin, user_id=admin.user_id, password=PASSWORD)
    assert await desk.code(own) == "LAST_ADMIN"


async def test_who_teaches_must_see_to_the_courses_first(desk: Desk) -> None:
    vera = await desk.member(role=Role.EDUCATOR)
    await desk.school.course(vera.user_id)
    own = DeleteAccount(**by(vera, Role.EDUCATOR), user_id=vera.user_id, password=PASSWORD)
    assert await desk.code(own) == "TEACHES_COURSES"
    await desk.school.rows("update courses set status = 'archived'")
    await desk.do(own)


async def test_erasing_leaves_nothing_that_says_who_it_was(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    as_admin = by(admin, Role.ADMIN)
    await desk.do(UpdateProfile(**by(vera), bio="I am vera"))
    exported = await desk.do(ExportPersonalData(**by(vera), user_id=vera.user_id))
    assert exported.domains["users"]["users"][0]["email"] == "vera@school.example"
    assert exported.domains["users"]["user_profiles"][0]["bio"] == "I am vera"
    await desk.do(
        ErasePersonalData(**by(vera), user_id=vera.user_id, password=PASSWORD, remote=REMOTE)
    )
    (dump,) = await desk.school.rows(
        "select string_agg(t::text, '') || (select string_agg(p::text, '') from user_profiles p"
        " where user_id = t.id) || coalesce((select string_agg(l::text, '') from jobs l"
        " where l.user_id = t.id), '') as text from users t where id::text = $1 group by id",
        vera.user_id,
    )
    assert "vera" not in dump["text"].lower()
    assert await desk.code(EnableUser(**as_admin, user_id=vera.user_id)) == "NOT_FOUND"
    gone = ExportPersonalData(**as_admin, user_id=vera.user_id)
    assert await desk.code(gone) == "NOT_FOUND"
    # The address is free again.
    assert (await desk.member()).user_id != vera.user_id
