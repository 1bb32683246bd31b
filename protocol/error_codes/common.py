"""Codes of errors that any request can meet, over every transport."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import BUG, LATER, SHOW, TELL, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "VALIDATION_ERROR": ErrorCode(
        "input is wrong; `details.fields` names every wrong field",
        "show each field's message, or your own by its [code](#codes-of-fields)",
    ),
    "AUTHENTICATION_ERROR": ErrorCode(
        "nobody is signed in as whom this may be done; `details.reason`: `missing`, `malformed`,"
        " `invalid`, `expired`, `revoked`, `reused`, `credentials`, `disabled`, `unknown_user`,"
        " `other_user`, `role_changed`, `game`",
        "`expired`: refresh the access token, and send the same again; `credentials`: let the user"
        " type again; otherwise sign in",
    ),
    "AUTHORIZATION_ERROR": ErrorCode(
        "the user may not; `details.required_role` and `user_role` say what one must be", SHOW
    ),
    "NOT_FOUND": ErrorCode(
        "there is no such thing, or the user may not know of it; `details.resource_type`,"
        " `resource_id`",
        "drop it from what is shown; after a deletion that was sent again it has worked",
    ),
    "CONFLICT": ErrorCode(
        "it is taken, full, or was changed by somebody else; `details.conflict_field`",
        "let the user choose something else; where nothing can be chosen, read again first",
    ),
    "RATE_LIMITED": ErrorCode(
        "too much in too short a time", "wait for `details.retry_after_seconds`"
    ),
    "ANSWER_TOO_LARGE": ErrorCode(
        "the answer would have more than `details.allowed_bytes`", "ask for less, or in pages"
    ),
    "BAD_REQUEST": ErrorCode("it is not a request of this protocol", BUG),
    "UNAVAILABLE": ErrorCode("the server cannot answer now", LATER),
    "MAILBOX_FULL": ErrorCode("too much waits for the game or the room", LATER),
    "DEADLINE_EXCEEDED": ErrorCode(
        "no answer in time; whether it was done is not known",
        "the same again, where that is harmless or has an `idempotencyKey`; else read first",
    ),
    "READ_TIMEOUT": ErrorCode("reading took too long", "ask for less, or the same later"),
    "ACTOR_STOPPED": ErrorCode("the game or the room is restarting", LATER),
    "STORAGE_UNAVAILABLE": ErrorCode(
        "the database or the storage of files does not answer, or takes no writes;"
        " `details.reason`: `disk_full`, `redis_full`, `redis_read_only`, where it is known",
        LATER,
    ),
    "OVERLOADED": ErrorCode("another bound of the server is reached", LATER),
    "EXTERNAL_SERVICE_ERROR": ErrorCode(
        "another service failed; `details.service_name`", "try later, or tell the user"
    ),
    "PICTURE_FAILED": ErrorCode("a picture could not be cleaned; that is not its fault", LATER),
    "DATABASE_ERROR": ErrorCode("an operation failed in the database", TELL),
    "INTERNAL_ERROR": ErrorCode("a fault of the server", TELL),
    "ACTOR_CRASHED": ErrorCode("what was asked failed while it was done; nothing is kept", TELL),
    "POISON_MESSAGE": ErrorCode("this very request has failed like that before", TELL),
    "FENCED": ErrorCode("another process of the server has taken over", LATER),
    "ATTEMPT_UNREADABLE": ErrorCode("what was saved of the attempt cannot be read", TELL),
    "GAME_UNREADABLE": ErrorCode("what was saved of the game cannot be read", TELL),
    "COURSE_ROOM_UNREADABLE": ErrorCode("what was saved of the room cannot be read", TELL),
}
"""Statuses of these are those of their classes."""
