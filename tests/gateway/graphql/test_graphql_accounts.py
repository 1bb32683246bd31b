"""Accounts over GraphQL: what the handler is told of the client."""

from __future__ import annotations

from protocol.errors import RateLimited
from protocol.users import Register
from tests.gateway.graphql.harness import Service


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
