"""What is read of attempts: lists of them, and each answer with its marks."""

from __future__ import annotations

from collections.abc import Mapping

from storage.course_of import course_of_quiz
from storage.reads import rules
from storage.reads.assessments_results import (
    ASKED,
    OPTIONS_OF,
    PROMPTS_OF,
    TYPE_OF,
    from_question,
)
from storage.reads.model import (
    Connection,
    Form,
    Key,
    Many,
    One,
    Root,
    Shape,
    Type,
    Value,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)
from storage.shown_results import shown, works

COURSE = course_of_quiz("{t}.quiz_id")


def _student(submission: str, student: str, also: str = "") -> str:
    """The student, once the results are shown, and the quiz shows that besides.

    What the quiz shows besides are its keys, which no attempt that is going on may be helped by.
    """
    setting = f" and (select z.{also} from quizzes z where z.id = {{t}}.quiz_id)" if also else ""
    idle = f" and not {works('{t}.quiz_id', '{t}.' + student)}" if also else ""
    return f"case when {shown(submission)}{setting}{idle} then {{t}}.{student} end"


ENROLLED = (
    "(select oe.student_id from enrollments oe where oe.id = {t}.enrollment_id"
    " and oe.status <> 'dropped')"
)
"""The student, who sees what belongs to the course as long as being in it."""
EARNED = rules.visible(
    "QuizSubmission.scorePercentage", COURSE, owner=_student("{t}.id", "student_id")
)
BY_WHOM = (
    f"({EARNED} and ({{t}}.graded_by = {{viewer}} or {{t}}.grading_status in"
    " ('auto_graded', 'graded') or not exists (select 1 from quizzes sg"
    " where sg.id = {t}.quiz_id and sg.second_grading is not null)))"
)
"""What the first of two persons says about all of it is not for the second before both are done."""
MARKED = rules.visible("QuizAnswer", COURSE, owner=_student("{t}.submission_id", "owner_id"))
RIGHT_ANSWER = rules.visible(
    "QuizAnswer.rightAnswer",
    COURSE,
    owner=_student("{t}.submission_id", "owner_id", "show_correct_answers"),
)
EXPLANATION = rules.visible(
    "QuizAnswer.explanation",
    COURSE,
    owner=_student("{t}.submission_id", "owner_id", "show_explanations"),
)
# As `actors.assessments.answers.grading.needs_person` has it of a quiz that can be taken.
BY_PERSON = (
    "({t}.question #>> '{{key,type}}' = 'essay' or ({t}.question #>> '{{key,type}}' = 'text'"
    " and {t}.question #>> '{{key,number}}' is null"
    " and coalesce({t}.question #> '{{key,accepted}}', '[]') = '[]'"
    " and coalesce({t}.question #> '{{key,patterns}}', '[]') = '[]'))"
)
MAY_PRACTISE = rules.visible(
    "QuizPractice",
    COURSE,
    owner="case when (select z.allow_practice and z.show_correct_answers from quizzes z"
    " where z.id = {t}.quiz_id) and "
    f"{shown('{t}.id')} and not {works('{t}.quiz_id', '{t}.student_id')} then {ENROLLED} end",
)

ANYWHERE = (
    "not exists (select 1 from quiz_access an where an.quiz_id = aq.quiz_id"
    " and an.networks <> '[]')"
)
"""Whether the quiz of the attempt `aq` may be taken from every network."""
ACCESS = Type(
    name="QuizAccess",
    table="quiz_access",
    fields={
        "hasPassword": Value(sql="({t}.password_hash is not null)", form=Form.PLAIN),
        "networks": plain("networks"),
        "invitedOnly": plain("invited_only"),
        "invited": Many(
            type="User",
            join="{t}.id in (select ie.student_id from quiz_invitations qi"
            " join enrollments ie on ie.id = qi.enrollment_id where qi.quiz_id = {p}.quiz_id)",
            order="{t}.id",
        ),
    },
    visible=rules.visible("Quiz.access", COURSE),
)
ACCOMMODATION = Type(
    name="QuizAccommodation",
    table="quiz_accommodations",
    fields={
        "student": One(
            type="User",
            join="{t}.id = (select ae.student_id from enrollments ae"
            " where ae.id = {p}.enrollment_id)",
        ),
        "extraTime": plain("extra_time"),
        "unlimited": plain("unlimited"),
    },
    visible=rules.visible("Quiz.accommodations", COURSE),
)
OF_MINE = (
    "(select {value} from enrollments me left join quiz_accommodations ma"
    " on ma.quiz_id = {{t}}.id and ma.enrollment_id = me.id"
    " where me.student_id = {{viewer}} and me.status <> 'dropped' and me.course_id = {course})"
)


