"""Bodies of long-polling: many packets in one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engineio.errors import Malformed
from gateway.engineio.payloads import Attachment, decode_payload, encode_payload

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

payload_packets = st.lists(
    st.builds(Attachment, st.binary(max_size=20))
    | text.map(lambda rest: ("4" + rest.replace("\x1e", "")).encode()),
    min_size=1,
    max_size=30,
)


@given(payload_packets)
def test_payloads_come_back_as_they_were(batch: list[bytes]) -> None:
    read = decode_payload(encode_payload(batch))
    assert read == batch
    assert [type(packet) for packet in read] == [type(packet) for packet in batch]


@pytest.mark.parametrize(
    "body", [b"", b"4a\x1e", b"bA", b"b*AAA", b"4\xff", b"\x1e".join([b"6"] * 300)]
)
def test_a_malformed_payload_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode_payload(body)
