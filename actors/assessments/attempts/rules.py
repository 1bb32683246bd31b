"""Who may begin, mark and change attempts, and what marks a person may give."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from actors.assessments.attempts import access
from actors.assessments.attempts.drawing import asked
from actors.assessments.attempts.given import cleaned
from actors.assessments.attempts.marking import marked
from actors.assessments.attempts.regrading import applies
from actors.assessments.attempts.second_graders import Grading, judged
from actors.assessments.attempts.worth import REVIEWED
from actors.fields import Fields
from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.requests import MAX_FEEDBACK, GradeSubmission
from protocol.assessments.quizzes import QuestionType, QuizSettings
from protocol.errors import NotFoundError, RefusedError, ValidationError
from protocol.ids import canonical
from protocol.permissions import VISIBLE, Relation, require
from protocol.records.assessments import (
    AttemptFacts,
    EntryFacts,
    EntryRule,
    Marked,
    Marking,
    MarkingRule,
)
from protocol.validation import Rule


def may_begin(
    by: str, by_role: str, now: int, *, remote: str = "", proven: str | None = None
) -> EntryRule:
    """The rule for a new attempt: in time, one of those that are allowed, and by whoever may.

    One that runs goes on from wherever its page may be opened. `proven` is the hash of the
    password that the student has given; whether one is needed is asked last.
    """

    def rule(facts: EntryFacts) -> None:
        student = {Relation.STUDENT} if facts.enrolled else set()
        require("startQuizAttempt", facts.course.relations(by, by_role) | student, by_role)
        access.check_network(remote, facts.access.networks)
        if facts.running:
            return
        access.check_invited(facts)
        settings = facts.settings
        if settings.available_from is not None and now < settings.available_from:
            said = "This quiz has not opened yet"
            raise RefusedError("QUIZ_NOT_OPEN", said, available_from=settings.available_from)
        if settings.available_until is not None and now >= settings.available_until:
            said = "This quiz has closed"
            raise RefusedError("QUIZ_CLOSED", said, available_until=settings.available_until)
        if settings.max_attempts and facts.used >= settings.max_attempts:
            said = "There are no attempts left"
            raise RefusedError("NO_ATTEMPTS_LEFT", said, max_attempts=settings.max_attempts)
        access.check_password(facts, proven)

    return rule


def permitted(operation: str, facts: AttemptFacts, by: str, by_role: str) -> None:
    """Raise `AuthorizationError` unless the table lets the user do that to the attempt."""
    require(operation, facts.relations(by, by_role), by_role)


def check_visible(what: str, facts: AttemptFacts, by: str, by_role: str) -> None:
    """Raise `NotFoundError` unless the user sees what `VISIBLE` calls so of that attempt."""
    if VISIBLE[what].to.isdisjoint(facts.relations(by, by_role)):
        raise NotFoundError("quiz submission", facts.submission_id)


def reviewed(settings: QuizSettings) -> frozenset[QuestionType]:
    """The types of questions whose answers a person looks at."""
    if settings.review_short_answers:
        return REVIEWED
    return frozenset({QuestionType.ESSAY})


def by_keys(marking: Marking) -> Marked | None:
    """What the keys say; what persons gave is kept.

    None while it runs, if it is so already, or if its student was erased: the answers are gone.
    """
    if not marking.facts.ended or marking.facts.erased:
        return None
    version = marking.version
    questions = asked(version, marking.drawn)
    marks = marked(
        questions,
        marking.answers,
        marking.marks,
        review=reviewed(version.settings),
        penalty=version.settings.negative_marking,
        regrades={
            question.id: [
                each
                for each in marking.regrades.get(question.id, ())
                if applies(each, question, version.revision)
            ]
            for question in questions
        },
    )
    return None if marks == marking.marks else Marked(marks=marks)


def by_person(command: GradeSubmission, allowed: Callable[[Marking], None]) -> MarkingRule:
    """The rule for what a person gives. `allowed` raises for whoever may not."""
    fields = Fields()
    given_marks = tuple(
        msgspec.structs.replace(each, question_id=canonical(each.question_id))
        for each in command.marks
    )
    feedback = fields.optional_words("feedback", command.feedback, most=MAX_FEEDBACK)
    texts = {
        given.question_id: cleaned(fields, f"marks[{n}]", given)
        for n, given in enumerate(given_marks)
    }
    if len(texts) != len(given_marks):
        fields.wrong("marks", Rule.DUPLICATE, "must name each question once")
    fields.check()

    def rule(marking: Marking) -> Marked:
        allowed(marking)
        if not marking.facts.ended:
            raise RefusedError("ATTEMPT_RUNNING", "This attempt has not ended")
        known = (by_keys(marking) or Marked(marks=marking.marks)).marks
        marks = {mark.question_id: mark for mark in known}
        within = marking.version.settings.second_grading
        rubrics = {each.id: each.rubric for each in marking.version.questions}
        for n, given in enumerate(given_marks):
            mark = marks.get(given.question_id)
            if mark is None:
                raise NotFoundError("question", given.question_id[:64])
            key = mark.question_id
            grading = Grading(given, texts[key], rubrics.get(key), f"marks[{n}]")
            marks[key] = judged(mark, grading, by=command.by, within=within)
        if command.all_reviewed and within is not None and any(m.review for m in marks.values()):
            said = "is not for what two persons grade"
            raise ValidationError.of("allReviewed", Rule.NOT_APPLICABLE, said)
        if command.all_reviewed:
            marks = {key: _accepted(mark) for key, mark in marks.items()}
        return Marked(marks=tuple(marks.values()), feedback=feedback, by=command.by)

    return rule


def _accepted(mark: Mark) -> Mark:
    """What the key says is enough; what it cannot say is nothing."""
    if not mark.review:
        return mark
    given = mark.automatic if mark.automatic is not None else Decimal(0)
    return msgspec.structs.replace(mark, given=given, review=False, correct=bool(mark.correct))
