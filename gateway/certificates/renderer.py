"""The PDFs of certificates, made in a thread; the libraries for it are loaded with the first."""

from __future__ import annotations

import trio

from protocol.certificates import CertificateView
from protocol.errors import Overloaded

MAX_WAITING = 200


class PdfRenderer:
    """Implements `protocol.certificates.CertificatePdf`, one at a time in a thread."""

    def __init__(self) -> None:
        self._thread = trio.CapacityLimiter(1)

    async def render(self, view: CertificateView) -> bytes:
        """Make the PDF in the thread. Raises `Overloaded` while many wait."""
        if self._thread.statistics().tasks_waiting >= MAX_WAITING:
            raise Overloaded("certificates")
        return await trio.to_thread.run_sync(_render, view, limiter=self._thread)


def _render(view: CertificateView) -> bytes:
    from gateway.certificates import pdf

    return pdf.render(view)
