"""Quizzes and their questions in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.formats import Formats
from protocol.assessments.points import hundredths, points_of
from protocol.assessments.quizzes import (
    AnswerKey,
    AttemptsCount,
    LateAnswers,
    Pool,
    Question,
    QuestionDifficulty,
    QuestionType,
    Quiz,
    QuizSettings,
    QuizType,
    ResultsShown,
)
from protocol.assessments.rubrics import Rubric
from protocol.records.assessments import NewQuiz
from storage.records.values import json_text, maybe_instant, maybe_json

INSERT_QUIZ = """
insert into quizzes (id, lesson_id, title, description, quiz_type, time_limit_minutes,
                     passing_score_percentage, max_attempts, randomize_questions,
                     randomize_options, show_correct_answers, show_explanations,
                     available_from, available_until, decimal_comma, allow_practice,
                     attempts_count, review_short_answers, results_shown, negative_marking,
                     late_answers, second_grading)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22)
"""
SETTINGS = (
    "description, quiz_type, time_limit_minutes, passing_score_percentage, max_attempts,"
    " randomize_questions, randomize_options, show_correct_answers, show_explanations,"
    " decimal_comma, allow_practice, attempts_count, review_short_answers, results_shown,"
    " negative_marking, late_answers, second_grading"
)
"""The columns of a quiz that a copy has too, wherever it goes; it has a title, besides."""
CONTENT = (
    "question_type, question_text, question_media_url, options, correct_answer, explanation,"
    " points, difficulty, seconds, multiple, formats, question_media_alt, notes,"
    " all_or_nothing, tags, rubric"
)
"""The columns that say what a question is; it has an id and a place, besides."""
VALUES = (
    "$4, $5, $6, $7::text::jsonb, $8::text::jsonb, $9, $10, $11, $12, $13, $14::text::jsonb, $15,"
    " $16, $17, $18::text::jsonb, $19::text::jsonb"
)
"""Of `CONTENT`, as `content` has them."""
INSERT_QUESTION = f"""
insert into questions (id, quiz_id, order_number, {CONTENT}) values ($1, $2, $3, {VALUES})
"""  # noqa: S608
POOLS = msgspec.json.Decoder(tuple[Pool, ...])
QUIZ = """
select q.*, m.course_id, c.instructor_id,
       (extract(epoch from q.available_from) * 1000)::bigint as from_ms,
       (extract(epoch from q.available_until) * 1000)::bigint as until_ms
