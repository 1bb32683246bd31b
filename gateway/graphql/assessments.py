"""The assessments domain in the schema: quizzes, questions and live quizzes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.answer_keys import question
from gateway.graphql.domain import (
    Acting,
    Composed,
    Domain,
    Given,
    Mutation,
    Outcome,
    ReadBack,
    reads_back,
)
from protocol.assessments.live.commands import StartLiveQuiz
from protocol.assessments.live.configuration import HostAway, LiveConfig
from protocol.assessments.quizzes import CreateQuiz, ImportGift, QuizCreated, QuizSettings, QuizType
from protocol.envelope import Address, Message
from protocol.errors import ValidationError

HANDLER = Address("assessments", "")

SDL = '''
type Quiz {
  id: ID!
  lesson: Lesson!
  title: String!
  description: String
  type: QuizType!
  timeLimitMinutes: Int
  passingScore: Int!
  maxAttempts: Int!
  randomizeQuestions: Boolean!
  randomizeOptions: Boolean!
  showCorrectAnswers: Boolean!
  showExplanations: Boolean!
  availableFrom: DateTime
  availableUntil: DateTime
  """For students only while the quiz is available."""
  questions: [Question!]! @listSize(assumedSize: 10)
  createdAt: DateTime!
}

type Question {
  id: ID!
  type: QuestionType!
  questionText: String!
  mediaUrl: String
  options: [String!]
  """Whether several options may be chosen; null for types without options."""
  multiple: Boolean
  points: Int!
  difficulty: QuestionDifficulty!
  seconds: Int
  """Only for who teaches the course."""
  explanation: String
  """The answer key, only for who teaches the course."""
  correctAnswer: JSON
}

enum QuestionType { MULTIPLE_CHOICE TRUE_FALSE SHORT_ANSWER ESSAY FILL_BLANK MATCHING }
enum QuestionDifficulty { EASY MEDIUM HARD }
enum QuizType { FORMATIVE SUMMATIVE PRACTICE }

input QuizSettingsInput {
  title: String!
  description: String
  type: QuizType = FORMATIVE
  timeLimitMinutes: Int
  passingScore: Int = 50
  maxAttempts: Int = 0
  randomizeQuestions: Boolean = false
  randomizeOptions: Boolean = false
  showCorrectAnswers: Boolean = true
  showExplanations: Boolean = true
  availableFrom: DateTime
  availableUntil: DateTime
}
input CreateQuizInput { settings: QuizSettingsInput! questions: [QuestionInput!]! }

input QuestionInput {
  type: QuestionType!
  questionText: String!
  """The choices of a MULTIPLE_CHOICE question; none for the other types."""
  options: [String!] = []
  """
  Whether several options may be chosen, also when only one is right. False by default; must be
  true where several are right.
  """
  multiple: Boolean
  """What is right, in the form of the question's type. An ESSAY may leave it out."""
  answer: AnswerKeyInput
  explanation: String
  mediaUrl: String
  points: Int = 1
  difficulty: QuestionDifficulty = MEDIUM
  """Its time in a live quiz."""
  seconds: Int
}

input AnswerKeyInput @oneOf {
  choice: ChoiceKeyInput
  trueFalse: Boolean
  text: TextKeyInput
  blanks: [BlankInput!]
  matching: MatchingKeyInput
  essay: EssayKeyInput
}
"""Indices into the options; with several, exactly these must be chosen."""
input ChoiceKeyInput { correct: [Int!]! }
input TextKeyInput {
  accepted: [String!] = []
  caseSensitive: Boolean = false
  number: Float
  tolerance: Float = 0
}
"""One blank of the text, written `____` there."""
input BlankInput { accepted: [String!] = [] number: Float tolerance: Float = 0 }
input MatchingKeyInput { pairs: [PairInput!]! distractors: [String!] = [] }
input PairInput { prompt: String! match: String! }
input EssayKeyInput { guidance: String = "" }

type LiveQuiz {
  id: ID!
  course: Course
  quiz: Quiz
  host: User!
  title: String!
  """Only for who may host; null when the game is over."""
  pin: String
  state: LivePhase!
  questionIndex: Int!
  questionCount: Int!
  playerCount: Int!
  opensAt: DateTime
  closesAt: DateTime
  startedAt: DateTime
  finishedAt: DateTime
  createdAt: DateTime!
  config: LiveQuizConfig!
  """The final board; empty until the game is over."""
  results(first: Int = 20, after: String): LiveQuizResultsConnection!
}

enum LivePhase { LOBBY OPEN CLOSED REVEAL LEADERBOARD FINISHED }
enum HostAway { WAIT CONTINUE }

