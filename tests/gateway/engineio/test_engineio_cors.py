"""Pages of other sites that poll."""

from __future__ import annotations

import json

from gateway.socketio.settings import Settings
from tests.gateway.socketio.suite import suite
from tests.gateway.socketio.wires import HttpWire, Polling, Web

FRIEND = "https://friend.example"


FRIENDLY = Settings(burst_pings=0, allowed_origins=(FRIEND,))


async def test_a_friendly_page_may_ask_read_and_send_cookies() -> None:
    async with suite(FRIENDLY) as port, await HttpWire.open(port) as wire:
        asked = {"access_control_request_method": "POST", "access_control_request_headers": "x-a"}
        preflight = await wire.ask("OPTIONS", "EIO=4", b"", Origin=FRIEND, **asked)
        assert preflight.status == 204
        assert preflight.headers[b"access-control-allow-methods"] == b"GET, POST, OPTIONS"
        assert preflight.headers[b"access-control-allow-headers"] == b"x-a"
        opened = await wire.ask("GET", "EIO=4&transport=polling", Origin=FRIEND)
        query = f"EIO=4&transport=polling&sid={json.loads(opened.body[1:])['sid']}"
        posted = await wire.ask("POST", query, b"40", Origin=FRIEND)
        polled = await wire.ask("GET", query, Origin=FRIEND)
        unknown = await wire.ask("GET", query + "x", Origin=FRIEND)
        for answer in (preflight, opened, posted, polled, unknown):
            assert answer.headers[b"access-control-allow-origin"] == FRIEND.encode()
            assert answer.headers[b"access-control-allow-credentials"] == b"true"
            assert answer.headers[b"vary"] == b"Origin"
            assert answer.headers[b"cache-control"] == b"no-store"
        statuses = [answer.status for answer in (opened, posted, polled, unknown)]
        assert statuses == [200, 200, 200, 400]


async def test_a_strange_page_gets_nothing_by_polling_by_websocket_or_by_preflight() -> None:
    async with suite(FRIENDLY) as port, await HttpWire.open(port) as wire:
        evil = "https://evil.example"
        opened = await wire.ask("GET", "EIO=4&transport=polling", Origin=evil)
        assert (opened.status, json.loads(opened.body)["code"]) == (403, 4)
        preflight = await wire.ask("OPTIONS", "EIO=4", Origin=evil)
        for answer in (opened, preflight):
            assert not [name for name in answer.headers if name.startswith(b"access-control")]
        async with await Web.attempt(port, Origin=evil) as refused:
            assert refused.status == 403
        async with await Web.attempt(port, Origin=FRIEND) as taken:
            assert taken.status == 101


async def test_a_strange_page_cannot_use_the_session_of_another() -> None:
    async with suite(FRIENDLY) as port, await Polling.open(port) as client:
        async with await HttpWire.open(port) as wire:
            for method in ("GET", "POST"):
                answer = await wire.ask(method, client.query, Origin="https://evil.example")
                assert answer.status == 403
        query = f"EIO=4&transport=websocket&sid={client.sid}"
        async with await Web.attempt(port, query, Origin="https://evil.example") as refused:
            assert refused.status == 403
        await client.enter()
