"""A line of the log for a GraphQL request that was refused before anything of it was done."""

from __future__ import annotations

from gateway.front.request import Request
from gateway.graphql.errors import RequestError


def note_refusal(request: Request, error: RequestError) -> None:
    """Write it. Only the code: a message repeats what the client sent, which may be personal."""
    request.front.client_errors.say(
        "graphql.request_refused",
        reason=str(error.errors[0]["extensions"]["code"]),
        request_id=request.request_id,
        remote=request.remote,
    )
