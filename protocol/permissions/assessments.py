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
    Relation,
    Visibility,
)

PERMISSIONS: Mapping[str, Permission] = {
    "createQuiz": Permission("course", TEACHERS),
    "importGiftQuiz": Permission("course", TEACHERS),
    "updateQuiz": Permission("course", TEACHERS),
    "deleteQuiz": Permission("course", TEACHERS),
    "duplicateQuiz": Permission("course", TEACHERS, note="of both courses"),
    "addQuestion": Permission("course", TEACHERS),
    "updateQuestion": Permission("course", TEACHERS),
    "deleteQuestion": Permission("course", TEACHERS),
    "reorderQuestions": Permission("course", TEACHERS),
    "duplicateQuestion": Permission("course", TEACHERS),
    "uploadQuizPicture": Permission("course", TEACHERS),
    "copyQuestions": Permission("course", TEACHERS, note="of all these courses"),
    "importGiftQuestions": Permission("course", TEACHERS),
    "previewGiftQuestions": Permission("course", TEACHERS),
    "importQuestions": Permission("course", TEACHERS),
    "previewQuestions": Permission("course", TEACHERS),
    "startLiveQuiz": Permission("course", TEACHERS),
    "startQuizAttempt": Permission(
        "course",
        frozenset({Relation.STUDENT}),
        note="invited, from its networks and with its password, if the quiz has such",
    ),
    "tagQuestions": Permission("course", TEACHERS, note="of all these courses"),
    "setQuizPools": Permission("quiz", TEACHERS),
    "setQuizAccess": Permission("quiz", TEACHERS),
    "setQuizAccommodation": Permission("quiz", STAFF),
    "submitQuizAnswer": Permission("attempt", OWNERS, owner="the student who takes it"),
    "noteQuizActivity": Permission("attempt", OWNERS, owner="the student who takes it"),
    "submitQuiz": Permission("attempt", OWNERS, owner="the student who takes it"),
    "gradeQuizSubmission": Permission("attempt", STAFF, note="that has ended"),
    "regradeQuizQuestion": Permission("quiz", TEACHERS, note="all attempts that have ended"),
    "releaseQuizResults": Permission("quiz", TEACHERS),
    "holdQuizResults": Permission("quiz", TEACHERS),
    "extendQuizAttempt": Permission("attempt", STAFF),
    "endQuizAttempt": Permission("attempt", STAFF),
    "reopenQuizAttempt": Permission("attempt", STAFF),
    "vetoOutageCredit": Permission("attempt", STAFF),
    "commitSealedAnswers": Permission("attempt", OWNERS, owner="the student who takes it"),
    "sendSealedAnswers": Permission("attempt", OWNERS, owner="the student who takes it"),
    "decideSealedAnswers": Permission("attempt", STAFF, note="that has ended"),
    "messageQuizAttempt": Permission("attempt", STAFF),
    "extendQuizAttempts": Permission("quiz", STAFF, note="all attempts that run"),
    "endQuizAttempts": Permission("quiz", STAFF, note="all attempts that run"),
    "messageQuizAttempts": Permission("quiz", STAFF, note="all attempts that run"),
    "acceptAnswer": Permission("live quiz", TEACHERS, note="that is over"),
    "removeAcceptedAnswer": Permission("live quiz", TEACHERS, note="that is over"),
    "scoreEssay": Permission("live quiz", TEACHERS, note="that is over"),
}

SUBSCRIPTIONS: Mapping[str, Permission] = {
    "liveQuizUpdated": Permission("live quiz", MEMBERS),
    "quizAttemptUpdated": Permission("attempt", OWNERS, owner="the student who takes it"),
    "quizProgressUpdated": Permission("quiz", STAFF),
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
    "exportQuiz": Permission("quiz", STAFF, note="over HTTP, and `quizExport`"),
}

VISIBLE: Mapping[str, Visibility] = {
    "Course.liveQuizzes": Visibility(MEMBERS),
    "Quiz": Visibility(MEMBERS),
    "Quiz.access": Visibility(STAFF),
    "Quiz.accommodations": Visibility(STAFF),
    "Quiz.pools": Visibility(STAFF),
    "Question": Visibility(
        MEMBERS,
        students="it is finished, they have an attempt that asks it and runs, unless it is for some"
        " networks alone, or whose result they see, and no live game on it goes on",
    ),
    "Question.problems": Visibility(STAFF),
    "Question.correctAnswer": Visibility(STAFF),
    "Question.explanation": Visibility(STAFF),
    "Question.notes": Visibility(STAFF),
    "Question.pool": Visibility(STAFF),
    "Question.tags": Visibility(STAFF),
    "Question.rubric": Visibility(STAFF),
    "LiveQuiz": Visibility(MEMBERS, everybody="one played in it"),
    "PlayedQuestion": Visibility(STAFF),
    "LiveQuiz.pin": Visibility(STAFF),
    "LiveQuizResult.answers": Visibility(STAFF | OWNERS, owner="the player"),
    "QuizSubmission": Visibility(
        STAFF | OWNERS, owner="the student who took it, and is in the course"
    ),
    "QuizSubmission.scorePercentage": Visibility(
        STAFF | OWNERS, owner="the student, once results are shown"
    ),
    "QuizAttemptLog": Visibility(STAFF),
    "QuizResultSheet": Visibility(STAFF | OWNERS, owner="the student who took it"),
    "QuizSealedAnswers": Visibility(STAFF | OWNERS, owner="the student who took it"),
    "SimilarQuizAnswer": Visibility(STAFF),
    "QuizGrade": Visibility(STAFF),
    "QuizMarkChange": Visibility(STAFF),
    "QuizRegradePreview": Visibility(TEACHERS),
    "QuizAnswer": Visibility(STAFF | OWNERS, owner="the student, once results are shown"),
    "QuizAnswer.automatic": Visibility(STAFF),
    "QuizAnswer.rightAnswer": Visibility(
        STAFF | OWNERS, owner="the student, if the quiz shows right answers"
    ),
    "QuizAnswer.explanation": Visibility(
        STAFF | OWNERS, owner="the student, if the quiz shows explanations"
    ),
    "LiveQuizQuestion": Visibility(STAFF),
    "LiveQuizPractice": Visibility(
        STAFF | OWNERS,
        owner="a player of a game that is over, if the quiz allows that",
    ),
    "QuizPractice": Visibility(
        STAFF | OWNERS,
        owner="the student of an attempt whose result is shown, if the quiz allows that",
    ),
    "LiveQuizAnswer": Visibility(STAFF | OWNERS, owner="the player"),
    "LiveQuizAnswer.rightAnswer": Visibility(
        STAFF | OWNERS, owner="the player, if the quiz shows right answers"
    ),
    "LiveQuizAnswer.explanation": Visibility(
        STAFF | OWNERS, owner="the player, if the quiz shows explanations"
    ),
}
