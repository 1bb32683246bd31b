"""What the assessments handler does about attempts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from actors.assessments.attempts import rules
from actors.assessments.attempts.access_steps import AccessSteps
from actors.assessments.attempts.drawing import drawings
from actors.assessments.attempts.shapes import shape_of
from actors.assessments.attempts.taking import taken_quiz
from actors.dispatch import Step
from protocol.assessments.attempts.commands import (
    KIND,
    AccommodateAttempt,
    BeginAttempt,
    DiscardAttempt,
    EndAttempt,
    ExtendAttempt,
    NoteActivity,
    ReopenAttempt,
    SaveAnswer,
    SubmitAttempt,
    VetoCredit,
    ViewAttempt,
)
from protocol.assessments.attempts.progress import WATCH, NameStudent
from protocol.assessments.attempts.receipts import answer_receipt, submission_receipt
from protocol.assessments.attempts.requests import (
    MAX_MINUTES_MORE,
    AccommodateStudent,
    AttemptChanged,
    DiscardSubmission,
    EndByTeacher,
    GiveTime,
    GradeEnded,
    GradeSubmission,
    LetGoOn,
    NoteQuizActivity,
    QuizGraded,
    SaveQuizAnswer,
    StartQuizAttempt,
    SubmissionTaken,
    SubmitQuiz,
    TakeBackCredit,
    TakenQuiz,
    TakeQuiz,
)
from protocol.assessments.attempts.values import Timing
from protocol.assessments.attempts.views import AnswerSaved, AttemptHandedIn, AttemptView
from protocol.envelope import Address, Message
from protocol.errors import (
    HistoryUnreadable,
    NotFoundError,
    RefusedError,
    StoaError,
    ValidationError,
)
from protocol.ids import canonical
from protocol.lifecycle import Done
from protocol.ports import Clock, Post
from protocol.records.assessments import (
    AttemptAllotted,
    AttemptRecords,
    Marking,
    NewAttempt,
    QuizVersion,
    RunningAttempt,
)
from protocol.records.common import RandomBytes
from protocol.signing import Signer
from protocol.validation import Rule

SEED_BYTES = 8
MINUTE_MS = 60_000
MAX_VERSIONS = 32
"""Versions kept to show them again; a class takes one, and one has up to `MAX_QUIZ_BYTES`."""


class AttemptSteps:
    """The steps, by the class of the message."""

    def __init__(
        self,
        *,
        records: AttemptRecords,
        post: Post,
        clock: Clock,
        random: RandomBytes,
        new_id: Callable[[], str],
        access: AccessSteps,
        signer: Signer,
    ) -> None:
        self._records = records
        self._post = post
        self._clock = clock
        self._random = random
        self._new_id = new_id
        self._access = access
        self._signer = signer
        self._versions: OrderedDict[str, QuizVersion] = OrderedDict()
        self.by_message: Mapping[type[Message], Step] = {
            StartQuizAttempt: self._start,
            TakeQuiz: self._take,
            SaveQuizAnswer: self._save,
            NoteQuizActivity: self._note,
            SubmitQuiz: self._submit,
            GradeEnded: self._grade_ended,
            GradeSubmission: self._grade,
            GiveTime: self._give_time,
            EndByTeacher: self._end,
            LetGoOn: self._let_go_on,
            TakeBackCredit: self._take_back,
            AccommodateStudent: self._accommodate,
            DiscardSubmission: self._discard,
        }

    # --- the student ------------------------------------------------------------------------------

    async def _start(self, command: StartQuizAttempt) -> AttemptChanged:
        allotted = await self._admitted(command)
        self._keep(allotted.version)
        await self._post.ask(
            Address(KIND, allotted.submission_id), self._begin(allotted, command.by)
        )
        with suppress(StoaError):  # it has begun, whatever else can be found out now
            await self._heed(allotted, command.by)
        named = NameStudent(student_id=command.by, name=allotted.student_name)
        with suppress(StoaError):  # who watches sees the attempt without a name
            self._post.tell(Address(WATCH, command.quiz_id), named)
        return AttemptChanged(submission_id=allotted.submission_id)

    async def _admitted(self, command: StartQuizAttempt) -> AttemptAllotted:
        """The password is compared only where all else admits the student, and it is needed."""
        try:
            return await self._allotted(command)
        except RefusedError as refusal:
            if command.password is None or refusal.code != "QUIZ_PASSWORD_REQUIRED":
                raise
        proven = await self._access.prove(
            command.quiz_id, command.by, command.password, command.remote
        )
        return await self._allotted(command, proven)

    async def _allotted(
        self, command: StartQuizAttempt, proven: str | None = None
    ) -> AttemptAllotted:
        now = self._clock.now()
        attempt = NewAttempt(
            id=self._new_id(),
            version_id=self._new_id(),
            quiz_id=command.quiz_id,
            student_id=command.by,
            at=now,
        )
        rule = rules.may_begin(
            command.by, command.by_role, now, remote=command.remote, proven=proven
        )
        return await self._records.allot(attempt, rule)

    def _begin(self, allotted: AttemptAllotted, student_id: str) -> BeginAttempt:
        version = allotted.version
        settings, minutes = version.settings, version.settings.time_limit_minutes
        return BeginAttempt(
            student_id=student_id,
            quiz_id=version.quiz_id,
            course_id=allotted.course_id,
            version_id=version.id,
            number=allotted.number,
            questions=tuple(map(shape_of, version.questions)),
            seed=int.from_bytes(self._random(SEED_BYTES)),
            timing=Timing(
                limit_ms=None if minutes is None else minutes * MINUTE_MS,
                closes_at=settings.available_until,
                factor=allotted.extra_time,
                unlimited=allotted.unlimited,
            ),
            shuffle_questions=settings.randomize_questions,
            shuffle_options=settings.randomize_options,
            drawings=drawings(version.pools, version.questions),
        )

    async def _heed(self, allotted: AttemptAllotted, student_id: str) -> None:
        """What was decided about the student's time between the row and the beginning."""
        known = RunningAttempt(
            submission_id=allotted.submission_id,
            extra_time=allotted.extra_time,
            unlimited=allotted.unlimited,
        )
        for attempt in await self._records.running(allotted.course_id, student_id):
            if attempt.submission_id == known.submission_id and attempt != known:
                await self._retime(attempt)

    async def _take(self, question: TakeQuiz) -> TakenQuiz:
        await self._access.check_network(question.submission_id, question.by, question.remote)
        address = Address(KIND, question.submission_id)
        view: AttemptView = await self._post.ask(address, ViewAttempt(by=question.by))
        return taken_quiz(await self._version(view.version_id), view)

    async def _save(self, command: SaveQuizAnswer) -> Message:
        save = partial(
            SaveAnswer,
            by=command.by,
            question_id=canonical(command.question_id),
            answer=command.answer,
            answer_id=command.answer_id,
            expected_revision=command.expected_revision,
            received_at=command.received_at,
        )
        await self._access.check_network(command.submission_id, command.by, command.remote)
        saved: AnswerSaved = await self._tell("submitQuizAnswer", command, save)
        receipt = answer_receipt(self._signer, saved.submission_id, saved.kept)
        return msgspec.structs.replace(saved, receipt=receipt)

    async def _note(self, command: NoteQuizActivity) -> Message:
        place = command.question_id
        note = partial(
            NoteActivity,
            by=command.by,
            activity=command.activity,
            question_id=None if place is None else canonical(place),
        )
        done: Message = await self._tell("noteQuizActivity", command, note)
        return done

    async def _submit(self, command: SubmitQuiz) -> SubmissionTaken:
        submit = partial(
            SubmitAttempt,
            by=command.by,
            received_at=command.received_at,
            revision=command.revision,
        )
        over: AttemptHandedIn = await self._tell("submitQuiz", command, submit)
        await self._mark(over.submission_id)
        receipt = submission_receipt(self._signer, over)
        return SubmissionTaken(submission_id=over.submission_id, receipt=receipt)

    async def _grade_ended(self, command: GradeEnded) -> Message:
        try:
            return await self._mark(command.submission_id)
        except NotFoundError:  # the quiz, the course or the student has gone since
            return Done()

    async def _mark(self, submission_id: str) -> QuizGraded:
        return await self._records.mark(submission_id, self._clock.now(), rules.by_keys)

    # --- teachers ---------------------------------------------------------------------------------

    async def _grade(self, command: GradeSubmission) -> QuizGraded:
        def allowed(marking: Marking) -> None:
            rules.permitted("gradeQuizSubmission", marking.facts, command.by, command.by_role)

        rule = rules.by_person(command, allowed)
        return await self._records.mark(command.submission_id, self._clock.now(), rule)

    async def _give_time(self, command: GiveTime) -> Message:
        extra_ms = minutes_ms(command.minutes)
        extend = partial(
            ExtendAttempt, by=command.by, command_id=command.command_id, extra_ms=extra_ms
        )
        await self._tell("extendQuizAttempt", command, extend)
        return AttemptChanged(submission_id=command.submission_id)

    async def _end(self, command: EndByTeacher) -> QuizGraded:
        await self._tell("endQuizAttempt", command, partial(EndAttempt, by=command.by))
        return await self._mark(command.submission_id)

    async def _let_go_on(self, command: LetGoOn) -> Message:
        for_ms = minutes_ms(command.minutes)
        reopen = partial(ReopenAttempt, by=command.by, command_id=command.command_id, for_ms=for_ms)
        await self._tell("reopenQuizAttempt", command, reopen)
        return AttemptChanged(submission_id=command.submission_id)

    async def _take_back(self, command: TakeBackCredit) -> Message:
        veto = partial(VetoCredit, by=command.by, began=command.began)
        await self._tell("vetoOutageCredit", command, veto)
        return AttemptChanged(submission_id=command.submission_id)

    async def _tell(self, operation: str, command: Any, make: Callable[[], Message]) -> Any:
        """Tell the attempt what somebody wants of it who may. Returns its reply."""
        facts = await self._records.facts(command.submission_id)
        rules.permitted(operation, facts, command.by, command.by_role)
        return await self._post.ask(Address(KIND, facts.submission_id), make())

    # --- from inside the house --------------------------------------------------------------------

    async def _accommodate(self, command: AccommodateStudent) -> Done:
        for attempt in await self._records.running(command.course_id, command.student_id):
            # One that has not begun yet, or that operators have to mend first.
            with suppress(NotFoundError, HistoryUnreadable):
                await self._retime(attempt)
        return Done()

    async def _retime(self, attempt: RunningAttempt) -> None:
        told = AccommodateAttempt(factor=attempt.extra_time, unlimited=attempt.unlimited)
        await self._post.ask(Address(KIND, attempt.submission_id), told)

    async def _discard(self, command: DiscardSubmission) -> Done:
        try:
            await self._post.ask(Address(KIND, command.submission_id), DiscardAttempt())
        except NotFoundError:  # nothing of it can be read, so there is only the row
            await self._records.discard(command.submission_id, self._clock.now())
            await self._grade_ended(GradeEnded(submission_id=command.submission_id))
        return Done()

    # --- versions, which never change -------------------------------------------------------------

    async def _version(self, version_id: str) -> QuizVersion:
        known = self._versions.get(version_id)
        if known is None:
            known = await self._records.version(version_id)
        self._keep(known)
        return known

    def _keep(self, version: QuizVersion) -> None:
        self._versions[version.id] = version
        self._versions.move_to_end(version.id)
        if len(self._versions) > MAX_VERSIONS:
            self._versions.popitem(last=False)


def minutes_ms(minutes: int) -> int:
    """In milliseconds. Raises `ValidationError`."""
    if not 1 <= minutes <= MAX_MINUTES_MORE:
        said = f"must be from 1 to {MAX_MINUTES_MORE}"
        raise ValidationError.of("minutes", Rule.OUT_OF_RANGE, said, min=1, max=MAX_MINUTES_MORE)
    return minutes * MINUTE_MS
