"""What each Engine.IO packet may do on which transport."""

from __future__ import annotations

import pytest

from gateway.engineio.errors import Malformed
from gateway.engineio.machine import Step, Transport, engine_step


@pytest.mark.parametrize("transport", list(Transport))
@pytest.mark.parametrize("packet", [b"", b"0", b"1", b"2", b"2probe", b"3", b"4", b"5", b"6", b"7"])
def test_engine_packets_have_their_place(transport: Transport, packet: bytes) -> None:
    usual = {b"1": Step.CLOSE, b"3": Step.PONG, b"4": Step.MESSAGE, b"6": Step.IGNORE}
    probe = {b"2probe": Step.ANSWER_PROBE, b"5": Step.UPGRADE}
    expected = (probe if transport is Transport.PROBE else usual).get(packet)
    if expected is None:
        with pytest.raises(Malformed):
            engine_step(transport, packet)
    else:
        assert engine_step(transport, packet) is expected
