"""Every cell of the table of permissions, tried with real handlers on a real database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from actors.assessments.handler import AssessmentsHandler
from actors.certificates.handler import CertificatesHandler
from actors.communication.handler import CommunicationHandler
from gateway.graphql.schema import FEEDS, MUTATIONS
from protocol import courses, enrollments, permissions, users
from protocol.assessments.live import entry
from protocol.assessments.live.commands import StartLiveQuiz
from protocol.assessments.quizzes import (
    CreateQuiz,
    EssayKey,
    ImportGift,
    Question,
    QuestionType,
    QuizSettings,
)
from protocol.certificates import IssueCertificate, RevokeCertificate
from protocol.courses import AddCoTeacher, PublishCourse, ReviewCourse, TeacherRole
from protocol.envelope import Message
from protocol.errors import AuthorizationError, StoaError
from protocol.permissions import LIVE, PERMISSIONS, SUBSCRIPTIONS, Permission, Relation
from protocol.ports import Identity
from protocol.users import Role
from storage.postgres import Database
from storage.records.assessments import PostgresAssessmentRecords
from storage.records.certificates import PostgresCertificateRecords
from storage.records.communication import PostgresCommunicationRecords
from storage.valkey import Valkey
from tests.actors.users.desk import Desk

R = Relation
NOBODY = "11111111-1111-4111-8111-111111111111"
ROLES = {R.EDUCATOR: "educator", R.ADMIN: "admin", R.INSTRUCTOR: "educator"}
SELF = {
    "logoutEverywhere",
    "endSession",
    "resendVerification",
    "changePassword",
    "requestEmailChange",
    "updateProfile",
    "setAvatar",
    "removeAvatar",
    "messageReceived",
    "notificationReceived",
    "progressUpdated",
}
"""What everybody does with what is their own: whoever asks is the owner."""
HELD = [relation for relation in Relation if relation is not R.GUEST]
"""Guests are kept out by the gateway, which is tried below."""


@dataclass
class World:
    """A course in which somebody is each of the things that one can be."""

    desk: Desk
    handlers: dict[str, Any] = field(default_factory=dict)
    people: dict[Relation, str] = field(default_factory=dict)
    course: str = ""
    module: str = ""
    lesson: str = ""
    quiz: str = ""
    enrollment: str = ""
    review: str = ""
    certificate: str = ""
    thread: str = ""
    game: str = ""

    async def do(self, message: Message) -> Any:
        domain = str(message.__struct_config__.tag).partition(".")[0]
        return await self.handlers[domain].handle(message)

    def by(self, relation: Relation) -> dict[str, str]:
        return {"by": self.people[relation], "by_role": ROLES.get(relation, "student")}


class NoPost:
    """Live quizzes are not started in earnest."""

    async def ask(self, *_: Any, **__: Any) -> Any:
        raise StoaError("started")


async def made(database: Database, valkey: Valkey) -> World:
    desk = Desk(database, valkey)
    school = desk.school
    post: Any = NoPost()
    common: dict[str, Any] = {"clock": desk.clock, "random": desk.handler._random}
    world = World(desk)
    world.handlers = {
        "users": desk.handler,
        "courses": school.courses,
        "enrollments": school.enrollments,
        "communication": CommunicationHandler(records=PostgresCommunicationRecords(database)),
        "certificates": CertificatesHandler(
            records=PostgresCertificateRecords(database),
            objects=desk.shelf,
            site=lambda: "",
            **common,
        ),
        "assessments": AssessmentsHandler(
            records=PostgresAssessmentRecords(database), post=post, **common
        ),
    }
    for relation in HELD:
        member = await desk.member(relation.value, Role(ROLES.get(relation, "student")))
        world.people[relation] = member.user_id
    await school.user("admin")  # so that none here is the last
    teacher = world.people[R.INSTRUCTOR]
    world.course = await school.course(teacher)
    for _ in range(3):
        world.module = await school.module(teacher, world.course)
        world.lesson = await school.lesson(teacher, world.module)
    as_teacher = world.by(R.INSTRUCTOR)
    await world.do(PublishCourse(**as_teacher, course_id=world.course))
    staff = {R.CO_TEACHER: TeacherRole.CO_TEACHER, R.ASSISTANT: TeacherRole.ASSISTANT}
    for relation, role in staff.items():
        person = world.people[relation]
        await school.rows("update users set role = 'educator' where id::text = $1", person)
        await world.do(
            AddCoTeacher(**as_teacher, course_id=world.course, user_id=person, role=role)
        )
    for relation in (R.STUDENT, R.FORMER, R.OWNER):
        enrolled = await school.enroll(world.people[relation], world.course)
        if relation is R.FORMER:
            await school.withdraw(world.people[relation], enrolled.enrollment_id)
        if relation is R.OWNER:
            world.enrollment = enrolled.enrollment_id
    await fill(world)
    return world


async def fill(world: World) -> None:
    """A review, a quiz, a game, a discussion and a certificate, all of the owner's."""
    school, owner = world.desk.school, world.people[R.OWNER]
    review = ReviewCourse(by=owner, by_role="student", course_id=world.course, rating=5)
    world.review = (await world.do(review)).review_id
    made_quiz = await world.do(create_quiz(world, R.INSTRUCTOR))
    world.quiz = made_quiz.quiz_id
    (thread,) = await school.rows(
        "insert into discussion_threads (course_id, author_id, category, title, content)"
        " values ($1::text::uuid, $2::text::uuid, 'c', 't', 'x') returning id::text",
        world.course,
        owner,
    )
    world.thread = thread["id"]
    (game,) = await school.rows(
        "insert into live_quizzes (id, course_id, quiz_id, host_id, title, question_count)"
        " select gen_random_uuid(), $1::text::uuid, $2::text::uuid, c.instructor_id, 't', 1"
        " from courses c where c.id::text = $1 returning id::text",
        world.course,
        world.quiz,
    )
    world.game = game["id"]
    await school.rows(
        "update enrollments set status = 'completed', completed_at = now() where id::text = $1",
        world.enrollment,
    )
    issued = await world.do(IssueCertificate(enrollment_id=world.enrollment))
    world.certificate = issued.number
    await school.rows(
        "update enrollments set status = 'active', completed_at = null where id::text = $1",
        world.enrollment,
    )


