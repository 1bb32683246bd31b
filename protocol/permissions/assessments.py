"""Who may do and see what in quizzes and live quizzes."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.permissions.vocabulary import (
    ADMINS,
    ANYBODY,
    MEMBERS,
    OWNERS,
    STAFF,
    TEACHERS,
    Permission,
    Visibility,
)

PERMISSIONS: Mapping[str, Permission] = {
    "createQuiz": Permission("course", TEACHERS),
    "importGiftQuiz": Permission("course", TEACHERS),
    "startLiveQuiz": Permission("course", TEACHERS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "liveQuizUpdated": Permission("live quiz", MEMBERS),
}

REALTIME: Mapping[str, Permission] = {
    "joinLiveQuiz": Permission("live quiz", MEMBERS - ADMINS),
    "joinLiveQuizByPin": Permission(
        "live quiz",
        ANYBODY,
        note="where guests may play, but for students removed from the course; elsewhere to those"
        " of `joinLiveQuiz`",
    ),
    "hostLiveQuiz": Permission(
        "live quiz", TEACHERS, note="teachers of now; of admins only who has started it"
    ),
    "exportLiveQuizResults": Permission("live quiz", STAFF, note="over HTTP"),
}

VISIBLE: Mapping[str, Visibility] = {
    "Course.liveQuizzes": Visibility(MEMBERS),
    "Quiz": Visibility(MEMBERS),
    "Question": Visibility(MEMBERS, students="the quiz is open, and no live game on it goes on"),
    "Question.correctAnswer": Visibility(STAFF),
    "Question.explanation": Visibility(STAFF),
    "LiveQuiz": Visibility(MEMBERS, everybody="one played in it"),
    "LiveQuiz.pin": Visibility(STAFF),
    "LiveQuizResult.answers": Visibility(STAFF | OWNERS, owner="the player"),
}
