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

PERMISSIONS: Mapping[str, Permission] = {
    "createQuiz": Permission("course", TEACHERS),
    "importGiftQuiz": Permission("course", TEACHERS),
    "startLiveQuiz": Permission("course", TEACHERS),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "liveQuizUpdated": Permission("live quiz", MEMBERS),
}

LIVE: Mapping[str, Permission] = {
    "joinLiveQuiz": Permission("live quiz", MEMBERS - ADMINS),
    "joinLiveQuizByPin": Permission("live quiz", ANYBODY),
    "hostLiveQuiz": Permission("live quiz", TEACHERS),
    "exportLiveQuizResults": Permission("live quiz", STAFF),
}
"""Over Socket.IO and, for the export, HTTP. A PIN opens only games that let guests in. Having
started a game gives no right to it: who does not teach the course any more hosts it no longer. Of
admins a game takes only who has started it."""

VISIBLE: Mapping[str, Visibility] = {
    "Course.liveQuizzes": Visibility(MEMBERS),
    "Quiz": Visibility(MEMBERS),
    "Question": Visibility(MEMBERS, students="the quiz is open, and no live game on it goes on"),
    "Question.correctAnswer": Visibility(STAFF),
    "Question.explanation": Visibility(STAFF),
    "LiveQuiz": Visibility(MEMBERS, everybody="one played in it"),
    "LiveQuiz.pin": Visibility(STAFF),
    "LiveQuizResult.answers": Visibility(STAFF | OWNERS),
}
