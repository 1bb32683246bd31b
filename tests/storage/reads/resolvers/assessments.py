"""Quizzes and live quizzes, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from graphql import GraphQLObjectType

from tests.storage.reads.look import Look, Resolver, newest, page, snake
from tests.storage.reads.resolvers.courses import query_course
from tests.storage.reads.rows import Row


def sees_quiz(look: Look, quiz: Row) -> bool:
    course = look.course_of_lesson(quiz["lesson_id"])
    return look.teaches(course) or look.enrolled(course)


def sees_game(look: Look, game: Row) -> bool:
    return (
        hosts(look, game)
        or look.enrolled(game["course_id"])
        or any(
            look.is_me(row["user_id"])
            for row in look.school.rows("live_quiz_results")
            if row["live_quiz_id"] == game["id"]
        )
    )


def hosts(look: Look, game: Row) -> bool:
    return look.teaches(game["course_id"])


def query_quiz(look: Look, _: Any, id: str) -> Row | None:
    return look.seen("quizzes", id, partial(sees_quiz, look))


def query_live_quiz(look: Look, _: Any, id: str) -> Row | None:
    return look.seen("live_quizzes", id, partial(sees_game, look))


def query_live_quiz_by_pin(look: Look, _: Any, pin: str) -> Row | None:
    return look.school.find("live_quizzes", pin=pin)


def course_live_quizzes(look: Look, row: Row) -> list[Row]:
    return newest(
        [
            game
            for game in look.school.rows("live_quizzes")
            if game["course_id"] == row["id"]
            and game["phase"] != "finished"
            and (hosts(look, game) or look.enrolled(row["id"]))
        ]
    )


def lesson_quizzes(look: Look, row: Row) -> list[Row]:
    quizzes = look.school.rows("quizzes")
    return [q for q in quizzes if q["lesson_id"] == row["id"] and sees_quiz(look, q)]


def quiz_lesson(look: Look, row: Row) -> Row | None:
    return look.school.find("lessons", id=row["lesson_id"])


def quiz_questions(look: Look, row: Row) -> list[Row]:
    course = look.course_of_lesson(row["lesson_id"])
    now = datetime.now(UTC)
    open_now = row["available_from"] is None or row["available_from"] <= now
    games = look.school.rows("live_quizzes")
    if any(g["quiz_id"] == row["id"] and g["phase"] != "finished" for g in games):
        open_now = False
    if not (look.teaches(course) or (open_now and look.enrolled(course))):
        return []
    return look.ordered("questions", quiz_id=row["id"])


def question_correct_answer(look: Look, row: Row) -> Any:
    return row["correct_answer"] if look.teaches(course_of_question(look, row)) else None


def question_explanation(look: Look, row: Row) -> Any:
    return row["explanation"] if look.teaches(course_of_question(look, row)) else None


def question_points(_: Look, row: Row) -> int:
    return int(row["points"] + 0.5)


def question_exact_points(_: Look, row: Row) -> float:
    return float(row["points"])


def question_format(_: Look, row: Row) -> str:
    formats = row["formats"]
    return formats["text"]["format"].upper() if formats else "PLAIN"


def question_html(_: Look, row: Row) -> str | None:
    return row["formats"]["text"]["html"] if row["formats"] else None


def question_options_html(_: Look, row: Row) -> list[str] | None:
    options = row["formats"]["options"] if row["formats"] else []
    return [option["html"] for option in options] or None


def question_explanation_html(look: Look, row: Row) -> str | None:
    formats = question_formats(look, row)
    return formats["explanation"]["html"] if formats else None


def question_formats(look: Look, row: Row) -> Any:
    return row["formats"] if look.teaches(course_of_question(look, row)) else None


def course_of_question(look: Look, row: Row) -> Any:
    quiz = look.school.find("quizzes", id=row["quiz_id"])
    assert quiz is not None
    return look.course_of_lesson(quiz["lesson_id"])


def live_quiz_course(look: Look, row: Row) -> Row | None:
    return query_course(look, None, str(row["course_id"]))


def live_quiz_quiz(look: Look, row: Row) -> Row | None:
    return query_quiz(look, None, str(row["quiz_id"]))


def live_quiz_host(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["host_id"])


def live_quiz_pin(look: Look, row: Row) -> str | None:
    return row["pin"] if hosts(look, row) else None


def live_quiz_config(look: Look, row: Row) -> Row:
    config = look.schema.type_map["LiveQuizConfig"]
    assert isinstance(config, GraphQLObjectType)
    return {snake(name): row["config"].get(snake(name)) for name in config.fields}


def live_quiz_results(look: Look, row: Row, **paging: Any) -> Any:
    rows = [r for r in look.school.rows("live_quiz_results") if r["live_quiz_id"] == row["id"]]
    return page(sorted(rows, key=lambda r: (r["rank"], r["player_id"])), **paging)


def live_quiz_result_user(look: Look, row: Row) -> Row | None:
    user = look.school.find("users", id=row["user_id"]) if row["user_id"] else None
    return user if user and user["deleted_at"] is None else None


def live_quiz_result_answers(look: Look, row: Row) -> Any:
    game = look.school.find("live_quizzes", id=row["live_quiz_id"])
    assert game is not None
    own = row["user_id"] is not None and look.is_me(row["user_id"])
    return row["answers"] if own or look.teaches(game["course_id"]) else None


RESOLVERS: Mapping[str, Resolver] = {
    "Query.quiz": query_quiz,
    "Query.liveQuiz": query_live_quiz,
    "Query.liveQuizByPin": query_live_quiz_by_pin,
    "Course.liveQuizzes": course_live_quizzes,
    "Lesson.quizzes": lesson_quizzes,
    "Quiz.lesson": quiz_lesson,
    "Quiz.questions": quiz_questions,
    "Question.correctAnswer": question_correct_answer,
    "Question.explanation": question_explanation,
    "Question.explanationHtml": question_explanation_html,
    "Question.formats": question_formats,
    "Question.questionFormat": question_format,
    "Question.questionHtml": question_html,
    "Question.optionsHtml": question_options_html,
    "Question.points": question_points,
    "Question.exactPoints": question_exact_points,
    "LiveQuiz.course": live_quiz_course,
    "LiveQuiz.quiz": live_quiz_quiz,
    "LiveQuiz.host": live_quiz_host,
    "LiveQuiz.pin": live_quiz_pin,
    "LiveQuiz.config": live_quiz_config,
    "LiveQuiz.results": live_quiz_results,
    "LiveQuizResult.user": live_quiz_result_user,
    "LiveQuizResult.answers": live_quiz_result_answers,
}
