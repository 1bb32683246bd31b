"""The log of an attempt: its journal in words.

The order is that in which the server decided. Times never fall, even where an answer was read
before what was decided earlier, and a question is viewed before it is answered: where no page said
so, the answer itself shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actors.assessments.answers import grading
from actors.assessments.answers.shown_keys import readable
from protocol.assessments.attempts.events import (
    AttemptAccommodated,
    AttemptActivityNoted,
    AttemptAnswerSaved,
    AttemptBegun,
    AttemptConnected,
    AttemptCreditVetoed,
    AttemptDisconnected,
    AttemptEnded,
    AttemptExtended,
    AttemptMessaged,
    AttemptOutageCredited,
    AttemptReopened,
)
from protocol.assessments.attempts.staff import LogEntry, LogKind
from protocol.assessments.quizzes import Question
from protocol.envelope import Message


class AttemptLines:
    """Makes lines of events. `at` is the time of the newest line."""

    def __init__(self, questions: tuple[Question, ...], at: int = 0) -> None:
        self._questions = questions
        self.at = at

    def of(self, events: Iterable[Message]) -> list[LogEntry]:
        """The lines of all these events, which follow each other."""
        return [line for event in events for line in self._lines(event)]

    def _lines(self, event: Message) -> list[LogEntry]:
        if isinstance(event, AttemptAnswerSaved):
            return self._answered(event)
        if isinstance(event, AttemptActivityNoted):
            kind = LogKind(event.activity.value)
            return [self._line(kind, event.at, **self._about(event.question_index))]
        return [self._other(event)]

    def _line(self, kind: LogKind, at: int, **more: Any) -> LogEntry:
        self.at = max(self.at, at)
        return LogEntry(at=self.at, kind=kind, **more)

    def _about(self, index: int | None) -> dict[str, Any]:
        if index is None:
            return {}
        return {"question_id": self._questions[index].id, "question_number": index + 1}

    def _answered(self, event: AttemptAnswerSaved) -> list[LogEntry]:
        about = self._about(event.question_index)
        question = self._questions[event.question_index]
        kind = LogKind.CHANGED if event.changed else LogKind.ANSWERED
        answer = None
        if event.answer is None:
            kind = LogKind.EMPTIED
        else:
            answer = readable(question, event.answer, grading.choices(question))
        seen = [self._line(LogKind.VIEWED, event.received_at, **about)] if event.unseen else []
        more = {**about, "answer": answer, "revision": event.revision}
        return [*seen, self._line(kind, event.received_at, **more)]

    def _other(self, event: Message) -> LogEntry:
        match event:
            case AttemptBegun():
                return self._line(LogKind.STARTED, event.at)
            case AttemptConnected():
                return self._line(LogKind.CONNECTED, event.at)
            case AttemptDisconnected():
                return self._line(LogKind.DISCONNECTED, event.at)
            case AttemptEnded():
                by = event.by if event.ending.value == "teacher" else None
                return self._line(LogKind.ENDED, event.at, ending=event.ending, by=by)
            case AttemptOutageCredited():
                return self._line(LogKind.OUTAGE, event.began, ms=event.outage_ms)
            case _:
                return self._by_staff(event)

    def _by_staff(self, event: Message) -> LogEntry:
        match event:
            case AttemptExtended():
                return self._line(LogKind.EXTENDED, event.at, by=event.by, ms=event.extra_ms)
            case AttemptAccommodated():
                return self._line(
                    LogKind.ACCOMMODATED,
                    event.at,
                    factor=event.factor,
                    unlimited=event.unlimited,
                )
            case AttemptCreditVetoed():
                return self._line(LogKind.OUTAGE_VETOED, event.at, by=event.by)
            case AttemptMessaged():
                return self._line(LogKind.MESSAGE, event.at, by=event.by, text=event.text)
            case AttemptReopened():
                given = event.until - event.at
                return self._line(LogKind.REOPENED, event.at, by=event.by, ms=given)
            case _:
                raise TypeError(type(event).__name__)
