"""Errors have one form, whatever raised them and wherever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import structlog
from hypothesis import given
from hypothesis import strategies as st

from protocol import errors
from protocol.courses.commands import PublishCourse
from protocol.errors import InternalError, StoaError
from protocol.selection import Viewer
from protocol.times import iso
from tests.gateway.graphql.harness import NOW, Service

VERA = Viewer(user_id="vera", role="educator")
PUBLISH = 'mutation { mine: publishCourse(id: "c") { id } }'
COURSE = '{ mine: course(id: "c") { id } }'
TEXTS = st.text(min_size=1, max_size=40)
FIELDS = st.lists(st.fixed_dictionaries({"field": TEXTS, "message": TEXTS}), min_size=1, max_size=4)
MADE: dict[type[StoaError], st.SearchStrategy[StoaError]] = {
    StoaError: st.builds(StoaError, TEXTS, limit=st.integers(0, 9)),
    errors.ClientError: st.builds(errors.ClientError, TEXTS),
    errors.ValidationError: st.builds(errors.ValidationError, FIELDS),
    errors.AuthenticationError: st.builds(errors.AuthenticationError, TEXTS, reason=TEXTS),
    errors.AuthorizationError: st.builds(
        errors.AuthorizationError, TEXTS, required_role=TEXTS, user_role=st.none() | TEXTS
    ),
    errors.NotFoundError: st.builds(errors.NotFoundError, TEXTS, TEXTS),
    errors.ConflictError: st.builds(errors.ConflictError, TEXTS, conflict_field=TEXTS),
    errors.RefusedError: st.builds(
        errors.RefusedError,
        st.from_regex(r"[A-Z]{3,9}_[A-Z]{3,9}", fullmatch=True),
        TEXTS,
        why=TEXTS,
    ),
    errors.AnswerTooLarge: st.builds(errors.AnswerTooLarge, st.integers(0, 9)),
    errors.RateLimited: st.builds(errors.RateLimited, st.floats(0, 1_000)),
    errors.RetryableError: st.builds(errors.RetryableError, TEXTS),
    errors.MailboxFull: st.builds(errors.MailboxFull, TEXTS),
    errors.DeadlineExceeded: st.builds(errors.DeadlineExceeded),
    errors.ReadTimeout: st.builds(errors.ReadTimeout, TEXTS),
    errors.ActorStopped: st.builds(errors.ActorStopped, TEXTS),
    errors.StorageUnavailable: st.builds(errors.StorageUnavailable),
    errors.Overloaded: st.builds(errors.Overloaded, TEXTS),
    errors.ExternalServiceError: st.builds(errors.ExternalServiceError, TEXTS, TEXTS),
    errors.DatabaseError: st.builds(errors.DatabaseError),
    errors.InternalError: st.builds(errors.InternalError),
    errors.ActorCrashed: st.builds(errors.ActorCrashed),
    errors.PoisonMessage: st.builds(errors.PoisonMessage),
    errors.HistoryUnreadable: st.builds(errors.HistoryUnreadable, st.just("course room")),
    errors.Fenced: st.builds(errors.Fenced, TEXTS, st.integers(0, 9)),
}
DEFECTS = st.sampled_from([ZeroDivisionError, KeyError, RuntimeError, OSError])


def kinds(of: type[StoaError]) -> Iterator[type[StoaError]]:
    """The class and all below it in the tree of `protocol.errors`."""
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def test_every_class_of_error_is_tried() -> None:
    assert {each for each in kinds(StoaError) if each.__module__ == errors.__name__} == set(MADE)


async def raised(error: Exception, mutates: bool) -> dict[str, Any]:
    """What a client is shown when that is raised in a mutation, or else in a read."""
    service = Service()
    service.post.replies[PublishCourse] = error
    service.fake_reads.answers["course"] = error
    response = await service.ask(PUBLISH if mutates else COURSE, viewer=VERA)
    assert response.status == 200
    assert response.json["data"] in (None, {"mine": None})
    [found] = response.json["errors"]
    assert found["path"] == ["mine"]
    assert set(found) == {"message", "locations", "path", "extensions"}
    shown: dict[str, Any] = found
    return shown


@given(error=st.sampled_from(list(MADE)).flatmap(MADE.__getitem__), mutates=st.booleans())
async def test_every_error_of_a_resolver_has_code_message_details_request_and_time(
    error: StoaError, mutates: bool
) -> None:
    """Property 70: GraphQL error formatting

    Validates: Requirements 21.6
    """
    found = await raised(error, mutates)
    extensions = found["extensions"]
    assert set(extensions) == {"code", "details", "requestId", "timestamp"}
    # The same as every other way to Stoa shows for it.
    everywhere = error.as_dict(request_id="req_1", timestamp=iso(NOW))
    assert found["message"] == everywhere["message"] == error.message
    assert extensions == {name: everywhere[name] for name in extensions}
    assert datetime.fromisoformat(extensions["timestamp"]).tzinfo is not None
    if isinstance(error, errors.ValidationError):
        assert extensions["details"]["fields"] == error.details["fields"]
    assert extensions["details"].get("retryable", False) is error.retryable


@given(
    kind=DEFECTS, secret=st.from_regex(r"secret-[a-z]{8}", fullmatch=True), mutates=st.booleans()
)
async def test_a_defect_has_the_same_form_and_tells_nothing_of_itself(
    kind: type[Exception], secret: str, mutates: bool
) -> None:
    with structlog.testing.capture_logs() as logged:
        found = await raised(kind(secret), mutates)
    assert [secret in str(line["exc_info"]) for line in logged] == [True]
    assert found["message"] == InternalError().message
    assert found["extensions"]["code"] == "INTERNAL_ERROR"
    assert secret not in str(found)
