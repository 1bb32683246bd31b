"""The certificates handler: `Address("certificates", "")`. It keeps no state between commands."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from actors.certificates import machine
from actors.dispatch import Dispatch, Step
from protocol.certificates import (
    CertificateIssued,
    CertificateReinstated,
    CertificateReissued,
    CertificateRevoked,
    CertificateView,
    IssueCertificate,
    ReinstateCertificate,
    ReissueCertificate,
    RemoveCertificateFiles,
    RenderMissingCertificate,
    RevokeCertificate,
    pdf_key,
)
from protocol.envelope import Message
from protocol.lifecycle import Done
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.certificates import CertificateRecords, NewCertificate
from protocol.records.common import RandomBytes


class CertificatesHandler:
    """Issues, revokes and corrects certificates.

    `site` is where browsers reach this installation.
    """

    kind = "certificates"

    def __init__(
        self,
        *,
        records: CertificateRecords,
        objects: Objects,
        clock: Clock,
        random: RandomBytes,
        site: Callable[[], str],
    ) -> None:
        self._records = records
        self._objects = objects
        self._clock = clock
        self._random = random
        self._site = site
        self._dispatch: Dispatch[Step] = Dispatch(
            self.kind,
            {
                IssueCertificate: self._issue,
                RevokeCertificate: self._revoke,
                ReinstateCertificate: self._reinstate,
                ReissueCertificate: self._reissue,
                RemoveCertificateFiles: self._remove_files,
                RenderMissingCertificate: self._render_missing,
            },
        )

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _issue(self, command: IssueCertificate) -> CertificateIssued:
        enrollment = await self._records.completed(command.enrollment_id, command.outlived)
        machine.check_completed(enrollment.status)
        if enrollment.issued is not None:
            return enrollment.issued
        number = machine.number(enrollment.id)
        view = CertificateView(
            number=number,
            student_name=enrollment.student_name,
            course_title=enrollment.course_title,
            instructor_name=enrollment.instructor_name,
            completed_at=enrollment.completed_at,
            verification_url=f"{self._site()}/certificates/{number}",
            time_zone=enrollment.time_zone,
        )
        new = NewCertificate(
            id=str(UUID(bytes=self._random(16), version=4)),
            enrollment_id=enrollment.id,
            view=view,
            at=self._clock.now(),
            outlived=command.outlived,
        )
        return await self._records.issue(new, machine.check_completed)

    async def _revoke(self, command: RevokeCertificate) -> CertificateRevoked:
        reason = machine.reason(command)
        rule = machine.revocable(command.by, command.by_role)
        at = self._clock.now()
        return await self._records.revoke(command.number, command.by, reason, at, rule)

    async def _reinstate(self, command: ReinstateCertificate) -> CertificateReinstated:
        reason = machine.reason(command)
        rule = machine.reinstatable(command.by, command.by_role)
        at = self._clock.now()
        return await self._records.reinstate(command.number, command.by, reason, at, rule)

    async def _reissue(self, command: ReissueCertificate) -> CertificateReissued:
        correction = machine.correction(command, self._clock.now())
        rule = machine.reissuable(command.by, command.by_role)
        return await self._records.reissue(correction, rule)

    async def _render_missing(self, command: RenderMissingCertificate) -> Done:
        await self._records.render_again(command.number, self._clock.now())
        return Done()

    async def _remove_files(self, command: RemoveCertificateFiles) -> Done:
        for key in (*map(pdf_key, command.numbers), *command.keys):
            await self._objects.delete(key)
        return Done()
