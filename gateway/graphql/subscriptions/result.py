"""A payload on its way to the members of a group, in the form of each transport."""

from __future__ import annotations

from gateway.fanout import Publication
from gateway.front.frames import encode_text

KEPT = 8
"""Frames kept of one result. Clients that number their operations share one. Those with random ids
do not, so keeping all frames would help nobody."""


class Result(Publication):
    """An execution result as JSON. It keeps the number of the publication it was made from."""

    __slots__ = ("_event", "_frames", "body")

    def __init__(self, of: Publication, body: bytes) -> None:
        super().__init__(of.event, of.data)
        self.number = of.number
        self.body = body
        self._frames: dict[bytes, bytes] = {}
        self._event: bytes | None = None

    @property
    def frame(self) -> bytes:
        """Empty: a result is always sent with the head of a subscription."""
        return b""

    def framed(self, head: bytes) -> bytes:
        """The WebSocket frame of `head`, the result and `}`."""
        frame = self._frames.get(head)
        if frame is None:
            frame = encode_text(b"%b%b}" % (head, self.body))
            if len(self._frames) < KEPT:
                self._frames[head] = frame
        return frame

    @property
    def streamed(self) -> bytes:
        """The server-sent event."""
        if self._event is None:
            self._event = next_event(self.body)
        return self._event


def next_event(body: bytes) -> bytes:
    """An execution result as a server-sent event; a line feed in it begins another line of data."""
    return b"event: next\ndata: %b\n\n" % body.replace(b"\n", b"\ndata: ")
