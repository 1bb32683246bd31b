"""What is read of games: lists of them, their questions as they were played, and each answer.

The questions of a game are those that the game itself wrote when it revealed them, whatever has
become of its quiz since.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.reads import rules
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
    instant,
    plain,
    text,
)

EARLIER = 10
"""Games with which one is compared."""

COURSE = "(select lq.course_id from live_quizzes lq where lq.id = {t}.live_quiz_id)"


def from_question(path: str, *, nullable: bool = True, visible: str | None = None) -> Value:
    """A text in the question as it was played or asked."""
    sql = f"{{t}}.question #>> '{{{{{path}}}}}'"
    return Value(sql=sql, form=Form.TEXT, nullable=nullable, visible=visible)


def _htmls(texts: str) -> Value:
    """How some of its texts look; null if all are plain."""
    return Value(
        sql="nullif(jsonb_path_query_array("
        f"{{t}}.question -> 'formats', '$.{texts}[*].html'), '[]')",
        form=Form.PLAIN,
        nullable=True,
    )


def _to_player(shown: str) -> str:
    """The player, where the quiz shows that."""
    return (
        f"case when (select z.{shown} from live_quizzes lz join quizzes z on z.id = lz.quiz_id"
        " where lz.id = {t}.live_quiz_id) then {t}.owner_id end"
    )


RIGHT_ANSWER = rules.visible(
    "LiveQuizAnswer.rightAnswer", COURSE, owner=_to_player("show_correct_answers")
)
EXPLANATION = rules.visible(
    "LiveQuizAnswer.explanation", COURSE, owner=_to_player("show_explanations")
)

TYPE_OF = Value(sql="upper({t}.question ->> 'type')", form=Form.QUOTED)
OPTIONS_OF = Value(sql="nullif({t}.question -> 'options', '[]')", form=Form.PLAIN, nullable=True)
PROMPTS_OF = Value(
    sql="(select jsonb_agg(pair -> 0)"
    " from jsonb_array_elements({t}.question #> '{{key,pairs}}') pair)",
    form=Form.PLAIN,
    nullable=True,
)
_ALL_MATCHES = (
    "select pair ->> 1 as match from jsonb_array_elements({t}.question #> '{{key,pairs}}') pair"
    " union select d from jsonb_array_elements_text({t}.question #> '{{key,distractors}}') d"
)
ASKED: Mapping[str, Shape] = {
    "optionsHtml": _htmls("options"),
    "promptsHtml": _htmls("prompts"),
    "matches": Value(
        # By code points, as answers name them: `actors.assessments.answers.grading.choices`.
        sql=f'(select jsonb_agg(match order by match collate "C") from ({_ALL_MATCHES}) m)',
        form=Form.PLAIN,
        nullable=True,
    ),
    "items": Value(
        sql='(select jsonb_agg(item order by item collate "C")'
        " from jsonb_array_elements_text({t}.question #> '{{key,items}}') item)",
        form=Form.PLAIN,
        nullable=True,
    ),
    "blanks": Value(
        sql="jsonb_array_length({t}.question #> '{{key,blanks}}')", form=Form.PLAIN, nullable=True
    ),
    "multiple": Value(
        sql="case when {t}.question ->> 'type' = 'multiple_choice'"
        " then coalesce(({t}.question ->> 'multiple')::boolean, true) end",
        form=Form.PLAIN,
        nullable=True,
    ),
    "noneAllowed": Value(
        sql="coalesce(({t}.question #>> '{{key,none_allowed}}')::boolean, false)", form=Form.PLAIN
    ),
    "unitRequired": Value(
        sql="coalesce(({t}.question #>> '{{key,unit_required}}')::boolean, false)", form=Form.PLAIN
    ),
    "marks": Value(
        sql="coalesce(({t}.question #>> '{{key,find}}')::integer,"
        " jsonb_array_length({t}.question #> '{{key,places}}'), 0)",
        form=Form.PLAIN,
    ),
    "mediaUrl": from_question("media_url"),
    "mediaAlt": from_question("media_alt"),
    "byPerson": plain("by_person"),
}
"""What one is asked with, besides the texts."""
_WORTH = Value(sql="({t}.question -> 'points')", form=Form.PLAIN)
_GAME_ID = Value(sql="{t}.live_quiz_id", form=Form.QUOTED)
UNSCORED = "case when {k}.by_person and not {k}.skipped then {k}.asked - {k}.graded else 0 end"
_SHARE = f"case when {UNSCORED} = 0 then {{k}}.correct{{as_}} / nullif({{k}}.graded, 0) end"
"""While answers wait for a person, only those who gave none are graded: that is no share."""
_CORRECT_SHARE = Value(
    sql=f"round({_SHARE.format(k='{t}', as_='::numeric')}, 4)", form=Form.PLAIN, nullable=True
)

QUESTION = Type(
    name="LiveQuizQuestion",
    table="live_quiz_question_results",
    fields={
        "liveQuizId": _GAME_ID,
        "index": plain("question_index"),
        "questionId": text("question_id"),
        "type": TYPE_OF,
        "questionText": from_question("text", nullable=False),
        "questionHtml": from_question("formats,text,html"),
        "options": OPTIONS_OF,
        "prompts": PROMPTS_OF,
        **ASKED,
        "rightAnswer": plain("right_answer", nullable=True),
        "guidance": from_question("key,guidance"),
        "explanation": from_question("explanation"),
        "explanationHtml": from_question("formats,explanation,html"),
        "points": _WORTH,
        "skipped": plain("skipped"),
        "asked": plain("asked"),
        "answered": plain("answered"),
        "graded": plain("graded"),
        "correct": plain("correct"),
        "partlyCorrect": plain("partly"),
        "unscored": Value(sql=UNSCORED.format(k="{t}"), form=Form.PLAIN),
        "correctShare": _CORRECT_SHARE,
        "averageMs": Value(
            sql="{t}.elapsed_ms / nullif({t}.answered, 0)", form=Form.PLAIN, nullable=True
        ),
        "optionCounts": Value(
            sql="nullif({t}.option_counts, '[]')", form=Form.PLAIN, nullable=True
        ),
        "revealedAt": instant("revealed_at"),
        "acceptedAnswers": Many(
            type="AcceptedAnswer",
            join="{t}.live_quiz_id = {p}.live_quiz_id and {t}.question_index = {p}.question_index",
            order="{t}.accepted_at, {t}.blank, {t}.folded",
        ),
        "earlier": Many(
            type="EarlierQuestion",
            join="{t}.question_id = {p}.question_id and {t}.revealed_at < {p}.revealed_at"
            " and {t}.live_quiz_id <> {p}.live_quiz_id",
            order="{t}.revealed_at desc, {t}.live_quiz_id",
            limit=EARLIER,
        ),
    },
    visible=rules.visible("LiveQuizQuestion", COURSE),
)

EARLIER_QUESTION = Type(
    name="EarlierQuestion",
    table="live_quiz_question_results",
    fields={
        "liveQuizId": _GAME_ID,
        "revealedAt": instant("revealed_at"),
        "graded": plain("graded"),
        "correct": plain("correct"),
        "correctShare": _CORRECT_SHARE,
    },
    visible=rules.visible("LiveQuizQuestion", COURSE),
)

ACCEPTED = Type(
    name="AcceptedAnswer",
    table="live_quiz_accepted_answers",
    fields={
        "blank": plain("blank"),
        "answer": text("answer"),
        "acceptedAt": instant("accepted_at"),
    },
)

SCORED = (
    "(select s.{column} from live_quiz_essay_scores s where s.live_quiz_id = {{t}}.live_quiz_id"
    " and s.question_index = {{t}}.question_index and s.player_id = {{t}}.player_id)"
)

ANSWER = Type(
    name="LiveQuizAnswer",
    table="live_quiz_answers",
    fields={
        "playerId": text("player_id"),
        "nickname": text("nickname"),
        "index": plain("question_index"),
        "questionId": text("question_id"),
        "type": TYPE_OF,
        "questionText": from_question("text", nullable=False),
        "questionHtml": from_question("formats,text,html"),
        "options": OPTIONS_OF,
        "prompts": PROMPTS_OF,
        **ASKED,
        "answer": Value(sql="{t}.given -> 'answer'", form=Form.PLAIN, nullable=True),
        "correct": Value(sql="{t}.counted -> 'correct'", form=Form.PLAIN, nullable=True),
        "points": Value(sql="{t}.counted -> 'points'", form=Form.PLAIN),
        "elapsedMs": Value(sql="{t}.given -> 'elapsed_ms'", form=Form.PLAIN, nullable=True),
        "recounted": Value(sql="coalesce({t}.is_recounted, false)", form=Form.PLAIN),
        "rightAnswer": plain("right_answer", visible=RIGHT_ANSWER),
        "explanation": from_question("explanation", visible=EXPLANATION),
        "explanationHtml": from_question("formats,explanation,html", visible=EXPLANATION),
        "feedback": Value(sql=SCORED.format(column="feedback"), form=Form.TEXT, nullable=True),
    },
    visible=rules.visible("LiveQuizAnswer", COURSE, owner="{t}.owner_id"),
)

AVERAGE_RESULT = Value(
    sql="(select round(sum(k.correct)::numeric / nullif(sum(k.graded), 0), 4)"
    " from live_quiz_question_results k where k.live_quiz_id = {t}.id"
    f" and {UNSCORED.format(k='k')} = 0)",
    form=Form.PLAIN,
    nullable=True,
)
_MAY_PLAYER_PRACTISE = (
    "case when (select z.allow_practice and z.show_correct_answers from quizzes z"
    " where z.id = {t}.quiz_id) and exists (select 1 from live_quiz_results mp"
    " where mp.live_quiz_id = {t}.id and mp.user_id = {viewer}) then {viewer} end"
)
_MAY_PRACTISE = rules.visible("LiveQuizPractice", "{t}.course_id", owner=_MAY_PLAYER_PRACTISE)
OF_GAME: Mapping[str, Shape] = {
    "mayPractise": Value(
        sql=f"({{t}}.phase = 'finished' and coalesce({_MAY_PRACTISE}, false))", form=Form.PLAIN
    ),
    "averageResult": AVERAGE_RESULT,
    "unscored": Value(
        sql=f"(select coalesce(sum({UNSCORED.format(k='k')}), 0)"
        " from live_quiz_question_results k where k.live_quiz_id = {t}.id)",
        form=Form.PLAIN,
        nullable=True,
        visible=rules.visible("LiveQuizQuestion", "{t}.course_id"),
    ),
    "questions": Many(
        type="LiveQuizQuestion",
        join="{t}.live_quiz_id = {p}.id",
        order="{t}.question_index",
    ),
    "myResult": One(
        type="LiveQuizResult",
        join="{t}.live_quiz_id = {p}.id and {t}.user_id = {viewer}",
        nullable=True,
    ),
}
OF_RESULT: Mapping[str, Shape] = {
    "details": Many(
        type="LiveQuizAnswer",
        join="{t}.live_quiz_id = {p}.live_quiz_id and {t}.player_id = {p}.player_id",
        order="{t}.question_index",
    ),
}
COUNTED_ANSWERS = "recounted_answers({t}.answers, {t}.recounted)"

NEWEST = (
    Key("{t}.created_at", "instant", descending=True),
    Key("{t}.id", "uuid", descending=True),
)
WHETHER_RUNNING = {"running": ("flag", "({t}.phase <> 'finished') = {arg}")}
OF_COURSE: Mapping[str, Shape] = {
    "games": Connection(
        type="LiveQuiz",
        join="{t}.course_id = {p}.id",
        keys=NEWEST,
        filters=WHETHER_RUNNING,
    ),
}
MINE = (
    "{t}.id in (select mq.id from live_quizzes mq where mq.host_id = {viewer}"
    " union select cq.id from live_quizzes cq join courses oc on oc.id = cq.course_id"
    " where oc.instructor_id = {viewer}"
    " union select tq.id from live_quizzes tq join course_teachers ct"
    " on ct.course_id = tq.course_id where ct.user_id = {viewer})"
)
TO_SCORE = (
    "{t}.phase = 'finished' and exists (select from live_quiz_question_results w"
    " where w.live_quiz_id = {t}.id and w.by_person and not w.skipped and w.asked > w.graded)"
    f" and {rules.permitted('scoreEssay', '{t}.course_id')}"
)
PLAYED_BY_ME = (
    "{t}.id in (select mr.live_quiz_id from live_quiz_results mr where mr.user_id = {viewer})"
)
OF_THE_GAME = {"liveQuizId": ("uuid", "{t}.live_quiz_id = {arg}")}
PLAYED = (Key("{t}.question_index", "int"),)
HARDEST = (
    # Of parts in a million; what nobody can be said to have got right or wrong comes last.
    Key(f"coalesce({_SHARE.format(k='{t}', as_='::bigint * 1000000')}, 2000000)", "bigint"),
    Key("{t}.question_index", "int"),
)
ON_BOARD = (Key("{t}.rank", "int"), Key("{t}.player_id", "text"))
BY_NICKNAME = (Key("lower({t}.nickname)", "text"), Key("{t}.player_id", "text"))


def backwards(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """The same order from its end."""
    return tuple(Key(key.sql, key.kind, descending=not key.descending) for key in keys)


BOARD_ORDERS = {
    "RANK": ON_BOARD,
    "RANK_LAST": backwards(ON_BOARD),
    "NICKNAME": BY_NICKNAME,
    "NICKNAME_LAST": backwards(BY_NICKNAME),
}
READ_BY_PERSONS = "{t}.by_person and not {t}.skipped and {t}.given ->> 'answer' is not null"

ROOTS = {
    "myGames": Root(
        shape=Connection(
            type="LiveQuiz",
            join=MINE,
            keys=NEWEST,
            filters={**WHETHER_RUNNING, "toScore": ("flag", f"({TO_SCORE}) = {{arg}}")},
        )
    ),
    "playedGames": Root(
        shape=Connection(
            type="LiveQuiz",
            join=PLAYED_BY_ME,
            keys=NEWEST,
            filters={"courseId": ("uuid", "{t}.course_id = {arg}")},
        )
    ),
    "liveQuizQuestions": Root(
        shape=Connection(
            type="LiveQuizQuestion",
            join="true",
            keys=PLAYED,
            filters=OF_THE_GAME,
            sorts={"PLAYED": PLAYED, "HARDEST": HARDEST},
        )
    ),
    "liveQuizResults": Root(
        shape=Connection(
            type="LiveQuizResult",
            join=rules.visible("LiveQuizQuestion", COURSE),
            keys=ON_BOARD,
            filters={
                **OF_THE_GAME,
                "playerId": ("text", "{t}.player_id = {arg}"),
                "nickname": ("text", "position(lower(trim({arg})) in lower({t}.nickname)) > 0"),
            },
            sorts=BOARD_ORDERS,
        )
    ),
    "liveQuizEssays": Root(
        shape=Connection(
            type="LiveQuizAnswer",
            join=READ_BY_PERSONS,
            keys=(Key("{t}.player_id", "text"),),
            filters={
                **OF_THE_GAME,
                "questionIndex": ("int", "{t}.question_index = {arg}"),
                "scored": ("flag", "({t}.counted ->> 'correct' is not null) = {arg}"),
            },
        )
    ),
}

TYPES = (QUESTION, EARLIER_QUESTION, ACCEPTED, ANSWER)
