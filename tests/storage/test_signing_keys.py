"""Signing keys: rotated, sealed anew, and outliving the secret that they were sealed under."""

from __future__ import annotations

import hashlib
import hmac

import jwt
import pytest
import trio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from gateway.certificates.badge import Issuer
from protocol.errors import NotFoundError
from protocol.signing import FIRST_KEY
from storage.postgres import Database
from storage.signing_keys import PostgresSigningKeys
from tests.actors.certificates.office import Office
from tests.gateway.certificates.test_pdf import view
from tests.storage.records.school import NOW

OLD, NEW = b"o" * 32, b"n" * 32
BASE = "https://school.example"


async def issuer(keys: PostgresSigningKeys) -> Issuer:
    return Issuer(await keys.all(), BASE)


def verifies(issuer: Issuer, token: str) -> bool:
    """As somebody does who has nothing but the badge and the published keys."""
    kid = jwt.get_unverified_header(token)["kid"]
    found = [key for key in issuer.keys["keys"] if key["kid"] == kid]
    if not found:
        return False
    jwt.decode(token, jwt.PyJWK(found[0]).key, algorithms=["EdDSA"])
    return True


async def test_a_new_installation_has_a_key_of_its_own_and_keeps_it(database: Database) -> None:
    keys = PostgresSigningKeys(database, [OLD])
    assert await keys.all() == []
    await keys.ensure(NOW)
    [key] = await keys.all()
    assert key.private is not None
    await keys.ensure(NOW + 1)
    assert await keys.all() == [key]
    stored = await database.run(lambda c: c.fetchval("select private_key from signing_keys"))
    assert key.private not in stored
    assert Ed25519PrivateKey.from_private_bytes(key.private).public_key().public_bytes_raw() == (
        key.public
    )


async def test_a_badge_is_valid_after_the_rotation_of_its_key_and_not_after_its_withdrawal(
    database: Database,
) -> None:
    keys = PostgresSigningKeys(database, [OLD])
    await keys.ensure(NOW)
    [first] = await keys.all()
    badge = (await issuer(keys)).sign(view())
    made = await keys.rotate(NOW + 1000)
    assert [(key.id, key.private is None, key.retired_at) for key in await keys.all()] == [
        (made.id, False, None),
        (first.id, True, NOW + 1000),
    ]
    after = await issuer(keys)
    assert verifies(after, badge)
    later = after.sign(view())
    assert jwt.get_unverified_header(later)["kid"] != jwt.get_unverified_header(badge)["kid"]
    await keys.withdraw(first.id, NOW + 2000)
    assert not verifies(await issuer(keys), badge)
    assert verifies(await issuer(keys), later)
    with pytest.raises(NotFoundError):
        await keys.withdraw(first.id, NOW + 2000)


async def test_with_the_key_that_signs_withdrawn_another_one_signs(database: Database) -> None:
    keys = PostgresSigningKeys(database, [OLD])
    await keys.ensure(NOW)
    [first] = await keys.all()
    await keys.withdraw(first.id, NOW)
    [second] = await keys.all()
    assert second.id != first.id
    assert verifies(await issuer(keys), (await issuer(keys)).sign(view()))


async def test_under_a_new_secret_the_key_is_sealed_anew_while_the_former_one_is_known(
    database: Database,
) -> None:
    before = PostgresSigningKeys(database, [OLD])
    await before.ensure(NOW)
    [key] = await before.all()
    await PostgresSigningKeys(database, [NEW, OLD]).ensure(NOW + 1)
    assert await PostgresSigningKeys(database, [NEW]).all() == [key]
    [lost] = await before.all()
    assert (lost.public, lost.private) == (key.public, None)


async def test_a_secret_that_changed_without_an_overlap_makes_no_badge_invalid(
    database: Database,
) -> None:
    before = PostgresSigningKeys(database, [OLD])
    await before.ensure(NOW)
    [first] = await before.all()
    badge = (await issuer(before)).sign(view())
    after = PostgresSigningKeys(database, [NEW])
    with capture_logs() as logs:
        await after.ensure(NOW + 1)
    assert [line["event"] for line in logs] == ["signing_key.sealed_otherwise"]
    assert [key.retired_at is None for key in await after.all()] == [True, False]
    assert (await after.all())[1].id == first.id
    assert verifies(await issuer(after), badge)
    assert verifies(await issuer(after), (await issuer(after)).sign(view()))


@pytest.mark.parametrize("secrets", [[OLD], [NEW, OLD]])
async def test_badges_from_before_there_were_keys_stay_valid(
    database: Database, secrets: list[bytes]
) -> None:
    """Their key came of the secret of that time, and its name has no id."""
    office = Office(database)
    await office.issue(await office.completed())
    keys = PostgresSigningKeys(database, secrets)
    await keys.ensure(NOW)
    seed = hmac.digest(OLD, b"stoa badges", hashlib.sha256)
    derived = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    found = {key.id: key for key in await keys.all()}
    assert found[FIRST_KEY].public == derived
    published = (await issuer(keys)).key(FIRST_KEY)
    assert published is not None
    assert published["kid"] == f"{BASE}/issuer/key"
    signing = [key.id for key in found.values() if key.private is not None]
    assert (len(signing), signing == [FIRST_KEY]) == (1, secrets == [OLD])


async def test_two_that_start_or_rotate_at_once_leave_one_key_that_signs(
    database: Database,
) -> None:
    keys = PostgresSigningKeys(database, [OLD])
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(keys.ensure, NOW)
    assert len(await keys.all()) == 1
    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(keys.rotate, NOW + 1)
    assert sum(key.retired_at is None for key in await keys.all()) == 1
    assert len(await keys.all()) == 4
