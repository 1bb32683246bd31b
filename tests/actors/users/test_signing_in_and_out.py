"""Sessions begin, are listed and end, with their tokens."""

from __future__ import annotations

import pytest

from protocol.access import Origin
from protocol.errors import AuthenticationError
from protocol.users.commands import (
    EndSession,
    ListSessions,
    Login,
    Logout,
    LogoutEverywhere,
    Refresh,
)
from tests.actors.users.desk import ENDINGS, PASSWORD, REMOTE, Desk, by


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


async def test_an_expired_token_signs_its_living_session_out_whole(desk: Desk) -> None:
    vera = await desk.member()
    desk.clock.at = vera.refresh_expires_at - 1
    newer = await desk.ask(Refresh(refresh_token=vera.refresh_token))
    desk.clock.at = vera.refresh_expires_at
    assert "expired" in await desk.refused(Refresh(refresh_token=vera.refresh_token))
    assert len(await desk.tokens.sessions(vera.user_id)) == 1
    await desk.do(Logout(refresh_token=vera.refresh_token))
    assert await desk.tokens.sessions(vera.user_id) == []
    assert await desk.school.announced("users.session_ended") == 1
    await desk.follow_up(ENDINGS)
    with pytest.raises(AuthenticationError) as refusal:
        desk.tokens.verify_access(newer.access_token)
    assert refusal.value.details["reason"] == "revoked"


async def test_a_session_that_somebody_else_ends_at_the_same_moment_is_not_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = await desk.member()
    [session] = (await desk.do(ListSessions(**by(vera)))).sessions
    revoke = desk.tokens.revoke_session

    async def after_another(user_id: str, session_id: str) -> bool:
        await revoke(user_id, session_id)
        return await revoke(user_id, session_id)

    monkeypatch.setattr(desk.tokens, "revoke_session", after_another)
    assert await desk.code(EndSession(**by(vera), session_id=session.id)) == "NOT_FOUND"


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
