"""The assessments domain in the schema: quizzes, questions and live quizzes."""

from gateway.graphql.commands import done, repeatable
from gateway.graphql.domain import ActorQuery, Domain, Mutation, reads_back
from gateway.graphql.domains.assessments import (
    access,
    attempts,
    editing,
    files,
    imports,
    live_updates,
    pictures,
    pools,
    practice,
    quizzes,
    regrading,
    results,
    sealed,
    similar,
    tags,
    watching,
)

QUIZ = reads_back("quiz", "quiz_id")
QUESTION = reads_back("question", "question_id")
SUBMISSION = reads_back("quizSubmission", "submission_id")

DOMAIN = Domain(
    "assessments",
    mutations={
        "createQuiz": Mutation(repeatable(quizzes.create_quiz), QUIZ),
        "importGiftQuiz": Mutation(repeatable(imports.import_quiz), imports.imported),
        "updateQuiz": Mutation(editing.update_quiz, QUIZ),
        "deleteQuiz": Mutation(editing.delete_quiz, done, detail=editing.quiz_deleted),
        "duplicateQuiz": Mutation(repeatable(editing.duplicate_quiz), QUIZ),
        "addQuestion": Mutation(repeatable(editing.add_question), QUESTION),
        "updateQuestion": Mutation(editing.update_question, QUESTION),
        "deleteQuestion": Mutation(editing.delete_question, done, detail=editing.question_deleted),
        "reorderQuestions": Mutation(
            editing.reorder_questions, done, detail=editing.questions_reordered
        ),
        "duplicateQuestion": Mutation(repeatable(editing.duplicate_question), QUESTION),
        "uploadQuizPicture": Mutation(pictures.upload, pictures.stored),
        "copyQuestions": Mutation(repeatable(editing.copy_questions), QUIZ),
        "importGiftQuestions": Mutation(repeatable(imports.import_questions), imports.imported),
        "previewGiftQuestions": Mutation(imports.preview_questions, imports.previewed),
        "importQuestions": Mutation(repeatable(files.import_file), files.imported),
        "previewQuestions": Mutation(files.preview_file, files.previewed),
        "startLiveQuiz": Mutation(
            repeatable(quizzes.start_live_quiz), reads_back("liveQuiz", "live_quiz_id")
        ),
        "tagQuestions": Mutation(tags.tag_questions, tags.tagged),
        "setQuizPools": Mutation(pools.set_pools, QUIZ),
        "setQuizAccess": Mutation(access.set_access, QUIZ),
        "setQuizAccommodation": Mutation(access.accommodate, QUIZ),
        "startQuizAttempt": Mutation(attempts.start, SUBMISSION),
        "submitQuizAnswer": Mutation(attempts.save, done, detail=attempts.saved),
        "noteQuizActivity": Mutation(attempts.note, done),
        "submitQuiz": Mutation(attempts.submit, SUBMISSION, detail=attempts.submitted),
        "gradeQuizSubmission": Mutation(attempts.grade, SUBMISSION),
        "regradeQuizQuestion": Mutation(regrading.regrade, regrading.regraded),
        "releaseQuizResults": Mutation(regrading.release, QUIZ),
        "holdQuizResults": Mutation(regrading.hold, QUIZ),
        "extendQuizAttempt": Mutation(attempts.extend, SUBMISSION),
        "endQuizAttempt": Mutation(attempts.end, SUBMISSION),
        "reopenQuizAttempt": Mutation(attempts.reopen, SUBMISSION),
        "vetoOutageCredit": Mutation(attempts.veto, SUBMISSION),
        "commitSealedAnswers": Mutation(sealed.commit, SUBMISSION),
        "sendSealedAnswers": Mutation(sealed.send, SUBMISSION),
        "decideSealedAnswers": Mutation(sealed.decide, SUBMISSION),
        "messageQuizAttempt": Mutation(watching.say, SUBMISSION),
        "extendQuizAttempts": Mutation(watching.extend_all, watching.reached),
        "endQuizAttempts": Mutation(watching.end_all, watching.reached),
        "messageQuizAttempts": Mutation(watching.say_to_all, watching.reached),
        "acceptAnswer": Mutation(results.accept, results.rescored),
        "removeAcceptedAnswer": Mutation(results.remove_accepted, results.rescored),
        "scoreEssay": Mutation(results.score_essay, results.rescored),
    },
    actor_queries={
        "quizExport": ActorQuery(files.export, files.exported),
        "quizAttempt": ActorQuery(attempts.take, attempts.taken),
        "quizResultSheet": ActorQuery(attempts.read_sheet, attempts.sheet),
        "quizSealedAnswers": ActorQuery(sealed.read, sealed.shown),
        "quizAttemptLog": ActorQuery(watching.read_log, watching.log),
        "similarQuizAnswers": ActorQuery(similar.find, similar.found),
        "previewQuizRegrade": ActorQuery(regrading.preview, regrading.previewed),
        "liveQuizTypedAnswers": ActorQuery(results.list_typed, results.typed),
        "checkPracticeAnswer": ActorQuery(practice.check, practice.checked),
        "checkAttemptPracticeAnswer": ActorQuery(practice.check_in_attempt, practice.checked),
    },
    signed_in=frozenset(
        {
            "mySubmissions",
            "quizSubmission",
            "myGames",
            "myQuestions",
            "myQuestionTags",
            "playedGames",
            "liveQuizQuestions",
            "liveQuizResults",
            "liveQuizEssays",
        }
    ),
    pin_queries=frozenset({"liveQuizByPin"}),
    feeds={
        "liveQuizUpdated": live_updates.LIVE_QUIZ_UPDATED,
        "quizAttemptUpdated": watching.ATTEMPT_UPDATED,
        "quizProgressUpdated": watching.PROGRESS_UPDATED,
    },
)
