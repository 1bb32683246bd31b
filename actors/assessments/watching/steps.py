"""What the assessments handler does for the staff of a quiz while students take it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import msgspec
import trio

from actors.assessments.attempts import machine as attempt
from actors.assessments.attempts import rules
from actors.assessments.attempts.steps import minutes_ms
from actors.assessments.watching.log import AttemptLines
from actors.codec import Codec
from actors.dispatch import Step
from actors.fields import Fields
from protocol.assessments.attempts.commands import (
    KIND,
    EndAttempt,
    ExtendAttempt,
    MessageAttempt,
    ReportProgress,
)
from protocol.assessments.attempts.progress import (
    MAX_WATCHED,
    RECENT_MS,
    WATCH,
    AttemptProgress,
    Gathered,
    Gathering,
    IsGathered,
)
from protocol.assessments.attempts.requests import AttemptChanged
from protocol.assessments.attempts.staff import (
    MAX_LOG_PAGE,
    MAX_MESSAGE,
    AttemptFound,
    AttemptLog,
    AttemptsReached,
    EndAll,
    GiveTimeToAll,
    MayTakeAttempt,
    MayWatchQuiz,
    QuizRequest,
    QuizWatched,
    ReadAttemptLog,
    SayToAll,
    SayToStudent,
)
from protocol.envelope import Address, Message
from protocol.errors import (
    HistoryUnreadable,
    NotFoundError,
    RefusedError,
    StoaError,
    ValidationError,
)
from protocol.permissions import require
from protocol.ports import Clock, Post
from protocol.records.assessments import AttemptRecords, QuizWatching
from protocol.validation import Rule

AT_ONCE = 50
"""Attempts that are asked at the same time."""
_CURSOR = re.compile(r"([0-9]{1,9})\.([0-9]{1,15})", re.ASCII)


class WatchSteps:
    """The steps, by the class of the message."""

    def __init__(
        self, *, records: AttemptRecords, watching: QuizWatching, post: Post, clock: Clock
    ) -> None:
        self._records = records
        self._watching = watching
        self._post = post
        self._clock = clock
        self._codec = Codec(attempt)
        self.by_message: Mapping[type[Message], Step] = {
            MayTakeAttempt: self._may_take,
            MayWatchQuiz: self._may_watch,
            GiveTimeToAll: self._give_time,
            EndAll: self._end,
            SayToAll: self._say_to_all,
            SayToStudent: self._say,
            ReadAttemptLog: self._read_log,
        }

    # --- who may ----------------------------------------------------------------------------------

    async def _may_take(self, question: MayTakeAttempt) -> AttemptFound:
        facts = await self._records.facts(question.submission_id)
        rules.permitted("quizAttemptUpdated", facts, question.user_id, question.role)
        return AttemptFound(submission_id=facts.submission_id, course_id=facts.course.id)

    async def _may_watch(self, question: MayWatchQuiz) -> QuizWatched:
        course = await self._watching.course_of(question.quiz_id)
        relations = course.relations(question.user_id, question.role)
        require("quizProgressUpdated", relations, question.role)
        watch = Address(WATCH, question.quiz_id)
        known: Gathering = await self._post.ask(watch, IsGathered())
        if not known.gathered:
            await self._post.ask(watch, await self._gathered(question.quiz_id))
        return QuizWatched(quiz_id=question.quiz_id, course_id=course.id)

    async def _gathered(self, quiz_id: str) -> Gathered:
        """What the rows say, and the actors of those that run."""
        since = self._clock.now() - RECENT_MS
        rows = await self._watching.sat(quiz_id, since=since, limit=MAX_WATCHED + 1)
        found = {row.submission_id: row for row in rows[:MAX_WATCHED]}

        async def ask(submission_id: str) -> None:
            # One that cannot be asked now is as its row says.
            with suppress(StoaError):
                reply = await self._post.ask(Address(KIND, submission_id), ReportProgress())
                assert isinstance(reply, AttemptProgress)
                name = found[submission_id].student_name
                found[submission_id] = msgspec.structs.replace(reply, student_name=name)

        await _all(ask, [key for key, row in found.items() if row.ended_at is None])
        return Gathered(attempts=tuple(found.values()), more=len(rows) > MAX_WATCHED)

    # --- all who run ------------------------------------------------------------------------------

    async def _give_time(self, command: GiveTimeToAll) -> AttemptsReached:
        extra_ms = minutes_ms(command.minutes)
        extend = ExtendAttempt(by=command.by, command_id=command.command_id, extra_ms=extra_ms)
        return await self._tell_all("extendQuizAttempts", command, extend)

    async def _end(self, command: EndAll) -> AttemptsReached:
        return await self._tell_all("endQuizAttempts", command, EndAttempt(by=command.by))

    async def _say_to_all(self, command: SayToAll) -> AttemptsReached:
        said = _message(command)
        return await self._tell_all("messageQuizAttempts", command, said)

    async def _tell_all(
        self, operation: str, command: QuizRequest, message: Message
    ) -> AttemptsReached:
        course = await self._watching.course_of(command.quiz_id)
        require(operation, course.relations(command.by, command.by_role), command.by_role)
        reached, failed = list[str](), list[StoaError]()

        async def tell(submission_id: str) -> None:
            try:
                # It may end just now, or wait for operators to mend it.
                with suppress(NotFoundError, HistoryUnreadable, RefusedError):
                    await self._post.ask(Address(KIND, submission_id), message)
                    reached.append(submission_id)
            except StoaError as error:
                failed.append(error)

        await _all(tell, await self._watching.running_at(command.quiz_id))
        if failed:
            raise failed[0].with_traceback(None)
        return AttemptsReached(count=len(reached))

    async def _say(self, command: SayToStudent) -> AttemptChanged:
        said = _message(command)
        facts = await self._records.facts(command.submission_id)
        rules.permitted("messageQuizAttempt", facts, command.by, command.by_role)
        await self._post.ask(Address(KIND, facts.submission_id), said)
        return AttemptChanged(submission_id=facts.submission_id)

    # --- the log ----------------------------------------------------------------------------------

    async def _read_log(self, question: ReadAttemptLog) -> AttemptLog:
        if not 1 <= question.first <= MAX_LOG_PAGE:
            said = f"must be from 1 to {MAX_LOG_PAGE}"
            raise ValidationError.of("first", Rule.OUT_OF_RANGE, said, min=1, max=MAX_LOG_PAGE)
        after, at = _read(question.after)
        facts = await self._records.facts(question.submission_id)
        rules.check_visible("QuizAttemptLog", facts, question.by, question.by_role)
        stored = await self._watching.history(
            facts.submission_id, after=after, limit=question.first + 1
        )
        page = stored[: question.first]
        version = await self._records.version(facts.version_id)
        lines = AttemptLines(version.questions, at, drawn=facts.drawn)
        entries = lines.of(map(self._codec.decode_event, page))
        newest = page[-1].version if page else after
        return AttemptLog(
            entries=tuple(entries),
            cursor=f"{newest}.{lines.at}",
            more=len(stored) > len(page),
        )


async def _all(do: Callable[[str], Awaitable[None]], ids: Sequence[str]) -> None:
    """Do it for each, some at a time."""
    limiter = trio.CapacityLimiter(AT_ONCE)

    async def one(submission_id: str) -> None:
        async with limiter:
            await do(submission_id)

    async with trio.open_nursery() as nursery:
        for submission_id in ids:
            nursery.start_soon(one, submission_id)


def _message(command: SayToAll | SayToStudent) -> MessageAttempt:
    """The message, cleaned. Raises `ValidationError`."""
    fields = Fields()
    text = fields.words("text", command.text, most=MAX_MESSAGE)
    fields.check()
    return MessageAttempt(by=command.by, message_id=command.message_id, text=text)


def _read(cursor: str) -> tuple[int, int]:
    """The version and the time after which to go on. Raises `ValidationError`."""
    if not cursor:
        return 0, 0
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise ValidationError.of("after", Rule.INVALID_FORMAT, "is no cursor of this log")
    return int(found[1]), int(found[2])
