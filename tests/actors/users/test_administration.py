"""Admins switch accounts off and on and change roles, and a trail is kept."""

from __future__ import annotations

import pytest
import trio

from protocol.errors import (
    ValidationError,
)
from protocol.users.commands import (
    ChangeRole,
    DeleteAccount,
    DisableUser,
    EnableUser,
    ErasePersonalData,
    ExportPersonalData,
    Login,
    Refresh,
)
from protocol.users.replies import SignedIn
from protocol.users.values import Role
from tests.actors.users.desk import NOBODY, PASSWORD, REMOTE, Desk, by, signs_in


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
