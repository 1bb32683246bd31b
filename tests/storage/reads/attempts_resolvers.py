"""Attempts at quizzes, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from protocol.assessments.attempts.receipts import ResultSheet, SheetLine
from protocol.assessments.attempts.regrading import (
    RegradeCounts,
    RegradedAttempt,
    RegradePreview,
)
from protocol.assessments.attempts.requests import SheetRead, TakenQuiz
from protocol.assessments.attempts.sealed import (
    SealedChain,
    SealedLine,
    SealedRead,
    ShownSeal,
)
from protocol.assessments.attempts.similar import GradedAnswer, SimilarAnswer, SimilarAnswers
from protocol.assessments.attempts.staff import AttemptLog, LogEntry, LogKind
from protocol.assessments.attempts.values import SealedStatus
from protocol.assessments.attempts.views import AttemptView
from protocol.assessments.files import QuizExported
from protocol.times import milliseconds_of
from tests.storage.reads.look import Look, Resolver, iso, page
from tests.storage.reads.resolvers.assessments import query_quiz
from tests.storage.reads.results_resolvers import (
    ASKED,
    explanation_html_of,
    explanation_of,
    html_of,
    options_of,
    prompts_of,
    text_of,
    type_of,
)
from tests.storage.reads.rows import Row
from tests.storage.reads.shown_results import quiz_row, shown

LOG = AttemptLog(
    entries=(
        LogEntry(
            at=milliseconds_of("2026-01-15T10:30:00.000Z"),
            kind=LogKind.VIEWED,
            question_id="q",
            question_number=2,
            ms=5,
        ),
    ),
    cursor="1.5",
    more=True,
)
MOMENT = milliseconds_of("2026-01-15T10:30:00.000Z")
SEALED = SealedRead(
    chains=(
        SealedChain(
            seal=ShownSeal(
                number=1,
                status=SealedStatus.PENDING,
                away_since=MOMENT,
                committed_at=MOMENT,
                received_at=MOMENT,
                offset_ms=-5,
                head="h",
                length=3,
                late=1,
                answers=(),
                decided_at=None,
                by=None,
                reason=None,
            ),
            lines=(
                SealedLine(
                    question_id="q",
                    number=2,
                    before=None,
                    answer=["a"],
                    first=MOMENT,
                    at=MOMENT,
                    changes=2,
                ),
            ),
        ),
    )
)
EXPORTED = QuizExported(title="T", content=b"x", left_out=("question 1: why",))
SHEET = SheetRead(
    sheet=ResultSheet(
        submission="signed",
        root="root",
        lines=(SheetLine(question_id="q", answer=[1, -1], receipt="too"),),
    )
)
PREVIEW = RegradePreview(
    revision=3,
    counts=RegradeCounts(attempts=4, changed=1, newly_passing=1),
    changes=(
        RegradedAttempt(
            submission_id="s",
            student_id="u",
            student_name="Una",
            attempt_number=1,
            most=Decimal(2),
            points_before=Decimal("0.5"),
            points=Decimal(2),
            left_out=False,
            percentage_before=None,
            percentage=Decimal(75),
            passed_before=False,
            passed=True,
        ),
    ),
    cursor="1",
    more=False,
)
SIMILAR = SimilarAnswers(
    answers=(
        SimilarAnswer(
            graded=GradedAnswer(answer="Because", points=Decimal("1.5"), levels=(0, 2)),
            similarity=80,
        ),
    )
)
TAKEN = TakenQuiz(
    title="Alone",
    description=None,
    attempt=AttemptView(
        submission_id="s",
        quiz_id="q",
        version_id="v",
        number=1,
        questions=(),
        answers={},
        revision=0,
        started_at=0,
        deadline_at=None,
        now=1,
    ),
    questions=(),
)


def staff(look: Look, row: Row) -> bool:
    return look.teaches(look.course_of_lesson(quiz_row(look, row)["lesson_id"]))


def own(look: Look, row: Row) -> bool:
    return look.is_me(row["student_id"])


def sees(look: Look, row: Row) -> bool:
    enrollment = look.school.find("enrollments", id=row["enrollment_id"])
    assert enrollment is not None
    return staff(look, row) or (own(look, row) and enrollment["status"] != "dropped")


def result_shown(look: Look, row: Row) -> bool:
    return shown(look, row)


def earned(column: str) -> Resolver:
    def resolve(look: Look, row: Row) -> Any:
        value = row[column]
        if value is None or not (staff(look, row) or (own(look, row) and shown(look, row))):
            return None
        return value

    return resolve


def by_whom(resolver: Resolver) -> Resolver:
    """Of what the first of two persons says about all of it."""

    def resolve(look: Look, row: Row) -> Any:
        final = row["grading_status"] in ("auto_graded", "graded")
        alone = quiz_row(look, row)["second_grading"] is None or final
        if not (staff(look, row) or (own(look, row) and shown(look, row))):
            return None
        return resolver(look, row) if alone or look.is_me(row["graded_by"]) else None

    return resolve


def number(column: str) -> Resolver:
    plain = earned(column)

    def resolve(look: Look, row: Row) -> Any:
        value = plain(look, row)
        return None if value is None else float(value)

    return resolve


def moment(column: str) -> Resolver:
    plain = earned(column)

    def resolve(look: Look, row: Row) -> str | None:
        value = plain(look, row)
        return None if value is None else iso(value)

    return resolve


def ending(_: Look, row: Row) -> str | None:
    return None if row["ending"] is None else str(row["ending"]).upper()


def sealed_status(_: Look, row: Row) -> str | None:
    return None if row["sealed"] is None else str(row["sealed"]).upper()


def grading_status(_: Look, row: Row) -> str:
    return str(row["grading_status"] or "auto_graded").upper()


def of_quiz(look: Look, row: Row) -> Row | None:
    return query_quiz(look, None, str(row["quiz_id"]))


def person(column: str) -> Resolver:
    def resolve(look: Look, row: Row) -> Row | None:
        return look.school.find("users", id=row[column]) if row[column] else None

    return resolve


def submissions(look: Look, rule: Callable[[Row], bool]) -> list[Row]:
    rows = [each for each in look.school.rows("quiz_submissions") if rule(each)]
    return [each for each in rows if sees(look, each)]


def filtered(
    rows: list[Row],
    status: str | None = None,
    gradingStatus: str | None = None,
    sealed: str | None = None,
    **paging: Any,
) -> Any:
    rows = [
        row
        for row in rows
        if status in (None, row["status"].upper())
        if sealed in (None, None if row["sealed"] is None else row["sealed"].upper())
        if gradingStatus is None or str(row["grading_status"]).upper() == gradingStatus
    ]
    ordered = sorted(rows, key=lambda row: (row["started_at"], row["id"]), reverse=True)
    return page(ordered, **paging)


def quiz_submissions(look: Look, row: Row, **asked: Any) -> Any:
    return filtered(submissions(look, lambda each: each["quiz_id"] == row["id"]), **asked)


def my_submissions_of(look: Look, row: Row) -> list[Row]:
    rows = submissions(look, lambda each: each["quiz_id"] == row["id"] and own(look, each))
    return sorted(rows, key=lambda each: each["attempt_number"])


def query_my_submissions(look: Look, _: Any, **asked: Any) -> Any:
    look.signed_in()
    return filtered(submissions(look, lambda each: own(look, each)), **asked)


def query_submission(look: Look, _: Any, id: str) -> Row | None:
    look.signed_in()
    return look.seen("quiz_submissions", id, lambda row: sees(look, row))


def query_attempt(look: Look, _: Any, submissionId: str) -> Row:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    taken: Row = msgspec.to_builtins(TAKEN)
    return taken


def query_export(look: Look, _: Any, **asked: Any) -> Row:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    return {"left_out": list(EXPORTED.left_out)}


def query_sheet(look: Look, _: Any, **asked: Any) -> Row:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    line = {"question_id": "q", "answer": [1, -1], "receipt": "too"}
    signed = {"submission": "signed", "root": "root", "receipts": [line]}
    return {"format": "stoa-result-sheet-1", **signed}


def query_sealed(look: Look, _: Any, **asked: Any) -> list[Row]:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    at = "2026-01-15T10:30:00.000Z"
    line = {"question_id": "q", "question_number": 2, "before": None, "answer": ["a"]}
    times = {"away_since": at, "committed_at": at, "received_at": at, "decided_at": None}
    return [
        {
            **{"number": 1, "status": "PENDING", "offset_ms": -5.0, "head": "h", "length": 3},
            **{**times, "late": 1, "decided_by": None, "reason": None},
            "answers": [{**line, "first_at": at, "last_at": at, "changes": 2}],
        }
    ]


def query_log(look: Look, _: Any, **asked: Any) -> Row:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    nothing = dict.fromkeys(("answer", "revision", "by", "factor", "unlimited", "text", "ending"))
    entry = {"at": "2026-01-15T10:30:00.000Z", "kind": "VIEWED", "question_id": "q"}
    line = {**entry, "question_number": 2, "ms": 5, **nothing}
    return {"entries": [line], "end_cursor": "1.5", "has_next_page": True}


def access(look: Look, row: Row) -> Row | None:
    if not look.teaches(look.course_of_lesson(row["lesson_id"])):
        return None
    return look.school.find("quiz_access", quiz_id=row["id"])


def has_password(_: Look, row: Row) -> bool:
    return row["password_hash"] is not None


def invited(look: Look, row: Row) -> list[Row]:
    found = [
        look.school.find("users", id=enrollment_of(look, each)["student_id"])
        for each in look.school.rows("quiz_invitations")
        if each["quiz_id"] == row["quiz_id"]
    ]
    known = [user for user in found if user is not None and user["deleted_at"] is None]
    return sorted(known, key=lambda user: user["id"])


def enrollment_of(look: Look, row: Row) -> Row:
    found = look.school.find("enrollments", id=row["enrollment_id"])
    assert found is not None
    return found


def accommodations(look: Look, row: Row) -> list[Row]:
    if not look.teaches(look.course_of_lesson(row["lesson_id"])):
        return []
    rows = [
        each for each in look.school.rows("quiz_accommodations") if each["quiz_id"] == row["id"]
    ]
    return sorted(rows, key=lambda each: each["enrollment_id"])


def accommodated(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=enrollment_of(look, row)["student_id"])


def needs_password(look: Look, row: Row) -> bool:
    found = look.school.find("quiz_access", quiz_id=row["id"])
    return found is not None and has_password(look, found)


def for_others(look: Look, row: Row) -> bool:
    found = look.school.find("quiz_access", quiz_id=row["id"])
    mine = [
        each
        for each in look.school.rows("quiz_invitations")
        if each["quiz_id"] == row["id"] and look.is_me(enrollment_of(look, each)["student_id"])
    ]
    return found is not None and found["invited_only"] and not mine


def my_time(look: Look, row: Row) -> tuple[float, bool]:
    course = look.course_of_lesson(row["lesson_id"])
    for each in look.school.rows("enrollments"):
        own_one = each["course_id"] == course and look.is_me(each["student_id"])
        if own_one and each["status"] != "dropped":
            here = look.school.find(
                "quiz_accommodations", quiz_id=row["id"], enrollment_id=each["id"]
            )
            if here is not None:
                return here["extra_time"], here["unlimited"]
            return each["extra_time"], each["unlimited_time"]
    return 1, False


def query_regrade(look: Look, _: Any, **asked: Any) -> Row:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    points = {"most": 2.0, "points_before": 0.5, "points": 2.0, "left_out": False}
    result = {"percentage_before": None, "percentage": 75.0, "passed_before": False, "passed": True}
    who = {"submission_id": "s", "student_id": "u", "student_name": "Una", "attempt_number": 1}
    counts = {"attempts": 4, "changed": 1, "newly_passing": 1, "no_longer_passing": 0}
    page = {"changes": [{**who, **points, **result}], "end_cursor": "1", "has_next_page": False}
    return {"revision": 3, **counts, **page}


def query_similar(look: Look, _: Any, **asked: Any) -> list[Row]:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    return [{"answer": "Because", "similarity": 80, "points": 1.5, "levels": [0, 2]}]


def history(look: Look, row: Row) -> list[Row]:
    if not staff(look, row):
        return []
    return [
        change
        for change in look.school.rows("quiz_mark_history")
        if change["submission_id"] == row["submission_id"]
        if change["cause"] != "grade" or both_or_mine(look, row, change["by_id"])
    ]


def given_grades(look: Look, row: Row) -> list[Row]:
    return [
        grade
        for grade in look.school.rows("quiz_grades")
        if grade["submission_id"] == row["submission_id"]
    ]


def both_or_mine(look: Look, row: Row, by: Any) -> bool:
    return len(given_grades(look, row)) == 2 or look.is_me(by)


def grades(look: Look, row: Row) -> list[Row]:
    if not staff(look, row):
        return []
    return [each for each in given_grades(look, row) if both_or_mine(look, row, each["grader_id"])]


def grade_points(_: Look, row: Row) -> float:
    return float(row["points"])


def counted(before: str) -> Resolver:
    def resolve(_: Look, row: Row) -> float:
        given, key = row[f"given{before}"], row[f"automatic{before}"]
        return float(given if given is not None else key or 0)

    return resolve


def policy(_: Look, row: Row) -> str | None:
    return None if row["policy"] is None else str(row["policy"]).upper()


def answers(look: Look, row: Row) -> list[Row]:
    if not (staff(look, row) or (own(look, row) and shown(look, row))):
        return []
    version = look.school.find("quiz_versions", id=row["version_id"])
    assert version is not None
    found = []
    for mark in look.school.rows("quiz_marks"):
        if mark["submission_id"] == row["id"]:
            question = version["questions"][mark["order_number"]]
            found.append({**row, **mark, "question": question})
    return found


def works(look: Look, row: Row) -> bool:
    """Whether the student has an attempt at the same quiz that goes on."""
    attempts = look.school.rows("quiz_submissions")
    own = [each for each in attempts if each["student_id"] == row["student_id"]]
    return any(a["quiz_id"] == row["quiz_id"] and a["status"] == "started" for a in own)


def may_practise(look: Look, row: Row) -> bool:
    quiz = quiz_row(look, row)
    allowed = quiz["allow_practice"] and quiz["show_correct_answers"] and shown(look, row)
    allowed = allowed and not works(look, row)
    return row["status"] == "submitted" and (
        staff(look, row) or (own(look, row) and sees(look, row) and allowed)
    )


def by_person(_: Look, row: Row) -> bool:
    key = row["question"]["key"]
    keyless = not any(key.get(name) for name in ("accepted", "patterns"))
    return key["type"] == "essay" or (
        key["type"] == "text" and keyless and key.get("number") is None
    )


def answer_earned(_: Look, row: Row) -> float:
    return float(row["automatic"] if row["given"] is None else row["given"])


def answer_most(_: Look, row: Row) -> float:
    return float(row["most"])


def automatic(look: Look, row: Row) -> float | None:
    return float(row["automatic"]) if staff(look, row) else None


def where(setting: str, value: Callable[[Look, Row], Any]) -> Resolver:
    def resolve(look: Look, row: Row) -> Any:
        keys = quiz_row(look, row)[setting] and not works(look, row)
        return value(look, row) if staff(look, row) or keys else None

    return resolve


RESOLVERS: Mapping[str, Resolver] = {
    "Query.quizSubmission": query_submission,
    "Query.mySubmissions": query_my_submissions,
    "Query.quizAttempt": query_attempt,
    "Query.quizAttemptLog": query_log,
    "Query.quizSealedAnswers": query_sealed,
    "Query.quizResultSheet": query_sheet,
    "Query.similarQuizAnswers": query_similar,
    "Query.quizExport": query_export,
    "Quiz.access": access,
    "Quiz.accommodations": accommodations,
    "Quiz.needsPassword": needs_password,
    "Quiz.forOthers": for_others,
    "Quiz.myExtraTime": lambda look, row: my_time(look, row)[0],
    "Quiz.myUnlimitedTime": lambda look, row: my_time(look, row)[1],
    "QuizAccess.hasPassword": has_password,
    "QuizAccess.invited": invited,
    "QuizAccommodation.student": accommodated,
    "Query.previewQuizRegrade": query_regrade,
    "Quiz.mySubmissions": my_submissions_of,
    "Quiz.submissions": quiz_submissions,
    "QuizSubmission.quiz": of_quiz,
    "QuizSubmission.student": person("student_id"),
    "QuizSubmission.gradedBy": by_whom(person("graded_by")),
    "QuizSubmission.ending": ending,
    "QuizSubmission.sealed": sealed_status,
    "QuizSubmission.gradingStatus": grading_status,
    "QuizSubmission.scorePercentage": number("score_percentage"),
    "QuizSubmission.pointsEarned": number("points_earned"),
    "QuizSubmission.pointsPossible": number("points_possible"),
    "QuizSubmission.feedback": by_whom(earned("feedback")),
    "QuizSubmission.gradedAt": moment("graded_at"),
    "QuizSubmission.resultShown": result_shown,
    "QuizSubmission.answers": answers,
    "QuizSubmission.mayPractise": may_practise,
    "QuizAnswer.history": history,
    "QuizAnswer.grades": grades,
    "QuizAnswer.gradeCount": lambda look, row: len(grades(look, row)) if staff(look, row) else None,
    "QuizGrade.by": person("grader_id"),
    "QuizGrade.points": grade_points,
    "QuizGrade.at": lambda _, row: iso(row["graded_at"]),
    "QuizMarkChange.policy": policy,
    "QuizMarkChange.by": person("by_id"),
    "QuizMarkChange.earnedBefore": counted("_before"),
    "QuizMarkChange.earned": counted(""),
    "QuizAnswer.type": type_of,
    "QuizAnswer.questionText": text_of,
    "QuizAnswer.questionHtml": html_of,
    **{f"QuizAnswer.{name}": each for name, each in ASKED.items()},
    "QuizAnswer.byPerson": by_person,
    "QuizAnswer.rubric": lambda _, row: row["question"]["rubric"],
    "QuizAnswer.options": options_of,
    "QuizAnswer.prompts": prompts_of,
    "QuizAnswer.most": answer_most,
    "QuizAnswer.earned": answer_earned,
    "QuizAnswer.automatic": automatic,
    "QuizAnswer.rightAnswer": where("show_correct_answers", lambda _, row: row["right_answer"]),
    "QuizAnswer.explanation": where("show_explanations", explanation_of),
    "QuizAnswer.explanationHtml": where("show_explanations", explanation_html_of),
}