def _of_mine(value: str, otherwise: str) -> Value:
    """How long the viewer has in the quiz, as a student of its course."""
    course = course_of_quiz("{t}.id")
    sql = OF_MINE.format(value=value, course=course)
    return Value(sql=f"coalesce({sql}, {otherwise})", form=Form.PLAIN)


FOR_OTHERS = (
    "exists (select 1 from quiz_access fa where fa.quiz_id = {t}.id and fa.invited_only"
    " and not exists (select 1 from quiz_invitations fi join enrollments fe"
    " on fe.id = fi.enrollment_id where fi.quiz_id = {t}.id and fe.student_id = {viewer}))"
)

SUBMISSION = Type(
    name="QuizSubmission",
    table="quiz_submissions",
    fields={
        "id": identifier(),
        "quiz": One(type="Quiz", join="{t}.id = {p}.quiz_id"),
        "student": One(type="User", join="{t}.id = {p}.student_id"),
        "attemptNumber": plain("attempt_number"),
        "status": enumeration("status"),
        "startedAt": instant("started_at"),
        "deadlineAt": instant("deadline_at", nullable=True),
        "submittedAt": instant("submitted_at", nullable=True),
        "ending": Value(sql="upper({t}.ending)", form=Form.QUOTED, nullable=True),
        "timeTakenSeconds": plain("time_taken_seconds", nullable=True),
        "outages": plain("outages"),
        "sealed": Value(sql="upper({t}.sealed)", form=Form.QUOTED, nullable=True),
        "gradingStatus": Value(
            sql="upper(coalesce({t}.grading_status, 'auto_graded'))", form=Form.QUOTED
        ),
        "scorePercentage": plain("score_percentage", nullable=True, visible=EARNED),
        "pointsEarned": plain("points_earned", nullable=True, visible=EARNED),
        "pointsPossible": plain("points_possible", nullable=True, visible=EARNED),
        "feedback": text("feedback", nullable=True, visible=BY_WHOM),
        "gradedAt": instant("graded_at", nullable=True, visible=EARNED),
        "gradedBy": One(
            type="User",
            join="{t}.id = {p}.graded_by and " + BY_WHOM.replace("{t}", "{p}"),
            nullable=True,
        ),
        "resultShown": Value(sql=shown("{t}.id"), form=Form.PLAIN),
        "mayPractise": Value(
            sql=f"({{t}}.status = 'submitted' and coalesce({MAY_PRACTISE}, false))", form=Form.PLAIN
        ),
        "answers": Many(
            type="QuizAnswer", join="{t}.submission_id = {p}.id", order="{t}.order_number"
        ),
    },
    visible=rules.visible("QuizSubmission", COURSE, owner=ENROLLED),
)

BOTH = (
    "({by} = {{viewer}} or (select count(*) from quiz_grades bg where bg.submission_id ="
    " {{p}}.submission_id and bg.question_id = {{p}}.question_id) = 2)"
)
"""Of what one of two persons gave: it is the viewer's own, or both have given theirs."""

OF_ANSWER = "{g}.submission_id = {{t}}.submission_id and {g}.question_id = {{t}}.question_id"

ANSWER = Type(
    name="QuizAnswer",
    table="quiz_answers",
    fields={
        "questionId": Value(sql="{t}.question_id", form=Form.QUOTED),
        "type": TYPE_OF,
        "questionText": from_question("text", nullable=False),
        "questionHtml": from_question("formats,text,html"),
        "options": OPTIONS_OF,
        "prompts": PROMPTS_OF,
        **ASKED,
        "byPerson": Value(sql=BY_PERSON, form=Form.PLAIN),
        "answer": plain("answer", nullable=True),
        "most": plain("most"),
        "earned": Value(sql="coalesce({t}.given, {t}.automatic, 0)", form=Form.PLAIN),
        "automatic": plain(
            "automatic", nullable=True, visible=rules.visible("QuizAnswer.automatic", COURSE)
        ),
        "correct": plain("correct", nullable=True),
        "review": plain("review"),
        "comment": text("comment", nullable=True),
        "rubric": Value(
            sql="nullif({t}.question -> 'rubric', 'null')", form=Form.PLAIN, nullable=True
        ),
        "levels": plain("levels", nullable=True),
        "passages": plain("passages"),
        "grades": Many(
            type="QuizGrade",
            join="{t}.submission_id = {p}.submission_id and {t}.question_id = {p}.question_id"
            f" and {BOTH.format(by='{t}.given_by')}",
            order="{t}.number",
        ),
        "gradeCount": Value(
            sql=f"(select count(*) from quiz_grades cg where {OF_ANSWER.format(g='cg')}"
            f" and (cg.grader_id = {{viewer}} or (select count(*) from quiz_grades og"
            f" where {OF_ANSWER.format(g='og')}) = 2))",
            form=Form.PLAIN,
            nullable=True,
            visible=rules.visible("QuizGrade", COURSE),
        ),
        "leftOut": plain("left_out"),
        "history": Many(
            type="QuizMarkChange",
            join="{t}.submission_id = {p}.submission_id and {t}.question_id = {p}.question_id"
            f" and ({{t}}.cause <> 'grade' or {BOTH.format(by='{t}.changed_by')})",
            order="{t}.id desc",
            limit=100,
        ),
        "rightAnswer": plain("right_answer", nullable=True, visible=RIGHT_ANSWER),
        "explanation": from_question("explanation", visible=EXPLANATION),
        "explanationHtml": from_question("formats,explanation,html", visible=EXPLANATION),
    },
    visible=MARKED,
)

