"""Making quizzes and opening lobbies on a real PostgreSQL, with a post that listens."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
import trio

from actors.assessments import machine
from actors.assessments.handler import AssessmentsHandler
from protocol.assessments.live.commands import (
    AddHost,
    LiveQuizStarted,
    OpenLobby,
    RemoveHost,
    StartLiveQuiz,
)
from protocol.assessments.live.entry import (
    AddTeacherToGames,
    FindLiveQuiz,
    LiveQuizFound,
    MayExportLiveQuiz,
    MayFollowLiveQuiz,
    MayHostLiveQuiz,
    MayJoinLiveQuiz,
    RemoveTeacherFromGames,
)
from protocol.assessments.quizzes import (
    CreateQuiz,
    ImportGift,
    Question,
    QuestionType,
    QuizCreated,
    QuizSettings,
    TrueFalseKey,
)
from protocol.enrollments import SetAccommodation
from protocol.envelope import Address, Message
from protocol.errors import (
    AuthorizationError,
    ConflictError,
    MailboxFull,
    NotFoundError,
    Overloaded,
    StoaError,
    ValidationError,
)
from protocol.lifecycle import Done
from storage.passwords import BcryptPasswords
from storage.postgres import Database
from storage.records.assessments import (
    PostgresAssessmentRecords,
    PostgresAttemptRecords,
    PostgresQuizAccess,
    PostgresQuizEditing,
    PostgresQuizWatching,
    PostgresRegrading,
    PostgresResultRecords,
)
from tests.actors.users.desk import Shelf
from tests.storage.records.school import School
from tests.support.fakes import FakePost, FakeSigner, FakeThrottle
from tests.support.pictures import AsItIs, shelf_of

TRUTH = Question(id="", type=QuestionType.TRUE_FALSE, text="Is it?", key=TrueFalseKey(value=True))


NO_GAME = "8e0f6f43-5e0c-4d5f-9a0b-0d1d0c7c0001"


class ListeningPost(FakePost):
    """Keeps what was asked, and answers or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.error: StoaError | None = None
        self.during: Callable[[], None] = lambda: None

    async def ask(self, address: Address, message: Any, *, timeout_seconds: float = 10) -> Any:
        self.sent.append((address, message))
        self.during()
        await trio.lowlevel.checkpoint()
        if self.error:
            raise self.error
        return Done()


class Hall:
    """A teacher with a course, and the handler under test."""

    def __init__(self, database: Database) -> None:
        self.school = School(database)
        self.post = ListeningPost()
        self.shelf, self.cleaner = Shelf(), AsItIs()
        self.pictures = shelf_of(database, self.shelf, self.school.clock, self.cleaner)
        self.passwords: Any = BcryptPasswords(rounds=4)
        self.throttle = FakeThrottle()
        self.handler = AssessmentsHandler(
            post=self.post,
            records=PostgresAssessmentRecords(database),
            results=PostgresResultRecords(database),
            editing=PostgresQuizEditing(database),
            pictures=self.pictures,
            attempts=PostgresAttemptRecords(database),
            watching=PostgresQuizWatching(database),
            access=PostgresQuizAccess(database),
            passwords=self.passwords,
            throttle=self.throttle,
            regrading=PostgresRegrading(database),
            clock=self.school.clock,
            random=os.urandom,
            signer=FakeSigner(),
        )

    async def furnish(self) -> None:
        self.teacher = await self.school.user("educator", "Vera Castellan")
        self.course, self.lesson = await self.school.published_course(self.teacher)

    async def quiz(self) -> str:
        created = await self.handler.handle(
            CreateQuiz(
                by=self.teacher,
                by_role="educator",
                lesson_id=self.lesson,
                settings=QuizSettings(title="A quiz"),
                questions=(TRUTH, TRUTH),
            )
        )
        assert isinstance(created, QuizCreated)
        assert created.question_count == 2
        return created.quiz_id

    def start(self, quiz_id: str, by: str | None = None) -> StartLiveQuiz:
        return StartLiveQuiz(by=by or self.teacher, by_role="educator", quiz_id=quiz_id)

    async def games(self) -> int:
        return len(await self.school.rows("select from live_quizzes"))


