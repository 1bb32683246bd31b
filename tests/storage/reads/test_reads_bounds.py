"""What a read costs at worst: refused by its estimate, or answered within time and size."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.graphql.limits import Limits
from gateway.graphql.schema import make_schema
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads import compiler, reads
from storage.reads.reads import CompiledReads, open_read_database
from tests.gateway.graphql.harness import Response, Service
from tests.storage.reads.actor_answers import ANSWERS
from tests.storage.reads.cyclic_paths import DEEPEST, cycles, query_of, walks
from tests.storage.reads.dense_school import (
    ADMIN,
    COURSE,
    STUDENT,
    TEACHER,
    make_dense_school,
)
from tests.support.profiles import at_night

SCHEMA = make_schema()
ANYBODY = Viewer()
BOUNDED = {"READ_TIMEOUT", "ANSWER_TOO_LARGE"}
REFUSED = {"LIMIT_EXCEEDED"}
NOT_FOR_THEM = {"AUTHENTICATION_ERROR", "AUTHORIZATION_ERROR"}
SPARE_SECONDS = 3.0
"""For a busy machine; a statement that is not ended takes thirty."""
WALKS = 60
NO_SUBMISSION = "11111111-1111-4111-8111-111111111111"
SHARE = 50


@pytest.fixture
async def reading(database: Database) -> AsyncIterator[Database]:
    opened = await open_read_database(database)
    yield opened
    await opened.close()


@pytest.fixture
async def school(database: Database) -> dict[str, str]:
    return await make_dense_school(database)


@pytest.fixture
async def service(reading: Database, school: dict[str, str]) -> Service:
    made = Service(CompiledReads(reading))
    made.post.replies.update(ANSWERS)
    return made


def arguments(school: dict[str, str]) -> dict[str, str]:
    """What the root fields are asked for."""
    ids = {
        "course": "course",
        "user": "user",
        "lesson": "lesson",
        "quiz": "quiz",
        "liveQuiz": "game",
        "enrollment": "enrollment",
    }
    given = {root: f'id: "{school[name]}"' for root, name in ids.items()}
    return given | {
        "courseBySlug": 'slug: "dense-1"',
        "liveQuizByPin": 'pin: "100001"',
        "courseByLink": 'token: "dense"',
        "enrollmentProgress": f'enrollmentId: "{school["enrollment"]}"',
        "courseEnrollments": f'courseId: "{school["course"]}"',
        "verifyCertificate": 'certificateId: "NONE"',
        "liveQuizQuestions": f'liveQuizId: "{school["game"]}"',
        "liveQuizResults": f'liveQuizId: "{school["game"]}"',
        "liveQuizEssays": f'liveQuizId: "{school["game"]}", questionIndex: 1',
        "checkPracticeAnswer": (
            f'liveQuizId: "{school["game"]}", questionIndex: 1, answer: {{ text: "Rome" }}'
        ),
        "checkAttemptPracticeAnswer": (
            f'submissionId: "{NO_SUBMISSION}", questionId: "{NO_SUBMISSION}", '
            'answer: { text: "Rome" }'
        ),
        "video": f'id: "{NO_SUBMISSION}"',
        "videoPreview": f'videoId: "{NO_SUBMISSION}"',
        "generateStreamingUrl": f'lessonId: "{school["lesson"]}"',
        "resourceLink": f'resourceId: "{NO_SUBMISSION}"',
        "upload": f'id: "{NO_SUBMISSION}"',
        "quizSubmission": f'id: "{NO_SUBMISSION}"',
        "quizAttempt": f'submissionId: "{NO_SUBMISSION}"',
        "quizExport": f'quizId: "{NO_SUBMISSION}", format: GIFT',
        "quizSealedAnswers": f'submissionId: "{NO_SUBMISSION}"',
        "quizResultSheet": f'submissionId: "{NO_SUBMISSION}"',
        "quizAttemptLog": f'submissionId: "{NO_SUBMISSION}"',
        "similarQuizAnswers": f'submissionId: "{NO_SUBMISSION}", questionId: "{NO_SUBMISSION}"',
        "previewQuizRegrade": (
            f'quizId: "{NO_SUBMISSION}", questionId: "{NO_SUBMISSION}", policy: LEAVE_OUT'
        ),
        "liveQuizTypedAnswers": f'liveQuizId: "{school["game"]}", questionIndex: 1',
    }


async def timed(service: Service, query: str, viewer: Viewer = ANYBODY) -> tuple[Response, float]:
    began = time.perf_counter()
    response = await service.ask(query, viewer=viewer)
    return response, time.perf_counter() - began


def check(response: Response, seconds: float, query: str) -> None:
    """Refused by the estimate, answered, or stopped by a bound; never long, never large."""
    assert set(response.codes) <= BOUNDED | REFUSED | NOT_FOR_THEM, query
    assert seconds < reads.READ_SECONDS + SPARE_SECONDS, query
    assert len(response.body) <= compiler.MAX_ANSWER_BYTES + 1_000, query


def nested(depth: int) -> str:
    chain = "{ prerequisites " * depth + "{ id title }" + " }" * depth
    return f'{{ course(id: "{COURSE}") {{ modules {{ lessons {chain} }} }} }}'


@pytest.mark.parametrize("depth", [3, 8])
async def test_prerequisites_of_prerequisites_of_prerequisites_are_refused(
    service: Service, depth: int
) -> None:
    """Three levels were 10.8 MB, and eight held a connection for thirty seconds."""
    response, _ = await timed(service, nested(depth))
    assert response.codes == ["LIMIT_EXCEEDED"]
    [error] = response.json["errors"]
    assert error["extensions"]["details"] == {"limit": "recursion", "allowed": 2}


@pytest.mark.parametrize("depth", [1, 2])
async def test_two_levels_of_prerequisites_are_answered_in_time(
    service: Service, depth: int
) -> None:
    response, seconds = await timed(service, nested(depth))
    assert response.codes == []
    check(response, seconds, nested(depth))
    lessons = response.data["course"]["modules"][0]["lessons"]
    assert [len(lesson["prerequisites"]) for lesson in lessons] == [20] * 10


@pytest.mark.parametrize("aliases", [4, 30])
async def test_a_long_text_under_many_aliases_is_refused(service: Service, aliases: int) -> None:
    fields = " ".join(f"a{n}: contentText" for n in range(aliases))
    query = f'{{ course(id: "{COURSE}") {{ modules {{ lessons {{ {fields} }} }} }} }}'
    response, _ = await timed(service, query)
    assert response.codes == ["LIMIT_EXCEEDED"]
    assert response.json["errors"][0]["extensions"]["details"]["limit"] == "cost"


async def test_an_answer_that_is_too_large_after_all_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = "a: contentText b: contentText"
    query = f'{{ course(id: "{COURSE}") {{ modules {{ lessons {{ {fields} }} }} }} }}'
    response, seconds = await timed(service, query)
    assert response.codes == ["ANSWER_TOO_LARGE"]
    details = response.json["errors"][0]["extensions"]["details"]
    assert details == {"allowed_bytes": compiler.MAX_ANSWER_BYTES}
    assert response.data == {"course": None}
    check(response, seconds, query)


async def test_root_fields_that_are_too_large_together_are_refused(service: Service) -> None:
    one = f'course(id: "{COURSE}") {{ modules {{ lessons {{ contentText }} }} }}'
    alone, _ = await timed(service, f"{{ {one} }}")
    assert alone.codes == []
    response, _ = await timed(service, f"{{ a: {one} b: {one} }}")
    assert response.codes == ["ANSWER_TOO_LARGE"] * 2


async def test_a_statement_that_takes_too_long_ends_with_its_own_error(
    database: Database, school: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = await database.companion(settings={**reads.READING, "statement_timeout": "20"})
    service = Service(CompiledReads(hasty), limits=Limits(recursion=9, cost=10**9))
    response, seconds = await timed(service, nested(4))
    assert response.codes == ["READ_TIMEOUT"]
    assert response.json["errors"][0]["extensions"]["details"] == {"retryable": True}
    assert seconds < reads.READ_SECONDS
    await hasty.close()


async def deepest(service: Service, query: Any, viewer: Viewer) -> tuple[str, Response, float]:
    """The deepest of the path's queries that is not refused, run as it is.

    A deeper one costs more, so it is found by halving.
    """
    low, high = 1, DEEPEST
    text = query(low)
    found = (text, *await timed(service, text, viewer))
    while low < high:
        middle = (low + high + 1) // 2
        text = query(middle)
        response, seconds = await timed(service, text, viewer)
        if set(response.codes) & REFUSED:
            high = middle - 1
        else:
            low, found = middle, (text, response, seconds)
    return found


@pytest.mark.no_cover  # hundreds of documents, which reach no line that one does not
@pytest.mark.parametrize("viewer", [ANYBODY, STUDENT, TEACHER, ADMIN], ids=lambda v: v.role)
@pytest.mark.parametrize("first", [None, 100])
async def test_every_way_back_to_a_type_is_refused_or_bounded(
    service: Service, school: dict[str, str], viewer: Viewer, first: int | None
) -> None:
    """As a teacher, who sees the most by the costliest rules, at night every path; else a share."""
    given = arguments(school)
    paths = [cycle.round(DEEPEST) for cycle in cycles(SCHEMA)]
    assert len(paths) > 100
    paths += [path for path in walks(SCHEMA, WALKS, seed=first or 0) if path not in paths]
    costliest = (viewer, first) == (TEACHER, 100)
    if not (costliest and at_night()):
        share = 6 * SHARE if costliest else SHARE
        paths = random.Random(f"{viewer.role} {first}").sample(paths, share)
    for path in paths:
        text, response, seconds = await deepest(
            service, lambda depth, path=path: query_of(SCHEMA, path[:depth], given, first), viewer
        )
        check(response, seconds, text)
