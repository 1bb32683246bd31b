"""Who is let in, with which of the numbered errors, from which origins."""

from __future__ import annotations

import pytest

from gateway.front.routes import Refusal
from gateway.socketio.settings import Settings
from tests.gateway.socketio.fakes import (
    FakeFront,
    error_of,
    open_polling,
)


@pytest.mark.parametrize(
    ("method", "query", "expected"),
    [
        ("GET", "EIO=4", (400, 0)),
        ("GET", "EIO=4&transport=carrier-pigeon", (400, 0)),
        ("GET", "EIO=4&transport=polling&sid=unknown", (400, 1)),
        ("POST", "EIO=4&transport=polling", (400, 2)),
        ("PUT", "EIO=4&transport=polling", (400, 2)),
        ("GET", "EIO=4&transport=websocket", (400, 3)),
        ("GET", "transport=polling", (400, 5)),
        ("GET", "EIO=3&transport=polling", (400, 5)),
    ],
)
def test_a_wrong_request_gets_its_numbered_error(
    method: str, query: str, expected: tuple[int, int]
) -> None:
    assert error_of(FakeFront().request(method, query)) == expected


def test_the_transport_of_a_session_is_asked_for() -> None:
    front = FakeFront()
    front.websocket()
    (sid,) = front.server.engine.sessions
    assert error_of(front.get(sid)) == (400, 3)
    polling = open_polling(front)
    assert error_of(front.request("GET", f"transport=websocket&sid={polling}")) == (400, 3)
    assert error_of(front.request("DELETE", f"transport=polling&sid={polling}")) == (400, 3)
    refused = front.handshake(f"transport=polling&sid={polling}")
    assert isinstance(refused, Refusal)
    assert refused.status == 400


@pytest.mark.parametrize(
    ("origin", "allowed", "status"),
    [
        (b"https://stoa.example", (), 200),
        (b"https://evil.example", (), 403),
        (b"https://evil.example", ("https://friend.example",), 403),
        (b"https://friend.example", ("https://friend.example",), 200),
        (b"https://anyone.example", ("*",), 200),
        (b"null", (), 403),
        (b"http://[", (), 403),
        (b"http://[::1", (), 403),
    ],
)
def test_origins_are_checked_on_both_transports(
    origin: bytes, allowed: tuple[str, ...], status: int
) -> None:
    front = FakeFront(Settings(allowed_origins=allowed))
    polled = front.request("GET", "EIO=4&transport=polling", origin=origin, host=b"stoa.example")
    assert polled.status == status
    assert polled.answer is not None
    assert polled.answer[1].get(b"access-control-allow-origin") == (
        origin if status == 200 else None
    )
    credentials = polled.answer[1].get(b"access-control-allow-credentials")
    assert (credentials == b"true") is (status == 200 and allowed != ("*",))
    answer = front.handshake("EIO=4&transport=websocket", origin=origin, host=b"stoa.example")
    assert isinstance(answer, Refusal) is (status == 403)


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        (b"https://stoa.example", b"stoa.example", 200),
        (b"https://stoa.example", b"behind-the-proxy:8000", 200),
        (b"http://rebound.example:8000", b"rebound.example:8000", 403),
        (b"http://localhost:8000", b"localhost:8000", 200),
        (b"http://192.0.2.7:8000", b"192.0.2.7:8000", 200),
        (b"http://[2001:db8::1]:8000", b"[2001:db8::1]:8000", 200),
        (b"http://192.0.2.7:8000", b"192.0.2.8:8000", 403),
    ],
)
def test_where_the_public_address_is_known_a_rebound_name_is_refused(
    origin: bytes, host: bytes, status: int
) -> None:
    front = FakeFront(Settings(allowed_origins=("https://stoa.example",), same_host_allowed=False))
    polled = front.request("GET", "EIO=4&transport=polling", origin=origin, host=host)
    assert polled.status == status
    answer = front.handshake("EIO=4&transport=websocket", origin=origin, host=host)
    assert isinstance(answer, Refusal) is (status == 403)


def test_sessions_that_poll_are_bounded_by_address_and_counted_back() -> None:
    front = FakeFront(Settings(max_polling_per_address=2, burst_pings=0))
    first, second = open_polling(front), open_polling(front)
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (429, 3)
    front.websocket()  # not for WebSockets
    connection = front.websocket(f"EIO=4&transport=websocket&sid={first}")
    connection.say("2probe")
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (429, 3)
    connection.say("5")
    open_polling(front)
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (429, 3)
    front.post(second, b"1")
    open_polling(front)
    front.pass_time(50)
    assert not front.server.engine._polling_from
    assert not front.server.engine._polling


def test_a_preflight_allows_what_the_origin_may() -> None:
    front = FakeFront(Settings(allowed_origins=("https://friend.example",)))
    answer = front.request("OPTIONS", "", origin=b"https://friend.example").answer
    assert answer is not None
    assert answer[0] == 204
    assert answer[1][b"access-control-allow-methods"] == b"GET, POST, OPTIONS"
    answer = front.request("OPTIONS", "", origin=b"https://evil.example").answer
    assert answer is not None
    assert b"access-control-allow-methods" not in answer[1]


def test_sessions_are_bounded() -> None:
    front = FakeFront(Settings(max_sessions=2))
    open_polling(front)
    front.websocket()
    assert error_of(front.request("GET", "EIO=4&transport=polling")) == (503, 3)
    assert front.handshake("EIO=4&transport=websocket").status == 503