def create_quiz(world: World, relation: Relation) -> CreateQuiz:
    question = Question(id="q", type=QuestionType.ESSAY, text="?", key=EssayKey())
    settings = QuizSettings(title="Quiz")
    return CreateQuiz(
        **world.by(relation), lesson_id=world.lesson, settings=settings, questions=(question,)
    )


Make = Callable[[World, Relation], Message]


def on_course(kind: Any, **more: Any) -> Make:
    return lambda world, who: kind(**world.by(who), course_id=world.course, **more)


def on_module(kind: Any, **more: Any) -> Make:
    return lambda world, who: kind(**world.by(who), module_id=world.module, **more)


def on_lesson(kind: Any, **more: Any) -> Make:
    return lambda world, who: kind(**world.by(who), lesson_id=world.lesson, **more)


def on_account(kind: Any, **more: Any) -> Make:
    """The owner's account."""
    return lambda world, who: kind(**world.by(who), user_id=world.people[R.OWNER], **more)


def on_own(kind: Any, **more: Any) -> Make:
    return lambda world, who: kind(**world.by(who), **more)


COMMANDS: Mapping[str, Make] = {
    "logoutEverywhere": on_own(users.LogoutEverywhere),
    "endSession": on_own(users.EndSession, session_id="s"),
    "resendVerification": on_own(users.ResendVerification),
    "changePassword": on_own(users.ChangePassword, current_password="x", new_password="Another-34"),
    "requestEmailChange": on_own(users.RequestEmailChange, password="x", email="n@school.example"),
    "updateProfile": on_own(users.UpdateProfile, bio="Me"),
    "setAvatar": on_own(users.SetAvatar, image=b"\x89PNG\r\n\x1a\n"),
    "removeAvatar": on_own(users.SetAvatar, image=None),
    "disableUser": on_account(users.DisableUser, reason="x"),
    "enableUser": on_account(users.EnableUser),
    "changeRole": on_account(users.ChangeRole, role=Role.STUDENT),
    "deleteAccount": on_account(users.DeleteAccount),
    "erasePersonalData": on_account(users.ErasePersonalData),
    "exportPersonalData": on_account(users.ExportPersonalData),
    "createCourse": on_own(
        courses.CreateCourse,
        title="New",
        description="d",
        category="c",
        difficulty=courses.Difficulty.BEGINNER,
    ),
    "updateCourse": on_course(courses.UpdateCourse, title="Changed"),
    "publishCourse": on_course(courses.PublishCourse),
    "archiveCourse": on_course(courses.ArchiveCourse),
    "restoreCourse": on_course(courses.RestoreCourse),
    "deleteCourse": on_course(courses.DeleteCourse),
    "cloneCourse": on_course(courses.CloneCourse),
    "addCoTeacher": on_course(courses.AddCoTeacher, email="nobody@school.example"),
    "addAssistant": on_course(
        courses.AddCoTeacher, email="nobody@school.example", role=TeacherRole.ASSISTANT
    ),
    "removeTeacher": lambda world, who: courses.RemoveTeacher(
        **world.by(who),
        course_id=world.course,
        user_id=world.people[who] if who is R.OWNER else NOBODY,
    ),
    "addModule": on_course(courses.AddModule, title="M"),
    "updateModule": on_module(courses.UpdateModule, title="M"),
    "deleteModule": on_module(courses.DeleteModule),
    "reorderModules": on_course(courses.ReorderModules, module_ids=()),
    "addLesson": on_module(
        courses.AddLesson, title="L", type=courses.LessonType.TEXT, content_text="x"
    ),
    "updateLesson": on_lesson(courses.UpdateLesson, title="L"),
    "deleteLesson": on_lesson(courses.DeleteLesson),
    "reorderLessons": on_module(courses.ReorderLessons, lesson_ids=()),
    "setLessonPrerequisites": on_lesson(courses.SetLessonPrerequisites, prerequisite_ids=()),
    "reviewCourse": on_course(courses.ReviewCourse, rating=4),
    "deleteReview": lambda world, who: courses.DeleteReview(
        **world.by(who), review_id=world.review
    ),
    "enrollInCourse": on_course(enrollments.EnrollInCourse),
    "updateLessonProgress": lambda world, who: enrollments.UpdateLessonProgress(
        **world.by(who), enrollment_id=world.enrollment, lesson_id=world.lesson
    ),
    "withdrawEnrollment": lambda world, who: enrollments.WithdrawEnrollment(
        **world.by(who), enrollment_id=world.enrollment
    ),
    "revokeCertificate": lambda world, who: RevokeCertificate(
        **world.by(who), number=world.certificate, reason="x"
    ),
    "createQuiz": create_quiz,
    "importGiftQuiz": on_lesson(ImportGift, settings=QuizSettings(title="Q"), gift="Q {T}"),
    "startLiveQuiz": lambda world, who: StartLiveQuiz(**world.by(who), quiz_id=world.quiz),
}


