"""Who may do and see what of quizzes and live quizzes."""

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

HOST = "the host"

PERMISSIONS: Mapping[str, Permission] = {
    "createQuiz": Permission("course", TEACHERS),
    "importGiftQuiz": Permission("course", TEACHERS),
    "startLiveQuiz": Permission("course", TEACHERS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "liveQuizUpdated": Permission("live quiz", MEMBERS | OWNERS, owner=HOST),
}

REALTIME: Mapping[str, Permission] = {
    "joinLiveQuiz": Permission("live quiz", MEMBERS - ADMINS | OWNERS, owner=HOST),
    "joinLiveQuizByPin": Permission(
        "live quiz", ANYBODY, note="where guests may play; elsewhere to those of `joinLiveQuiz`"
    ),
    "hostLiveQuiz": Permission("live quiz", TEACHERS - ADMINS | OWNERS, owner=HOST),
    "exportLiveQuizResults": Permission(
        "live quiz", STAFF - ADMINS | OWNERS, owner=HOST, note="over HTTP"
    ),
}

VISIBLE: Mapping[str, Visibility] = {
    "Course.liveQuizzes": Visibility(MEMBERS | OWNERS, owner=HOST),
    "Quiz": Visibility(MEMBERS),
    "Question": Visibility(MEMBERS, students="the quiz is open, and no live game on it goes on"),
    "Question.correctAnswer": Visibility(STAFF),
    "Question.explanation": Visibility(STAFF),
    "LiveQuiz": Visibility(MEMBERS | OWNERS, owner=HOST, everybody="one played in it"),
    "LiveQuiz.pin": Visibility(STAFF | OWNERS, owner=HOST),
    "LiveQuizResult.answers": Visibility(STAFF | OWNERS, owner="the player"),
}
