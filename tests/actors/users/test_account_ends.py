"""Accounts are deleted, brought back and erased."""

from __future__ import annotations

from protocol.users.commands import (
    DeleteAccount,
    DisableUser,
    EnableUser,
    ErasePersonalData,
    ExportPersonalData,
    UpdateProfile,
)
from protocol.users.values import Role
from tests.actors.users.desk import PASSWORD, REMOTE, Desk, by, signs_in


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


async def test_erasing_takes_what_was_said_in_the_office(desk: Desk) -> None:
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    as_admin = by(admin, Role.ADMIN)
    await desk.do(DisableUser(**as_admin, user_id=vera.user_id, reason="Vera cheated"))
    export = await desk.do(ExportPersonalData(**as_admin, user_id=vera.user_id))
    assert "Vera cheated" in str(export.domains["users"]["audit_trail"])
    await desk.do(ErasePersonalData(**as_admin, user_id=vera.user_id))
    rows = await desk.school.rows("select details from audit_trail where action = 'disable'")
    assert [row["details"] for row in rows] == ["{}"]