@pytest.fixture
async def hall(database: Database) -> Hall:
    hall = Hall(database)
    await hall.furnish()
    return hall


async def test_a_teacher_starts_a_live_quiz_and_it_is_found_by_its_pin(hall: Hall) -> None:
    quiz_id = await hall.quiz()
    started = await hall.handler.handle(hall.start(quiz_id))
    assert isinstance(started, LiveQuizStarted)
    ((address, lobby),) = hall.post.sent
    assert address == Address("live_quiz", started.live_quiz_id)
    assert isinstance(lobby, OpenLobby)
    assert (lobby.pin, lobby.host_id, lobby.host_name) == (
        started.pin,
        hall.teacher,
        "Vera Castellan",
    )
    assert [question.text for question in lobby.questions] == ["Is it?", "Is it?"]
    found = LiveQuizFound(live_quiz_id=started.live_quiz_id, course_id=hall.course)
    assert await hall.handler.handle(FindLiveQuiz(pin=started.pin)) == found
    known = msgspec.structs.replace(found, full_name="Vera Castellan")
    assert known == await hall.handler.handle(
        MayJoinLiveQuiz(user_id=hall.teacher, role="educator", pin=started.pin)
    )
    for question in (MayJoinLiveQuiz, MayHostLiveQuiz, MayFollowLiveQuiz, MayExportLiveQuiz):
        by_id = question(user_id=hall.teacher, role="educator", live_quiz_id=started.live_quiz_id)
        assert await hall.handler.handle(by_id) == known


async def test_a_students_extra_time_is_found_with_the_game_as_long_as_the_student_is_in(
    hall: Hall,
) -> None:
    started = await hall.handler.handle(hall.start(await hall.quiz()))
    assert isinstance(started, LiveQuizStarted)
    student = await hall.school.user()
    enrolled = await hall.school.enroll(student, hall.course)

    async def found() -> float:
        question = MayJoinLiveQuiz(user_id=student, role="student", pin=started.pin)
        game = await hall.handler.handle(question)
        assert isinstance(game, LiveQuizFound)
        return game.extra_time

    assert await found() == 1.0
    await hall.school.enrollments.handle(
        SetAccommodation(
            by=hall.teacher,
            by_role="educator",
            course_id=hall.course,
            user_id=student,
            extra_time=1.75,
        )
    )
    assert await found() == 1.75
    await hall.school.withdraw(student, enrolled.enrollment_id)
    assert await found() == 1.0


async def test_who_teaches_the_course_now_is_known_to_each_of_its_running_games(
    hall: Hall,
) -> None:
    quiz_id = await hall.quiz()
    games = [await hall.handler.handle(hall.start(quiz_id)) for _ in range(2)]
    over, runs = [each.live_quiz_id for each in games if isinstance(each, LiveQuizStarted)]
    await hall.school.rows(
        "update live_quizzes set phase = 'finished', pin = null where id::text = $1", over
    )
    hall.post.sent.clear()
    remove = RemoveTeacherFromGames(course_id=hall.course, user_id="ben")
    assert await hall.handler.handle(remove) == Done()
    assert hall.post.sent == [(Address("live_quiz", runs), RemoveHost(user_id="ben"))]
    hall.post.sent.clear()
    add = AddTeacherToGames(course_id=hall.course, user_id="ben")
    assert await hall.handler.handle(add) == Done()
    assert hall.post.sent == [(Address("live_quiz", runs), AddHost(user_id="ben"))]
    hall.post.error = NotFoundError("live quiz", runs)
    for command in (add, remove):
        assert await hall.handler.handle(command) == Done()