GRADE = Type(
    name="QuizGrade",
    table="quiz_answer_grades",
    fields={
        "by": One(type="User", join="{t}.id = {p}.given_by", nullable=True),
        "points": plain("points"),
        "levels": plain("levels", nullable=True),
        "comment": text("comment", nullable=True),
        "passages": plain("passages"),
        "at": instant("graded_at"),
    },
    visible=rules.visible("QuizGrade", COURSE),
)

CHANGE = Type(
    name="QuizMarkChange",
    table="quiz_mark_changes",
    fields={
        "at": instant("at"),
        "cause": enumeration("cause"),
        "policy": Value(sql="upper({t}.policy)", form=Form.QUOTED, nullable=True),
        "by": One(type="User", join="{t}.id = {p}.changed_by", nullable=True),
        "earnedBefore": Value(
            sql="coalesce({t}.given_before, {t}.automatic_before, 0)", form=Form.PLAIN
        ),
        "earned": Value(sql="coalesce({t}.given, {t}.automatic, 0)", form=Form.PLAIN),
        "givenBefore": plain("given_before", nullable=True),
        "given": plain("given", nullable=True),
        "automaticBefore": plain("automatic_before", nullable=True),
        "automatic": plain("automatic", nullable=True),
        "leftOutBefore": plain("left_out_before"),
        "leftOut": plain("left_out"),
        "commentBefore": text("comment_before", nullable=True),
        "comment": text("comment", nullable=True),
        "levelsBefore": plain("levels_before", nullable=True),
        "levels": plain("levels", nullable=True),
        "passagesBefore": plain("passages_before"),
        "passages": plain("passages"),
    },
    visible=rules.visible("QuizMarkChange", COURSE),
)

NEWEST = (
    Key("{t}.started_at", "instant", descending=True),
    Key("{t}.id", "uuid", descending=True),
)
FILTERS = {
    "status": ("lower", "{t}.status = {arg}"),
    "gradingStatus": ("lower", "{t}.grading_status = {arg}"),
    "sealed": ("lower", "{t}.sealed = {arg}"),
}
OF_QUIZ: Mapping[str, Shape] = {
    "access": One(type="QuizAccess", join="{t}.quiz_id = {p}.id", nullable=True),
    "accommodations": Many(
        type="QuizAccommodation", join="{t}.quiz_id = {p}.id", order="{t}.enrollment_id"
    ),
    "needsPassword": Value(
        sql="exists (select 1 from quiz_access na where na.quiz_id = {t}.id"
        " and na.password_hash is not null)",
        form=Form.PLAIN,
    ),
    "forOthers": Value(sql=FOR_OTHERS, form=Form.PLAIN),
    "myExtraTime": _of_mine("coalesce(ma.extra_time, me.extra_time)", "1"),
    "myUnlimitedTime": _of_mine("coalesce(ma.unlimited, me.unlimited_time)", "false"),
    "mySubmissions": Many(
        type="QuizSubmission",
        join="{t}.quiz_id = {p}.id and {t}.student_id = {viewer}",
        order="{t}.attempt_number",
    ),
    "submissions": Connection(
        type="QuizSubmission",
        join="{t}.quiz_id = {p}.id",
        keys=NEWEST,
        filters=FILTERS,
    ),
}
ROOTS = {
    "quizSubmission": Root(
        shape=One(type="QuizSubmission", join="{t}.id = {id}", nullable=True),
        arguments={"id": "uuid"},
    ),
    "mySubmissions": Root(
        shape=Connection(
            type="QuizSubmission", join="{t}.student_id = {viewer}", keys=NEWEST, filters=FILTERS
        )
    ),
}
TYPES = (SUBMISSION, ANSWER, GRADE, CHANGE, ACCESS, ACCOMMODATION)
