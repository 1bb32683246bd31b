"""Rendering of certificates: the handler of their jobs.

It may run more than once with the same result: a certificate's file has one name and one content.
"""

from __future__ import annotations

import structlog
import trio

from protocol.certificates import CertificatePdf, CertificateView, pdf_key
from protocol.errors import StoaError
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.certificates import CertificateRecords
from supervisors.running_job import RunningJob

TIDY_SECONDS = 2.0
"""Seconds that a cancelled attempt takes to make sure that it leaves no file of an erased user."""

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
        """Make the PDF, store it, and have the student e-mailed.

        Does nothing for a certificate that is gone.
        """
        again = job.payload.again
        view = await self._records.to_render(job.payload.number, again=again)
        if view is None:
            return
        if again:
            log.warning("certificate.pdf_missing", number=view.number)
        pdf = await self._pdf.render(view)
        try:
            await self._objects.put(pdf_key(view.number, view.issue), pdf, "application/pdf")
            kept = await self._records.rendered(view.number, view.issue, self._clock.now())
        except BaseException:
            # With an erased account its job is lost, too, and this attempt cancelled.
            with trio.move_on_after(TIDY_SECONDS, shield=True):
                await self._tidy(view)
            raise
        if not kept:
            # The certificate was erased while it was rendered, so the file must be removed here.
            await self._objects.delete(pdf_key(view.number, view.issue))

    async def _tidy(self, view: CertificateView) -> None:
        try:
            if not await self._records.exists(view.number, view.issue):
                await self._objects.delete(pdf_key(view.number, view.issue))
        except StoaError as error:
            log.warning("certificate.not_tidied", number=view.number, code=error.code)