type LiveQuizConfig {
  questionMs: Int
  points: Int
  speedWeighted: Boolean
  streaks: Boolean
  shuffleQuestions: Boolean
  shuffleOptions: Boolean
  allowGuests: Boolean
  autoAdvanceMs: Int
  hostAway: HostAway
  closeWhenAllAnswered: Boolean
  leaderboardSize: Int
  maxPlayers: Int
  latencyCapMs: Int
}
input LiveQuizConfigInput {
  questionMs: Int
  points: Int
  speedWeighted: Boolean
  streaks: Boolean
  shuffleQuestions: Boolean
  shuffleOptions: Boolean
  allowGuests: Boolean
  autoAdvanceMs: Int
  hostAway: HostAway
  closeWhenAllAnswered: Boolean
  leaderboardSize: Int
  maxPlayers: Int
  latencyCapMs: Int
}

type LiveQuizResultsConnection {
  edges: [LiveQuizResultEdge!]!
  nodes: [LiveQuizResult!]!
  pageInfo: PageInfo!
  totalCount: Int!
}
type LiveQuizResultEdge { node: LiveQuizResult! cursor: String! }
type LiveQuizResult {
  playerId: ID!
  user: User
  nickname: String!
  score: Int!
  rank: Int!
  correct: Int!
  answered: Int!
  """Only for the player and who teaches the course."""
  answers: JSON
}

"""`skipped` names what could not be taken, line by line."""
type GiftImport { quiz: Quiz! questionCount: Int! skipped: [String!]! }

extend type Query {
  quiz(id: ID!): Quiz
  liveQuiz(id: ID!): LiveQuiz
  """A running game, for whoever knows its PIN."""
  liveQuizByPin(pin: String!): LiveQuiz
}

extend type Mutation {
  createQuiz(lessonId: ID!, input: CreateQuizInput!): Quiz!
  """A quiz from a text in Moodle's GIFT format."""
  importGiftQuiz(lessonId: ID!, settings: QuizSettingsInput!, gift: String!): GiftImport!
  startLiveQuiz(quizId: ID!, config: LiveQuizConfigInput): LiveQuiz!
}
'''


def create_quiz(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A quiz with its questions. Raises `ValidationError` with every wrong question at once."""
    given, user = arguments["input"], acting.user
    questions, wrong = [], []
    for index, each in enumerate(given["questions"]):
        try:
            questions.append(question(each, f"questions.{index}"))
        except ValidationError as error:
            wrong.extend(error.details["fields"])
    if wrong:
        raise ValidationError(wrong)
    return HANDLER, CreateQuiz(
        by=user.user_id,
        by_role=user.role,
        lesson_id=arguments["lessonId"],
        settings=settings(given["settings"]),
        questions=tuple(questions),
    )


def settings(given: Mapping[str, Any]) -> QuizSettings:
    """A `QuizSettingsInput`; an explicit null means the default."""
    chosen = {snake(name): value for name, value in given.items() if value is not None}
    if "type" in chosen:
        chosen["type"] = QuizType(chosen["type"].lower())
    return QuizSettings(**chosen)


def import_gift(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """A quiz from GIFT."""
    user = acting.user
    return HANDLER, ImportGift(
        by=user.user_id,
        by_role=user.role,
        lesson_id=arguments["lessonId"],
        settings=settings(arguments["settings"]),
        gift=arguments["gift"],
    )


def imported(reply: QuizCreated) -> Outcome:
    """The new quiz, and what was left out."""
    return Outcome(
        payload=Composed(
            "GiftImport",
            {
                "quiz": ReadBack("quiz", reply.quiz_id),
                "questionCount": Given(reply.question_count),
                "skipped": Given(reply.skipped),
            },
        )
    )


def start_live_quiz(arguments: Mapping[str, Any], acting: Acting) -> tuple[Address, Message]:
    """Open a lobby."""
    user, given = acting.user, arguments.get("config") or {}
    chosen = {snake(name): value for name, value in given.items() if value is not None}
    if "host_away" in chosen:
        chosen["host_away"] = HostAway(chosen["host_away"].lower())
    return HANDLER, StartLiveQuiz(
        by=user.user_id,
        by_role=user.role,
        quiz_id=arguments["quizId"],
        config=LiveConfig(**chosen),
    )


def snake(name: str) -> str:
    """`questionMs` as `question_ms`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


DOMAIN = Domain(
    sdl=SDL,
    mutations={
        "createQuiz": Mutation(create_quiz, reads_back("quiz", "quiz_id")),
        "importGiftQuiz": Mutation(import_gift, imported),
        "startLiveQuiz": Mutation(start_live_quiz, reads_back("liveQuiz", "live_quiz_id")),
    },
)