PUBLIC: Mapping[str, Message] = {
    "register": users.Register(email="new@school.example", password="Secret-1234", full_name="N"),
    "login": users.Login(email="new@school.example", password="Secret-1234"),
    "refreshToken": users.Refresh(refresh_token="x"),
    "logout": users.Logout(refresh_token="x"),
    "verifyEmail": users.VerifyEmail(token="x"),
    "requestPasswordReset": users.RequestPasswordReset(email="new@school.example"),
    "resetPassword": users.ResetPassword(token="x", new_password="Another-34"),
    "confirmEmailChange": users.ConfirmEmailChange(token="x"),
}
"""Commands that name nobody who acts."""


ENTRIES: Mapping[str, Make] = {
    "joinLiveQuiz": lambda world, who: entry.MayJoinLiveQuiz(
        user_id=world.people[who], role=world.by(who)["by_role"], live_quiz_id=world.game
    ),
    "joinLiveQuizByPin": lambda world, who: entry.MayJoinLiveQuiz(
        user_id=world.people[who],
        role=world.by(who)["by_role"],
        live_quiz_id=world.game,
        joined=True,
    ),
    "hostLiveQuiz": lambda world, who: of_game(entry.MayHostLiveQuiz, world, who),
    "exportLiveQuizResults": lambda world, who: of_game(entry.MayExportLiveQuiz, world, who),
}


def of_game(kind: type[entry.LiveQuizQuestion], world: World, who: Relation) -> Message:
    by = world.by(who)
    return kind(user_id=by["by"], role=by["by_role"], live_quiz_id=world.game)


def expected(world: World, operation: str, relation: Relation) -> bool:
    """Whether the table lets whoever is this."""
    allowed = {**PERMISSIONS, **SUBSCRIPTIONS, **LIVE}[operation].to
    held = {relation, R.USER}
    if relation in (R.CO_TEACHER, R.ASSISTANT, R.INSTRUCTOR):
        held.add(R.EDUCATOR)
    if operation in SELF:
        held.add(R.OWNER)
    if relation is R.OWNER and operation not in OWNED:
        held = {R.USER, R.STUDENT}  # to a course the owner of an enrolment is a student
    return bool(held & allowed)


