"""The assessments domain in the read model: quizzes, questions, live quizzes and their boards."""

from __future__ import annotations

from storage.course_of import course_of_lesson, course_of_quiz
from storage.reads import rules
from storage.reads.model import (
    Connection,
    Domain,
    Embedded,
    Form,
    Key,
    Many,
    One,
    Root,
    Type,
    Value,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)

COURSE_OF_QUIZ = course_of_lesson("{t}.lesson_id")
COURSE_OF_QUESTION = course_of_quiz("{t}.quiz_id")
ASKED = (
    "exists (select 1 from quizzes aq where aq.id = {t}.quiz_id"
    " and (aq.available_from is null or aq.available_from <= now())"
    " and (aq.available_until is null or aq.available_until > now()))"
    " and not exists (select 1 from live_quizzes lq"
    " where lq.quiz_id = {t}.quiz_id and lq.phase <> 'finished')"
)
"""When students see a quiz's questions.

Only while it is open, and not while a live game with it is running, so that nobody reads them ahead
of the others.
"""

QUIZ = Type(
    name="Quiz",
    table="quizzes",
    fields={
        "id": identifier(),
        "lesson": One(type="Lesson", join="{t}.id = {p}.lesson_id"),
        "title": text("title"),
        "description": text("description", nullable=True),
        "type": enumeration("quiz_type"),
        "timeLimitMinutes": plain("time_limit_minutes", nullable=True),
        "passingScore": plain("passing_score_percentage"),
        "maxAttempts": plain("max_attempts"),
        "randomizeQuestions": plain("randomize_questions"),
        "randomizeOptions": plain("randomize_options"),
        "showCorrectAnswers": plain("show_correct_answers"),
        "showExplanations": plain("show_explanations"),
        "availableFrom": instant("available_from", nullable=True),
        "availableUntil": instant("available_until", nullable=True),
        "decimalComma": plain("decimal_comma"),
        "questions": Many(type="Question", join="{t}.quiz_id = {p}.id", order="{t}.order_number"),
        "createdAt": instant("created_at"),
    },
    visible=rules.visible("Quiz", COURSE_OF_QUIZ),
)

QUESTION = Type(
    name="Question",
    table="questions",
    fields={
        "id": identifier(),
        "type": enumeration("question_type"),
        "questionText": text("question_text"),
        "mediaUrl": text("question_media_url", nullable=True),
        "questionFormat": Value(
            sql="upper(coalesce({t}.formats #>> '{{text,format}}', 'plain'))", form=Form.QUOTED
        ),
        "questionHtml": Value(sql="{t}.formats #>> '{{text,html}}'", form=Form.TEXT, nullable=True),
        "options": plain("options", nullable=True),
        "optionsHtml": Value(
            sql="nullif(jsonb_path_query_array({t}.formats, '$.options[*].html'), '[]')",
            form=Form.PLAIN,
            nullable=True,
        ),
        "multiple": plain("multiple", nullable=True),
        "points": Value(sql="floor({t}.points + 0.5)", form=Form.PLAIN),
        "exactPoints": plain("points"),
        "difficulty": enumeration("difficulty"),
        "seconds": plain("seconds", nullable=True),
        "explanation": text(
            "explanation",
            nullable=True,
            visible=rules.visible("Question.explanation", COURSE_OF_QUESTION),
        ),
        "explanationHtml": Value(
            sql="{t}.formats #>> '{{explanation,html}}'",
            form=Form.TEXT,
            nullable=True,
            visible=rules.visible("Question.explanation", COURSE_OF_QUESTION),
        ),
        "formats": plain(
            "formats", visible=rules.visible("Question.explanation", COURSE_OF_QUESTION)
        ),
        "correctAnswer": plain(
            "correct_answer", visible=rules.visible("Question.correctAnswer", COURSE_OF_QUESTION)
        ),
    },
    visible=rules.visible("Question", COURSE_OF_QUESTION, students=ASKED),
)

HOSTS = rules.visible("LiveQuiz.pin", "{t}.course_id", owner="{t}.host_id")
PLAYED = (
    "exists (select 1 from live_quiz_results pr where pr.live_quiz_id = {t}.id"
    " and pr.user_id = {viewer})"
)


def setting(name: str, form: Form = Form.PLAIN) -> Value:
    """A field of a live quiz's configuration."""
    arrow = "->" if form is Form.PLAIN else "->>"
    sql = f"{{t}}.config{arrow}'{name}'"
    return Value(sql=sql if form is Form.PLAIN else f"upper({sql})", form=form, nullable=True)