from quizzes q
join lessons l on l.id = q.lesson_id
join course_modules m on m.id = l.module_id
join courses c on c.id = m.course_id
where q.id = $1
"""
COLUMNS = """
question_type, question_text, question_media_url, options::text as options,
correct_answer::text as correct_answer, explanation, points, difficulty, seconds, multiple,
formats::text as formats, question_media_alt, notes, all_or_nothing,
tags::text as tags, rubric::text as rubric
"""
"""Of a question, as `question_of` reads them; a question of a game has no `pool`."""
QUESTIONS = f"""
select id::text, pool, {COLUMNS} from questions where quiz_id = $1 order by order_number
"""  # noqa: S608


BYTES = " + ".join(
    f"coalesce(octet_length({column}::text), 0)"
    for column in (
        "question_text",
        "question_media_url",
        "question_media_alt",
        "options",
        "correct_answer",
        "explanation",
        "formats",
        "notes",
        "rubric",
    )
)
"""Of one question, as `protocol.assessments.quizzes.question_bytes` counts them but for names."""


async def insert_quiz(connection: Any, quiz: NewQuiz, lesson_id: UUID) -> None:
    """Insert the quiz and its questions, in their order."""
    settings = quiz.settings
    await connection.execute(
        INSERT_QUIZ,
        UUID(quiz.id),
        lesson_id,
        settings.title,
        settings.description,
        settings.type.value,
        settings.time_limit_minutes,
        settings.passing_score,
        settings.max_attempts,
        settings.randomize_questions,
        settings.randomize_options,
        settings.show_correct_answers,
        settings.show_explanations,
        maybe_instant(settings.available_from),
        maybe_instant(settings.available_until),
        settings.decimal_comma,
        settings.allow_practice,
        settings.attempts_count.value,
        settings.review_short_answers,
        settings.results_shown.value,
        settings.negative_marking,
        settings.late_answers.value,
        settings.second_grading,
    )
    await insert_questions(connection, UUID(quiz.id), quiz.questions)


async def insert_questions(
    connection: Any, quiz_id: UUID, questions: Sequence[Question], *, after: int = 0
) -> None:
    """Insert finished questions in their order, behind the first `after`."""
    rows = [
        (UUID(question.id), quiz_id, n, *content(question))
        for n, question in enumerate(questions, after + 1)
    ]
    await connection.executemany(INSERT_QUESTION, rows)


async def select_settings(connection: Any, quiz_id: UUID) -> QuizSettings | None:
    """Read the settings alone; None if there is no quiz."""
    row = await connection.fetchrow(QUIZ, quiz_id)
    return None if row is None else _settings(row)


async def select_quiz(connection: Any, quiz_id: UUID | None) -> Quiz | None:
    """Read the whole quiz; None if there is none."""
    row = await connection.fetchrow(QUIZ, quiz_id)
    if row is None:
        return None
    questions = await connection.fetch(QUESTIONS, quiz_id)
    return Quiz(
        id=str(row["id"]),
        lesson_id=str(row["lesson_id"]),
        course_id=str(row["course_id"]),
        instructor_id=str(row["instructor_id"]),
        settings=_settings(row),
        questions=tuple(question_of(each, row["decimal_comma"]) for each in questions),
        pools=POOLS.decode(row["pools"]),
    )


def content(question: Question) -> tuple[Any, ...]:
    """The values of `CONTENT`."""
    return (
        question.type.value,
        question.text,
        question.media_url,
        json_text(question.options) if question.options else None,
        json_text(question.key),
        question.explanation,
        Decimal(str(question.points)),
        question.difficulty.value,
        question.seconds,
        question.multiple,
        maybe_json(question.formats),
        question.media_alt,
        question.notes,
        question.all_or_nothing,
        json_text(question.tags),
        maybe_json(question.rubric),
    )


def _settings(row: Any) -> QuizSettings:
    return QuizSettings(
        title=row["title"],
        description=row["description"],
        type=QuizType(row["quiz_type"]),
        time_limit_minutes=row["time_limit_minutes"],
        passing_score=row["passing_score_percentage"],
        max_attempts=row["max_attempts"],
        randomize_questions=row["randomize_questions"],
        randomize_options=row["randomize_options"],
        show_correct_answers=row["show_correct_answers"],
        show_explanations=row["show_explanations"],
        allow_practice=row["allow_practice"],
        available_from=row["from_ms"],
        available_until=row["until_ms"],
        decimal_comma=row["decimal_comma"],
        attempts_count=AttemptsCount(row["attempts_count"]),
        review_short_answers=row["review_short_answers"],
        results_shown=ResultsShown(row["results_shown"]),
        negative_marking=row["negative_marking"],
        late_answers=LateAnswers(row["late_answers"]),
        second_grading=row["second_grading"],
    )


def question_of(row: Any, decimal_comma: bool) -> Question:
    """A question from a row with its `id` and `COLUMNS`."""
    options, formats, rubric = row["options"], row["formats"], row["rubric"]
    return Question(
        id=row["id"],
        type=QuestionType(row["question_type"]),
        text=row["question_text"],
        options=msgspec.json.decode(options, type=tuple[str, ...]) if options else (),
        key=msgspec.json.decode(row["correct_answer"], type=AnswerKey),
        explanation=row["explanation"],
        media_url=row["question_media_url"],
        media_alt=row["question_media_alt"],
        points=points_of(hundredths(row["points"])),
        difficulty=QuestionDifficulty(row["difficulty"]),
        seconds=row["seconds"],
        multiple=row["multiple"],
        decimal_comma=decimal_comma,
        formats=msgspec.json.decode(formats, type=Formats) if formats else None,
        notes=row["notes"],
        all_or_nothing=row["all_or_nothing"],
        pool=row.get("pool"),
        tags=msgspec.json.decode(row["tags"], type=tuple[str, ...]),
        rubric=msgspec.json.decode(rubric, type=Rubric) if rubric else None,
    )
