"""The assessments domain in the read model: quizzes, questions, live quizzes and their boards."""

from __future__ import annotations

from collections.abc import Mapping

from storage.course_of import course_of_lesson, course_of_quiz
from storage.reads import assessments_attempts as attempts
from storage.reads import assessments_results as results
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
    Shape,
    Type,
    Value,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)
from storage.shown_results import shown

COURSE_OF_QUIZ = course_of_lesson("{t}.lesson_id")
COURSE_OF_QUESTION = course_of_quiz("{t}.quiz_id")
ASKED = (
    "{t}.lacks is null and exists (select 1 from quiz_submissions aq where aq.quiz_id = {t}.quiz_id"
    " and case when aq.drawn is null then exists (select 1 from quiz_versions av"
    " where av.id = aq.version_id and av.pools = '[]' and av.question_ids ? {t}.id::text)"
    " else aq.drawn ? {t}.id::text end"
    f" and aq.student_id = {{viewer}} and ((aq.status = 'started' and {attempts.ANYWHERE})"
    f" or {shown('aq.id')}))"
    " and not exists (select 1 from live_quizzes lq"
    " where lq.quiz_id = {t}.quiz_id and lq.phase <> 'finished')"
)
"""When students see a quiz's questions.

Only those that an attempt of their own asks while it runs, or once they see what it has earned; and
not while a live game with it is running, so that nobody reads them ahead of the others. While an
attempt begins nothing is drawn from pools, and what was added later is in no version of before. Of
a quiz for some networks the attempt itself shows them: it knows from where it is asked.
"""

QUIZ = Type(
    name="Quiz",
    table="quizzes",
    fields={
        "id": identifier(),
        "lesson": One(type="Lesson", join="{t}.id = {p}.lesson_id"),
        "course": One(type="Course", join="{t}.id = " + course_of_lesson("{p}.lesson_id")),
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
        "allowPractice": plain("allow_practice"),
        "availableFrom": instant("available_from", nullable=True),
        "availableUntil": instant("available_until", nullable=True),
        "decimalComma": plain("decimal_comma"),
        "attemptsCount": enumeration("attempts_count"),
        "reviewShortAnswers": plain("review_short_answers"),
        "resultsShown": enumeration("results_shown"),
        "resultsReleasedAt": instant("results_released_at", nullable=True),
        "negativeMarking": plain("negative_marking", nullable=True),
        "lateAnswers": enumeration("late_answers"),
        "secondGrading": plain("second_grading", nullable=True),
        "questions": Many(type="Question", join="{t}.quiz_id = {p}.id", order="{t}.order_number"),
        "pools": plain("pools", visible=rules.visible("Quiz.pools", COURSE_OF_QUIZ)),
        "revision": plain("revision"),
        "createdAt": instant("created_at"),
        "updatedAt": instant("updated_at"),
        **attempts.OF_QUIZ,
    },
    visible=rules.visible("Quiz", COURSE_OF_QUIZ),
)

QUESTION = Type(
    name="Question",
    table="questions",
    fields={
        "id": identifier(),
        "quiz": One(type="Quiz", join="{t}.id = {p}.quiz_id"),
        "type": enumeration("question_type"),
        "questionText": text("question_text"),
        "mediaUrl": text("question_media_url", nullable=True),
        "mediaAlt": text("question_media_alt", nullable=True),
        "notes": text(
            "notes", nullable=True, visible=rules.visible("Question.notes", COURSE_OF_QUESTION)
        ),
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
        "allOrNothing": plain("all_or_nothing"),
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
        "tags": plain("tags", visible=rules.visible("Question.tags", COURSE_OF_QUESTION)),
        "pool": text("pool", visible=rules.visible("Question.pool", COURSE_OF_QUESTION)),
        "rubric": plain(
            "rubric",
            nullable=True,
            visible=rules.visible("Question.rubric", COURSE_OF_QUESTION),
        ),
        "revision": plain("revision"),
        "problems": plain("lacks", visible=rules.visible("Question.problems", COURSE_OF_QUESTION)),
    },
    visible=rules.visible("Question", COURSE_OF_QUESTION, students=ASKED),
)

OF_GAME = "(select lq.course_id from live_quizzes lq where lq.id = {t}.live_quiz_id)"

