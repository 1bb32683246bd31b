"""Request ids and traces of callers: taken where they are well formed, made anew else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.tracing import (
    CURRENT,
    MAX_REQUEST_ID,
    Trace,
    current_request_id,
    known_trace,
    request_id_of,
    traceparent_of,
)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
HEX = st.text("0123456789abcdef")


def hexadecimal(digits: int) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=digits, max_size=digits)


@pytest.mark.parametrize("text", [b"r-1", b"a" * MAX_REQUEST_ID, b"req:1/2+x=@_.", b"7"])
def test_a_well_formed_id_is_taken(text: bytes) -> None:
    assert request_id_of(text) == text.decode()


@pytest.mark.parametrize(
    "text", [None, b"", b"a" * (MAX_REQUEST_ID + 1), b"a b", b"a\tb", b'a"b', b"\xc3\xa9", b"<x>"]
)
def test_any_other_is_not(text: bytes | None) -> None:
    assert request_id_of(text) is None


@given(st.binary(max_size=100))
def test_whatever_is_taken_can_stand_in_a_header_and_in_a_line(text: bytes) -> None:
    taken = request_id_of(text)
    if taken is not None:
        assert re.fullmatch(r"[!-~]{1,64}", taken)
        assert not set(taken) & set("\"\\'<>,;")


def test_the_callers_trace_goes_on_with_a_place_of_our_own() -> None:
    place = traceparent_of(f"00-{TRACE}-{PARENT}-01".encode())
    assert place.trace_id == TRACE
    version, trace, span, flags = place.header().decode().split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert re.fullmatch("[0-9a-f]{16}", span)
    assert span != PARENT


@pytest.mark.parametrize(
    "text",
    [
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE}-{PARENT}",
        f" 00-{TRACE}-{PARENT}-01",
        f"01-{TRACE}-{PARENT}-01-" + "x" * 1000,
        "",
        "nonsense",
    ],
)
def test_a_malformed_trace_is_begun_anew(text: str) -> None:
    first, second = traceparent_of(text.encode()), traceparent_of(text.encode())
    assert first.trace_id not in (TRACE, second.trace_id)
    assert known_trace(text.encode()) is None


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    for text in (f"cc-{TRACE}-{PARENT}-03-what-the-future-holds", f"01-{TRACE}-{PARENT}-03"):
        place = traceparent_of(text.encode())
        assert (place.trace_id, place.flags) == (TRACE, "01")


@given(hexadecimal(32), hexadecimal(16), hexadecimal(2))
def test_what_we_send_is_what_we_would_take(trace: str, parent: str, flags: str) -> None:
    place = traceparent_of(f"00-{trace}-{parent}-{flags}".encode())
    assert traceparent_of(place.header()) == place
    if trace.strip("0") and parent.strip("0"):
        assert place.trace_id == trace
        assert place.flags == ("01" if int(flags, 16) % 2 else "00")


def test_the_id_of_what_is_being_worked_for_is_short() -> None:
    assert current_request_id() is None
    before = CURRENT.set(Trace("r" * 100))
    assert current_request_id() == "r" * MAX_REQUEST_ID
    CURRENT.reset(before)
