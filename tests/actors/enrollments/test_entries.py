"""The rules of links and invitations: what is good, who may, and to whom an e-mail goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.enrollments import entries
from actors.enrollments.entries import DAY_MS, EMAILS_PER_ADDRESS, EMAILS_PER_TEACHER
from protocol.courses.values import CourseStatus
from protocol.enrollments.invitations import (
    MAX_LINK_DAYS,
    MAX_LINKS,
    MAX_USES,
    CreateEnrollmentLink,
    InvitationStatus,
    InviteStudents,
)
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.records.common import CourseFacts
from protocol.records.enrollments import InvitedFacts, LinkFacts

NOW = 1_790_000_000_000
S = InvitationStatus
COURSE = CourseFacts(id="c", instructor_id="vera", status="published")
COMMAND = InviteStudents(by="vera", by_role="educator", course_id="c")
NOTHING = InvitedFacts(standing={}, pending={}, places=None, sent=0, sent_to={})


def link(**given: Any) -> LinkFacts:
    return LinkFacts(**{"expires_at": NOW + 1, "max_uses": 1, "uses": 0, "revoked": False} | given)


def became(addresses: Sequence[str], **facts: Any) -> list[InvitationStatus]:
    rule = entries.inviting(COMMAND, addresses)
    found = rule(COURSE, msgspec.structs.replace(NOTHING, **facts))
    return [found[email] for email in addresses]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "unknown"),
        (link(revoked=True, expires_at=NOW), "revoked"),
        (link(expires_at=NOW), "expired"),
        (link(uses=1), "used_up"),
    ],
)
def test_a_link_that_is_not_good_says_why(given: LinkFacts | None, reason: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        entries.good(NOW)(given)
    assert refusal.value.code == "ENROLLMENT_LINK_INVALID"
    assert refusal.value.details == {"reason": reason}


def test_a_link_is_good_until_its_end_and_as_often_as_it_may_be_used() -> None:
    entries.good(NOW)(link())
    entries.good(NOW)(link(max_uses=None, uses=99))


def ends(**given: Any) -> int:
    return entries.link_end(
        CreateEnrollmentLink(by="vera", by_role="educator", course_id="c", **given), NOW
    )


def test_a_link_ends_after_thirty_days_or_when_it_is_told() -> None:
    assert ends() == NOW + 30 * DAY_MS
    assert ends(expires_at=NOW + 1, max_uses=MAX_USES) == NOW + 1
    assert ends(expires_at=NOW + MAX_LINK_DAYS * DAY_MS) == NOW + MAX_LINK_DAYS * DAY_MS


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"expires_at": NOW}, "TOO_EARLY"),
        ({"expires_at": NOW + MAX_LINK_DAYS * DAY_MS + 1}, "TOO_LARGE"),
        ({"max_uses": 0}, "OUT_OF_RANGE"),
        ({"max_uses": MAX_USES + 1}, "OUT_OF_RANGE"),
    ],
)
def test_a_link_has_an_end_and_bounds(given: dict[str, int], code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        ends(**given)
    assert [each["code"] for each in refusal.value.details["fields"]] == [code]


def test_a_draft_may_have_links_and_no_course_too_many() -> None:
    rule = entries.linkable("vera", "educator")
    rule(msgspec.structs.replace(COURSE, status=CourseStatus.DRAFT), MAX_LINKS - 1)
    with pytest.raises(RefusedError, match="at most 100"):
        rule(COURSE, MAX_LINKS)
    with pytest.raises(RefusedError, match="archived"):
        rule(msgspec.structs.replace(COURSE, status=CourseStatus.ARCHIVED), 0)
    with pytest.raises(AuthorizationError):
        entries.linkable("tom", "student")(COURSE, 0)


def test_who_is_something_to_the_course_gets_no_e_mail() -> None:
    standing = {"a": S.ENROLLED, "b": S.REMOVED, "c": S.TEACHES}
    pending = {"d": S.INVITED_BEFORE, "e": S.INVITED}
    found = became(list("abcdef"), standing=standing, pending=pending)
    assert found == [S.ENROLLED, S.REMOVED, S.TEACHES, S.INVITED_BEFORE, S.INVITED, S.INVITED]


def test_places_go_to_the_first_and_whoever_waits_has_one_already() -> None:
    found = became(list("abcd"), places=1, pending={"c": S.INVITED})
    assert found == [S.INVITED, S.NO_PLACE, S.INVITED, S.NO_PLACE]
    assert became(["a"], places=-3) == [S.NO_PLACE]


def test_a_day_has_its_bounds_for_whoever_sends_and_whoever_gets_them() -> None:
    found = became(list("abc"), sent=EMAILS_PER_TEACHER - 2, sent_to={"a": EMAILS_PER_ADDRESS})
    assert found == [S.TOO_OFTEN, S.INVITED, S.INVITED]
    assert became(list("ab"), sent=EMAILS_PER_TEACHER - 1) == [S.INVITED, S.TOO_OFTEN]


@given(places=st.none() | st.integers(-2, 6), sent=st.integers(0, 4), count=st.integers(0, 8))
def test_no_more_are_invited_than_there_are_places_and_e_mails(
    places: int | None, sent: int, count: int
) -> None:
    addresses = [f"{n}@school.example" for n in range(count)]
    found = became(addresses, places=places, sent=EMAILS_PER_TEACHER - sent)
    most = min(count, sent, max(0, count if places is None else places))
    assert found.count(S.INVITED) == most
    assert found[:most] == [S.INVITED] * most


def test_students_are_invited_to_a_course_that_takes_them_by_those_who_teach_it() -> None:
    draft = msgspec.structs.replace(COURSE, status=CourseStatus.DRAFT)
    with pytest.raises(RefusedError) as refusal:
        entries.inviting(COMMAND, [])(draft, NOTHING)
    assert refusal.value.code == "COURSE_NOT_PUBLISHED"
    other = msgspec.structs.replace(COMMAND, by="bob")
    with pytest.raises(AuthorizationError):
        entries.inviting(other, [])(COURSE, NOTHING)
