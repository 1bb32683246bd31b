"""Codes of the assessments domain: quizzes, and live games over Socket.IO."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import BUG, NOTHING, RELOAD, SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "QUIZ_EMPTY": ErrorCode("a quiz without questions cannot be played", SHOW),
    "QUIZ_INCOMPLETE": ErrorCode(
        "`details.question_ids` are questions that are not finished", "lead the author to them"
    ),
    "QUIZ_POOLS_UNFIT": ErrorCode(
        "`details.pools` are names of pools that draw more questions than they have, or whose"
        " questions are not worth the same",
        "lead the author to them",
    ),
    "QUIZ_FULL": ErrorCode("a quiz has as many questions as it may, or as much text in them", SHOW),
    "PICTURES_FULL": ErrorCode("a course has as many pictures as it may", SHOW),
    "QUIZ_CHANGED": ErrorCode(
        "somebody has changed the quiz since the expected revision; `details.revision`",
        "read it again, and send the change once more or show both",
    ),
    "QUESTION_CHANGED": ErrorCode(
        "somebody has changed the question since the expected revision; `details.revision`",
        "read it again, and send the change once more or show both",
    ),
    "QUIZ_NOT_OPEN": ErrorCode("the quiz opens later; `details.available_from`", SHOW),
    "QUIZ_CLOSED": ErrorCode("the quiz has closed; `details.available_until`", SHOW),
    "QUIZ_NETWORK": ErrorCode("the quiz cannot be taken from the client's network", SHOW),
    "QUIZ_NOT_INVITED": ErrorCode("the quiz is for other students of the course", SHOW),
    "QUIZ_PASSWORD_REQUIRED": ErrorCode(
        "an attempt begins with the quiz's password", "ask for it, and send it along"
    ),
    "QUIZ_PASSWORD_WRONG": ErrorCode(
        "the quiz has another password; once it was wrong too often, nothing is compared for"
        " `details.retry_after_seconds`",
        "let the student type it again, then if not now",
    ),
    "NO_ATTEMPTS_LEFT": ErrorCode("the student has used all attempts", "show the results"),
    "ATTEMPT_ENDED": ErrorCode(
        "it was too late for that; `details.ended_at`", "show the result of what was saved"
    ),
    "ATTEMPT_RUNNING": ErrorCode("the attempt has not ended", "wait for its end, or end it"),
    "QUESTION_GONE": ErrorCode(
        "the quiz does not have the question any more, so there is no key to mark with",
        "offer full points, or to leave the question out",
    ),
    "QUESTION_DIFFERS": ErrorCode(
        "the question has another type or other options now; its key says nothing of old answers",
        "offer full points, or to leave the question out",
    ),
    "ANSWER_CHANGED": ErrorCode(
        "another device was quicker; `details.answer` and `details.revision` are what is saved",
        "show both, and send one with that revision",
    ),
    "ANSWERS_FULL": ErrorCode("an attempt has been changed as often as it may", SHOW),
    "SEALED_REFUSED": ErrorCode(
        "the quiz takes nothing that was written without a connection and comes after its end", SHOW
    ),
    "SEALED_LATE": ErrorCode("the attempt ended too long ago; `details.until`", SHOW),
    "SEALED_ANCHOR": ErrorCode("the chain begins with an anchor of another attempt", SHOW),
    "SEALED_AWAY": ErrorCode(
        "the server has seen the student connected, or the commitment came long after the return",
        SHOW,
    ),
    "SEALED_TWICE": ErrorCode("another chain of the same outage was committed", SHOW),
    "SEALED_UNKNOWN": ErrorCode(
        "no chain with this head was committed", "commit it, then send its entries"
    ),
    "SEALED_GAP": ErrorCode(
        "an entry is missing, or one too many; `details.entry` counts from 1", SHOW
    ),
    "SEALED_HASH": ErrorCode(
        "an entry does not follow the one before, or the last is not the head;"
        " `details.entry` where it is one",
        SHOW,
    ),
    "SEALED_TIMES": ErrorCode(
        "times of entries fall, or are outside of the outage as the server saw it;"
        " `details.entry` where it is one",
        SHOW,
    ),
    "SEALED_DECIDED": ErrorCode("these answers were accepted already", RELOAD),
    "GUESTS_NOT_ALLOWED": ErrorCode("this game is for members of the course", "sign in, and join"),
    "GAME_LOCKED": ErrorCode("the host lets nobody else in", SHOW),
    "GAME_FULL": ErrorCode("the game has as many players as it may", SHOW),
    "GAME_NOT_FINISHED": ErrorCode("the game is not over", "try again when it is"),
    "PRACTICE_OFF": ErrorCode("the quiz does not allow practice", SHOW),
    "GAME_FINISHED": ErrorCode("the game is over", "show the results"),
    "BANNED": ErrorCode("the host has banned this player", SHOW),
    "NICKNAME_TAKEN": ErrorCode("another player has this name", "let the player choose another"),
    "ALREADY_JOINED": ErrorCode("this connection plays here under another name", RELOAD),
    "JOIN_IN_PROGRESS": ErrorCode("this connection is joining already", "wait for that answer"),
    "TOO_MANY_JOINED": ErrorCode("this connection is in too many games", "leave one"),
    "NOT_A_PLAYER": ErrorCode("this connection has not joined, or not again", "join, then resend"),
    "NOT_HOSTING": ErrorCode("this connection does not host", "host, then send the command again"),
    "NOT_REVEALED": ErrorCode("what is right is not shown now", RELOAD),
    "QUESTION_NOT_OPEN": ErrorCode("the question is not open for answers", RELOAD),
    "QUESTION_CLOSED": ErrorCode("the answer came too late", "show that; it does not count"),
    "ALREADY_ANSWERED": ErrorCode("the first answer counts", NOTHING),
    "PAUSED": ErrorCode("the game is paused", "wait for `game.resumed`; the host resumes first"),
    "NOT_ACTING_HOST": ErrorCode(
        "another teacher hosts now; `details.host_id`", "offer to take the game over"
    ),
    "STALE_STEP": ErrorCode("the game has moved on since", RELOAD),
    "NOT_STARTED": ErrorCode("the game has not begun", RELOAD),
    "ALREADY_STARTED": ErrorCode("the game has begun", RELOAD),
    "ALREADY_PAUSED": ErrorCode("the game is paused", NOTHING),
    "NOT_PAUSED": ErrorCode("the game is not paused", NOTHING),
    "ALREADY_OUT": ErrorCode("the player is out of the game", NOTHING),
    "ALREADY_OPENED": ErrorCode("this lobby was opened with other questions", BUG),
}
