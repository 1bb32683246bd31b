"""Passwords, networks, invitations and time of quizzes, with the handler and a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import trio

from protocol.assessments.access import (
    AccommodateInQuiz,
    CheckAttemptNetwork,
    QuizAccommodationSet,
    SetQuizAccess,
)
from protocol.assessments.attempts.commands import AccommodateAttempt, BeginAttempt
from protocol.assessments.attempts.requests import (
    AccommodateStudent,
    AttemptChanged,
    StartQuizAttempt,
    TakeQuiz,
)
from protocol.assessments.editing import DuplicateQuiz
from protocol.assessments.quizzes import QuizCreated
from protocol.enrollments import SetAccommodation
from protocol.envelope import Address
from protocol.errors import (
    AuthorizationError,
    NotFoundError,
    Overloaded,
    RefusedError,
    StoaError,
    ValidationError,
)
from protocol.lifecycle import Done
from storage.records.enrollments import accommodations
from tests.actors.assessments.live.games import TRUE_FALSE
from tests.actors.assessments.test_assessments_handler import Hall
from tests.storage.records.assessments.test_quiz_submissions import Exam
from tests.storage.records.school import NOW, School, opened

ROOM, HERE, HOME = "192.0.2.0/24", "192.0.2.7", "198.51.100.1"
ANYTHING = "select string_agg(t::text, ' ') from {} t"


@dataclass
class Room:
    """An exam with two students, and the handler that is asked about it."""

    exam: Exam
    hall: Hall
    other: str = ""

    async def sets(self, **more: Any) -> None:
        command = SetQuizAccess(
            by=self.exam.teacher, by_role="educator", quiz_id=self.exam.quiz, **more
        )
        await self.hall.handler.handle(command)

    async def starts(
        self,
        password: str | None = None,
        remote: str = HERE,
        student: str = "",
        quiz: str = "",
    ) -> str:
        command = StartQuizAttempt(
            by=student or self.exam.student,
            by_role="student",
            quiz_id=quiz or self.exam.quiz,
            password=password,
            remote=remote,
        )
        begun = await self.hall.handler.handle(command)
        assert isinstance(begun, AttemptChanged)
        return begun.submission_id

    async def refused(self, *given: Any, **more: Any) -> RefusedError:
        with pytest.raises(RefusedError) as refused:
            await self.starts(*given, **more)
        return refused.value

    async def gives(self, **more: Any) -> QuizAccommodationSet:
        command = AccommodateInQuiz(
            by=self.exam.teacher,
            by_role="educator",
            quiz_id=self.exam.quiz,
            user_id=self.exam.student,
            **more,
        )
        given = await self.hall.handler.handle(command)
        assert isinstance(given, QuizAccommodationSet)
        return given

    def told(self, kind: type) -> list[Any]:
        return [message for _, message in self.hall.post.sent if isinstance(message, kind)]


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[School]:
    async with opened(database_url) as made:
        yield made


@pytest.fixture
async def room(school: School) -> Room:
    exam = await Exam.held(school, (TRUE_FALSE,), time_limit_minutes=30)
    other = await school.user()
    await school.enroll(other, exam.course)
    return Room(exam, Hall(school.database), other)


async def text_of(school: School, table: str) -> str:
    [[found]] = await school.rows(ANYTHING.format(table))
    return found or ""


# --- passwords ------------------------------------------------------------------------------------


async def test_an_attempt_begins_with_the_password_of_now(room: Room) -> None:
    await room.sets(password=" open sesame ")
    assert (await room.refused()).code == "QUIZ_PASSWORD_REQUIRED"
    assert (await room.refused("open barley")).code == "QUIZ_PASSWORD_WRONG"
    first = await room.starts("open sesame ")
    assert await room.starts() == first  # it runs, so nothing is asked any more
    await room.sets(password="other")
    wrong = await room.refused("open sesame", student=room.other)
    assert (wrong.code, wrong.details) == ("QUIZ_PASSWORD_WRONG", {})
    await room.sets(password=None)
    await room.starts("whatever", student=room.other)


async def test_passwords_that_are_changed_while_one_is_compared_do_not_let_in(room: Room) -> None:
    await room.sets(password="before")
    passwords = room.hall.passwords
    verify = passwords.verify

    async def meanwhile(*given: Any) -> bool:
        found: bool = await verify(*given)
        await room.sets(password="after")
        return found

    passwords.verify = meanwhile
    assert (await room.refused("before")).code == "QUIZ_PASSWORD_WRONG"
    passwords.verify = verify
    await room.starts("after")


async def test_a_student_tries_ten_times_and_nobody_else_is_hindered(room: Room) -> None:
    await room.sets(password="right")
    codes: list[str] = []

    async def guess(n: int) -> None:
        quiz = room.exam.quiz if n % 2 else room.exam.quiz.upper().replace("-", "")
        async with limiter:  # more at once wait for no turn: `Overloaded`
            codes.append((await room.refused(f"guess {n}", quiz=quiz)).code)

    limiter = trio.CapacityLimiter(3)
    async with trio.open_nursery() as nursery:
        for n in range(10):
            nursery.start_soon(guess, n)
    assert codes == ["QUIZ_PASSWORD_WRONG"] * 10
    limited = await room.refused("right")
    assert limited.code == "QUIZ_PASSWORD_WRONG"
    assert limited.details["retry_after_seconds"] == 600
    await room.starts("right", student=room.other)


async def test_what_is_not_compared_costs_no_try(room: Room) -> None:
    await room.sets(password="right")

    async def busy(*given: Any) -> bool:
        raise Overloaded("Too many")

    verify, room.hall.passwords.verify = room.hall.passwords.verify, busy
    for _ in range(11):
        with pytest.raises(Overloaded):
            await room.starts("right")
    room.hall.passwords.verify = verify
    await room.starts("right")


async def test_right_passwords_cost_no_tries(room: Room) -> None:
    await room.sets(password="right")
    for _ in range(12):
        attempt = await room.starts("right")
        await room.exam.ended(attempt, True)


async def test_who_may_not_begin_anyway_learns_nothing_of_the_password(room: Room) -> None:
    await room.sets(password="right")
    stranger = await room.exam.school.user()
    with pytest.raises(AuthorizationError):
        await room.starts("right", student=stranger)
    with pytest.raises(ValidationError):
        await room.starts("x" * 1_001)
    with pytest.raises(NotFoundError):
        await room.hall.handler.handle(
            StartQuizAttempt(by=stranger, by_role="student", quiz_id="no", password="right")
        )
    with pytest.raises(ValidationError) as refused:
        await room.sets(password="é" * 40)
    assert refused.value.details["fields"][0]["code"] == "TOO_MANY_BYTES"


async def test_nothing_repeats_the_password(room: Room, school: School) -> None:
    await room.sets(password="sesame", networks=(ROOM,), invited=(room.exam.student,))
    attempt = await room.starts("sesame")
    copy = await room.hall.handler.handle(
        DuplicateQuiz(
            by=room.exam.teacher,
            by_role="educator",
            quiz_id=room.exam.quiz,
            lesson_id=room.exam.lesson,
        )
    )
    assert isinstance(copy, QuizCreated)
    [row] = await school.rows("select password_hash from quiz_access")
    for table in ("audit_trail", "outbox", "quiz_versions", "quizzes", "quiz_submissions"):
        found = await text_of(school, table)
        assert "sesame" not in found
        assert row["password_hash"] not in found
    [noted] = await school.rows("select details from audit_trail where action = 'set_access'")
    assert msgspec.json.decode(noted["details"])["parts"] == ["invited", "networks", "password"]
    assert await school.rows("select from quiz_access where quiz_id::text = $1", copy.quiz_id) == []
    assert attempt


# --- networks and invitations ---------------------------------------------------------------------


async def test_a_page_is_opened_from_the_networks_of_the_quiz(room: Room) -> None:
    attempt = await room.starts(remote=HOME)
    await room.sets(networks=(ROOM, "2001:db8::/32"))
    assert (await room.refused(remote=HOME)).code == "QUIZ_NETWORK"
    assert (await room.refused(remote=HOME, student=room.other)).code == "QUIZ_NETWORK"
    assert await room.starts(remote="2001:db8::9") == attempt
    take = TakeQuiz(by=room.exam.student, by_role="student", submission_id=attempt, remote=HOME)
    check = CheckAttemptNetwork(user_id=room.exam.student, submission_id=attempt, remote=HOME)
    for question in (take, check):
        with pytest.raises(RefusedError) as refused:
            await room.hall.handler.handle(question)
        assert refused.value.code == "QUIZ_NETWORK"
    for fine in (
        msgspec.structs.replace(check, remote=HERE),
        msgspec.structs.replace(check, user_id=room.other),
        msgspec.structs.replace(check, submission_id="none"),
    ):
        assert await room.hall.handler.handle(fine) == Done()
    await room.sets(networks=())
    assert await room.hall.handler.handle(check) == Done()


async def test_a_quiz_is_for_those_who_are_invited_and_a_running_attempt_goes_on(
    room: Room,
) -> None:
    await room.sets(invited=(room.exam.student.upper(),))
    assert (await room.refused(student=room.other)).code == "QUIZ_NOT_INVITED"
    attempt = await room.starts()
    await room.sets(invited=(room.other,))
    assert await room.starts() == attempt
    await room.exam.ended(attempt, True)
    assert (await room.refused()).code == "QUIZ_NOT_INVITED"
    await room.sets(invited=())
    assert (await room.refused(student=room.other)).code == "QUIZ_NOT_INVITED"
    await room.sets(invited=None)
    await room.starts()


async def test_only_teachers_set_it_and_only_for_students_of_the_course(room: Room) -> None:
    stranger = await room.exam.school.user()
    for user in (stranger, "nobody"):
        with pytest.raises(NotFoundError):
            await room.sets(invited=(room.exam.student, user))
    for more in ({"password": "x"}, {"networks": (ROOM,)}):
        command = SetQuizAccess(
            by=room.exam.student,
            by_role="student",
            quiz_id=room.exam.quiz,
            **more,
        )
        with pytest.raises(AuthorizationError):
            await room.hall.handler.handle(command)
    with pytest.raises(NotFoundError):
        await room.hall.handler.handle(
            SetQuizAccess(by=stranger, by_role="educator", quiz_id="none", password="x")
        )


# --- time -----------------------------------------------------------------------------------------


async def course_time(room: Room, extra_time: float, unlimited: bool | None = None) -> None:
    command = SetAccommodation(
        by=room.exam.teacher,
        by_role="educator",
        course_id=room.exam.course,
        user_id=room.exam.student,
        extra_time=extra_time,
        unlimited=unlimited,
    )
    database = room.exam.school.database
    await database.run(lambda c: accommodations.accommodate(c, command, NOW, lambda _: None))


async def heard(room: Room) -> tuple[float, bool]:
    """What an attempt that runs is told."""
    told = AccommodateStudent(course_id=room.exam.course, student_id=room.exam.student)
    await room.hall.handler.handle(told)
    newest = room.told(AccommodateAttempt)[-1]
    return newest.factor, newest.unlimited


async def test_time_given_between_the_row_and_the_beginning_counts(room: Room) -> None:
    """The attempt cannot hear of it yet: it has not begun."""
    ask = room.hall.post.ask

    async def asked(address: Address, message: Any, *, timeout_seconds: float = 10) -> Any:
        if isinstance(message, BeginAttempt):
            await course_time(room, 1.5)
        return await ask(address, message, timeout_seconds=timeout_seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.hall.post, "ask", asked)
        await room.starts()
    assert room.told(BeginAttempt)[-1].timing.factor == 1.0
    assert [told.factor for told in room.told(AccommodateAttempt)] == [1.5]


async def test_time_in_a_quiz_takes_the_place_of_that_in_the_course(room: Room) -> None:
    await course_time(room, 1.5, unlimited=True)
    attempt = await room.starts()
    timing = room.told(BeginAttempt)[-1].timing
    assert (timing.factor, timing.unlimited, timing.limit_ms) == (1.5, True, 1_800_000)
    given = await room.gives(extra_time=2.0)
    assert (given.quiz_id, given.student_id) == (room.exam.quiz, room.exam.student)
    assert await heard(room) == (2.0, False)
    await room.gives(extra_time=1.0, unlimited=True)
    assert await heard(room) == (1.0, True)
    await room.gives(extra_time=None)
    assert await heard(room) == (1.5, True)
    await course_time(room, 1.25)
    assert await heard(room) == (1.25, True)
    await course_time(room, 1.25, unlimited=False)
    assert await heard(room) == (1.25, False)
    await room.exam.ended(attempt, True)
    await room.gives(extra_time=3.0)
    await room.starts()
    assert room.told(BeginAttempt)[-1].timing.factor == 3.0
    assert await room.exam.school.announced("assessments.quiz_accommodation_set") == 4


async def test_time_is_given_by_staff_to_students_of_the_course(room: Room) -> None:
    stranger = await room.exam.school.user()
    command = AccommodateInQuiz(
        by=room.exam.teacher,
        by_role="educator",
        quiz_id=room.exam.quiz,
        user_id=stranger,
        extra_time=2.0,
    )
    wrong: list[tuple[AccommodateInQuiz, type[StoaError]]] = [
        (command, NotFoundError),
        (msgspec.structs.replace(command, user_id="nobody"), NotFoundError),
        (msgspec.structs.replace(command, extra_time=5.0), ValidationError),
        (
            msgspec.structs.replace(
                command, by=room.exam.student, by_role="student", user_id=room.exam.student
            ),
            AuthorizationError,
        ),
    ]
    for each, error in wrong:
        with pytest.raises(error):
            await room.hall.handler.handle(each)
