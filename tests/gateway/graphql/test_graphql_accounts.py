"""Accounts over GraphQL: what the handler is told of the client."""

from __future__ import annotations

from structlog.testing import capture_logs

from protocol.errors import RateLimited, StorageUnavailable
from protocol.users import Login, Register
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