OWNED = {
    name
    for name, permission in {**PERMISSIONS, **SUBSCRIPTIONS}.items()
    if permission.on in ("account", "session", "enrollment", "review", "teacher")
}


async def refused(world: World, message: Message) -> bool:
    """Whether it ends in a refusal by the table; whatever else becomes of it is no concern here."""
    try:
        await world.do(message)
    except AuthorizationError:
        return True
    except StoaError:
        return False
    return False


@pytest.fixture
async def world(database: Database, valkey: Valkey) -> World:
    return await made(database, valkey)


SIGNED_IN = sorted(set(PERMISSIONS) - {n for n, m in MUTATIONS.items() if m.public})


def test_every_mutation_has_a_command_to_be_tried_with() -> None:
    assert set(COMMANDS) == set(SIGNED_IN)


@pytest.mark.parametrize("operation", SIGNED_IN)
async def test_a_mutation_is_open_to_those_in_the_table_and_to_nobody_else(
    world: World, operation: str
) -> None:
    """Property 69: GraphQL mutation authorization

    Validates: Requirements 21.3
    """
    # Those who may go last: what they do may change what there is.
    order = sorted(HELD, key=lambda relation: expected(world, operation, relation))
    tried = []
    for relation in order:
        message = COMMANDS[operation](world, relation)
        if expected(world, operation, relation):
            tried.append(relation)
            continue
        assert await refused(world, message), f"{relation} may {operation}"
    for relation in tried[:1]:
        assert not await refused(world, COMMANDS[operation](world, relation)), relation


@pytest.mark.parametrize(
    ("operation", "relation"),
    [(name, each) for name in SIGNED_IN for each in HELD if each in PERMISSIONS[name].to],
)
async def test_whoever_is_in_the_table_is_not_refused(
    world: World, operation: str, relation: Relation
) -> None:
    if not expected(world, operation, relation):
        pytest.fail("the table and the world disagree")
    assert not await refused(world, COMMANDS[operation](world, relation))


class Watched(dict[str, Permission]):
    """The table, noting which rows are read."""

    def __init__(self, table: Mapping[str, Permission]) -> None:
        super().__init__(table)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Permission:
        self.asked.add(name)
        return super().__getitem__(name)


async def test_every_command_asks_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Watched(permissions._ALL)
    monkeypatch.setattr(permissions, "_ALL", table)
    commands = {name: make(world, R.OWNER) for name, make in COMMANDS.items()}
    for operation, command in {**PUBLIC, **commands}.items():
        table.asked.clear()
        with suppress(StoaError):
            await world.do(command)
        assert table.asked == {operation}
    assert {*PUBLIC, *commands} == set(PERMISSIONS)


def test_everything_done_in_live_quizzes_has_a_question_to_be_tried_with() -> None:
    assert set(ENTRIES) == set(LIVE)


@pytest.mark.parametrize("operation", sorted(ENTRIES))
async def test_a_live_quiz_is_open_to_those_in_the_table_and_to_nobody_else(
    world: World, operation: str
) -> None:
    for relation in HELD:
        allowed = not await refused(world, ENTRIES[operation](world, relation))
        assert allowed == expected(world, operation, relation), relation


def test_guests_may_what_the_table_says() -> None:
    public = {name for name, mutation in MUTATIONS.items() if mutation.public}
    assert public == {name for name, each in PERMISSIONS.items() if R.GUEST in each.to}
    assert not any(R.GUEST in each.to for each in SUBSCRIPTIONS.values())


def test_every_subscription_is_in_the_table() -> None:
    assert set(SUBSCRIPTIONS) == set(FEEDS)


@pytest.mark.parametrize("operation", sorted(SUBSCRIPTIONS))
async def test_a_subscription_is_open_to_those_in_the_table_and_to_nobody_else(
    world: World, operation: str
) -> None:
    for relation in HELD:
        who = world.by(relation)
        identity = Identity(
            user_id=who["by"], email="e", role=who["by_role"], session_id="s", expires_at=2**50
        )
        arguments = {
            "courseId": world.course,
            "threadId": world.thread,
            "liveQuizId": world.game,
            "userId": who["by"],
        }
        allowed = True
        try:
            right = FEEDS[operation].authorize(arguments, identity)
            if right is not None:
                right.course(await world.do(right.message))
        except AuthorizationError:
            allowed = False
        assert allowed == expected(world, operation, relation), relation
