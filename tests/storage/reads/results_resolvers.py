"""Results of live quizzes, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.storage.reads.look import Look, Resolver, newest, page
from tests.storage.reads.resolvers.assessments import hosts, sees_game
from tests.storage.reads.rows import Row

EARLIER = 10


def games(look: Look, running: bool | None, rule: Callable[[Row], bool], paging: Any) -> Any:
    rows = [
        game
        for game in look.school.rows("live_quizzes")
        if rule(game) and sees_game(look, game)
        if running is None or (game["phase"] != "finished") is running
    ]
    return page(newest(rows), **paging)


def course_games(look: Look, row: Row, running: bool | None = None, **paging: Any) -> Any:
    return games(look, running, lambda game: game["course_id"] == row["id"], paging)


def query_my_games(
    look: Look, _: Any, running: bool | None = None, toScore: bool | None = None, **paging: Any
) -> Any:
    look.signed_in()

    def mine(game: Row) -> bool:
        by_role = look.is_admin and not look.is_me(game["host_id"])
        if toScore is not None and may_score(game) is not toScore:
            return False
        return look.is_me(game["host_id"]) or (hosts(look, game) and not by_role)

    def may_score(game: Row) -> bool:
        assists = any(
            look.is_me(row["user_id"]) and row["role"] == "assistant"
            for row in look.school.rows("course_teachers")
            if row["course_id"] == game["course_id"]
        )
        waits = game["phase"] == "finished" and bool(game_unscored(look, game))
        return waits and hosts(look, game) and not assists

    return games(look, running, mine, paging)


def query_played_games(look: Look, _: Any, courseId: str | None = None, **paging: Any) -> Any:
    look.signed_in()

    def played(game: Row) -> bool:
        of_course = courseId is None or str(game["course_id"]) == courseId
        return of_course and game_result(look, game) is not None

    return games(look, None, played, paging)


def may_practise(look: Look, row: Row) -> bool:
    quiz = look.school.find("quizzes", id=row["quiz_id"])
    assert quiz is not None
    allowed = quiz["allow_practice"] and quiz["show_correct_answers"]
    played = game_result(look, row) is not None
    return row["phase"] == "finished" and (hosts(look, row) or (played and allowed))


def game_result(look: Look, row: Row) -> Row | None:
    for result in look.school.rows("live_quiz_results"):
        if result["live_quiz_id"] == row["id"] and own(look, result):
            return result
    return None


def game_of(look: Look, row: Row) -> Row:
    game = look.school.find("live_quizzes", id=row["live_quiz_id"])
    assert game is not None
    return game


def average_result(look: Look, row: Row) -> float | None:
    played = [q for q in questions(look) if q["live_quiz_id"] == row["id"]]
    played = [q for q in played if unscored(look, q) == 0]
    graded = sum(q["graded"] for q in played)
    return round(sum(q["correct"] for q in played) / graded, 4) if graded else None


def game_unscored(look: Look, row: Row) -> int | None:
    if not hosts(look, row):
        return None
    return sum(unscored(look, q) for q in questions(look) if q["live_quiz_id"] == row["id"])


def questions(look: Look) -> list[Row]:
    return look.school.rows("live_quiz_question_results")


def questions_of(look: Look, game_id: Any) -> list[Row]:
    rows = [q for q in questions(look) if str(q["live_quiz_id"]) == str(game_id)]
    rows = [q for q in rows if hosts(look, game_of(look, q))]
    return sorted(rows, key=lambda q: q["question_index"])


def game_questions(look: Look, row: Row) -> list[Row]:
    return questions_of(look, row["id"])


def query_questions(look: Look, _: Any, liveQuizId: str, sort: str, **paging: Any) -> Any:
    look.signed_in()
    rows = questions_of(look, liveQuizId)
    if sort == "HARDEST":
        shares = {q["question_index"]: share(look, q) for q in rows}
        rows = sorted(rows, key=lambda q: 2 if (s := shares[q["question_index"]]) is None else s)
    return page(rows, **paging)


def earlier(look: Look, row: Row) -> list[Row]:
    rows = [
        q
        for q in questions(look)
        if q["question_id"] == row["question_id"] and q["revealed_at"] < row["revealed_at"]
        if hosts(look, game_of(look, q))
    ]
    return sorted(rows, key=lambda q: q["revealed_at"], reverse=True)[:EARLIER]


def accepted(look: Look, row: Row) -> list[Row]:
    return [
        each
        for each in look.school.rows("live_quiz_accepted_answers")
        if each["live_quiz_id"] == row["live_quiz_id"]
        and each["question_index"] == row["question_index"]
    ]


def type_of(_: Look, row: Row) -> str:
    return str(row["question"]["type"]).upper()


def text_of(_: Look, row: Row) -> Any:
    return row["question"]["text"]


def html_of(_: Look, row: Row) -> Any:
    formats = row["question"]["formats"]
    return formats["text"]["html"] if formats else None


def options_of(_: Look, row: Row) -> Any:
    return row["question"]["options"] or None


def prompts_of(_: Look, row: Row) -> Any:
    return [prompt for prompt, _match in row["question"]["key"].get("pairs", ())] or None


def htmls_of(texts: str) -> Resolver:
    def resolver(_: Look, row: Row) -> Any:
        formats = row["question"]["formats"]
        return [each["html"] for each in formats[texts]] or None if formats else None

    return resolver


def matches_of(_: Look, row: Row) -> Any:
    key = row["question"]["key"]
    return (
        sorted({match for _, match in key.get("pairs", ())} | set(key.get("distractors", ())))
        or None
    )


def items_of(_: Look, row: Row) -> Any:
    items = row["question"]["key"].get("items")
    return None if items is None else sorted(items)


def blanks_of(_: Look, row: Row) -> Any:
    blanks = row["question"]["key"].get("blanks")
    return None if blanks is None else len(blanks)


def multiple_of(_: Look, row: Row) -> Any:
    question = row["question"]
    return question.get("multiple") is not False if question["type"] == "multiple_choice" else None


def unit_required(_: Look, row: Row) -> bool:
    return bool(row["question"]["key"].get("unit_required"))


def marks_of(_: Look, row: Row) -> int:
    key = row["question"]["key"]
    return int(key.get("find") or len(key.get("places", ())))


def none_allowed(_: Look, row: Row) -> bool:
    return bool(row["question"]["key"].get("none_allowed"))


def media_url(_: Look, row: Row) -> Any:
    return row["question"].get("media_url")


def media_alt(_: Look, row: Row) -> Any:
    return row["question"].get("media_alt")


def guidance_of(_: Look, row: Row) -> Any:
    return row["question"]["key"].get("guidance")


def explanation_of(_: Look, row: Row) -> Any:
    return row["question"]["explanation"]


def explanation_html_of(_: Look, row: Row) -> Any:
    formats = row["question"]["formats"]
    return formats["explanation"]["html"] if formats else None


def points_of(_: Look, row: Row) -> Any:
    return row["question"]["points"]


def unscored(_: Look, row: Row) -> int:
    return row["asked"] - row["graded"] if row["by_person"] and not row["skipped"] else 0


def share(look: Look, row: Row) -> float | None:
    if unscored(look, row):
        return None
    return round(row["correct"] / row["graded"], 4) if row["graded"] else None


def average_ms(_: Look, row: Row) -> int | None:
    return row["elapsed_ms"] // row["answered"] if row["answered"] else None


def option_counts(_: Look, row: Row) -> Any:
    return row["option_counts"] or None


# --- answers --------------------------------------------------------------------------------------


def answers(look: Look) -> list[Row]:
    """Each with its question, where there is one and the viewer may see it."""
    found = []
    for result in look.school.rows("live_quiz_results"):
        for question in questions(look):
            index = question["question_index"]
            if question["live_quiz_id"] != result["live_quiz_id"]:
                continue
            if index >= len(result["answers"]) or not sees_answers(look, result):
                continue
            given = result["answers"][index]
            changed = (result["recounted"] or {}).get(str(index))
            found.append({**question, **result, **given, **(changed or {}), "changed": changed})
    return sorted(found, key=lambda a: (a["question_index"], a["player_id"]))


def sees_answers(look: Look, result: Row) -> bool:
    return own(look, result) or hosts(look, game_of(look, result))


def own(look: Look, row: Row) -> bool:
    return row["user_id"] is not None and look.is_me(row["user_id"])


def result_details(look: Look, row: Row) -> list[Row]:
    return [
        each
        for each in answers(look)
        if each["live_quiz_id"] == row["live_quiz_id"] and each["player_id"] == row["player_id"]
    ]


def query_results(
    look: Look,
    _: Any,
    liveQuizId: str,
    sort: str,
    playerId: str | None = None,
    nickname: str | None = None,
    **paging: Any,
) -> Any:
    look.signed_in()
    rows = [
        each
        for each in look.school.rows("live_quiz_results")
        if str(each["live_quiz_id"]) == liveQuizId and hosts(look, game_of(look, each))
        if playerId in {None, each["player_id"]}
        if nickname is None or nickname.lower() in each["nickname"].lower()
    ]
    by = "nickname" if sort.startswith("NICKNAME") else "rank"
    ordered = sorted(
        rows, key=lambda each: (each[by], each["player_id"]), reverse=sort.endswith("LAST")
    )
    return page(ordered, **paging)


def query_essays(
    look: Look,
    _: Any,
    liveQuizId: str,
    questionIndex: int,
    scored: bool | None = None,
    **paging: Any,
) -> Any:
    look.signed_in()
    rows = [
        each
        for each in answers(look)
        if str(each["live_quiz_id"]) == liveQuizId and each["question_index"] == questionIndex
        if each["by_person"]
        if each["answer"] is not None
        if scored is None or (each["correct"] is not None) is scored
    ]
    return page(rows, **paging)


def query_typed(look: Look, _: Any, **asked: Any) -> Row:
    """As the handler answers everybody in this test; its rules are tried with itself."""
    look.signed_in()
    group = {"answer": "Rome", "count": 2, "correct": None}
    return {"groups": [group], "distinct": 3, "others": 1}


def recounted(_: Look, row: Row) -> bool:
    return row["changed"] is not None


def right_answer(look: Look, row: Row) -> Any:
    return row["right_answer"] if shows(look, row, "show_correct_answers") else None


def own_explanation(look: Look, row: Row) -> Any:
    return explanation_of(look, row) if shows(look, row, "show_explanations") else None


def own_explanation_html(look: Look, row: Row) -> Any:
    return explanation_html_of(look, row) if shows(look, row, "show_explanations") else None


def shows(look: Look, row: Row, setting: str) -> bool:
    game = game_of(look, row)
    quiz = look.school.find("quizzes", id=game["quiz_id"])
    assert quiz is not None
    return hosts(look, game) or (own(look, row) and bool(quiz[setting]))


def feedback(look: Look, row: Row) -> str | None:
    for each in look.school.rows("live_quiz_essay_scores"):
        if all(each[key] == row[key] for key in ("live_quiz_id", "question_index", "player_id")):
            return str(each["feedback"])
    return None


def query_checked(look: Look, _: Any, **asked: Any) -> Row:
    """As the handler answers everybody in this test."""
    look.signed_in()
    return {
        "correct": False,
        "share": 0.5,
        "right": [0, 1],
        "accepted": ["Rome"],
        "places": [{"type": "rectangle", "name": "", "left": 0, "top": 0, "right": 9, "bottom": 8}],
        "explanation": "Because",
        "explanation_html": None,
    }


ASKED: Mapping[str, Resolver] = {
    "optionsHtml": htmls_of("options"),
    "promptsHtml": htmls_of("prompts"),
    "matches": matches_of,
    "items": items_of,
    "blanks": blanks_of,
    "multiple": multiple_of,
    "noneAllowed": none_allowed,
    "unitRequired": unit_required,
    "marks": marks_of,
    "mediaUrl": media_url,
    "mediaAlt": media_alt,
}

RESOLVERS: Mapping[str, Resolver] = {
    "Query.myGames": query_my_games,
    "Query.playedGames": query_played_games,
    "Query.liveQuizQuestions": query_questions,
    "Query.liveQuizResults": query_results,
    "Query.liveQuizEssays": query_essays,
    "Query.liveQuizTypedAnswers": query_typed,
    "Query.checkPracticeAnswer": query_checked,
    "Query.checkAttemptPracticeAnswer": query_checked,
    "LiveQuiz.mayPractise": may_practise,
    **{f"LiveQuizQuestion.{name}": each for name, each in ASKED.items()},
    **{f"LiveQuizAnswer.{name}": each for name, each in ASKED.items()},
    "Course.games": course_games,
    "LiveQuiz.averageResult": average_result,
    "LiveQuiz.unscored": game_unscored,
    "LiveQuiz.questions": game_questions,
    "LiveQuiz.myResult": game_result,
    "EarlierQuestion.correctShare": share,
    "LiveQuizResult.details": result_details,
    "LiveQuizQuestion.type": type_of,
    "LiveQuizQuestion.questionText": text_of,
    "LiveQuizQuestion.questionHtml": html_of,
    "LiveQuizQuestion.options": options_of,
    "LiveQuizQuestion.prompts": prompts_of,
    "LiveQuizQuestion.guidance": guidance_of,
    "LiveQuizQuestion.explanation": explanation_of,
    "LiveQuizQuestion.explanationHtml": explanation_html_of,
    "LiveQuizQuestion.points": points_of,
    "LiveQuizQuestion.unscored": unscored,
    "LiveQuizQuestion.correctShare": share,
    "LiveQuizQuestion.averageMs": average_ms,
    "LiveQuizQuestion.optionCounts": option_counts,
    "LiveQuizQuestion.acceptedAnswers": accepted,
    "LiveQuizQuestion.earlier": earlier,
    "LiveQuizAnswer.type": type_of,
    "LiveQuizAnswer.questionText": text_of,
    "LiveQuizAnswer.questionHtml": html_of,
    "LiveQuizAnswer.options": options_of,
    "LiveQuizAnswer.prompts": prompts_of,
    "LiveQuizAnswer.recounted": recounted,
    "LiveQuizAnswer.rightAnswer": right_answer,
    "LiveQuizAnswer.explanation": own_explanation,
    "LiveQuizAnswer.explanationHtml": own_explanation_html,
    "LiveQuizAnswer.feedback": feedback,
}
