"""Who may enter a live quiz: those of the table, and with the PIN others, where guests may play."""

from __future__ import annotations

from typing import Any

import pytest

from actors.assessments.entry import CHECKS, check_join
from protocol.assessments.live.entry import (
    LiveQuizQuestion,
    MayExportLiveQuiz,
    MayFollowLiveQuiz,
    MayHostLiveQuiz,
)
from protocol.errors import AuthorizationError, RefusedError
from protocol.permissions import REALTIME, SUBSCRIPTIONS, Relation
from protocol.records.assessments import LiveQuizFacts
from protocol.records.common import CourseFacts

R = Relation
COURSE = CourseFacts(
    id="course", instructor_id="ivy", co_teacher_ids=("cora",), assistant_ids=("tess",)
)
PEOPLE: dict[Relation, tuple[str | None, str]] = {
    R.GUEST: (None, ""),
    R.USER: ("eve", "student"),
    R.EDUCATOR: ("ed", "educator"),
    R.ADMIN: ("root", "admin"),
    R.STUDENT: ("sue", "student"),
    R.ASSISTANT: ("tess", "educator"),
    R.CO_TEACHER: ("cora", "educator"),
    R.INSTRUCTOR: ("ivy", "educator"),
    R.OWNER: ("hal", "educator"),
}
"""One for each relation; the owner is a host who no longer teaches the course."""


def game(**changes: Any) -> LiveQuizFacts:
    plain: dict[str, Any] = {
        "live_quiz_id": "game",
        "course": COURSE,
        "host_id": "hal",
        "allow_guests": True,
        "enrolled": False,
        "full_name": None,
    }
    return LiveQuizFacts(**plain | changes)


def joins(who: Relation, *, allow_guests: bool, knows_pin: bool) -> str | None:
    """The code of the refusal."""
    user_id, role = PEOPLE[who]
    facts = game(allow_guests=allow_guests, enrolled=who is R.STUDENT)
    try:
        check_join(facts, user_id, role, knows_pin=knows_pin)
    except (AuthorizationError, RefusedError) as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("allow_guests", [True, False])
def test_without_the_pin_only_those_of_the_table_join(who: Relation, allow_guests: bool) -> None:
    refusal = joins(who, allow_guests=allow_guests, knows_pin=False)
    assert (refusal is None) == (who in REALTIME["joinLiveQuiz"].to)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_pin_lets_everybody_in_where_guests_may_play(who: Relation) -> None:
    assert joins(who, allow_guests=True, knows_pin=True) is None


@pytest.mark.parametrize("who", PEOPLE)
def test_the_pin_of_a_game_without_guests_opens_it_to_nobody_more(who: Relation) -> None:
    refusal = joins(who, allow_guests=False, knows_pin=True)
    assert (refusal is None) == (who in REALTIME["joinLiveQuiz"].to)


@pytest.mark.parametrize("knows_pin", [True, False])
def test_a_guest_is_told_to_sign_in_only_where_that_is_what_is_missing(knows_pin: bool) -> None:
    assert joins(R.GUEST, allow_guests=False, knows_pin=knows_pin) == "GUESTS_NOT_ALLOWED"
    assert joins(R.GUEST, allow_guests=True, knows_pin=False) == "AUTHORIZATION_ERROR"


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        (MayHostLiveQuiz, "hostLiveQuiz"),
        (MayFollowLiveQuiz, "liveQuizUpdated"),
        (MayExportLiveQuiz, "exportLiveQuizResults"),
    ],
)
@pytest.mark.parametrize("who", PEOPLE)
def test_the_other_questions_are_answered_by_the_table(
    who: Relation, question: type[LiveQuizQuestion], operation: str
) -> None:
    user_id, role = PEOPLE[who]
    may = {**REALTIME, **SUBSCRIPTIONS}[operation].to
    told = None
    try:
        CHECKS[question](game(enrolled=who is R.STUDENT), user_id, role)
    except AuthorizationError as refusal:
        told = refusal.details
    expected = {"required_role": ", ".join(sorted(may)), "user_role": role}
    assert told == (None if who in may else expected)


@pytest.mark.parametrize("knows_pin", [True, False])
def test_a_student_removed_from_the_course_does_not_join_as_a_guest(knows_pin: bool) -> None:
    facts = game(allow_guests=True, enrolled=False, removed=True)
    with pytest.raises(AuthorizationError) as refusal:
        check_join(facts, "somebody", "student", knows_pin=knows_pin)
    assert refusal.value.details["user_role"] == "student"
    assert "student" in refusal.value.details["required_role"].split(", ")
