"""Prints the certificates that were issued: makes the PDF, keeps it, has the student written to.

At least once, with the same result: a certificate's file has one name and one content.
"""

from __future__ import annotations

import structlog
import trio

from protocol.certificates import CertificatePrinter, CertificateView, pdf_key
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.certificates import CertificateRecords
from supervisors.polling import poll

BATCH = 10
LEASE_MS = 2 * 60_000
"""After that a certificate that could not be printed is tried again."""
IDLE_SECONDS = 1.0
FAULT_SECONDS = 5.0

log = structlog.get_logger()


class CertificateRenderer:
    """One worker; several may run."""

    def __init__(
        self,
        records: CertificateRecords,
        printer: CertificatePrinter,
        objects: Objects,
        clock: Clock,
    ) -> None:
        self._records = records
        self._printer = printer
        self._objects = objects
        self._clock = clock
        self.printed = 0
        self.failed = 0

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """Numbers for the metrics."""
        return {"printed": self.printed, "failed": self.failed}

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Print until cancelled."""
        await poll(
            self.print_once,
            idle_seconds=IDLE_SECONDS,
            fault_seconds=FAULT_SECONDS,
            trouble="certificates cannot be read",
            task_status=task_status,
        )

    async def print_once(self) -> int:
        """Print what is due. Returns how many there were."""
        now = self._clock.now()
        due = await self._records.claim_unprinted(limit=BATCH, lease_ms=LEASE_MS, now=now)
        for view in due:
            await self._print(view)
        return len(due)

    async def _print(self, view: CertificateView) -> None:
        """What fails is left for the next time; the others do not wait for it."""
        try:
            pdf = await self._printer.print(view)
            await self._objects.put(pdf_key(view.number), pdf, "application/pdf")
            await self._records.printed(view.number, self._clock.now())
        except Exception:
            self.failed += 1
            log.exception("certificate not printed", number=view.number)
        else:
            self.printed += 1
