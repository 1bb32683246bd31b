"""Heads of answers, whether their headers are encoded each time or ahead."""

from __future__ import annotations

import pytest

from gateway.front.response import Headers, PreparedHeaders, ResponseEncoder

NOW = 1_700_000_000_000
PLAIN = ((b"content-type", b"text/plain"), (b"cache-control", b"no-store"))


def head(headers: Headers) -> bytes:
    return ResponseEncoder().head(200, headers, request_id=b"req_1", now=NOW, close=False)


def test_prepared_headers_make_the_same_head() -> None:
    prepared = PreparedHeaders(PLAIN)
    assert head(prepared) == head(PLAIN)
    assert head((*prepared, (b"x", b"y"))) == head((*PLAIN, (b"x", b"y")))


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\nb", b"a\rb"])
def test_a_line_break_is_refused_either_way(value: bytes) -> None:
    with pytest.raises(ValueError, match="line break"):
        PreparedHeaders(((b"a", value),))
    with pytest.raises(ValueError, match="line break"):
        head(((b"a", value),))
