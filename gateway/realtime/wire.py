"""The payloads of client events, and their decoding into typed values.

A payload is one JSON object. Any fault becomes a `ValidationError` that names the field, so no
handler ever sees a value of the wrong shape or size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import UnionType
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gateway.realtime.wire_errors import as_field_error
from protocol.assessments.attempts.values import Activity
from protocol.assessments.bounds import (
    MAX_CLIENT_ID,
    MAX_NICKNAME,
    MIN_JOIN_ID,
    PIN_DIGITS,
)
from protocol.assessments.quizzes import MAX_ANSWER_TEXT, MAX_QUESTIONS
from protocol.communication import MAX_CHAT_TEXT, MAX_MESSAGE_ID, MAX_SIGNAL_BYTES
from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_PAYLOAD_BYTES = 65_536
"""Bytes of a payload: many times an essay of 5,000 characters in any script."""
MAX_ANSWER_ITEMS = 100
"""Blanks, pairs or options in one answer; more than any question has."""
MAX_ID = 64
"""Characters of an id that the server made, or a player's."""
MAX_TOKEN = 4_096
MAX_GIVEN_NICKNAME = 4 * MAX_NICKNAME
"""Characters before the game normalises it; the game decides which nicknames are allowed."""

FEW_MEMBERS = 16
SHORT_TEXT = 1_000
HARMLESS = 2**53
"""Members, characters and numbers of a payload that is certainly storable."""

Id = Annotated[str, Meta(min_length=1, max_length=MAX_ID)]
ClientId = Annotated[str, Meta(min_length=1, max_length=MAX_CLIENT_ID)]
JoinId = Annotated[str, Meta(min_length=MIN_JOIN_ID, max_length=MAX_CLIENT_ID)]
Token = Annotated[str, Meta(min_length=1, max_length=MAX_TOKEN)]
Index = Annotated[int, Meta(ge=0, lt=MAX_QUESTIONS)]
ShortInt = Annotated[int, Meta(ge=0, lt=2**31)]
AnswerText = Annotated[str, Meta(max_length=MAX_ANSWER_TEXT)]
OpenInt = Annotated[int, Meta(ge=-1, lt=2**31)]
AttemptItems = Annotated[list[OpenInt | AnswerText], Meta(max_length=MAX_ANSWER_ITEMS)]
"""As in a game, but a prompt may be left open: -1."""
AnswerItems = Annotated[list[ShortInt | AnswerText], Meta(max_length=MAX_ANSWER_ITEMS)]