CONFIG = Type(
    name="LiveQuizConfig",
    fields={
        "questionMs": setting("question_ms"),
        "points": setting("points"),
        "halfPoints": setting("half_points"),
        "speedWeighted": setting("speed_weighted"),
        "streaks": setting("streaks"),
        "shuffleQuestions": setting("shuffle_questions"),
        "shuffleOptions": setting("shuffle_options"),
        "allowGuests": setting("allow_guests"),
        "autoAdvanceMs": setting("auto_advance_ms"),
        "hostAway": setting("host_away", Form.QUOTED),
        "closeWhenAllAnswered": setting("close_when_all_answered"),
        "leaderboardSize": setting("leaderboard_size"),
        "maxPlayers": setting("max_players"),
        "latencyCapMs": setting("latency_cap_ms"),
    },
)

LIVE_QUIZ = Type(
    name="LiveQuiz",
    table="live_quizzes",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id", nullable=True),
        "quiz": One(type="Quiz", join="{t}.id = {p}.quiz_id", nullable=True),
        "host": One(type="User", join="{t}.id = {p}.host_id"),
        "title": text("title"),
        "pin": text("pin", nullable=True, visible=HOSTS),
        "state": enumeration("phase"),
        "questionIndex": plain("question_index"),
        "questionCount": plain("question_count"),
        "playerCount": plain("player_count"),
        "opensAt": instant("opens_at", nullable=True),
        "closesAt": instant("closes_at", nullable=True),
        "startedAt": instant("started_at", nullable=True),
        "finishedAt": instant("finished_at", nullable=True),
        "createdAt": instant("created_at"),
        "config": Embedded(type="LiveQuizConfig"),
        "results": Connection(
            type="LiveQuizResult",
            join="{t}.live_quiz_id = {p}.id",
            keys=(Key("{t}.rank", "int"), Key("{t}.player_id", "text")),
        ),
    },
    visible=f"{rules.visible('LiveQuiz', '{t}.course_id', owner='{t}.host_id')} or {PLAYED}",
)

OWN_RESULT = rules.visible(
    "LiveQuizResult.answers",
    "(select lq.course_id from live_quizzes lq where lq.id = {t}.live_quiz_id)",
    owner="{t}.user_id",
)

RESULT = Type(
    name="LiveQuizResult",
    table="live_quiz_results",
    fields={
        "playerId": text("player_id"),
        "user": One(type="User", join="{t}.id = {p}.user_id", nullable=True),
        "nickname": text("nickname"),
        "score": plain("score"),
        "rank": plain("rank"),
        "correct": plain("correct"),
        "answered": plain("answered"),
        "answers": plain("answers", visible=OWN_RESULT),
    },
)

BY_PIN = "{t}.pin = {pin} and {t}.phase <> 'finished'"

RUNNING = "{t}.phase <> 'finished' and " + rules.visible(
    "Course.liveQuizzes", "{t}.course_id", owner="{t}.host_id"
)
"""Running games, shown to those who may host them or enter without a PIN.

A student who dropped out may see the board of an old game, but not where to enter a new one.
"""

OF_COURSE = {
    "liveQuizzes": Many(
        type="LiveQuiz",
        join=f"{{t}}.course_id = {{p}}.id and {RUNNING}",
        order="{t}.created_at desc, {t}.id desc",
    ),
}

OF_LESSON = {
    "quizzes": Many(type="Quiz", join="{t}.lesson_id = {p}.id", order="{t}.created_at, {t}.id"),
}

DOMAIN = Domain(
    types=(QUIZ, QUESTION, CONFIG, LIVE_QUIZ, RESULT),
    extends={"Course": OF_COURSE, "Lesson": OF_LESSON},
    nodes={
        name: One(type=name, join="{t}.id = {id}", nullable=True)
        for name in ("Quiz", "Question", "LiveQuiz")
    },
    roots={
        "quiz": Root(
            shape=One(type="Quiz", join="{t}.id = {id}", nullable=True), arguments={"id": "uuid"}
        ),
        "liveQuiz": Root(
            shape=One(type="LiveQuiz", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
        ),
        "liveQuizByPin": Root(
            shape=One(type="LiveQuiz", join=BY_PIN, nullable=True, open=True),
            arguments={"pin": "text"},
        ),
        "eventLiveQuiz": Root(
            shape=One(type="LiveQuiz", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
    },
)
