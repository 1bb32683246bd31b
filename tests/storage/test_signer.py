"""The key that signs receipts: held for a while, given up in time, and the same text each time."""

from __future__ import annotations

import jwt
import pytest
import trio
from structlog.testing import capture_logs
from trio.testing import MockClock

from protocol.errors import RetryableError
from storage.signer import LOOK_SECONDS, TRUSTED_MS
from tests.support.fakes import SetClock
from tests.support.receipts import ISSUER, HeldKeys, signer_of, signing_key


def kid_of(token: str | None) -> str:
    assert token is not None
    return str(jwt.get_unverified_header(token)["kid"])


async def test_what_is_signed_names_its_issuer_and_key_and_is_the_same_each_time() -> None:
    keys = HeldKeys(signing_key("one"), signing_key("old", signs=False))
    signer = signer_of(keys)
    await signer.look()
    token = signer.sign("stoa-receipt+jwt", b'{"a":1}')
    assert token == signer.sign("stoa-receipt+jwt", b'{"a":1}')
    assert token is not None
    assert jwt.get_unverified_header(token) == {
        "alg": "EdDSA",
        "iss": ISSUER,
        "kid": f"{ISSUER}/issuer/keys/one",
        "typ": "stoa-receipt+jwt",
    }
    assert keys.looks == 1


async def test_a_rotation_takes_effect_within_the_time_that_is_said(
    autojump_clock: MockClock,
) -> None:
    keys = HeldKeys(signing_key("one"))
    signer = signer_of(keys)
    async with trio.open_nursery() as nursery:
        await nursery.start(signer.run)
        assert kid_of(signer.sign("t", b"{}")).endswith("/one")
        keys.rotate("two")
        await trio.sleep(LOOK_SECONDS + 1)
        assert kid_of(signer.sign("t", b"{}")).endswith("/two")
        nursery.cancel_scope.cancel()


async def test_a_key_that_cannot_be_looked_for_is_given_up(autojump_clock: MockClock) -> None:
    keys, clock = HeldKeys(signing_key("one")), SetClock()
    signer = signer_of(keys, clock)
    async with trio.open_nursery() as nursery:
        await nursery.start(signer.run)
        keys.error = RetryableError("Storage does not answer")
        with capture_logs() as logs:
            await trio.sleep(LOOK_SECONDS + 1)
        assert [line["event"] for line in logs] == ["signer.not_looked"]
        clock.at += TRUSTED_MS
        assert signer.sign("t", b"{}") is not None
        clock.at += 1
        with capture_logs() as logs:
            assert signer.sign("t", b"{}") is None
        assert [(line["event"], line["reason"]) for line in logs] == [("signer.no_key", "too old")]
        keys.error = None
        await trio.sleep(LOOK_SECONDS + 1)
        assert signer.sign("t", b"{}") is not None
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("keys", [HeldKeys(), HeldKeys(signing_key("one", signs=False))])
async def test_without_a_private_half_nothing_is_signed(keys: HeldKeys) -> None:
    signer = signer_of(keys)
    await signer.look()
    with capture_logs() as logs:
        assert signer.sign("t", b"{}") is None
    assert [(line["event"], line["reason"]) for line in logs] == [("signer.no_key", "none")]