PLAYED_QUESTION = Type(
    name="PlayedQuestion",
    table="live_quiz_questions",
    fields={
        "questionId": Value(sql="{t}.question_id", form=Form.QUOTED),
        **{
            name: QUESTION.fields[name]
            for name in (
                *("type", "questionText", "questionHtml", "mediaUrl", "mediaAlt", "options"),
                *(
                    "optionsHtml",
                    "multiple",
                    "exactPoints",
                    "allOrNothing",
                    "difficulty",
                    "seconds",
                ),
            )
        },
        "explanation": text("explanation", nullable=True),
        "notes": text("notes", nullable=True),
        "explanationHtml": Value(
            sql="{t}.formats #>> '{{explanation,html}}'", form=Form.TEXT, nullable=True
        ),
        "formats": plain("formats", nullable=True),
        "correctAnswer": plain("correct_answer", nullable=True),
    },
    visible=rules.visible(
        "PlayedQuestion",
        OF_GAME,
    ),
)
"""A question as a game has asked it, which is the same for ever."""

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
        "boardEvery": setting("board_every"),
        "autoReveal": setting("auto_reveal"),
        "countdownMs": setting("countdown_ms"),
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
        "playedQuestions": Many(
            type="PlayedQuestion",
            join="{t}.live_quiz_id = {p}.id",
            order="{t}.order_number",
        ),
        "results": Connection(
            type="LiveQuizResult",
            join="{t}.live_quiz_id = {p}.id",
            keys=results.ON_BOARD,
        ),
        **results.OF_GAME,
    },
    plural="LiveQuizzes",
    visible=f"{rules.visible('LiveQuiz', '{t}.course_id', owner='{t}.host_id')} or {PLAYED}",
)

OWN_RESULT = rules.visible(
    "LiveQuizResult.answers",
    OF_GAME,
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
        "answers": Value(
            sql=results.COUNTED_ANSWERS, form=Form.PLAIN, nullable=True, visible=OWN_RESULT
        ),
        **results.OF_RESULT,
    },
)

BY_PIN = "{t}.pin = {pin} and {t}.phase <> 'finished'"

RUNNING = "{t}.phase <> 'finished' and " + rules.visible(
    "Course.liveQuizzes", "{t}.course_id", owner="{t}.host_id"
)
"""Running games, shown to those who may host them or enter without a PIN.

A student who dropped out may see the board of an old game, but not where to enter a new one.
"""

OF_COURSE: Mapping[str, Shape] = {
    **results.OF_COURSE,
    "liveQuizzes": Many(
        type="LiveQuiz",
        join=f"{{t}}.course_id = {{p}}.id and {RUNNING}",
        order="{t}.created_at desc, {t}.id desc",
    ),
}

TAUGHT = (
    "{t}.quiz_id in (select q.id from quizzes q join lessons l on l.id = q.lesson_id"
    " join course_modules m on m.id = l.module_id where m.course_id in"
    " (select oc.id from courses oc where oc.instructor_id = {viewer}"
    " union all select ct.course_id from course_teachers ct where ct.user_id = {viewer}))"
)
"""Questions of the courses that the viewer teaches or assists in."""

TAGGED = (
    "exists (select 1 from jsonb_array_elements_text({t}.tags) g (tag)"
    " where search_key(g.tag) = {arg})"
)

TAG = Type(
    name="QuestionTag",
    table="question_tags",
    fields={"tag": text("tag"), "questions": plain("questions")},
)

OF_LESSON = {
    "quizzes": Many(type="Quiz", join="{t}.lesson_id = {p}.id", order="{t}.created_at, {t}.id"),
}

DOMAIN = Domain(
    types=(
        QUIZ,
        QUESTION,
        TAG,
        PLAYED_QUESTION,
        CONFIG,
        LIVE_QUIZ,
        RESULT,
        *results.TYPES,
        *attempts.TYPES,
    ),
    extends={"Course": OF_COURSE, "Lesson": OF_LESSON},
    nodes={
        name: One(type=name, join="{t}.id = {id}", nullable=True)
        for name in ("Quiz", "Question", "LiveQuiz", "QuizSubmission")
    },
    roots={
        **results.ROOTS,
        **attempts.ROOTS,
        "quiz": Root(
            shape=One(type="Quiz", join="{t}.id = {id}", nullable=True), arguments={"id": "uuid"}
        ),
        "myQuestions": Root(
            shape=Connection(
                type="Question",
                join=TAUGHT,
                open=True,
                keys=(
                    Key("{t}.created_at", "instant", descending=True),
                    Key("{t}.id", "uuid", descending=True),
                ),
                filters={
                    "filter.text": ("words", rules.holds_words("{t}.question_key")),
                    "filter.type": ("lower", "{t}.question_type = {arg}"),
                    "filter.difficulty": ("lower", "{t}.difficulty = {arg}"),
                    "filter.courseId": ("uuid", f"{COURSE_OF_QUESTION} = {{arg}}"),
                    "filter.quizId": ("uuid", "{t}.quiz_id = {arg}"),
                    "filter.tag": ("key", TAGGED),
                },
            )
        ),
        "myQuestionTags": Root(
            shape=Many(
                type="QuestionTag",
                join="{t}.owner_id = {viewer}",
                order='{t}.questions desc, {t}.tag_key collate "C"',
                limit=200,
            )
        ),
        "question": Root(
            shape=One(type="Question", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
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
