"""Tokens: what they say, how long they hold, and that a refresh token works once."""

from __future__ import annotations

from typing import Any

import jwt
import msgspec
import pytest
import trio

from protocol.errors import AuthenticationError
from storage.revocations import ACCESS_MS, REFRESH_MS
from storage.tokens import FAMILY_MS, GRACE_MS, JwtTokens, TokenSettings
from storage.valkey import Valkey
from tests.storage.records.school import NOW, SetClock

SECRET = b"a secret of thirty-two bytes, or more"
SETTINGS = TokenSettings(secret=SECRET, issuer="https://school.example")
VERA: dict[str, str] = {
    "user_id": "u1",
    "email": "vera@school.example",
    "role": "educator",
    "full_name": "Vera Castellan",
    "device": "a phone: blue",
}


class Desk:
    """Tokens with a clock to turn."""

    def __init__(self, valkey: Valkey, **options: Any) -> None:
        self.clock = SetClock()
        self.valkey = valkey
        self.tokens = JwtTokens(SETTINGS, valkey, self.clock, **options)

    async def reason(self, refresh_token: str) -> str:
        """Why it is refused."""
        with pytest.raises(AuthenticationError) as refusal:
            await self.tokens.rotate(refresh_token)
        return str(refusal.value.details["reason"])

    async def sessions(self) -> int:
        async def unit(redis: Any) -> int:
            return int(await redis.hlen("stoa:sessions:u1"))

        return await self.valkey.run(unit)


@pytest.fixture
def desk(valkey: Valkey) -> Desk:
    return Desk(valkey)


async def test_an_access_token_speaks_for_its_user_until_it_ends(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    identity = desk.tokens.verify_access(issued.access_token)
    assert (identity.user_id, identity.role, identity.full_name) == (
        "u1",
        "educator",
        "Vera Castellan",
    )
    desk.clock.at = issued.access_expires_at - 1
    assert desk.tokens.verify_access(issued.access_token) is identity
    desk.clock.at = issued.access_expires_at
    for _ in range(2):  # from the cache, and afresh
        with pytest.raises(AuthenticationError) as refusal:
            desk.tokens.verify_access(issued.access_token)
        assert refusal.value.details["reason"] == "expired"


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "\ud800", "é.é.é"])
async def test_what_is_no_token_is_refused(desk: Desk, token: str) -> None:
    with pytest.raises(AuthenticationError):
        desk.tokens.verify_access(token)


