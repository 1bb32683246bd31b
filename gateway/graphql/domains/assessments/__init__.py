"""The assessments domain in the schema: quizzes, questions and live quizzes."""

from gateway.graphql.commands import repeatable
from gateway.graphql.domain import Domain, Mutation, reads_back
from gateway.graphql.domains.assessments import live_updates, quizzes

DOMAIN = Domain(
    "assessments",
    mutations={
        "createQuiz": Mutation(repeatable(quizzes.create_quiz), reads_back("quiz", "quiz_id")),
        "importGiftQuiz": Mutation(repeatable(quizzes.import_gift), quizzes.imported),
        "startLiveQuiz": Mutation(
            repeatable(quizzes.start_live_quiz), reads_back("liveQuiz", "live_quiz_id")
        ),
    },
    pin_queries=frozenset({"liveQuizByPin"}),
    feeds={"liveQuizUpdated": live_updates.LIVE_QUIZ_UPDATED},
)
