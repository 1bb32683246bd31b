"""The kernel's own measure of a TCP connection's round trip.

Linux times every acknowledgement, the handshake's included, and keeps the minimum of the last five
minutes (`net.ipv4.tcp_min_rtt_wlen`). Acknowledgements are sent by the peer's kernel, so neither a
page nor a program without a kernel of its own can hold them back, and Linux leaves out those that
may have been delayed to save packets. Only the peer of the TCP connection is measured: behind a
proxy, that is the proxy.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import Final

MIN_RTT_OFFSET: Final = 148
"""Of `tcpi_min_rtt` in `struct tcp_info` (linux/tcp.h), which only ever grows at its end: 8 bytes,
24 fields of 4 bytes, 4 of 8, 3 of 4 (`tcpi_segs_out`, `tcpi_segs_in`, `tcpi_notsent_bytes`)."""
_END: Final = MIN_RTT_OFFSET + 4
_NOT_MEASURED: Final = 0xFFFF_FFFF
_field = struct.Struct("=I").unpack_from
_OPTION: Final = getattr(socket, "TCP_INFO", None) if sys.platform == "linux" else None


def min_round_trip_ms(sock: socket.socket) -> float | None:
    """The smallest round trip of the connection in milliseconds.

    None where the kernel cannot tell: not Linux, one before 4.6, no TCP, or nothing measured.
    """
    if _OPTION is None:
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, _OPTION, _END)
    except OSError:
        return None
    if len(info) < _END:
        return None
    (microseconds,) = _field(info, MIN_RTT_OFFSET)
    return None if microseconds == _NOT_MEASURED else microseconds / 1000