async def test_one_kind_of_token_does_not_pass_for_another(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    with pytest.raises(AuthenticationError):
        desk.tokens.verify_access(issued.refresh_token)
    assert await desk.reason(issued.access_token) == "invalid"
    unsigned = jwt.encode({"aud": "access", "iss": SETTINGS.issuer}, "", algorithm="none")
    foreign = jwt.encode({"aud": "access", "iss": SETTINGS.issuer}, SECRET, algorithm="HS256")
    for token in (unsigned, foreign):
        with pytest.raises(AuthenticationError):
            desk.tokens.verify_access(token)


async def test_the_cache_of_verified_tokens_is_bounded(valkey: Valkey) -> None:
    desk = Desk(valkey, max_cached=2)
    for _ in range(4):
        issued = await desk.tokens.issue(**VERA)
        desk.tokens.verify_access(issued.access_token)
    assert len(desk.tokens._verified) == 2


async def test_a_refresh_token_is_exchanged_for_a_fresh_pair(desk: Desk) -> None:
    first = await desk.tokens.issue(**VERA)
    desk.clock.at += 86_400_000
    identity, second = await desk.tokens.rotate(first.refresh_token, role="admin")
    assert (identity.user_id, identity.role, identity.email) == ("u1", "admin", VERA["email"])
    assert desk.tokens.verify_access(second.access_token) == identity
    assert second.refresh_expires_at == first.refresh_expires_at + 86_400_000
    await desk.tokens.rotate(second.refresh_token)


async def test_a_copied_refresh_token_ends_the_session_for_both(desk: Desk) -> None:
    first = await desk.tokens.issue(**VERA)
    _, second = await desk.tokens.rotate(first.refresh_token)
    assert await desk.reason(first.refresh_token) == "reused"
    assert await desk.reason(second.refresh_token) == "revoked"


async def test_of_exchanges_at_once_exactly_one_succeeds(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    outcomes: list[str] = []

    async def exchange() -> None:
        try:
            await desk.tokens.rotate(issued.refresh_token)
            outcomes.append("rotated")
        except AuthenticationError as error:
            outcomes.append(error.details["reason"])

    async with trio.open_nursery() as nursery:
        for _ in range(6):
            nursery.start_soon(exchange)
    assert outcomes.count("rotated") == 1


async def test_a_session_ends_when_its_family_is_old_however_often_refreshed(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    for _ in range(4):
        desk.clock.at = min(issued.refresh_expires_at - 1, desk.clock.at + REFRESH_MS - 1)
        _, issued = await desk.tokens.rotate(issued.refresh_token)
    assert issued.refresh_expires_at == NOW + FAMILY_MS
    desk.clock.at = NOW + FAMILY_MS
    assert await desk.reason(issued.refresh_token) == "expired"


async def test_signing_out_ends_one_session_and_revoking_all_ends_every_one(desk: Desk) -> None:
    phone, laptop, tablet = [await desk.tokens.issue(**VERA) for _ in range(3)]
    await desk.tokens.revoke(phone.refresh_token)
    await desk.tokens.revoke("nonsense")
    assert await desk.reason(phone.refresh_token) == "revoked"
    _, laptop = await desk.tokens.rotate(laptop.refresh_token)
    await desk.tokens.revoke_all("u1")
    for issued in (laptop, tablet):
        assert await desk.reason(issued.refresh_token) == "revoked"


async def test_a_user_has_so_many_sessions_and_another_one_ends_the_oldest(
    valkey: Valkey,
) -> None:
    desk = Desk(valkey, max_sessions=2)
    issued = []
    for _ in range(3):
        issued.append(await desk.tokens.issue(**VERA))
        desk.clock.at += 1_000
    assert await desk.sessions() == 2
    assert await desk.reason(issued[0].refresh_token) == "revoked"
    await desk.tokens.rotate(issued[1].refresh_token)


async def test_sessions_that_ran_out_are_forgotten(desk: Desk) -> None:
    await desk.tokens.issue(**VERA)
    desk.clock.at += REFRESH_MS
    await desk.tokens.issue(**VERA)
    assert await desk.sessions() == 1


async def test_a_refresh_token_can_be_read_without_using_it(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    assert desk.tokens.verify_refresh(issued.refresh_token).user_id == "u1"
    await desk.tokens.rotate(issued.refresh_token)


async def test_the_sessions_of_a_user_are_listed_the_newest_first(desk: Desk) -> None:
    await desk.tokens.issue(**{**VERA, "device": "a phone: blue"})
    desk.clock.at += 1_000
    laptop = await desk.tokens.issue(**{**VERA, "device": ""})
    newest, oldest = await desk.tokens.sessions("u1")
    assert (newest.device, newest.began) == ("", NOW + 1_000)
    assert (oldest.device, oldest.began) == ("a phone: blue", NOW)
    assert newest.expires_at == laptop.refresh_expires_at
    assert await desk.tokens.sessions("nobody") == []
    assert await desk.tokens.revoke_session("u1", newest.id)
    assert not await desk.tokens.revoke_session("u1", newest.id)
    assert await desk.reason(laptop.refresh_token) == "revoked"
    desk.clock.at += REFRESH_MS
    assert await desk.tokens.sessions("u1") == []


def refusal(desk: Desk, token: str) -> str | None:
    try:
        desk.tokens.verify_access(token)
    except AuthenticationError as error:
        return str(error.details["reason"])
    return None


async def test_access_tokens_of_ended_sessions_are_refused_before_they_run_out(desk: Desk) -> None:
    before = await desk.tokens.issue(**VERA)
    other = await desk.tokens.issue(**{**VERA, "user_id": "u2"})
    assert refusal(desk, before.access_token) is None  # so that it has been kept as verified
    desk.clock.at += 10
    desk.tokens.revocations.refuse("u1", desk.clock.at)
    after = await desk.tokens.issue(**VERA)
    _, renewed = await desk.tokens.rotate(before.refresh_token)
    for token in (before.access_token, renewed.access_token):
        assert refusal(desk, token) == "revoked"
    assert refusal(desk, after.access_token) is None
    assert refusal(desk, other.access_token) is None
    # One session of several.
    session_id = desk.tokens.verify_access(after.access_token).session_id
    second = await desk.tokens.issue(**VERA)
    desk.clock.at += 10
    desk.tokens.revocations.refuse("u1", desk.clock.at, session_id)
    assert refusal(desk, after.access_token) == "revoked"
    assert refusal(desk, second.access_token) is None


async def test_what_an_older_version_has_refused_is_taken_over(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    one = await desk.tokens.issue(**{**VERA, "user_id": "u2"})
    session_id = desk.tokens.verify_access(one.access_token).session_id

    async def left_by_it(redis: Any) -> None:
        for key in ("u1", session_id):
            await redis.hset("stoa:refused", key, f"{NOW + 10}:{NOW + 10 + ACCESS_MS}")
        await redis.hset("stoa:refused", "u3", f"{NOW - ACCESS_MS}:{NOW - 1}")

    await desk.valkey.run(left_by_it)
    assert refusal(desk, issued.access_token) is None
    await desk.tokens.recall()
    assert refusal(desk, issued.access_token) == refusal(desk, one.access_token) == "revoked"


async def test_the_same_client_that_asks_again_at_once_gets_the_same_successor(desk: Desk) -> None:
    first = await desk.tokens.issue(**VERA)
    _, second = await desk.tokens.rotate(first.refresh_token, client="a tab")
    desk.clock.at += GRACE_MS - 1
    identity, repeated = await desk.tokens.rotate(first.refresh_token, client="a tab")
    assert repeated == second
    assert desk.tokens.verify_access(repeated.access_token) == identity
    await desk.tokens.rotate(second.refresh_token, client="a tab")


async def test_of_exchanges_at_once_by_one_client_all_get_the_same_successor(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    outcomes: set[str] = set()

    async def exchange() -> None:
        _, pair = await desk.tokens.rotate(issued.refresh_token, client="a tab")
        outcomes.add(pair.refresh_token)

    async with trio.open_nursery() as nursery:
        for _ in range(6):
            nursery.start_soon(exchange)
    assert len(outcomes) == 1


async def test_a_late_tab_gets_what_another_has_gone_on_to(desk: Desk) -> None:
    first = await desk.tokens.issue(**VERA)
    _, second = await desk.tokens.rotate(first.refresh_token, client="a tab")
    _, third = await desk.tokens.rotate(second.refresh_token, client="a tab")
    _, repeated = await desk.tokens.rotate(first.refresh_token, client="a tab")
    assert repeated == third


@pytest.mark.parametrize(
    ("later", "client"),
    [(GRACE_MS, "a tab"), (0, "another"), (0, "")],
    ids=["later", "another client", "nobody knows who"],
)
async def test_any_other_repetition_ends_the_family(desk: Desk, later: int, client: str) -> None:
    first = await desk.tokens.issue(**VERA)
    _, second = await desk.tokens.rotate(first.refresh_token, client="a tab")
    desk.clock.at += later
    with pytest.raises(AuthenticationError) as refusal:
        await desk.tokens.rotate(first.refresh_token, client=client)
    assert refusal.value.details["reason"] == "reused"
    assert await desk.reason(second.refresh_token) == "revoked"


async def test_a_session_that_was_ended_is_not_revived_by_a_repetition(desk: Desk) -> None:
    first = await desk.tokens.issue(**VERA)
    _, second = await desk.tokens.rotate(first.refresh_token, client="a tab")
    await desk.tokens.revoke(second.refresh_token)
    with pytest.raises(AuthenticationError) as refusal:
        await desk.tokens.rotate(first.refresh_token, client="a tab")
    assert refusal.value.details["reason"] == "revoked"


async def test_who_had_to_give_way_is_told(valkey: Valkey) -> None:
    desk = Desk(valkey, max_sessions=1)
    first = await desk.tokens.issue(**VERA)
    desk.clock.at += 1
    second = await desk.tokens.issue(**VERA)
    assert second.ended == (desk.tokens.verify_access(first.access_token).session_id,)


async def test_a_token_that_was_good_can_be_asked_about_again(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    identity = desk.tokens.verify_access(issued.access_token)
    desk.tokens.require_valid(identity)
    desk.tokens.revocations.refuse("u1", desk.clock.at, identity.session_id)
    with pytest.raises(AuthenticationError) as refusal:
        desk.tokens.require_valid(identity)
    assert refusal.value.details["reason"] == "revoked"
    desk.clock.at = identity.expires_at
    with pytest.raises(AuthenticationError) as refusal:
        desk.tokens.require_valid(identity)
    assert refusal.value.details["reason"] == "expired"


async def test_tokens_survive_a_new_secret_and_a_new_address_and_are_renewed_with_them(
    desk: Desk,
) -> None:
    before = await desk.tokens.issue(**VERA)
    new = TokenSettings(secret=b"n" * 32, issuer="https://new.example")
    overlap = msgspec.structs.replace(
        new,
        former_secrets=(b"o" * 32, SECRET),
        former_issuers=("https://older.example", SETTINGS.issuer),
    )
    moved = JwtTokens(overlap, desk.valkey, desk.clock)
    assert moved.verify_access(before.access_token).user_id == "u1"
    assert moved.verify_refresh(before.refresh_token).user_id == "u1"
    _, after = await moved.rotate(before.refresh_token)
    afterwards = JwtTokens(new, desk.valkey, desk.clock)
    claims = afterwards.verify_access(after.access_token)
    assert claims.session_id == moved.verify_access(before.access_token).session_id
    await afterwards.rotate(after.refresh_token)
    for token in (before.access_token, before.refresh_token):
        with pytest.raises(AuthenticationError):
            afterwards.verify_access(token)


async def test_a_former_secret_or_address_does_not_make_up_for_the_other(desk: Desk) -> None:
    issued = await desk.tokens.issue(**VERA)
    for overlap in (
        TokenSettings(secret=b"n" * 32, issuer=SETTINGS.issuer, former_issuers=("https://a.b",)),
        TokenSettings(secret=SECRET, issuer="https://new.example", former_secrets=(b"o" * 32,)),
    ):
        with pytest.raises(AuthenticationError):
            JwtTokens(overlap, desk.valkey, desk.clock).verify_access(issued.access_token)
    former = TokenSettings(secret=b"n" * 32, issuer=SETTINGS.issuer, former_secrets=(SECRET,))
    for wrong in ("refresh", "none"):
        forged = jwt.encode({"aud": wrong, "iss": SETTINGS.issuer}, SECRET, algorithm="HS256")
        with pytest.raises(AuthenticationError):
            JwtTokens(former, desk.valkey, desk.clock).verify_access(forged)
