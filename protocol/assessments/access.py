"""Who may take a quiz beside being enrolled, and how long: what its staff sets.

A password, networks and invitations are asked about where an attempt begins. One that runs goes on
when the password or the invitations change; networks are asked about again wherever its page is
opened. None of it is part of a quiz's settings, so no version, copy, export or event has it.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from protocol.envelope import Message

MAX_NETWORKS = 50
MAX_NETWORK = 64
"""Characters; the longest IPv6 network has 43."""
MAX_INVITED = 2_000
MAX_ACCESS_PASSWORD = 1_000
"""Characters that are read at all; what is hashed is bounded in bytes."""


class QuizAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between a student of the course and an attempt. `networks` are in CIDR notation;
    empty: from anywhere."""

    password_hash: str | None = None
    networks: tuple[str, ...] = ()
    invited_only: bool = False


class StaffRequest(Message, frozen=True, kw_only=True):
    """Base of what staff sets about a quiz. `by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str
    quiz_id: str


class SetQuizAccess(StaffRequest, frozen=True, kw_only=True, tag="assessments.set_quiz_access"):
    """Say who may take the quiz; what is UNSET stays. Replies `QuizAccessSet`; twice is once.

    `password` None: there is none. `invited` are users, None: every student of the course.
    `ValidationError` on `password`, `networks` and `invited`; `NotFoundError` for who has never
    been a student of the course.
    """

    password: str | UnsetType | None = UNSET
    networks: tuple[str, ...] | UnsetType = UNSET
    invited: tuple[str, ...] | UnsetType | None = UNSET


class QuizAccessSet(Message, frozen=True, kw_only=True, tag="assessments.quiz_access_set"):
    """Reply: it is so."""

    quiz_id: str


class AccommodateInQuiz(
    StaffRequest, frozen=True, kw_only=True, tag="assessments.accommodate_in_quiz"
):
    """How much longer a student has in this quiz, at once also in an attempt that runs.

    It takes the place of what the student has in the course. `extra_time` None: that counts again.
    `unlimited` lifts the time limit, and leaves when the quiz closes. Replies
    `QuizAccommodationSet`; twice is once. `ValidationError` on `extraTime`; `NotFoundError` for who
    has never been a student of the course.
    """

    user_id: str
    extra_time: float | None
    unlimited: bool = False


class QuizAccommodationSet(
    Message, frozen=True, kw_only=True, tag="assessments.quiz_accommodation_set"
):
    """Reply, and domain event, for attempts that run. Analytics keep nothing of it: it may say
    something about the student's health."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    quiz_id: str
    course_id: str
    student_id: str


class CheckAttemptNetwork(
    Message, frozen=True, kw_only=True, tag="assessments.check_attempt_network"
):
    """May the page of this attempt be opened from this address? Replies `lifecycle.Done`.

    Refused with QUIZ_NETWORK. Of an attempt that is not the user's own it says nothing.
    """

    user_id: str
    submission_id: str
    remote: str


DOMAIN_EVENTS: tuple[type[Message], ...] = (QuizAccommodationSet,)
"""The events announced to other domains."""
