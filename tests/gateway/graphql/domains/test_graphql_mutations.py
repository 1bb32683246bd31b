"""Mutations: what becomes of their input, their order, their errors, and the session's cookie."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.graphql.schema import DOMAINS, MUTATIONS, make_schema, siblings
from protocol.assessments.formats import TextFormat
from protocol.assessments.live.commands import LiveQuizStarted, StartLiveQuiz
from protocol.assessments.live.configuration import HostAway, LiveConfig
from protocol.assessments.places import Ellipse, Polygon, Rectangle
from protocol.assessments.quizzes import (
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    CreateQuiz,
    EssayKey,
    HotspotKey,
    ImportGift,
    MatchingKey,
    NumericKey,
    OrderingKey,
    QuizCreated,
    QuizType,
    TextKey,
    TrueFalseKey,
    Unit,
)
from protocol.courses.commands import AddCoTeacher, AddLesson, AddModule, CreateCourse
from protocol.courses.events import CoTeacherAdded, LessonAdded, ModuleAdded
from protocol.courses.values import LessonType
from protocol.enrollments import (
    Enrolled,
    EnrollInCourse,
    LessonMoved,
    ProgressStatus,
    StudentUnenrolled,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.errors import (
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    MailboxFull,
    RefusedError,
)
from protocol.lifecycle import Done
from protocol.selection import Viewer
from protocol.users.commands import Login, Logout, Refresh, Register
from protocol.users.values import Role
from tests.gateway.graphql.harness import NOW, Service, signed_in

ADA = Viewer(user_id="ada", role="educator")
STU = Viewer(user_id="stu", role="student")
QUIZ = """mutation($input: CreateQuizInput!) {
  createQuiz(lessonId: "l1", input: $input) { id }
}"""
LOGIN = 'mutation { login(email: "a@b.c", password: "p") { accessToken refreshToken } }'


NUMERIC_INPUT = {
    "answers": [
        {"number": 1.5, "tolerance": 2, "percent": True},
        {"weight": 500, "low": 1, "high": 2},
    ],
    "units": [{"name": "m"}, {"name": "cm", "factor": 100}],
    "unitRequired": True,
}
PLACES_INPUT = [
    {"ellipse": {"name": "here", "x": 1, "y": 2, "radiusX": 3, "radiusY": 4}},
    {"rectangle": {"left": 1, "top": 2, "right": 3, "bottom": 4}},
    {"polygon": {"corners": [{"x": 0, "y": 1}, {"x": 2, "y": 3}, {"x": 4, "y": 5}]}},
]


def question(type_: str, answer: Any, **more: Any) -> dict[str, Any]:
    return {"type": type_, "questionText": "?", "answer": answer, **more}


async def create_quiz(questions: list[dict[str, Any]], **settings: Any) -> tuple[Service, Any]:
    service = Service()
    service.post.replies[CreateQuiz] = QuizCreated(quiz_id="q1", lesson_id="l1", question_count=1)
    service.fake_reads.answers["quiz"] = b'{"id":"q1"}'
    given = {"settings": {"title": "T", **settings}, "questions": questions}
    return service, await service.ask(QUIZ, {"input": given}, viewer=ADA)


SIBLINGS = {name: each for domain in DOMAINS for name, each in siblings(domain).items()}


async def test_every_mutation_of_the_schema_has_a_translation_and_none_is_left_over() -> None:
    mutation_type = make_schema().mutation_type
    assert mutation_type is not None
    assert set(mutation_type.fields) == {*MUTATIONS, *SIBLINGS}


async def test_all_types_of_question_reach_the_command_with_their_keys() -> None:
    service, response = await create_quiz(
        [
            question(
                "MULTIPLE_CHOICE", {"choice": {"correct": [1]}}, options=["a", "b"], multiple=True
            ),
            question("TRUE_FALSE", {"trueFalse": False}),
            question("SHORT_ANSWER", {"text": {"number": 3.5, "tolerance": 0.1}}, points=0),
            question("ESSAY", None),
            question(
                "FILL_BLANK", {"blanks": [{"accepted": ["x"]}, {"number": 2, "tolerance": 1}]}
            ),
            question(
                "MATCHING",
                {"matching": {"pairs": [{"prompt": "p", "match": "m"}], "distractors": ["d"]}},
            ),
            question("NUMERIC", {"numeric": NUMERIC_INPUT}),
            question("ORDERING", {"ordering": {"items": ["a", "b"]}}),
            question("HOTSPOT", {"hotspot": {"places": PLACES_INPUT, "find": 2}}),
        ],
        type="SUMMATIVE",
        availableFrom="2026-01-01T01:00:00+01:00",
    )
    assert response.data == {"createQuiz": {"id": "q1"}}
    (command,) = service.post.commands
    assert isinstance(command, CreateQuiz)
    assert [each.key for each in command.questions] == [
        ChoiceKey(correct=(1,)),
        TrueFalseKey(value=False),
        TextKey(number=3.5, tolerance=0.1),
        EssayKey(),
        BlanksKey(blanks=(("x",), ()), numbers=(None, (2.0, 1.0))),
        MatchingKey(pairs=(("p", "m"),), distractors=("d",)),
        NumericKey(
            answers=(
                AcceptedNumber(number=1.5, tolerance=2, percent=True),
                AcceptedNumber(weight=500, low=1, high=2),
            ),
            units=(Unit(name="m"), Unit(name="cm", factor=100)),
            unit_required=True,
        ),
        OrderingKey(items=("a", "b")),
        HotspotKey(
            places=(
                Ellipse(name="here", x=1, y=2, radius_x=3, radius_y=4),
                Rectangle(left=1, top=2, right=3, bottom=4),
                Polygon(corners=((0, 1), (2, 3), (4, 5))),
            ),
            find=2,
        ),
    ]
    assert [each.multiple for each in command.questions] == [True, *[None] * 8]
    assert command.questions[2].points == 0
    assert command.settings.type is QuizType.SUMMATIVE
    assert command.settings.available_from == NOW - 123
    assert (command.by, command.by_role) == ("ada", "educator")


async def test_formats_patterns_and_exact_points_reach_the_command() -> None:
    blank = {"blanks": [{"accepted": ["x"]}, {"patterns": ["y*"]}]}
    service, _ = await create_quiz(
        [
            question(
                "ESSAY", None, format="MARKDOWN", exactPoints=0.07, points=7, allOrNothing=True
            ),
            question("SHORT_ANSWER", {"text": {"patterns": ["a*"]}}, exactPoints=2.0),
            question("FILL_BLANK", blank, format=None),
        ]
    )
    (command,) = service.post.commands
    assert isinstance(command, CreateQuiz)
    assert command.formats == (TextFormat.MARKDOWN, TextFormat.PLAIN, TextFormat.PLAIN)
    points = [each.points for each in command.questions]
    assert (points, [type(each) for each in points]) == ([0.07, 2, 1], [float, int, int])
    assert [each.all_or_nothing for each in command.questions] == [True, False, False]
    assert command.questions[1].key == TextKey(patterns=("a*",))
    assert command.questions[2].key == BlanksKey(blanks=(("x",), ()), patterns=((), ("y*",)))


async def test_quizzes_of_plain_texts_say_nothing_of_formats() -> None:
    service, _ = await create_quiz([question("ESSAY", None, format="PLAIN")])
    (command,) = service.post.commands
    assert isinstance(command, CreateQuiz)
    assert command.formats == ()


async def test_none_of_the_options_and_the_decimal_comma_reach_the_command() -> None:
    none = {"choice": {"correct": [], "noneAllowed": True}}
    asked = question("MULTIPLE_CHOICE", none, options=["a", "b"], multiple=True)
    service, _ = await create_quiz([asked], decimalComma=True, negativeMarking=25_000)
    (command,) = service.post.commands
    assert isinstance(command, CreateQuiz)
    assert command.settings.decimal_comma
    assert command.settings.negative_marking == 25_000
    assert command.questions[0].key == ChoiceKey(correct=(), none_allowed=True)


async def test_every_key_of_the_wrong_form_is_named_at_once() -> None:
    service, response = await create_quiz(
        [question("TRUE_FALSE", {"choice": {"correct": [0]}}), question("SHORT_ANSWER", None)]
    )
    assert response.codes == ["VALIDATION_ERROR"]
    fields = response.json["errors"][0]["extensions"]["details"]["fields"]
    assert [field["field"] for field in fields] == ["questions.0.answer", "questions.1.answer"]
    assert service.post.sent == []


async def test_an_import_says_what_it_left_out() -> None:
    service = Service()
    service.post.replies[ImportGift] = QuizCreated(
        quiz_id="q1", lesson_id="l1", question_count=2, skipped=("line 3",)
    )
    service.fake_reads.answers["quiz"] = b'{"title":"T"}'
    response = await service.ask(
        """mutation { importGiftQuiz(lessonId: "l1", settings: {title: "T"}, gift: "x") {
             n: questionCount skipped quiz { title } } }""",
        viewer=ADA,
    )
    assert response.data == {
        "importGiftQuiz": {"n": 2, "skipped": ["line 3"], "quiz": {"title": "T"}}
    }


async def test_a_live_quiz_starts_with_the_chosen_configuration_and_defaults_for_the_rest() -> None:
    service = Service()
    service.post.replies[StartLiveQuiz] = LiveQuizStarted(live_quiz_id="g1", pin="123456")
    service.fake_reads.answers["liveQuiz"] = b'{"pin":"123456"}'
    response = await service.ask(
        """mutation { startLiveQuiz(quizId: "q1", config: {
             questionMs: 5000, hostAway: WAIT, streaks: null}) { pin } }""",
        viewer=ADA,
    )
    assert response.data == {"startLiveQuiz": {"pin": "123456"}}
    (command,) = service.post.commands
    assert isinstance(command, StartLiveQuiz)
    assert command.config == LiveConfig(question_ms=5000, host_away=HostAway.WAIT)


async def test_mutations_run_in_order_and_one_that_fails_does_not_stop_the_next() -> None:
    service = Service()
    service.post.replies[AddModule] = ModuleAdded(course_id="c", module_id="m", order_number=1)
    service.post.replies[AddLesson] = RefusedError("LESSON_LIMIT", "Too many", allowed=3)
    service.post.replies[EnrollInCourse] = Enrolled(
        enrollment_id="e", course_id="c", student_id="s"
    )
    service.fake_reads.answers.update(courseModule=b'{"id":"m"}', enrollment=b'{"id":"e"}')
    response = await service.ask(
        """mutation($c: ID!) {
             addModule(courseId: $c, input: {title: "M"}) { id }
             addLesson(moduleId: "m", input: {title: "L", type: TEXT}) { id }
             enrollInCourse(courseId: $c) { id }
           }""",
        {"c": "c1"},
        viewer=ADA,
    )
    assert [type(each) for each in service.post.commands] == [AddModule, AddLesson, EnrollInCourse]
    assert response.data is None
    assert response.json["errors"][0]["path"] == ["addLesson"]
    assert response.json["errors"][0]["extensions"]["details"] == {"allowed": 3}
    lesson = service.post.commands[1]
    assert isinstance(lesson, AddLesson)
    assert lesson.type is LessonType.TEXT


@pytest.mark.parametrize(
    ("raised", "code", "details"),
    [
        (
            AuthorizationError(required_role="educator", user_role="student"),
            "AUTHORIZATION_ERROR",
            {"required_role": "educator", "user_role": "student"},
        ),
        (ConflictError("Twice", conflict_field="title"), "CONFLICT", {"conflict_field": "title"}),
        (MailboxFull("a/b"), "MAILBOX_FULL", {"address": "a/b", "retryable": True}),
        (RuntimeError("secret"), "INTERNAL_ERROR", {}),
    ],
)
async def test_what_a_handler_refuses_reaches_the_client_in_the_specification_s_terms(
    raised: Exception, code: str, details: dict[str, Any]
) -> None:
    service = Service()
    service.post.replies[AddLesson] = raised
    response = await service.ask(
        'mutation { addLesson(moduleId: "m", input: {title: "L", type: TEXT}) { id } }', viewer=STU
    )
    extensions = response.json["errors"][0]["extensions"]
    assert (extensions["code"], extensions["details"]) == (code, details)
    assert b"secret" not in response.body


async def test_a_payload_that_the_actor_may_not_see_is_an_error_and_not_a_null() -> None:
    service = Service()
    service.post.replies[AddLesson] = LessonAdded(
        course_id="c", module_id="m", lesson_id="l", order_number=1
    )
    response = await service.ask(
        'mutation { addLesson(moduleId: "m", input: {title: "L", type: TEXT}) { id } }', viewer=ADA
    )
    assert (response.data, response.codes) == (None, ["NOT_FOUND"])


async def test_an_anonymous_request_changes_nothing() -> None:
    service = Service()
    response = await service.ask('mutation { enrollInCourse(courseId: "c") { id } }')
    assert response.codes == ["AUTHENTICATION_ERROR"]
    assert service.post.sent == []


@pytest.mark.parametrize("amount", ['"1e9"', '"NaN"', '"x"', "1.5", "true"])
async def test_an_amount_that_is_not_exact_is_refused(amount: str) -> None:
    response = await Service().ask(create_course(amount), viewer=ADA)
    assert response.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def test_an_amount_with_more_places_than_the_currency_has_is_refused() -> None:
    response = await Service().ask(create_course('"0.5", currency: "JPY"'), viewer=ADA)
    assert response.codes == ["VALIDATION_ERROR"]


def create_course(amount: str) -> str:
    return f"""mutation {{ createCourse(input: {{title: "T", description: "D", category: "c",
        difficulty: BEGINNER, price: {{amount: {amount}}}}}) {{ id }} }}"""


async def test_a_session_begins_with_a_cookie_that_scripts_cannot_read() -> None:
    service = Service(secure_cookies=True)
    service.post.replies[Login] = signed_in("stu")
    response = await service.ask(LOGIN, headers={b"user-agent": b"Firefox"})
    assert response.data["login"] == {"accessToken": "user:stu:student", "refreshToken": None}
    assert response.headers[b"set-cookie"] == (
        b"__Host-stoa_refresh=refresh-me; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict; Secure"
    )
    (command,) = service.post.commands
    assert command == Login(email="a@b.c", password="p", device="Firefox", remote="192.0.2.1")


async def test_over_https_only_the_cookie_that_no_other_host_can_set_is_taken() -> None:
    service = Service(secure_cookies=True)
    service.post.replies[Logout] = Done()
    both = b"stoa_refresh=planted; __Host-stoa_refresh=mine"
    response = await service.ask("mutation { logout }", headers={b"cookie": both})
    assert service.post.commands == [Logout(refresh_token="mine")]
    assert response.headers[b"clear-site-data"] == b'"cache"'
    planted = await service.ask("mutation { logout }", headers={b"cookie": b"stoa_refresh=planted"})
    assert planted.codes == ["AUTHENTICATION_ERROR"]


async def test_a_native_client_gets_the_refresh_token_in_the_payload_and_no_cookie() -> None:
    service = Service()
    service.post.replies[Login] = signed_in("stu")
    response = await service.ask(LOGIN, headers={b"x-stoa-refresh": b"body"})
    assert response.data["login"]["refreshToken"] == "refresh-me"
    assert b"set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("argument", "headers", "token"),
    [
        ("", {b"cookie": b"other=1; stoa_refresh=from-cookie"}, "from-cookie"),
        ("", {b"x-refresh-token": b"from-header", b"cookie": b"stoa_refresh=c"}, "from-header"),
        ('(token: "from-argument")', {b"cookie": b"stoa_refresh=c"}, "from-argument"),
    ],
)
async def test_a_session_is_renewed_by_cookie_header_or_argument_even_with_a_stale_access_token(
    argument: str, headers: dict[bytes, bytes], token: str
) -> None:
    service = Service()
    service.post.replies[Refresh] = signed_in("stu")
    response = await service.ask(
        f"mutation {{ refreshToken{argument} {{ accessToken }} }}",
        headers={**headers, b"authorization": b"Bearer stale"},
    )
    assert response.status == 200
    assert service.post.commands == [Refresh(refresh_token=token, remote="192.0.2.1")]


async def test_a_stale_access_token_does_not_open_other_mutations() -> None:
    service = Service()
    response = await service.ask(
        'mutation { logout enrollInCourse(courseId: "c") { id } }',
        headers={b"authorization": b"Bearer stale"},
    )
    assert response.status == 401
    assert service.post.sent == []


async def test_logging_out_ends_the_session_and_clears_the_cookie() -> None:
    service = Service()
    service.post.replies[Logout] = Done()
    response = await service.ask("mutation { logout }", headers={b"cookie": b"stoa_refresh=mine"})
    assert response.json == {"data": {"logout": True}}
    assert response.headers[b"set-cookie"].startswith(b"stoa_refresh=; Max-Age=0;")
    assert service.post.commands == [Logout(refresh_token="mine")]


async def test_without_any_refresh_token_nothing_is_asked() -> None:
    service = Service()
    response = await service.ask("mutation { refreshToken { accessToken } }")
    assert response.codes == ["AUTHENTICATION_ERROR"]
    assert service.post.sent == []


async def test_a_wrong_password_is_said_without_a_cookie() -> None:
    service = Service()
    service.post.replies[Login] = AuthenticationError("Wrong", reason="credentials")
    response = await service.ask(LOGIN)
    assert (response.data, response.codes) == (None, ["AUTHENTICATION_ERROR"])
    assert b"set-cookie" not in response.headers


async def test_the_domain_and_not_the_schema_decides_which_role_can_be_asked_for() -> None:
    service = Service()
    service.post.replies[Register] = RefusedError("ROLE_NOT_ALLOWED", "No")
    await service.ask(
        'mutation { register(input: {email: "a", password: "p", fullName: "A", role: ADMIN})'
        " { accessToken } }"
    )
    (command,) = service.post.commands
    assert isinstance(command, Register)
    assert command.role is Role.ADMIN


async def test_a_mutation_with_variables_translates_each_time_anew() -> None:
    service = Service()
    service.post.replies[CreateCourse] = RefusedError("X", "x")
    query = """mutation($t: String!) { createCourse(input: {title: $t, description: "D",
        category: "c", difficulty: ADVANCED}) { id } }"""
    for title in ("one", "two"):
        await service.ask(query, {"t": title}, viewer=ADA)
    titles = [each.title for each in service.post.commands if isinstance(each, CreateCourse)]
    assert titles == ["one", "two"]


async def test_a_co_teacher_is_added_by_id_or_by_address() -> None:
    service = Service()
    service.post.replies[AddCoTeacher] = CoTeacherAdded(course_id="k", user_id="bob")
    service.fake_reads.answers["course"] = b'{"id":"k"}'
    for named in ('userId: "bob"', 'email: "bob@school.example"'):
        response = await service.ask(
            f'mutation {{ addCoTeacher(courseId: "k", {named}) {{ id }} }}', viewer=ADA
        )
        assert response.data == {"addCoTeacher": {"id": "k"}}
    plain: dict[str, Any] = {"by": "ada", "by_role": "educator", "course_id": "k"}
    assert service.post.commands == [
        AddCoTeacher(**plain, user_id="bob"),
        AddCoTeacher(**plain, email="bob@school.example"),
    ]


async def test_progress_and_leaving_reach_their_commands() -> None:
    service = Service()
    service.post.replies[UpdateLessonProgress] = LessonMoved(progress_id="p", enrollment_id="e")
    service.post.replies[WithdrawEnrollment] = StudentUnenrolled(
        enrollment_id="e", course_id="c", student_id="stu"
    )
    service.fake_reads.answers["lessonProgress"] = b'{"id":"p"}'
    response = await service.ask(
        """mutation {
          a: updateLessonProgress(enrollmentId: "e", lessonId: "l", progress: {}) { id }
          b: updateLessonProgress(
            enrollmentId: "e", lessonId: "l", progress: {status: COMPLETED, timeSpentSeconds: 9}
          ) { id }
          c: withdrawEnrollment(enrollmentId: "e", reason: "moved away")
        }""",
        viewer=STU,
    )
    assert response.data == {"a": {"id": "p"}, "b": {"id": "p"}, "c": True}
    by: dict[str, Any] = {"by": "stu", "by_role": "student", "enrollment_id": "e"}
    assert service.post.commands == [
        UpdateLessonProgress(**by, lesson_id="l"),
        UpdateLessonProgress(**by, lesson_id="l", status=ProgressStatus.COMPLETED, add_seconds=9),
        WithdrawEnrollment(**by, reason="moved away"),
    ]
