"""The log of an attempt: its journal in words.

The order is that in which the server decided. Times never fall, even where an answer was read
before what was decided earlier, and a question is viewed before it is answered: where no page said
so, the answer itself shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
    AttemptSealCommitted,
    AttemptSealDecided,
    AttemptSealOpened,
)
from protocol.assessments.attempts.staff import LogEntry, LogKind
from protocol.assessments.quizzes import Answer, Question
from protocol.envelope import Message


class AttemptLines:
    """Makes lines of events. `at` is the time of the newest line.

    `drawn` are the ids of the questions that the attempt asks, None: all. They are counted as in
    its result.
    """

    def __init__(
        self,
        questions: tuple[Question, ...],
        at: int = 0,
        *,
        drawn: Collection[str] | None = None,
    ) -> None:
        self._questions = questions
        asked = (n for n, each in enumerate(questions) if drawn is None or each.id in drawn)
        self._numbers = {index: number for number, index in enumerate(asked, 1)}
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
        if isinstance(event, AttemptSealCommitted):
            return []  # its entries follow, or it is nothing
        if isinstance(event, AttemptSealOpened):
            return self._sealed(event)
        return [self._other(event)]

    def _sealed(self, event: AttemptSealOpened) -> list[LogEntry]:
        """One line for each answer; when it was written is another matter."""
        return [
            self._line(
                LogKind.SEALED,
                event.at,
                **self._about(each.index),
                answer=self._readable(each.index, each.answer),
            )
            for each in event.answers
        ]

    def _readable(self, index: int, answer: Answer | None) -> Any:
        question = self._questions[index]
        if answer is None:
            return None
        return readable(question, answer, grading.choices(question))

    def _line(self, kind: LogKind, at: int, **more: Any) -> LogEntry:
        self.at = max(self.at, at)
        return LogEntry(at=self.at, kind=kind, **more)

    def _about(self, index: int | None) -> dict[str, Any]:
        if index is None:
            return {}
        return {
            "question_id": self._questions[index].id,
            "question_number": self._numbers.get(index),
        }

    def _answered(self, event: AttemptAnswerSaved) -> list[LogEntry]:
        about = self._about(event.question_index)
        kind = LogKind.CHANGED if event.changed else LogKind.ANSWERED
        if event.answer is None:
            kind = LogKind.EMPTIED
        answer = self._readable(event.question_index, event.answer)
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
            case AttemptSealDecided():
                accepted = LogKind.SEALED_ACCEPTED if event.accepted else LogKind.SEALED_REFUSED
                return self._line(accepted, event.at, by=event.by or None, text=event.reason)
            case AttemptMessaged():
                return self._line(LogKind.MESSAGE, event.at, by=event.by, text=event.text)
            case AttemptReopened():
                given = event.until - event.at
                return self._line(LogKind.REOPENED, event.at, by=event.by, ms=given)
            case _:
                raise TypeError(type(event).__name__)
