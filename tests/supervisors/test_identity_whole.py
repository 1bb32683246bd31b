"""A whole node whose secret and address change: tokens, badges and printed addresses hold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import jwt
import msgspec
import pytest
import trio

from protocol.access import IssuedTokens
from protocol.errors import AuthenticationError
from storage.postgres import Database
from storage.seal import JwtSeal
from supervisors.node import Node
from supervisors.settings import Settings
from supervisors.tree import run_node
from tests.actors.certificates.office import Office
from tests.supervisors.test_node import settings_for

OLD, NEW = "https://old.example", "https://new.example"
FIRST, SECOND = "f" * 40, "s" * 40


async def while_running(settings: Settings, body: Callable[[Node], Awaitable[None]]) -> None:
    node = Node(settings)
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            await body(node)
            nursery.cancel_scope.cancel()

        await run_node(node, ready)


async def test_tokens_badges_and_printed_addresses_survive_a_new_secret_and_a_new_address(
    tmp_path: Path, database: Database, database_url: str, valkey_url: str
) -> None:
    office = Office(database)
    number = (await office.issue(await office.completed())).number
    path = f"/certificates/{number}"
    settings = settings_for(tmp_path, database_url, valkey_url)
    kept: dict[str, str] = {}
    issued: list[IssuedTokens] = []

    async def before(node: Node) -> None:
        issued.append(
            await node.tokens.issue(
                user_id=office.student, email="m@school.example", role="student", device="phone"
            )
        )
        kept["seal"] = JwtSeal(node.secret, node.clock).sign("player", {"id": "p1"})
        kept["badge"] = (await asked(node, f"{path}/badge")).text
        assert (await asked(node, path)).status_code == 200

    async def after(node: Node) -> None:
        assert node.tokens.verify_access(issued[0].access_token).user_id == office.student
        _, renewed = await node.tokens.rotate(issued[0].refresh_token)
        claims = jwt.decode(
            renewed.access_token, SECOND, ["HS256"], issuer=NEW, options={"verify_aud": False}
        )
        assert claims["sub"] == office.student
        seal = JwtSeal(node.secret, node.clock, former=node.former_secrets)
        assert seal.open("player", kept["seal"]) == {"id": "p1"}
        await look_at_addresses(node, path, kept["badge"])

    async def afterwards(node: Node) -> None:
        with pytest.raises(AuthenticationError):
            node.tokens.verify_access(issued[0].access_token)
        await look_at_addresses(node, path, kept["badge"])

    replace = msgspec.structs.replace
    await while_running(replace(settings, public_url=OLD, secret=FIRST), before)
    moved = replace(settings, public_url=NEW, secret=SECOND, secret_previous=(FIRST,))
    await while_running(moved, after)
    await while_running(replace(moved, secret_previous=()), afterwards)


async def asked(node: Node, path: str, host: str = "") -> httpx.Response:
    url = f"http://127.0.0.1:{node.port}{path}"
    async with httpx.AsyncClient() as client:
        return await client.get(url, headers={"host": host} if host else {})


async def look_at_addresses(node: Node, path: str, badge: str) -> None:
    """What somebody finds who has a printed certificate and a badge of the old address."""
    answer = await asked(node, path, "old.example")
    assert (answer.status_code, answer.headers["location"]) == (302, NEW + path)
    assert (await asked(node, path, "new.example")).status_code == 200
    query = "query($n: String!) { verifyCertificate(certificateId: $n) { verificationUrl pdfUrl } }"
    body = {"query": query, "variables": {"n": path.rpartition("/")[2]}}
    async with httpx.AsyncClient() as client:
        read = await client.post(f"http://127.0.0.1:{node.port}/graphql", json=body)
    assert read.json()["data"]["verifyCertificate"] == {
        "verificationUrl": NEW + path,
        "pdfUrl": f"{NEW}{path}.pdf",
    }
    kid = jwt.get_unverified_header(badge)["kid"]
    assert kid.startswith(f"{OLD}/issuer/key")
    key = (await asked(node, kid.removeprefix(OLD), "old.example")).json()
    assert key["kid"] == kid
    claims = jwt.decode(badge, jwt.PyJWK(key).key, algorithms=["EdDSA"])
    profile = (await asked(node, "/issuer", "old.example")).json()
    assert claims["iss"] == profile["id"] == f"{OLD}/issuer"
    listed = (await asked(node, "/.well-known/jwks.json", "new.example")).json()["keys"]
    assert kid in [each["kid"] for each in listed]
    fresh = (await asked(node, f"{path}/badge", "new.example")).text
    assert jwt.get_unverified_header(fresh)["kid"].startswith(f"{NEW}/issuer/key")
