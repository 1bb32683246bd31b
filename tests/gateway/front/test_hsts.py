"""Where browsers reach the front over TLS, every answer tells them to stay with it."""

from __future__ import annotations

from typing import cast

import pytest

from gateway.front.asgi import AsgiApp
from gateway.front.limits import Limits
from tests.gateway.front.harness import HANDSHAKE, serving, standard_routes
from tests.gateway.front.test_asgi import make_app

HEADER = b"\r\nStrict-Transport-Security: max-age=31536000\r\n"
REQUESTS = {
    "a hot route": b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n",
    "an answer without a body": b"POST /tiny HTTP/1.1\r\nHost: stoa\r\nContent-Length: 0\r\n\r\n",
    "the application": b"GET /greeting/x HTTP/1.1\r\nHost: stoa\r\n\r\n",
    "nothing there": b"GET /nowhere HTTP/1.1\r\nHost: stoa\r\n\r\n",
    "a failure": b"GET /broken HTTP/1.1\r\nHost: stoa\r\n\r\n",
    "another method": b"PUT /hello HTTP/1.1\r\nHost: stoa\r\nContent-Length: 0\r\n\r\n",
    "a body past its bound": b"POST /tiny HTTP/1.1\r\nHost: stoa\r\nContent-Length: 99\r\n\r\n",
    "no HTTP": b"nonsense\r\n\r\n",
    "a WebSocket": HANDSHAKE,
    "a refused WebSocket": HANDSHAKE.replace(b"Version: 13", b"Version: 8"),
}


@pytest.mark.parametrize("announces_tls", [True, False])
@pytest.mark.parametrize("request_bytes", REQUESTS.values(), ids=REQUESTS)
async def test_browsers_stay_with_tls_where_it_is_announced(
    request_bytes: bytes, announces_tls: bool
) -> None:
    app, _ = make_app()
    async with (
        serving(
            asgi=cast(AsgiApp, app), routes=standard_routes([]), announces_tls=announces_tls
        ) as harness,
        await harness.connect() as wire,
    ):
        await wire.send(request_bytes)
        assert (await wire.receive()).count(HEADER) == announces_tls


@pytest.mark.parametrize("limits", [Limits(connections=0), Limits(connections_per_address=0)])
async def test_a_connection_too_many_is_told_so_too(limits: Limits) -> None:
    async with serving(limits, announces_tls=True) as harness, await harness.connect() as wire:
        assert HEADER in await wire.receive()