class Payload(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of all payloads. Unknown fields are ignored, so that newer clients are understood."""


class Join(Payload, frozen=True, kw_only=True):
    """`live.join`: by `pin`, or by `live_quiz_id`; a `resume_token` alone names its game too.

    `join_id`: random and secret; a guest who repeats it is the same player.
    """

    pin: Annotated[str, Meta(pattern=rf"^[0-9]{{{PIN_DIGITS}}}$(?!\n)")] | None = None
    live_quiz_id: Id | None = None
    nickname: Annotated[str, Meta(max_length=MAX_GIVEN_NICKNAME)] | None = None
    resume_token: Token | None = None
    join_id: JoinId | None = None


class OfGame(Payload, frozen=True, kw_only=True):
    """`live.leave`, `live.host`."""

    live_quiz_id: Id


class GivenAnswer(Payload, frozen=True, kw_only=True):
    """`live.answer`."""

    live_quiz_id: Id
    index: Index
    answer_id: ClientId
    answer: AnswerItems | bool | AnswerText


class SyncTime(Payload, frozen=True, kw_only=True):
    """`time.sync`. `t0` is the client's own clock reading and comes back as the same number."""

    t0: Annotated[int, Meta(ge=-(10**15), le=10**15)] | Annotated[float, Meta(ge=-1e15, le=1e15)]


class Renew(Payload, frozen=True, kw_only=True):
    """`auth.renew`."""

    token: Token


class OfAttempt(Payload, frozen=True, kw_only=True):
    """`attempt.enter`, `attempt.leave`."""

    submission_id: Id


class GivenAttemptAnswer(OfAttempt, frozen=True, kw_only=True):
    """`attempt.answer`. `answer` null empties it."""

    question_id: Id
    answer_id: ClientId
    answer: AttemptItems | bool | AnswerText | None
    expected_revision: ShortInt | None = None


class GivenActivity(OfAttempt, frozen=True, kw_only=True):
    """`attempt.activity`."""

    activity: Activity
    question_id: Id | None = None


class GivenSubmission(OfAttempt, frozen=True, kw_only=True):
    """`attempt.submit`. `revision`: of the last answer that the client has seen saved."""

    revision: ShortInt | None = None


class OfQuiz(Payload, frozen=True, kw_only=True):
    """`quiz.watch`, `quiz.unwatch`."""

    quiz_id: Id


class OfRoom(Payload, frozen=True, kw_only=True):
    """`room.join`, `room.leave`."""

    course_id: Id


class SaidText(Payload, frozen=True, kw_only=True):
    """`room.say`."""

    course_id: Id
    message_id: Annotated[str, Meta(min_length=1, max_length=MAX_MESSAGE_ID)]
    text: Annotated[str, Meta(min_length=1, max_length=MAX_CHAT_TEXT)]


class GivenSignal(Payload, frozen=True, kw_only=True):
    """`room.signal`."""

    course_id: Id
    data: Any = None


PayloadType = type[Payload] | UnionType
"""One type, or several that a member of the payload distinguishes."""


def decode(args: Sequence[Any], payload_type: PayloadType) -> Any:
    """The typed payload of an event's arguments. Raises `ValidationError`."""
    if len(args) != 1 or not isinstance(args[0], dict):
        said = "Expected one object as the event's only argument"
        raise ValidationError.of("payload", Rule.INVALID_TYPE, said)
    _check_storable(args[0])
    try:
        return msgspec.convert(args[0], payload_type)
    except msgspec.ValidationError as error:
        raise as_field_error(str(error)) from None


def _check_storable(payload: dict[Any, Any]) -> None:
    """Refuse what JSON in PostgreSQL cannot hold: lone surrogates, NUL, numbers past 64 bits."""
    if len(payload) <= FEW_MEMBERS and _are_harmless(payload.values()):
        return
    try:
        encoded = msgspec.json.encode(payload)
    except (ValueError, TypeError, OverflowError, RecursionError):
        said = "Contains a value that cannot be stored"
        raise ValidationError.of("payload", Rule.INVALID_CHARACTERS, said) from None
    if len(encoded) > MAX_PAYLOAD_BYTES:
        said = f"Longer than {MAX_PAYLOAD_BYTES} bytes"
        raise ValidationError.of("payload", Rule.TOO_MANY_BYTES, said, max=MAX_PAYLOAD_BYTES)
    if b"\\u0000" in encoded and _holds_nul(payload):
        raise ValidationError.of(
            "payload", Rule.INVALID_CHARACTERS, "Contains the character U+0000"
        )


def _are_harmless(values: Iterable[Any]) -> bool:
    """Whether all are so small and plain that no closer check is needed."""
    for value in values:
        kind = type(value)
        if kind is str:
            if len(value) > SHORT_TEXT or not value.isascii() or "\0" in value:
                return False
        elif kind is int:
            if not -HARMLESS < value < HARMLESS:
                return False
        elif kind is not bool:
            return False
    return True


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(map(_holds_nul, value))


def check_answer(answer: list[int | str] | bool | str) -> list[int | str] | bool | str:
    """Check that a list holds only numbers or only texts. Raises `ValidationError`."""
    if isinstance(answer, list) and len({type(item) for item in answer}) > 1:
        raise ValidationError.of("answer", Rule.INVALID_TYPE, "Expected only numbers or only texts")
    return answer


def check_signal(data: Any) -> Any:
    """Check the size of a signal and make it plain JSON. Raises `ValidationError`."""
    encoded = msgspec.json.encode(data)
    if len(encoded) > MAX_SIGNAL_BYTES:
        said = f"Longer than {MAX_SIGNAL_BYTES} bytes"
        raise ValidationError.of("data", Rule.TOO_MANY_BYTES, said, max=MAX_SIGNAL_BYTES)
    return msgspec.json.decode(encoded)
