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
    "liveQuizUpdated": Permission("live quiz", MEMBERS | OWNERS),
}

LIVE: Mapping[str, Permission] = {
    "joinLiveQuiz": Permission("live quiz", MEMBERS - ADMINS | OWNERS),
    "joinLiveQuizByPin": Permission("live quiz", ANYBODY),
    "hostLiveQuiz": Permission("live quiz", TEACHERS - ADMINS | OWNERS),
    "exportLiveQuizResults": Permission("live quiz", STAFF - ADMINS | OWNERS),
}
"""Over Socket.IO and, for the export, HTTP. A PIN opens only games that let guests in."""

VISIBLE: Mapping[str, Visibility] = {
    "Course.liveQuizzes": Visibility(MEMBERS | OWNERS),
    "Quiz": Visibility(MEMBERS),
    "Question": Visibility(MEMBERS, students="the quiz is open, and no live game on it goes on"),
    "Question.correctAnswer": Visibility(STAFF),
    "Question.explanation": Visibility(STAFF),
    "LiveQuiz": Visibility(MEMBERS | OWNERS, everybody="one played in it"),
    "LiveQuiz.pin": Visibility(STAFF | OWNERS),
    "LiveQuizResult.answers": Visibility(STAFF | OWNERS),
}
