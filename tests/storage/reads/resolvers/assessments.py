"""Quizzes and live quizzes, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from graphql import GraphQLObjectType

from protocol.searching import MAX_SEARCH, found, search_key
from tests.storage.reads.look import Look, Resolver, newest, page, snake
from tests.storage.reads.resolvers.courses import query_course
from tests.storage.reads.rows import Row
from tests.storage.reads.shown_results import shown


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


def query_my_questions(look: Look, _: Any, filter: Any = None, **paging: Any) -> Any:
    look.signed_in()
    wanted = filter or {}
    rows = [
        row
        for row in look.school.rows("questions")
        if is_staff(look, course_of_question(look, row)) and fits(look, row, wanted)
    ]
    return page(newest(rows), **paging)


def is_staff(look: Look, course_id: Any) -> bool:
    course = look.school.find("courses", id=course_id)
    assert course is not None
    return look.is_me(course["instructor_id"]) or any(
        row["course_id"] == course_id and look.is_me(row["user_id"])
        for row in look.school.rows("course_teachers")
    )


def fits(look: Look, row: Row, wanted: Any) -> bool:
    """Whether a question is what a `QuestionFilter` asks for."""
    course, text = course_of_question(look, row), row["question_text"]
    return (
        found(text, wanted.get("text") or "")
        and wanted.get("type") in (None, row["question_type"].upper())
        and wanted.get("difficulty") in (None, row["difficulty"].upper())
        and wanted.get("courseId") in (None, str(course))
        and (wanted.get("tag") is None or key(wanted["tag"]) in map(key, row["tags"]))
        and wanted.get("quizId") in (None, str(row["quiz_id"]))
    )


def key(tag: str) -> str:
    """Empty, which no tag is, for what is too long for one."""
    return search_key(tag.strip()) if len(tag) <= MAX_SEARCH else ""


def query_my_question_tags(look: Look, _: Any) -> list[Row]:
    look.signed_in()
    known: dict[str, list[str]] = {}
    for row in look.school.rows("questions"):
        if is_staff(look, course_of_question(look, row)):
            for tag in row["tags"]:
                known.setdefault(key(tag), []).append(tag)
    tags = [{"tag": min(found), "questions": len(found)} for found in known.values()]
    return sorted(tags, key=lambda each: (-each["questions"], key(each["tag"])))


def question_tags(look: Look, row: Row) -> Any:
    return row["tags"] if look.teaches(course_of_question(look, row)) else None


def question_quiz(look: Look, row: Row) -> Row | None:
    return look.school.find("quizzes", id=row["quiz_id"])


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


def quiz_course(look: Look, row: Row) -> Row | None:
    return query_course(look, None, str(look.course_of_lesson(row["lesson_id"])))


def quiz_questions(look: Look, row: Row) -> list[Row]:
    course = look.course_of_lesson(row["lesson_id"])
    attempts = look.school.rows("quiz_submissions")
    own = [a for a in attempts if a["quiz_id"] == row["id"] and look.is_me(a["student_id"])]
    anywhere = look.school.find("quiz_access", quiz_id=row["id"]) is None
    seen = [a for a in own if (a["status"] == "started" and anywhere) or shown(look, a)]
    games = look.school.rows("live_quizzes")
    if any(g["quiz_id"] == row["id"] and g["phase"] != "finished" for g in games):
        seen = []
    questions = look.ordered("questions", quiz_id=row["id"])
    if look.teaches(course):
        return questions
    finished = [question for question in questions if question["lacks"] is None]
    if not look.enrolled(course):
        return []
    return [q for q in finished if any(asks(look, attempt, q) for attempt in seen)]


def asks(look: Look, attempt: Row, question: Row) -> bool:
    """Whether the question is among those that were drawn, or of a version that asks all."""
    if attempt["drawn"] is not None:
        return str(question["id"]) in attempt["drawn"]
    version = look.school.find("quiz_versions", id=attempt["version_id"])
    assert version is not None
    of_version = [each["id"] for each in version["questions"]]
    return not version.get("pools") and str(question["id"]) in of_version


def quiz_pools(look: Look, row: Row) -> Any:
    return row["pools"] if look.teaches(look.course_of_lesson(row["lesson_id"])) else None


def question_pool(look: Look, row: Row) -> Any:
    return row["pool"] if look.teaches(course_of_question(look, row)) else None


def question_correct_answer(look: Look, row: Row) -> Any:
    return row["correct_answer"] if look.teaches(course_of_question(look, row)) else None


def question_explanation(look: Look, row: Row) -> Any:
    return row["explanation"] if look.teaches(course_of_question(look, row)) else None


def question_notes(look: Look, row: Row) -> Any:
    return row["notes"] if look.teaches(course_of_question(look, row)) else None


def question_rubric(look: Look, row: Row) -> Any:
    return row["rubric"] if look.teaches(course_of_question(look, row)) else None


def question_problems(look: Look, row: Row) -> Any:
    return row["lacks"] if look.teaches(course_of_question(look, row)) else None


def live_quiz_questions(look: Look, row: Row) -> list[Row]:
    if not hosts(look, row):
        return []
    return look.ordered("live_quiz_questions", live_quiz_id=row["id"])


def played_explanation_html(_: Look, row: Row) -> str | None:
    return row["formats"]["explanation"]["html"] if row["formats"] else None


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
    if not (own or look.teaches(game["course_id"])):
        return None
    recounted = row["recounted"] or {}
    return [{**each, **recounted.get(str(n), {})} for n, each in enumerate(row["answers"])]


RESOLVERS: Mapping[str, Resolver] = {
    "Query.quiz": query_quiz,
    "Query.liveQuiz": query_live_quiz,
    "Query.myQuestions": query_my_questions,
    "Question.quiz": question_quiz,
    "Query.liveQuizByPin": query_live_quiz_by_pin,
    "Course.liveQuizzes": course_live_quizzes,
    "Lesson.quizzes": lesson_quizzes,
    "Quiz.lesson": quiz_lesson,
    "Quiz.course": quiz_course,
    "Quiz.questions": quiz_questions,
    "Question.correctAnswer": question_correct_answer,
    "Question.explanation": question_explanation,
    "Question.explanationHtml": question_explanation_html,
    "Question.formats": question_formats,
    "Question.questionFormat": question_format,
    "Question.questionHtml": question_html,
    "Question.optionsHtml": question_options_html,
    "Question.points": question_points,
    "Question.problems": question_problems,
    "Question.notes": question_notes,
    "Question.pool": question_pool,
    "Question.tags": question_tags,
    "Query.myQuestionTags": query_my_question_tags,
    "Quiz.pools": quiz_pools,
    "Question.rubric": question_rubric,
    "PlayedQuestion.questionHtml": question_html,
    "PlayedQuestion.optionsHtml": question_options_html,
    "PlayedQuestion.explanationHtml": played_explanation_html,
    "PlayedQuestion.exactPoints": question_exact_points,
    "LiveQuiz.playedQuestions": live_quiz_questions,
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
