"""Renders certificates: the handler of their jobs.

At least once, with the same result: a certificate's file has one name and one content.
"""

from __future__ import annotations

import structlog
import trio

from protocol.certificates import CertificatePdf, pdf_key
from protocol.errors import StoaError
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.certificates import CertificateRecords
from supervisors.running_job import RunningJob

TIDY_SECONDS = 2.0
"""What an attempt that is broken off takes to see that it leaves no file of somebody erased."""

log = structlog.get_logger()


class CertificateRenderer:
    """Handles `protocol.certificates.RENDER_CERTIFICATE`."""

    def __init__(
        self, records: CertificateRecords, pdf: CertificatePdf, objects: Objects, clock: Clock
    ) -> None:
        self._records = records
        self._pdf = pdf
        self._objects = objects
        self._clock = clock

    async def render(self, job: RunningJob) -> None:
        """Make the PDF, keep it, have the student told. One that is gone needs nothing."""
        view = await self._records.to_render(job.payload.number)
        if view is None:
            return
        pdf = await self._pdf.render(view)
        try:
            await self._objects.put(pdf_key(view.number), pdf, "application/pdf")
            kept = await self._records.rendered(view.number, self._clock.now())
        except BaseException:
            # With an erased account its job is lost, too, and this attempt cancelled.
            with trio.move_on_after(TIDY_SECONDS, shield=True):
                await self._tidy(view.number)
            raise
        if not kept:
            # Erased while it was rendered: the file came too late to go with it.
            await self._objects.delete(pdf_key(view.number))

    async def _tidy(self, number: str) -> None:
        try:
            if not await self._records.exists(number):
                await self._objects.delete(pdf_key(number))
        except StoaError as error:
            log.warning("certificate.not_tidied", number=number, code=error.code)