async def test_who_becomes_a_teacher_while_the_lobby_opens_is_told_to_the_game(hall: Hall) -> None:
    old, new = await hall.school.user("educator"), await hall.school.user("educator")
    teachers = (
        "insert into course_teachers (course_id, user_id, role) values ($1, $2, 'co_teacher')"
    )
    await hall.school.rows(teachers, UUID(hall.course), UUID(old))
    before = hall.handler._open

    async def opening(live_quiz_id: str, lobby: OpenLobby) -> None:
        assert lobby.co_host_ids == (old,)
        await hall.school.rows("delete from course_teachers")
        await hall.school.rows(teachers, UUID(hall.course), UUID(new))
        await before(live_quiz_id, lobby)

    hall.handler._open = opening  # type: ignore[method-assign]
    await hall.handler.handle(hall.start(await hall.quiz()))
    told = [message for _, message in hall.post.sent[1:]]
    assert told == [AddHost(user_id=new), RemoveHost(user_id=old)]


async def test_a_course_that_passes_on_while_the_lobby_opens_is_told_to_the_game(
    hall: Hall,
) -> None:
    new = await hall.school.user("educator")
    before = hall.handler._open

    async def opening(live_quiz_id: str, lobby: OpenLobby) -> None:
        await hall.school.rows("update courses set instructor_id = $1", UUID(new))
        await before(live_quiz_id, lobby)

    hall.handler._open = opening  # type: ignore[method-assign]
    await hall.handler.handle(hall.start(await hall.quiz()))
    told = [message for _, message in hall.post.sent[1:]]
    assert AddHost(user_id=new, instructor=True) in told


async def test_the_game_knows_whose_course_it_is(hall: Hall) -> None:
    await hall.handler.handle(hall.start(await hall.quiz()))
    ((_, lobby),) = hall.post.sent
    assert isinstance(lobby, OpenLobby)
    assert lobby.instructor_id == hall.teacher


async def test_two_games_have_different_seeds_and_pins(hall: Hall) -> None:
    quiz_id = await hall.quiz()
    for _ in range(2):
        await hall.handler.handle(hall.start(quiz_id))
    (_, first), (_, second) = hall.post.sent
    assert isinstance(first, OpenLobby)
    assert isinstance(second, OpenLobby)
    assert first.seed != second.seed
    assert first.pin != second.pin


async def test_a_stranger_makes_no_quiz_and_starts_no_game(hall: Hall) -> None:
    quiz_id = await hall.quiz()
    stranger = await hall.school.user("educator")
    with pytest.raises(AuthorizationError):
        await hall.handler.handle(hall.start(quiz_id, by=stranger))
    with pytest.raises(AuthorizationError):
        await hall.handler.handle(
            ImportGift(
                by=stranger,
                by_role="educator",
                lesson_id=hall.lesson,
                settings=QuizSettings(title="A quiz"),
                gift="Q{T}",
            )
        )
    assert await hall.games() == 0


async def test_a_lobby_that_does_not_open_leaves_nothing_behind(hall: Hall) -> None:
    quiz_id = await hall.quiz()
    hall.post.error = MailboxFull("live_quiz/x")
    with pytest.raises(MailboxFull):
        await hall.handler.handle(hall.start(quiz_id))
    assert await hall.games() == 0


async def test_a_start_that_is_cancelled_leaves_nothing_behind(hall: Hall) -> None:
    quiz_id = await hall.quiz()
    with trio.CancelScope() as scope:
        hall.post.during = scope.cancel
        await hall.handler.handle(hall.start(quiz_id))
    assert scope.cancelled_caught
    assert await hall.games() == 0


