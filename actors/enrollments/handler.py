"""The enrollments handler: `Address("enrollments", "")`. It keeps no state between commands."""

from __future__ import annotations

from uuid import UUID

from actors.dispatch import Dispatch, Step
from actors.enrollments import machine
from actors.enrollments.invitations import Invitations
from protocol.access import Seal
from protocol.enrollments import (
    EnrollInCourse,
    GrantEnrollment,
    ReadmitStudent,
    RecordQuizResult,
    RemoveStudent,
    SetAccommodation,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.enrollments.invitations import (
    CreateEnrollmentLink,
    EnrollByLink,
    InviteStudents,
    RemoveInvitation,
    RevokeEnrollmentLink,
)
from protocol.envelope import Message
from protocol.errors import NotFoundError
from protocol.idempotency import Once, once
from protocol.lifecycle import Done
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.enrollments import EnrollmentRecords, InvitationRecords, NewEnrollment


class EnrollmentsHandler:
    """Enrols, withdraws, removes and readmits students, and records progress.

    How they are brought into courses is in `Invitations`. `private`: nothing tells whether an
    address is registered; `seal` seals what invites an address.
    """

    kind = "enrollments"

    def __init__(
        self,
        *,
        records: EnrollmentRecords,
        invitations: InvitationRecords,
        seal: Seal,
        clock: Clock,
        random: RandomBytes,
        private: bool = False,
    ) -> None:
        self._records = records
        self._clock = clock
        self._random = random
        inviting = Invitations(
            records=invitations, seal=seal, clock=clock, random=random, private=private
        )
        self._dispatch: Dispatch[Step] = Dispatch(
            self.kind,
            {
                EnrollInCourse: self._enroll,
                GrantEnrollment: self._grant,
                WithdrawEnrollment: self._withdraw,
                RemoveStudent: self._remove,
                ReadmitStudent: self._readmit,
                SetAccommodation: self._accommodate,
                UpdateLessonProgress: self._advance,
                RecordQuizResult: self._record_quiz,
                CreateEnrollmentLink: inviting.create_link,
                RevokeEnrollmentLink: inviting.revoke_link,
                EnrollByLink: inviting.enroll,
                InviteStudents: inviting.invite,
                RemoveInvitation: inviting.remove,
            },
        )

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _enroll(self, command: EnrollInCourse) -> Message:
        new = self._enrollment(command.by, command.course_id, tried=once(command))
        return await self._records.enroll(new, machine.enrolling(command))

    async def _grant(self, command: GrantEnrollment) -> Message:
        new = self._enrollment(command.student_id, command.course_id, command.payment_id)
        rule = machine.enrollable(command.student_id, paid=True)
        return await self._records.enroll(new, rule)

    async def _withdraw(self, command: WithdrawEnrollment) -> Message:
        reason = machine.withdrawal_reason(command)
        rule = machine.withdrawable(command.by, command.by_role)
        at = self._clock.now()
        return await self._records.withdraw(command.enrollment_id, reason, at, rule)

    async def _remove(self, command: RemoveStudent) -> Message:
        rule = machine.removable(command.by, command.by_role)
        return await self._records.remove(machine.removal(command), self._clock.now(), rule)

    async def _readmit(self, command: ReadmitStudent) -> Message:
        rule = machine.readmissible(command.by, command.by_role)
        return await self._records.readmit(command, self._clock.now(), rule)

    async def _accommodate(self, command: SetAccommodation) -> Message:
        rule = machine.accommodating(command.by, command.by_role)
        wanted = machine.extra_time(command)
        return await self._records.accommodate(wanted, self._clock.now(), rule)

    async def _record_quiz(self, command: RecordQuizResult) -> Message:
        try:
            return await self._records.record_quiz(command, self._clock.now())
        except NotFoundError:  # the student or the lesson has left the course since
            return Done()

    async def _advance(self, command: UpdateLessonProgress) -> Message:
        return await self._records.advance(
            command.enrollment_id,
            command.lesson_id,
            machine.progress_seconds(command),
            self._clock.now(),
            machine.advancing(command),
            once(command),
        )

    def _enrollment(
        self,
        student_id: str,
        course_id: str,
        payment_id: str | None = None,
        tried: Once | None = None,
    ) -> NewEnrollment:
        return NewEnrollment(
            id=str(UUID(bytes=self._random(16), version=4)),
            student_id=student_id,
            course_id=course_id,
            payment_id=payment_id,
            at=self._clock.now(),
            once=tried,
        )
