"""Mutations that say only `true` have a sibling that gives back what a cache must update."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from gateway.graphql.domain import WITH_PAYLOAD
from gateway.graphql.schema import DOMAINS, make_schema, siblings
from protocol.courses.commands import DeleteLesson, ReorderModules
from protocol.courses.events import CourseUpdated
from protocol.enrollments import StudentUnenrolled, WithdrawEnrollment
from protocol.errors import AuthorizationError
from protocol.lifecycle import Done
from protocol.selection import Viewer
from protocol.users.commands import DeleteAccount, VerifyEmail
from protocol.users.events import UserDisabled
from tests.gateway.graphql.harness import Service

ADA = Viewer(user_id="ada", role="educator")
ONE = "AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA"
NOTHING_CHANGES = {
    "logout": "the client forgets everything",
    "logoutEverywhere": "the client forgets everything",
    "inviteEducator": "an e-mail is sent, and nothing else",
    "resendVerification": "an e-mail is sent, and nothing else",
    "requestPasswordReset": "an e-mail is sent, and nothing else",
    "resetPassword": "all devices are signed out",
    "exportPersonalData": "it changes nothing",
    "extendQuizAttempts": "whoever watches the quiz is told of each attempt",
    "endQuizAttempts": "whoever watches the quiz is told of each attempt",
    "messageQuizAttempts": "it is said to the students",
    "tagQuestions": "it says how many; they are of several quizzes, which are read again",
    "noteQuizActivity": "it is for the log of the attempt alone",
}
"""Mutations that return a scalar and need no sibling."""
SAY_MORE = {"submitQuiz": "QuizSubmission!"}
"""Mutations that return an object, and whose sibling adds what is no part of any."""


def test_every_mutation_that_returns_a_scalar_has_a_sibling_or_a_reason() -> None:
    mutations = make_schema().mutation_type
    assert mutations is not None
    bare = {
        name for name, each in mutations.fields.items() if is_leaf_type(get_named_type(each.type))
    }
    named = {name.removesuffix(WITH_PAYLOAD) for domain in DOMAINS for name in siblings(domain)}
    assert bare | set(SAY_MORE) == named | set(NOTHING_CHANGES)
    assert not named & set(NOTHING_CHANGES)


@pytest.mark.parametrize("name", sorted(name for domain in DOMAINS for name in siblings(domain)))
def test_a_sibling_takes_the_same_arguments_and_has_a_payload_of_its_name(name: str) -> None:
    mutations = make_schema().mutation_type
    assert mutations is not None
    plain = name.removesuffix(WITH_PAYLOAD)
    sibling, base = mutations.fields[name], mutations.fields[plain]
    assert str(base.type) == SAY_MORE.get(plain, "Boolean!")
    assert {key: str(arg.type) for key, arg in sibling.args.items()} == {
        key: str(arg.type) for key, arg in base.args.items()
    }
    assert str(sibling.type) == f"{plain[0].upper()}{plain[1:]}Payload!"
    payload = get_named_type(sibling.type)
    assert isinstance(payload, GraphQLObjectType)
    assert payload.fields


async def ask(command: type, reply: Any, text: str, **answers: bytes) -> tuple[Service, Any]:
    service = Service()
    service.post.replies[command] = reply
    service.fake_reads.answers.update(answers)
    return service, await service.ask(f"mutation {{ {text} }}", viewer=ADA)


async def test_a_deleted_lesson_is_named_as_caches_know_it_beside_what_contained_it() -> None:
    service, response = await ask(
        DeleteLesson,
        CourseUpdated(course_id="c1", module_id="m1"),
        f'deleteLessonWithPayload(id: "{ONE}")'
        " { __typename gone: deletedLessonId module { lessons { id } } course { id } }",
        courseModule=b'{"lessons":[]}',
        course=b'{"id":"c1"}',
    )
    assert response.data == {
        "deleteLessonWithPayload": {
            "__typename": "DeleteLessonPayload",
            "gone": ONE.lower(),
            "module": {"lessons": []},
            "course": {"id": "c1"},
        }
    }
    (command,) = service.post.commands
    assert isinstance(command, DeleteLesson)
    assert (command.lesson_id, command.by) == (ONE, "ada")


async def test_the_specification_s_mutation_still_says_true() -> None:
    _, response = await ask(
        DeleteLesson, CourseUpdated(course_id="c1", module_id="m1"), f'deleteLesson(id: "{ONE}")'
    )
    assert response.data == {"deleteLesson": True}


async def test_reordering_gives_back_the_course_and_withdrawing_the_enrolment() -> None:
    _, response = await ask(
        ReorderModules,
        CourseUpdated(course_id="c1"),
        'reorderModulesWithPayload(courseId: "c1", moduleIds: []) { course { id } }',
        course=b'{"id":"c1"}',
    )
    assert response.data == {"reorderModulesWithPayload": {"course": {"id": "c1"}}}
    left = StudentUnenrolled(enrollment_id="e1", course_id="c1", student_id="ada")
    _, response = await ask(
        WithdrawEnrollment,
        left,
        'withdrawEnrollmentWithPayload(enrollmentId: "e1") { enrollment { status } }',
        enrollment=b'{"status":"DROPPED"}',
    )
    assert response.data == {"withdrawEnrollmentWithPayload": {"enrollment": {"status": "DROPPED"}}}


async def test_a_refused_sibling_is_null_with_the_error_as_any_other() -> None:
    _, response = await ask(
        DeleteLesson,
        AuthorizationError(),
        f'deleteLessonWithPayload(id: "{ONE}") {{ deletedLessonId }}',
    )
    assert response.codes == ["AUTHORIZATION_ERROR"]


async def test_a_guest_who_confirms_an_address_is_nobody_s_viewer() -> None:
    service = Service()
    service.post.replies[VerifyEmail] = Done()
    text = 'mutation { verifyEmailWithPayload(token: "t") { viewer { emailVerified } } }'
    response = await service.ask(text)
    assert response.data == {"verifyEmailWithPayload": {"viewer": None}}
    service.fake_reads.answers["user"] = b'{"emailVerified":true}'
    response = await service.ask(text, viewer=ADA)
    assert response.data == {"verifyEmailWithPayload": {"viewer": {"emailVerified": True}}}


async def test_a_deleted_account_is_named() -> None:
    _, response = await ask(
        DeleteAccount,
        UserDisabled(user_id="u1", at=1),
        'deleteAccountWithPayload(userId: "u1") { deletedUserId }',
    )
    assert response.data == {"deleteAccountWithPayload": {"deletedUserId": "u1"}}
