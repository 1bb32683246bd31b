"""What attempts are made of: shapes of questions, what was answered, and how an attempt ends."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from protocol.assessments.quizzes import Answer, QuestionType


class Shape(msgspec.Struct, frozen=True, array_like=True):
    """What answers to a question look like; nothing of its texts, and nothing of its key.

    `size` is how many options a choice or a matching has, `parts` how many blanks or prompts.
    """

    question_id: str
    type: QuestionType
    size: int = 0
    parts: int = 0


class Drawing(msgspec.Struct, frozen=True, array_like=True):
    """So many of these questions, by their places in the quiz, are asked."""

    draw: int
    places: tuple[int, ...]


class Ending(StrEnum):
    """Why an attempt has ended."""

    SUBMITTED = "submitted"
    DEADLINE = "deadline"
    """Its time was up. What had been saved counts."""
    TEACHER = "teacher"
    DISCARDED = "discarded"
    """Operators gave it up: what was saved after the last readable event is lost."""


class Activity(StrEnum):
    """What a student's page reports of its own accord."""

    VIEWED = "viewed"
    LEFT = "left"
    RETURNED = "returned"


class Saved(msgspec.Struct, frozen=True, array_like=True):
    """The newest answer to a question.

    `revision` counts the changes of the whole attempt, so it also orders answers to different
    questions. `answer` None: it was emptied again. `at` is when it was read from the socket.
    """

    answer: Answer | None
    answer_id: str
    revision: int
    at: int


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """How long an attempt may take. All in milliseconds; `closes_at` since the epoch.

    `limit_ms` None: no limit of its own. `factor` is the student's time as a multiple of
    everybody's, and moves `closes_at` by as much as it makes the limit longer. `unlimited` lifts
    the limit, and leaves `closes_at`.
    """

    limit_ms: int | None = None
    closes_at: int | None = None
    factor: float = 1.0
    unlimited: bool = False


class SealedStatus(StrEnum):
    COMMITTED = "committed"
    """The head of the chain is there, and its entries are awaited."""
    PENDING = "pending"
    """A teacher is to decide."""
    ACCEPTED = "accepted"
    REFUSED = "refused"


class SealedAnswer(msgspec.Struct, frozen=True, array_like=True):
    """The last that was written to a question before the end, options as the author ordered them.

    `first` and `at` are when it was written first and last, on the server's clock.
    """

    index: int
    answer: Answer | None
    first: int
    at: int
    changes: int