async def test_a_file_is_read_in_a_thread_beside_the_event_loop(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = list[int]()
    imported = machine.imported_quiz

    def spy(*arguments: Any) -> Any:
        threads.append(threading.get_ident())
        return imported(*arguments)

    monkeypatch.setattr(machine, "imported_quiz", spy)
    settings = QuizSettings(title="Imported")
    lesson, by = hall.lesson, hall.teacher
    command = ImportGift(
        by=by, by_role="educator", lesson_id=lesson, settings=settings, gift="Q{T}"
    )
    made: Any = await hall.handler.handle(command)
    assert made.question_count == 1
    assert threads[0] != threading.get_ident()


def importing(hall: Hall, by: str, role: str = "educator", key: str | None = None) -> ImportGift:
    return ImportGift(
        by=by,
        by_role=role,
        lesson_id=hall.lesson,
        settings=QuizSettings(title="Imported"),
        gift="Q{T}",
        idempotency_key=key,
    )


async def test_who_may_not_import_has_no_file_read(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spy(*arguments: Any) -> Any:
        raise AssertionError("was read")

    monkeypatch.setattr(machine, "imported_quiz", spy)
    monkeypatch.setattr(machine, "quiz", spy)
    student = await hall.school.user("student")
    settings = QuizSettings(title="A quiz")
    with pytest.raises(AuthorizationError):
        await hall.handler.handle(importing(hall, student, "student"))
    with pytest.raises(AuthorizationError):
        await hall.handler.handle(
            CreateQuiz(
                by=student,
                by_role="student",
                lesson_id=hall.lesson,
                settings=settings,
                questions=(TRUTH,),
            )
        )


async def test_a_repeated_import_is_answered_unread_whatever_has_changed(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = importing(hall, hall.teacher, key="again")
    made = await hall.handler.handle(command)
    monkeypatch.delattr(machine, "imported_quiz")
    await hall.school.rows("update courses set status = 'archived'")
    assert await hall.handler.handle(command) == made
    other = msgspec.structs.replace(command, gift="Other{T}")
    with pytest.raises(ConflictError):
        await hall.handler.handle(other)


async def test_each_user_has_one_file_read_at_a_time(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = trio.Event(), threading.Event()
    imported = machine.imported_quiz

    def slow(*arguments: Any) -> Any:
        trio.from_thread.run_sync(begun.set)
        assert go_on.wait(10)
        return imported(*arguments)

    monkeypatch.setattr(machine, "imported_quiz", slow)
    command = importing(hall, hall.teacher)
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(hall.handler.handle, command)
            await begun.wait()
            try:
                with pytest.raises(Overloaded) as refusal:
                    await hall.handler.handle(command)
                assert refusal.value.shown_details() == {"retryable": True}
            finally:
                go_on.set()
        made = await hall.handler.handle(command)
    assert isinstance(made, QuizCreated)


async def test_an_import_says_what_was_skipped(hall: Hall) -> None:
    created = await hall.handler.handle(
        ImportGift(
            by=hall.teacher,
            by_role="educator",
            lesson_id=hall.lesson,
            settings=QuizSettings(title="Imported"),
            gift="Q{T}\n\nOnly a text",
        )
    )
    assert isinstance(created, QuizCreated)
    assert created.question_count == 1
    assert created.skipped == ("line 3: a description is not a question",)


@pytest.mark.parametrize(
    "question",
    [
        FindLiveQuiz(pin="000000"),
        FindLiveQuiz(pin="' or 1=1"),
        MayJoinLiveQuiz(user_id=None, pin="000000"),
        MayJoinLiveQuiz(user_id=None, pin="' or 1=1"),
        MayJoinLiveQuiz(user_id=None, live_quiz_id="nonsense"),
        MayHostLiveQuiz(user_id="u", role="student", live_quiz_id=NO_GAME),
    ],
)
async def test_a_game_that_does_not_exist_is_not_found(hall: Hall, question: Message) -> None:
    with pytest.raises(NotFoundError):
        await hall.handler.handle(question)


async def test_a_game_is_asked_for_in_one_way(hall: Hall) -> None:
    for question in (
        MayJoinLiveQuiz(user_id=None),
        MayJoinLiveQuiz(user_id=None, pin="123456", live_quiz_id="x"),
    ):
        with pytest.raises(ValidationError):
            await hall.handler.handle(question)


async def test_a_message_of_another_domain_is_a_mistake(hall: Hall) -> None:
    with pytest.raises(TypeError):
        await hall.handler.handle(Done())
