"""QR codes of join addresses, as SVG.

Making one takes tens of milliseconds of Python, so it is done in a thread, one at a time, and
recent ones are cached: a whole class requests the same one.
"""

from __future__ import annotations

import io

import segno
import trio

from protocol.bounded import LeastRecentlyUsed
from protocol.errors import Overloaded, ValidationError
from protocol.validation import Rule

MAX_QR_BYTES = 200
"""Bytes of UTF-8; an address with a PIN has about 60, and denser codes are hard to scan."""
MAX_KEPT = 64
MAX_WAITING = 32
"""Codes requested while one is made; one more is refused."""


class QrCodes:
    """Makes and caches codes."""

    def __init__(self) -> None:
        self._kept: LeastRecentlyUsed[str, bytes] = LeastRecentlyUsed(MAX_KEPT)
        self._turn = trio.Lock()
        self._thread = trio.CapacityLimiter(1)

    async def svg(self, text: str) -> bytes:
        """The code of `text`. Raises `ValidationError`, or `Overloaded` while many wait."""
        said = f"Between 1 and {MAX_QR_BYTES} bytes"
        if not text:
            raise ValidationError.of("text", Rule.REQUIRED, said)
        if len(text.encode(errors="replace")) > MAX_QR_BYTES:
            raise ValidationError.of("text", Rule.TOO_MANY_BYTES, said, max=MAX_QR_BYTES)
        made = self._kept.get(text)
        if made is not None:
            return made
        if self._turn.statistics().tasks_waiting >= MAX_WAITING:
            raise Overloaded("QR codes")
        async with self._turn:
            made = self._kept.get(text)  # it may have been made while this call waited
            if made is None:
                made = await trio.to_thread.run_sync(qr_svg, text, limiter=self._thread)
                self._kept.put(text, made)
        return made


def qr_svg(text: str) -> bytes:
    """A QR code as SVG, dark on transparent, with the quiet zone the standard asks for."""
    buffer = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(buffer, kind="svg", xmldecl=False, omitsize=True, dark="#17172b")
    return buffer.getvalue()
